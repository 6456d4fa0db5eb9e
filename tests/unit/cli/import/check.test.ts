import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluated } from "../../../support/evaluate";
import { stateOf, type Seen } from "../../../support/import/directors";
import { realFolder, tableOf } from "../../../support/import/realFiles";

jest.setTimeout(120_000);
const root = join(__dirname, "../../../..");

interface Checked {
  isSame: boolean;
  changes: string[];
  refusals: string[];
  omitted: string[];
  notes: string[];
  text: string;
}

const web = `
-A -t 192.0.2.100:80 -s rr
-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 1
-a -t 192.0.2.100:80 -r 192.0.2.22:80 -g -w 1`;
const director: Seen = {
  links: { lo: ["127.0.0.1/8"], eth0: ["192.0.2.10/24", "192.0.2.100/24"] },
  services: web,
  more: `@@ timeouts
Timeout (tcp tcpfin udp): 900 120 300
@@ packages
ipvsadm installed
@@ settings
net/ipv4/vs/conntrack 0
net/ipv4/vs/expire_nodest_conn 1
net/ipv4/vs/expire_quiescent_template 1
net/ipv4/ip_forward 1`,
};

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), "check-"));
});
afterAll(() => {
  rmSync(place, { recursive: true });
});

/** What the check of files, or of the machine's own program, says of a machine. */
async function checked(seen: Seen, files: Record<string, string> = {}): Promise<Checked> {
  const paths = Object.entries(files).map(([name, text]) => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  });
  const module = (path: string) => JSON.stringify(join(root, path));
  const reach = { name: "lb", host: "lb.example.org", port: 22, user: "root" };
  const said = await evaluated(
    "cli/import/check/check.ts",
    `Promise.all([
      import(${module("components/drift/hostState.ts")}),
      import(${module("cli/import/fromFiles.ts")}),
      import(${module("cli/import/program.ts")}),
    ]).then(([{ parseHostState }, { programOf }, { programFor }]) => {
      const machine = { seen: parseHostState(${JSON.stringify(stateOf(seen))}), reach: ${JSON.stringify(reach)} };
      const files = ${JSON.stringify(paths)};
      const program = files.length > 0
        ? programOf(files, {}, machine)
        : programFor(machine.seen, machine.reach);
      return m.checkProgram(program, machine);
    })`,
  );
  if (typeof said === "string") {
    throw new Error(said);
  }
  return said as Checked;
}

test("the program of a machine changes nothing there", async () => {
  const { isSame, text } = await checked(director);
  expect({ isSame, text }).toEqual({ isSame: true, text: "up of the program changes nothing" });
});

test("a file that says what the machine has changes nothing there, and its Vip is where the address is", async () => {
  expect(await checked(director, { "same.rules": web })).toMatchObject({
    ...{ isSame: true, changes: [], refusals: [], notes: [] },
  });
});

test("what would change is said, one by one, and what stays is noted", async () => {
  const other = `
-A -t 192.0.2.100:80 -s wlc
-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 3
-a -t 192.0.2.100:80 -r 192.0.2.23:80 -g -w 1
-A -t 192.0.2.101:443 -s rr`;
  const seen = { ...director, services: `${web}\n-A -f 7 -s rr` };
  seen.more = (director.more ?? "").replace("ip_forward 1", "ip_forward 0");
  const found = await checked(seen, { "other.rules": other });
  expect(found.isSame).toBe(false);
  expect(found.changes).toEqual([
    "net.ipv4.ip_forward is 0, not 1: up sets it",
    "address 192.0.2.101/24 is gone from eth0: up sets it",
    "virtual service -t 192.0.2.100:80 has scheduler rr, not wlc: up sets it",
    "real server 192.0.2.21:80 of -t 192.0.2.100:80 has weight 1, not 3: up sets it",
    "real server 192.0.2.23:80 of -t 192.0.2.100:80 is not there: up adds it",
    "virtual service -t 192.0.2.101:443 is not there: up makes it",
  ]);
  expect(found.notes.slice(-2)).toEqual([
    "real server 192.0.2.22:80 of -t 192.0.2.100:80 is not in the program, and stays",
    "virtual service -f 7 is not in the program, and stays",
  ]);
  expect(found.text).toMatch(/^change: .*\n(change: .*\n){5}up of the program changes 6 things$/);
});

