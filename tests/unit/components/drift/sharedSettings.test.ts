import { parseHostState } from "../../../../components/drift/hostState";
import { Declared, detectDrift } from "../../../../components/kinds/detectDrift";

/** What a machine prints that has objects with what they hold; in words where something else is there. */
interface Machine {
  marks: string[];
  /** "% REFERENCE<tab>KEY<tab>WANTED<tab>NOW<tab>NAMESPACE" */
  held?: string[][];
  lo?: string[];
  links?: { ifname: string; flags: string[]; addr_info?: object[] }[];
  ports?: object[];
  /** The same inside ns-backend2. */
  inside?: Omit<Machine, "marks" | "held" | "inside">;
  daemons?: string[];
  timeouts?: string;
  tables?: string[];
}

function placeOf({ lo = [], links = [], ports = [] }: Omit<Machine, "marks">): string[] {
  const address = (text: string) => ({ local: text.split("/")[0], prefixlen: text.split("/")[1] });
  const all = [{ ifname: "lo", flags: ["UP"], addr_info: lo.map(address) }, ...links];
  return [JSON.stringify(all), "[]", JSON.stringify(ports)];
}

function printed(machine: Machine): string {
  return [
    ...["@@ host", "name machine1", "boot b00t", "last b00t 7"],
    ...["@@ marks", ...machine.marks, ...(machine.held ?? []).map((h) => `% ${h.join("\t")}`)],
    ...["@@ links", ...placeOf(machine)],
    "@@ namespaces",
    ...(machine.inside ? ["@ ns-backend2", ...placeOf(machine.inside)] : []),
    ...["@@ services", "loaded", "@@ thresholds"],
    ...["@@ daemons", ...(machine.daemons ?? [])],
    ...["@@ timeouts", machine.timeouts ?? ""],
    ...["@@ packages", "ipvsadm installed", "@@ servers"],
    ...["@@ tables", ...(machine.tables ?? []), "@@ end", ""],
  ].join("\n");
}

function mark(kind: string, key: string, settings: string[], also: string[] = []): string[] {
  const lines = [`owner ipvs-lab/dev/${key}`, "generation 1 new", ...also, "", ...settings];
  return [`@ /run/ipvs-lab/${kind}/ipvs-lab:dev:${key}`, ...lines.map((line) => `= ${line}`)];
}

function verdict(kind: string, name: string, settings: string[], machine: Machine, adopt = false) {
  const desired = `${settings.join("\n")}\n`;
  const object: Declared = { kind, owner: `ipvs-lab/dev/${name}`, desired, adopt };
  return detectDrift(object, parseHostState(printed(machine)), "machine1");
}

