import { parseHostState } from "../../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../../components/kinds/detectDrift";

/** As a director of the lab prints it, shortened. */
function printed(
  changes: {
    last?: number;
    mark?: string;
    links?: string;
    services?: string;
    thresholds?: string;
    tables?: string;
  } = {},
) {
  const link = (addresses: string[]) =>
    JSON.stringify([
      {
        ifname: "enp0s8",
        altnames: ["eth1"],
        flags: ["UP"],
        addr_info: addresses.map((local) => ({ family: "inet", local, prefixlen: 24 })),
      },
      {},
    ]);
  return `@@ host
name machine1
boot b00t
last ${changes.last ?? 7}
@@ marks
${changes.mark ?? vipMark("ipvs-lab/dev/vip", "1 new")}
@ /run/ipvs-lab/service/-t 10.10.10.100:80
= owner ipvs-lab/dev/web
= generation 2 new
=${" "}
= -A -t 10.10.10.100:80 -s rr
= -a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1 -x 100
% director:ipvs-lab:dev:director\tnet.ipv4.ip_forward\t1\t0
@@ links
${changes.links ?? link(["10.10.10.1", "10.10.10.100"])}
[]
@@ namespaces
@ other
@@ services
loaded
${changes.services ?? "-A -t 10.10.10.100:80 -s rr\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1"}
@@ thresholds
${
  changes.thresholds ??
  "TCP  10.10.10.100:80 rr\n  -> 10.10.10.2:80                100        0          0          0"
}
@@ packages
ipvsadm installed
@@ servers
@@ tables
${changes.tables ?? ""}
@@ end
`;
}

function vipMark(owner: string, generation: string): string {
  return `@ /run/ipvs-lab/address/10.10.10.100:24@enp0s8
= owner ${owner}
= generation ${generation}
=${" "}
= address 10.10.10.100/24
= interface enp0s8`;
}

const vip: Declared = {
  kind: "address",
  owner: "ipvs-lab/dev/vip",
  desired: "address 10.10.10.100/24\ninterface enp0s8\n",
  adopt: false,
};
const web: Declared = {
  kind: "service",
  owner: "ipvs-lab/dev/web",
  desired: "-A -t 10.10.10.100:80 -s rr\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 9\n",
  adopt: false,
};

function verdict(object: Declared, text = printed()) {
  return detectDrift(object, parseHostState(text), "machine1");
}

test("an object that is as it was made keeps the fingerprint of its record", () => {
  expect(verdict(vip)).toEqual({ fingerprint: "1 new", differences: [] });
});

test("what is declared anew is no drift: the machine is compared with what was applied", () => {
  const { fingerprint, differences } = verdict(web);
  expect(differences).toEqual([]);
  // Another one, so that a state which does not know of it is seen to be behind.
  expect(fingerprint).toMatch(/^[0-9a-f]{8} new$/);
});

test("an object that differs gets a new fingerprint that says why", () => {
  const { fingerprint, differences } = verdict(
    web,
    printed({
      services: "-A -t 10.10.10.100:80 -s lc\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 5",
    }),
  );
  expect(differences).toEqual([
    "virtual service -t 10.10.10.100:80 has scheduler lc, not rr",
    "real server 10.10.10.2:80 has weight 5, not 1",
  ]);
  expect(fingerprint).toMatch(
    /^[0-9a-f]{8} virtual service .* has scheduler lc, not rr; real server/,
  );
});

test("the same drift after a repair is another fingerprint, so that it is repaired again", () => {
  const gone = { links: '[{"ifname":"enp0s8","flags":["UP"],"addr_info":[]}]' };
  const first = verdict(vip, printed(gone));
  const again = verdict(vip, printed({ ...gone, last: 8 }));
  expect(first.differences).toEqual(again.differences);
  expect(first.fingerprint).not.toBe(again.fingerprint);
  expect(verdict(vip, printed(gone))).toEqual(first);
});