test("settings of a keepalived.conf are compared, and a daemon that runs otherwise starts again", async () => {
  const conf = `global_defs {
  lvs_timeouts tcp 7200
  lvs_sync_daemon eth0 id 9
}
virtual_server 192.0.2.100 80 {
  lvs_sched rr
  lvs_method DR
  real_server 192.0.2.21 80 {
    TCP_CHECK {
      connect_timeout 3
    }
  }
}
`;
  const seen = { ...director };
  seen.more = `@@ daemons
master sync daemon (mcast=eth0, syncid=7, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
${director.more ?? ""}`;
  const found = await checked(seen, { "lb.conf": conf });
  expect(found.changes).toEqual([
    "timeout tcp is 900, not 7200: up sets it",
    "the master connection synchronisation daemon runs with " +
      "mcast=eth0, syncid=7, group=224.0.0.81, port=8848, ttl=1, maxlen=1472, not with " +
      "mcast=eth0, syncid=9, group=224.0.0.81, port=8848, ttl=1: up starts it again",
    "the backup connection synchronisation daemon does not run: up starts it",
    "keepalived: up starts one of its own, which writes the services",
  ]);
  expect(found.refusals).toEqual([]);
  const same = { ...seen, more: seen.more.replace("syncid=7", "syncid=9") };
  expect((await checked(same, { "lb.conf": conf })).changes).toEqual(
    found.changes.filter((change) => !change.includes("master")),
  );
});

test("of directors that share addresses, one machine is compared", async () => {
  const conf = readFileSync(join(realFolder, "keepalived/web-dr-pair.conf"), "utf8");
  const seen: Seen = {
    links: { eth0: ["192.0.2.10/24", "192.0.2.100/24", "192.0.2.101/24"] },
    services: tableOf("keepalived/web-dr-pair.conf").join("\n"),
    more: `@@ daemons
master sync daemon (mcast=eth0, syncid=51, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)
${(director.more ?? "").replace("900 120 300", "7200 60 120")}`,
  };
  const { changes, refusals } = await checked(seen, { "pair.conf": conf });
  expect({ changes, refusals }).toEqual({
    changes: [
      "the backup connection synchronisation daemon does not run: up starts it",
      "keepalived: up starts one of its own, which writes the services",
    ],
    refusals: [],
  });
});

test("what the program leaves out is said beside what would change", async () => {
  const conf = `virtual_server 192.0.2.100 80 {\n  lvs_sched nonsense\n  real_server 192.0.2.21 80 {\n  }\n}\n`;
  const seen = { ...director, more: `${director.more ?? ""}\nnet/ipv4/vs/lblc_expiration 600` };
  expect(await checked(seen, { "wrong.conf": conf })).toMatchObject({
    changes: [],
    omitted: [
      "net.ipv4.vs.lblc_expiration (600): a Director has no such setting",
      expect.stringMatching(/192\.0\.2\.100:80\/tcp: scheduler: "nonsense" is not one of rr/),
    ],
    notes: ["virtual service -t 192.0.2.100:80 is not in the program, and stays"],
  });
});

test.each([
  ["nothing to import", [], "name files to import, or a machine with --host"],
  ["no machine", ["a.conf", "--check"], "--check compares with a machine: name it with --host"],
  [
    "a file to write",
    ["--host", "lb", "--check", "--out", "a.ts"],
    "--check writes nothing: leave out --out, or --check",
  ],
  ["an answer of nothing", ["a.conf", "--json"], "--json is the answer of --check: name both"],
])("%s is refused with the way out", async (_, words, error) => {
  const said = await evaluated(
    "cli/commands/import.ts",
    `m.importTables.exitOverride().parseAsync(${JSON.stringify(words)}, { from: "user" })`,
  );
  expect(said).toBe(error);
});