describe("a director's settings", () => {
  const master = "mcast=enp0s8, syncid=1, group=224.0.0.81, port=8848, ttl=1";
  const settings = [
    "packages ipvsadm",
    "purge false",
    "sysctls conntrack=1 drop_entry=1",
    "timeouts tcp=300",
    `master ${master}`,
  ];
  const holds = (key: string, value: string, now = "", by = "director:ipvs-lab:dev:director") => [
    by,
    key,
    value,
    now,
    "",
  ];
  const right: Machine = {
    marks: mark("director", "director", settings),
    held: [
      holds("net.ipv4.vs.conntrack", "1", "1"),
      holds("net.ipv4.vs.drop_entry", "1", "1"),
      holds("timeout tcp", "300"),
      holds("daemon master", master),
    ],
    timeouts: "Timeout (tcp tcpfin udp): 300 120 300",
    daemons: [
      "master sync daemon (mcast=enp0s8, syncid=1, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)",
    ],
  };
  const wrong = (changes: Partial<Machine>) =>
    verdict("director", "director", settings, { ...right, ...changes }).differences;

  test("are in place, whatever length of packets the kernel has chosen", () => {
    expect(wrong({})).toEqual([]);
  });

  test("are compared with what the machine has now", () => {
    expect(wrong({ timeouts: "Timeout (tcp tcpfin udp): 900 120 300" })).toEqual([
      "timeout tcp is 900, not 300",
    ]);
    expect(wrong({ daemons: [] })).toEqual([
      "the master connection synchronisation daemon on enp0s8 is gone",
    ]);
    expect(
      wrong({ daemons: right.daemons?.map((line) => line.replace("syncid=1", "syncid=2")) }),
    ).toEqual(["the master connection synchronisation daemon on enp0s8 has syncid 2, not 1"]);
  });

  test("a defence that the kernel itself has raised is no drift, and one that is off is", () => {
    const others = right.held?.filter(([, key]) => key !== "net.ipv4.vs.drop_entry") ?? [];
    const defence = (now: string) => [...others, holds("net.ipv4.vs.drop_entry", "1", now)];
    expect(wrong({ held: defence("2") })).toEqual([]);
    expect(wrong({ held: defence("0") })).toEqual(["net.ipv4.vs.drop_entry is 0, not 1"]);
  });

  test("that others need otherwise are refused, by name", () => {
    const nat = "nat:ipvs-lab:prod:nat";
    const machine = { marks: [], held: [holds("net.ipv4.vs.conntrack", "1", "1", nat)] };
    const { conflict } = verdict("director", "d", ["sysctls conntrack=0"], machine);
    expect(conflict).toBe(`machine1: net.ipv4.vs.conntrack is 1 for ${nat}, so it cannot be 0`);
    expect(verdict("director", "d", ["sysctls conntrack=1"], machine).conflict).toBeUndefined();
  });

  test("a daemon that others have started is refused, by name", () => {
    const { conflict } = verdict("director", "d", [`master ${master}`], {
      marks: [],
      daemons: right.daemons,
    });
    expect(conflict).toContain(
      "a master connection synchronisation daemon (mcast=enp0s8, syncid=1",
    );
    expect(conflict).toContain("was not started by ipvs-lab");
    expect(conflict).toMatch(/ or set adopt: true to take it over$/);
    expect(verdict("director", "d", [`backup ${master}`], { ...right, marks: [] }).conflict).toBe(
      undefined,
    );
    const running = { marks: [], daemons: right.daemons };
    expect(verdict("director", "d", [`master ${master}`], running, true).conflict).toBe(undefined);
  });

  test("an interface by its other name is the same one", () => {
    const eth1 = master.replace("enp0s8", "eth1");
    const links = [{ ifname: "enp0s8", altnames: ["eth1"], flags: ["UP"] }];
    const theirs = { ...right, marks: [], links };
    expect(verdict("director", "d", [`master ${eth1}`], theirs).conflict).toBeUndefined();
    const other = verdict("director", "d", [`master ${eth1.replace("=1", "=2")}`], theirs);
    expect(other.conflict).toContain("daemon master is mcast=enp0s8, syncid=1");
  });
});