test("after a reboot the marks are gone, and what is missing is said, until it is made again", () => {
  const remembered = (owner: string, bootId: string) =>
    `@ /var/lib/ipvs-lab/objects/address/10.10.10.100:24@enp0s8\n= made ${bootId} ${owner}`;
  const after = (mark: string) => verdict(vip, printed({ mark, links: "[]" })).differences;
  expect(after(remembered("ipvs-lab/dev/vip", "before"))).toEqual([
    "machine1 has rebooted",
    "interface enp0s8 is gone",
  ]);
  expect(after(remembered("ipvs-lab/prod/vip", "before"))).toEqual([]);
  expect(after(remembered("ipvs-lab/dev/vip", "b00t"))).toEqual([]);
});

test("a change that was cut off is taken up again", () => {
  const text = printed({ mark: vipMark("ipvs-lab/dev/vip", "unfinished") });
  expect(verdict(vip, text).differences).toEqual([
    "the last change of address 10.10.10.100/24 on enp0s8 was cut off",
  ]);
});

test("an object of others is refused, and taken over only where that is asked for", () => {
  const mine = "exists on machine1 already and was not made by ipvs-lab";
  expect(verdict(vip, printed({ mark: "" })).conflict).toContain(mine);
  const theirs = printed({ mark: vipMark("ipvs-lab/prod/vip", "1 new") });
  expect(verdict(vip, theirs).conflict).toContain("belongs to ipvs-lab/prod/vip");
  expect(verdict({ ...vip, adopt: true }, theirs).conflict).toBeUndefined();
  expect(verdict({ ...vip, adopt: true }, theirs).fingerprint).toMatch(/ new$/);
});

test("a setting that an object holds is compared with what it needs", () => {
  const director = { kind: "director", owner: "ipvs-lab/dev/director", desired: "", adopt: false };
  const mark = `@ /run/ipvs-lab/director/ipvs-lab:dev:director
= owner ipvs-lab/dev/director
= generation 1 new
=${" "}
= packages ipvsadm nftables`;
  expect(verdict(director, printed({ mark })).differences).toEqual([
    "package nftables is not installed",
    "net.ipv4.ip_forward is 0, not 1",
  ]);
});

test("services of IPv6, of firewall marks and with options are told apart, with their thresholds", () => {
  const lines = [
    "-A -t [2001:db8::1]:80 -s sh -p 60 -M 64 -b sh-port",
    "-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
    "-A -f 1 -s rr",
    "-a -f 1 -r 10.10.10.2:0 -m -w 1",
    "-A -f 1 -6 -s rr",
    "-a -f 1 -6 -r 10.10.10.2:0 -i -w 1 --tun-type ipip",
  ];
  const thresholds = [
    "TCP  [2001:db8::1]:80 sh (sh-port) persistent 60 mask 64",
    "  -> [2001:db8::2]:80             7          5          0          0",
    "FWM  1 rr",
    "  -> 10.10.10.2:0                 8          0          0          0",
    "FWM  1 IPv6 rr",
    "  -> 10.10.10.2:0                 9          0          0          0",
  ];
  const wrong = (...desired: string[]) => {
    const key = /-A (.*) -s/.exec(desired[0] ?? "")?.[1] ?? "";
    const head = ["owner p/s/x", "generation 1", " ", ...desired].map((line) => `= ${line}`);
    const mark = [`@ /run/ipvs-lab/service/${key}`, ...head].join("\n").replace("=  ", "= ");
    const text = printed({
      mark,
      services: lines.join("\n"),
      thresholds: thresholds.join("\n"),
    });
    const object = { kind: "service", owner: "p/s/x", desired: desired.join("\n"), adopt: false };
    return verdict(object, text).differences;
  };
  expect(
    wrong(
      "-A -t [2001:db8::1]:80 -s sh -p 60 -b sh-port",
      "-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i -w 1 --tun-type gre --tun-nocsum -x 7 -y 5",
    ),
  ).toEqual([
    "virtual service -t [2001:db8::1]:80 has persistence netmask 64, not none",
    "real server [2001:db8::2]:80 has tunnel gue, not gre",
    "real server [2001:db8::2]:80 has tunnel without checksums none, not set",
    "real server [2001:db8::2]:80 has tunnel port 6080, not none",
    "real server [2001:db8::2]:80 has tunnel with checksums set, not none",
  ]);
  expect(wrong("-A -f 1 -6 -s rr", "-a -f 1 -6 -r 10.10.10.2:0 -i -w 1 --tun-type ipip")).toEqual([
    "real server 10.10.10.2:0 has upper threshold 9, not none",
  ]);
});

