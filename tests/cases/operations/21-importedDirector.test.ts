import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parseHostState } from "../../../components/drift/hostState";
import { programDigest, programPath } from "../../../components/host/kernel";
import { evaluated } from "../../support/evaluate";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const links = JSON.stringify([
  {
    ifname: "tbr",
    flags: ["UP"],
    addr_info: [
      { family: "inet", local: "192.0.2.10", prefixlen: 24 },
      { family: "inet", local: "192.0.2.100", prefixlen: 24 },
      { family: "inet6", local: "2001:db8:10::100", prefixlen: 128 },
    ],
  },
]);

/** What `observe all` tells of the director of the report. */
const told = `
@@ host
name lb
boot b00t
@@ marks
@ /run/ipvs-lab/service/-t 192.0.2.100:81
= owner try/prod/web
= generation new
@ /run/ipvs-lab/address/192.0.2.100:24@tbr
= owner try/prod/vip
= generation new
% nat:try:prod:nat\tnet.ipv4.vs.conntrack\t1\t1\t
@@ links
${links}
[]
@@ services
loaded
-A -t 192.0.2.100:80 -s rr
-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1
-A -t 192.0.2.100:81 -s rr
-A -f 7 -s rr
-A -t [2001:db8:10::100]:80 -s rr
-a -t [2001:db8:10::100]:80 -r [2001:db8:20::21]:80 -m -w 1
@@ thresholds
@@ daemons
master sync daemon (mcast=tbr, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
backup sync daemon (mcast=tbr, syncid=0, maxlen=1400, group=ff02::81, port=8850, ttl=2)
@@ timeouts
Timeout (tcp tcpfin udp): 86400 120 300
@@ settings
net/ipv4/vs/conn_reuse_mode 0
net/ipv4/vs/conntrack 1
net/ipv4/vs/debug_level 3
net/ipv4/vs/drop_entry 2
net/ipv4/vs/est_cpulist 0-1
net/ipv4/vs/est_nice -5
net/ipv4/vs/expire_nodest_conn 0
net/ipv4/vs/expire_quiescent_template 1
net/ipv4/vs/lblc_expiration 86400
net/ipv4/vs/lblcr_expiration 600
net/ipv4/vs/pmtu_disc 1
net/ipv4/vs/sync_qlen_max 24696
net/ipv4/vs/sync_threshold 3\t51
net/ipv4/ip_forward 1
net/ipv6/conf/all/forwarding 0
@@ end
`;

interface Printed {
  text: string;
  omitted: string[];
  notes: string[];
}
let printed: Printed;
let plain: Printed;
let question: string;

// One process for all of it, as starting one takes a second.
beforeAll(async () => {
  const observed = JSON.stringify(join(__dirname, "../../../components/drift/hostState.ts"));
  const asked = JSON.stringify(join(__dirname, "../../../cli/import/readHost.ts"));
  const usual = told
    .replace(/@@ (marks|daemons|timeouts|settings)\n[^]*?(?=@@ )/g, "")
    .replace("86400", "900");
  const reach = { name: "fe80::1%eth0", host: "fe80::1%eth0", port: 22, user: "root" };
  const program = (text: string) =>
    `m.programFor(parseHostState(${JSON.stringify(text)}), ${JSON.stringify(reach)})`;
  [printed, plain, question] = (await evaluated(
    "cli/import/program.ts",
    `Promise.all([import(${observed}), import(${asked})]).then(([{ parseHostState }, { readCommand }]) => [
      ${program(told)}, ${program(usual)}, readCommand()])`,
  )) as [Printed, Printed, string];
});

test("operations 21: what differs from the kernel's defaults is the director's", () => {
  expect(printed.text).toContain(`const director = new Director("director", {
  host,
  timeouts: { tcp: 86400 },
  syncDaemons: [
    { role: "master", interface: "tbr", id: 7 },
    { role: "backup", interface: "tbr", group: "ff02::81", port: 8850, ttl: 2, maxLength: 1400 },
  ],
  sysctls: { conn_reuse_mode: 0, drop_entry: 1, est_nice: -5, sync_threshold: "3 51" },
  adopt: true,
});`);
});

test("operations 21: what is as the kernel has it is not said", () => {
  expect(plain.text).toContain('const director = new Director("director", { host });');
  expect([...plain.omitted, ...plain.notes]).toEqual([
    expect.stringContaining("firewall mark 7: what sets it stays as it is"),
  ]);
});

test("operations 21: what others have, and what a director cannot have, is left out, each with the reason", () => {
  expect(printed.omitted).toEqual([
    "192.0.2.100:81/tcp: try/prod/web has it already",
    "net.ipv4.vs.conntrack (1): try/prod/nat needs it",
    "net.ipv4.vs.debug_level (3): a Director has no such setting",
    "net.ipv4.vs.lblcr_expiration (600): a Director has no such setting",
  ]);
  expect(printed.text).not.toContain("192.0.2.100-81");
});

test("operations 21: what will be otherwise than today is said", () => {
  expect(printed.notes).toEqual([
    "address 192.0.2.100 is of try/prod/vip already: as long as that has it, its Vip is refused here",
    expect.stringMatching(/^firewall mark 7: /),
    "net.ipv4.vs.expire_nodest_conn is 0, and up sets it to 1: sysctls: { expire_nodest_conn: 0 } of the Director keeps that",
    "net.ipv6.conf.all.forwarding is 0, and up sets it to 1, as masquerade needs it",
  ]);
});

test("import 28: a host that is an address has a name that a resource can have", () => {
  expect(printed.text).toContain('new Host("fe80--1-eth0", {');
  expect(printed.text).toContain('host: "fe80::1%eth0"');
});

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

test("operations 21: a machine tells all only where it is asked for that", () => {
  machine.file("proc/sys/net/ipv4/vs/sync_threshold", "3\t50\n");
  machine.file("proc/sys/net/ipv4/vs/est_cpulist", "\n");
  machine.file("proc/sys/net/ipv4/ip_forward", "1\n");
  const service = "-A -t 10.10.10.100:80 -s rr\n";
  machine.run(["service", "apply", "p/s/w", "0"], service);
  const asked = (...words: string[]) => machine.run(["observe", ...words]);
  expect([...parseHostState(asked("all").stdout).settings]).toEqual([
    ["net/ipv4/vs/est_cpulist", ""],
    ["net/ipv4/vs/sync_threshold", "3\t50"],
    ["net/ipv4/ip_forward", "1"],
  ]);
  expect(asked("all").calls).toContainEqual(["ipvsadm", "-Ln", "--timeout"]);
  const usual = asked();
  expect(usual.stdout).not.toContain("@@ settings");
  expect(usual.calls).not.toContainEqual(["ipvsadm", "-Ln", "--timeout"]);
});

test("review 11: the installed program is asked, which a login of few rights may run", () => {
  expect(question).toContain(programDigest);
  expect(question).toMatch(/ && exec "\$p" observe all; /);
  expect(question.indexOf(programPath)).toBeLessThan(question.indexOf("sudo -n sh"));
});

test("operations 21: whoever is root brings the program along, on its standard input", () => {
  machine.run(["service", "apply", "p/s/w", "0"], "-A -t 10.10.10.100:80 -s rr\n");
  const { status, stdout } = machine.shell(
    "exec /bin/sh -s observe all",
    readFileSync(machine.program, "utf8"),
  );
  expect(status).toBe(0);
  expect(stdout.endsWith("@@ end\n")).toBe(true);
});