describe("what a real server needs", () => {
  const settings = [
    "vip 10.10.10.100",
    "interface veth0",
    "namespace ns-backend2",
    "address 10.10.10.3",
    "tunnel gue",
    "port 5555",
  ];
  const holds = (key: string, value: string, now = "") => [
    "realserver:ipvs-lab:dev:web",
    key,
    value,
    now,
    "ns-backend2",
  ];
  const inside = {
    lo: ["10.10.10.100/32"],
    links: [{ ifname: "ipvs-ipip", flags: ["NOARP", "UP"] }],
    ports: [{ port: 5555, family: "inet" }],
  };
  const right: Machine = {
    marks: mark("realserver", "web", settings),
    held: [
      holds("address 10.10.10.100/32", "10.10.10.100/32"),
      holds("link ipvs-ipip", "type ipip local 10.10.10.3 remote any"),
      holds("fou 5555 -4", "gue"),
      holds("net.ipv4.conf.veth0.arp_ignore", "1", "1"),
    ],
    inside,
  };
  const wrong = (changes: Partial<Machine>) =>
    verdict("realserver", "web", settings, { ...right, ...changes }).differences;

  test("is in place", () => {
    expect(wrong({})).toEqual([]);
  });

  test("is looked for in its namespace, and named where it is not as it was", () => {
    expect(wrong({ inside: { ...inside, lo: [] }, lo: ["10.10.10.100/32"] })).toEqual([
      "address 10.10.10.100/32 is gone from lo in ns-backend2",
    ]);
    expect(
      wrong({ inside: { ...inside, links: [{ ifname: "ipvs-ipip", flags: ["NOARP"] }] } }),
    ).toEqual(["interface ipvs-ipip in ns-backend2 is down"]);
    expect(wrong({ inside: { ...inside, links: [] } })).toEqual([
      "interface ipvs-ipip in ns-backend2 is gone",
    ]);
    expect(wrong({ inside: { ...inside, ports: [{ port: 5555, family: "inet6" }] } })).toEqual([
      "the UDP port 5555 of tunnels in ns-backend2 is gone",
    ]);
    expect(wrong({ held: [holds("net.ipv4.conf.veth0.arp_ignore", "1", "0")] })).toEqual([
      "net.ipv4.conf.veth0.arp_ignore in ns-backend2 is 0, not 1",
    ]);
    expect(wrong({ inside: undefined })).toEqual(["network namespace ns-backend2 is gone"]);
  });

  test("is refused where others have the address already, unless it is taken over or shared", () => {
    const theirs: Machine = { marks: [], inside };
    const { conflict } = verdict("realserver", "web", settings, theirs);
    expect(conflict).toContain(
      "what the real server needs for 10.10.10.100 exists on machine1 already",
    );
    expect(verdict("realserver", "web", settings, theirs, true).conflict).toBeUndefined();
    const shared = { ...theirs, held: right.held };
    expect(verdict("realserver", "other", settings, shared).conflict).toBeUndefined();
  });
});

describe("a real server of IPv6", () => {
  const settings = ["vip fd55::100", "interface enp0s8"];
  const address = (local: string, prefixlen: number) => ({ family: "inet6", local, prefixlen });
  const warnings = (...addr_info: object[]) =>
    verdict("realserver", "web", settings, {
      marks: mark("realserver", "web", settings),
      held: [["realserver:ipvs-lab:dev:web", "address fd55::100/128", "fd55::100/128", "", ""]],
      lo: ["fd55::100/128"],
      links: [{ ifname: "enp0s8", flags: ["UP"], addr_info }],
    }).warnings;

  test("is warned of where the kernel cannot ask for the next hop of its answers", () => {
    const own = address("fd55::2", 64);
    expect(warnings(own, address("fe80::2", 64))).toBeUndefined();
    expect(warnings(own)).toEqual([expect.stringMatching(/^enp0s8 has no link-local address/)]);
  });

  test("is not, where answers leave elsewhere or not by IPv6", () => {
    expect(warnings()).toBeUndefined();
    expect(warnings({ family: "inet", local: "10.10.10.2", prefixlen: 24 })).toBeUndefined();
  });
});

test("source NAT of IPv6 is looked for in IPv6's tables", () => {
  const table = ["table ip6 ipvs_lab_fd55__100 {", "}"];
  const settings = ["vip fd55::100", "network fd55::/64"];
  const also = table.map((line) => `also ${line}`);
  const marks = mark("nat", "nat", settings, also);
  marks[0] = "@ /run/ipvs-lab/nat/fd55::100";
  const wrong = (tables: string[]) =>
    verdict("nat", "nat", settings, { marks, tables }).differences;
  expect(wrong(table)).toEqual([]);
  expect(wrong(["table ip ipvs_lab_fd55__100 {", "}"])).toEqual([
    "the nftables table ip6 ipvs_lab_fd55__100 is gone",
  ]);
  expect(verdict("nat", "nat", settings, { marks: [], tables: table }).conflict).toContain(
    "source NAT for fd55::100 (nftables table ip6 ipvs_lab_fd55__100)",
  );
});