test.each([
  ["ip", "192.0.2.1", "ipvs_lab_mark_7_192_0_2_1"],
  ["ip6", "2001:db8::1", "ipvs_lab_mark_7_2001_db8__1"],
])("firewall marks of family %s are found, and said to be gone or changed", (family, vip, name) => {
  const rule = `${family} daddr ${vip} tcp dport { 443, 8000-8999 } meta mark set 0x00000007`;
  const table = [`table ${family} ${name} {`, "\tchain output {", `\t\t${rule}`, "\t}", "}"];
  // Another family's table may have the same name.
  const others = [`table inet ${name} {`, "}", "table ip6 filter {", "}"];
  const desired = `mark 7\nvip ${vip}\nprotocol tcp\nports 443, 8000-8999\n`;
  const lines = [
    "owner p/s/web",
    "generation 1 new",
    ...table.map((line) => `also ${line}`),
    "",
    desired.trim(),
  ];
  const mark = `@ /run/ipvs-lab/firewallmark/7@${vip}\n${lines.join("\n").replace(/^/gm, "= ")}`;
  const object = { kind: "firewallmark", owner: "p/s/web", desired, adopt: false };
  const wrong = (tables: string[], marks = mark) =>
    verdict(object, printed({ mark: marks, tables: tables.join("\n") }));
  const title = `the nftables table ${family} ${name}`;
  expect(wrong([...others, ...table])).toEqual({ fingerprint: "1 new", differences: [] });
  expect(wrong(others).differences).toEqual([`${title} is gone`]);
  const changed = table.map((line) => line.replace("443, ", ""));
  expect(wrong([...changed, ...others]).differences).toEqual([`${title} has been changed`]);
  expect(wrong(table, "").conflict).toContain("and was not made by ipvs-lab");
});

test("an answer that is cut off is no observation", () => {
  expect(() => parseHostState(printed().replace("@@ end\n", ""))).toThrow("unexpected answer");
});

const redirect: Declared = {
  kind: "redirect",
  owner: "ipvs-lab/dev/redirect",
  desired: "vip 10.10.10.101\nport 80\nprotocol tcp\naddress 10.10.10.2\ntarget_port 80\n",
  adopt: false,
};
const table = `table ip ipvs_lab_tcp_10_10_10_101_80 {
\tchain prerouting {
\t\tip daddr 10.10.10.101 tcp dport 80 dnat to 10.10.10.2:80
\t}

\tchain output {
\t}
}`;

/** A machine with a redirection's mark and these tables. */
function redirected(tables: string): string {
  const mark = `@ /run/ipvs-lab/redirect/tcp 10.10.10.101:80
= owner ipvs-lab/dev/redirect
= generation 1 new
${table.replace(/^/gm, "= also ")}
=${" "}
${redirect.desired.trimEnd().replace(/^/gm, "= ")}`;
  return printed({ mark }).replace("@@ tables\n", `@@ tables\n${tables}\n`);
}

test("a static redirection's table is compared with what was made, beside the tables of others", () => {
  const six = table.replace("ip ", "ip6 ").replace("dnat", "accept #");
  expect(verdict(redirect, redirected(`${six}\n${table}`)).differences).toEqual([]);
  const elsewhere = table.replace("10.10.10.2:80", "10.10.10.3:80");
  expect(verdict(redirect, redirected(elsewhere)).differences).toEqual([
    "the nftables table ip ipvs_lab_tcp_10_10_10_101_80 has been changed",
  ]);
  expect(verdict(redirect, redirected(six)).differences).toEqual([
    "the nftables table ip ipvs_lab_tcp_10_10_10_101_80 is gone",
  ]);
});

test("another's table of a static redirection's name is refused", () => {
  const text = printed({ mark: "" }).replace("@@ tables\n", `@@ tables\n${table}\n`);
  expect(verdict(redirect, text).conflict).toContain(
    "static redirection of tcp 10.10.10.101:80 (nftables table ip ipvs_lab_tcp_10_10_10_101_80) exists on machine1 already",
  );
});
