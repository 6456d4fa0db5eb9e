import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseHostState } from "../../components/drift/hostState";
import { desiredObject } from "../../components/drift/kind";
import { shellQuote } from "../../components/host/quoting";
import { detectDrift } from "../../components/kinds/detectDrift";
import { type Call, callsOf } from "../support/import/calls";
import { type Topology, topologyOf } from "../support/import/checkers";
import { type Answer, imported, run } from "../support/import/imported";
import { realFiles, realFolder, tableOf } from "../support/import/realFiles";
import { Sandbox } from "../support/kernel/sandbox";

/*
 * Every file of tests/import on a real kernel. A director in a network namespace has exactly the table that the file
 * stands for, and the addresses of the program. Programs without health checks are brought up there by the components'
 * own script, called as their Commands call it; then the comparison of each preview has nothing to say. Programs with
 * health checks need a machine's systemd, so of these the rendered keepalived.conf is run by a keepalived of the
 * namespace, beside the file's own. Real Pulumi brings an imported program up in tests/lab/workshop/5-ownership.
 */

const sandbox = new Sandbox();
const options = { interface: "tbr", address: "192.0.2.10/24" };
let answers: Map<string, Answer>;

jest.setTimeout(900_000);
beforeAll(async () => {
  const orders = realFiles.map((file) => ({ files: [file], options }));
  const { answers: all } = imported(realFolder, orders);
  answers = new Map(all.map((one, i) => [realFiles[i] ?? "", one]));
  await sandbox.start();
  await must(`modprobe -a ip_vs ip_vs_sh ip_vs_mh ip_vs_pe_sip dummy fou
ip link add eth0 type dummy
ip link add sink type dummy
ip link set eth0 up
ip link set sink up
ip route add default dev sink
ip route add 192.0.2.0/25 dev sink
ip route add 192.0.2.128/25 dev sink
ip -6 route add 2001:db8::/32 dev sink
ip -6 route add 2001:db8:10::/65 dev sink
mount -t tmpfs -o mode=755 none /usr/local/bin
mkdir -p /run/import
mount -t tmpfs none /run/import
for name in check-mysql check-dns check-app announce; do
  printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/$name
  chmod 755 /usr/local/bin/$name
done
${files(join(realFolder, "keepalived"))}`);
});
afterAll(() => sandbox.end());

/** Files of a folder, as a script that writes them. */
function files(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const to = `/run/import/${path.slice(folder.length + 1)}`;
      return `mkdir -p ${dirname(to)}; cat >${to} <<'END OF FILE'\n${readFileSync(path, "utf8")}\nEND OF FILE`;
    })
    .join("\n");
}

async function must(script: string): Promise<string> {
  const { status, stdout, stderr } = await sandbox.inside(`set -e\n${script}`);
  if (status !== 0) {
    throw new Error(`${stdout}${stderr}`);
  }
  return stdout;
}

async function callsFor(file: string): Promise<Call[]> {
  const { text = "", error } = answers.get(file) ?? {};
  expect(error).toBeUndefined();
  return callsOf(await run(text));
}

const checked = new Set(
  realFiles.filter((file) =>
    /^(keepalived\/(?!unchecked|sip|sctp)|ldirectord\/(?!unchecked))/.test(file),
  ),
);

/** Leaves neither services nor addresses nor records of an earlier file. */
const clean = `ipvsadm -C
ip -o addr show scope global | while read -r _ device _ address _; do
  case $device:$address in tbr:192.0.2.10/24 | tbr:2001:db8:10::10/64) ;; *) ip addr del "$address" dev "$device" ;; esac
done
find /run/ipvs-lab /var/lib/ipvs-lab -type f ! -name program -delete`;

/** Everything that must be the same before and after. */
const look = `ipvsadm -Sn
ipvsadm -Ln --thresholds | awk '{ print $1, $2, $3, $4 }'
ipvsadm -Ln --timeout
ipvsadm -Ln --daemon
ip -j addr`;

function setUp(file: string, calls: Call[]): string {
  const addresses = calls
    .filter(({ kind }) => kind === "address")
    .map(({ stdin }) => {
      const [, address = "", device = ""] = /^address (\S+)\ninterface (\S+)$/m.exec(stdin) ?? [];
      // As a Vip has it: IPv6 addresses are not the source of the machine's own connections.
      return `ip addr add ${address} dev ${device} ${address.includes(":") ? "nodad preferred_lft 0" : ""}`;
    });
  return [clean, ...addresses, `ipvsadm -R <<'END'\n${tableOf(file).join("\n")}\nEND`].join("\n");
}

describe("a program without health checks", () => {
  test.each(realFiles.filter((file) => !checked.has(file)))(
    "%s: up changes nothing, and the preview behind it has nothing to say",
    async (file) => {
      const calls = await callsFor(file);
      const before = await must(`${setUp(file, calls)}\n${look}`);
      const done = await sandbox.programs(
        calls.map(({ words, stdin }) => ({ argv: ["--generation", "g", ...words], stdin })),
      );
      expect(
        done.map(({ status, stdout, stderr }) => (status === 0 ? "" : stdout + stderr)),
      ).toEqual(calls.map(() => ""));
      expect(await must(look)).toBe(before);
      const { stdout } = await sandbox.program(["observe"]);
      const seen = parseHostState(stdout);
      const results = calls.map(({ kind, owner, stdin }) =>
        detectDrift({ kind, owner, desired: stdin, stdin, adopt: true }, seen, "lb"),
      );
      expect(results).toEqual(calls.map(() => ({ fingerprint: "g", differences: [] })));
    },
  );
});

/** Runs keepalived's checker with a configuration, and prints the table that it makes, then what it says of its data. */
function tableMadeBy(path: string, count: number): string {
  return `ipvsadm -C
data=/run/import/keepalived_check.data
rm -f $data
TMPDIR=/run/import keepalived -n -l -C -f ${path} -p /run/import/pid -c /run/import/checkers >/run/import/log 2>&1 &
for _ in $(seq 100); do
  ipvsadm -Sn >/run/import/table
  [ "$(wc -l </run/import/table)" -ge ${count} ] && break
  sleep 0.1
done
ipvsadm -Ln --thresholds | awk '/^(TCP|UDP|SCTP|FWM)/ { service = $1 " " $2 } $1 == "->" && ($3 > 0 || $4 > 0) { print "limits", service, $2, $3, $4 }' >>/run/import/table
kill -USR1 "$(cat /run/import/checkers)"
for _ in $(seq 50); do
  grep -q 'RS set' $data 2>/dev/null && break
  sleep 0.1
done
kill $! && wait $! || true
cat /run/import/table
echo "@ data"
cat $data`;
}

/** What was printed of both. */
function made(printed: string): { table: string[] } & Topology {
  const [table = "", data = ""] = printed.split("@ data\n");
  return { table: table.trim().split("\n").sort(), ...topologyOf(data) };
}

/** A group's services share what each service of the program has. */
function asGroup({ table, ...topology }: ReturnType<typeof made>): ReturnType<typeof made> {
  const shared = (lines: string[]) =>
    [...new Set(lines.map((line) => line.replace(/^\[[^\]]*\]:\w+:\d+/, "group")))].sort();
  return { table, services: shared(topology.services), checkers: shared(topology.checkers) };
}

/** Members that keepalived does not make before they have passed a check, by the beginnings of their lines. */
function alphaMembers(rendered: string): string[] {
  const services = rendered.matchAll(/^virtual_server (\S+) (\d+) \{\n(?: {2}.*\n)*? {2}alpha$/gm);
  return [...services].map(([, address, port]) => `-a -t ${address}:${port} `);
}

/** A table's configuration as its script writes it. */
function expanded(short: string): string {
  const program = join(__dirname, "../../components/kinds/keepalivedtable/expand.awk");
  return execFileSync("awk", ["-f", program], { input: short, encoding: "utf8" });
}

/** As the engine has it before its services (keepalived.sh). */
const head = "global_defs {\n  script_user root\n  enable_script_security\n}";

describe("a program with health checks", () => {
  test.each([...checked])(
    "%s: keepalived takes what is rendered, and makes the file's table",
    async (file) => {
      const calls = await callsFor(file);
      const rendered = calls
        .filter(({ kind }) => /^keepalived(service|table)$/.test(kind))
        .map(({ kind, owner, stdin }) => {
          const body = desiredObject(owner, stdin).body ?? "";
          return kind === "keepalivedtable" ? expanded(body) : body;
        });
      expect(rendered.join("")).toContain("virtual_server");
      const text = rendered.join("\n");
      const alpha = alphaMembers(text);
      const table = tableOf(file).filter((line) => !alpha.some((one) => line.startsWith(one)));
      const shown = made(
        await must(`${clean}
printf %s ${shellQuote([head, text].join("\n"))} >/run/import/rendered.conf
keepalived -t -f /run/import/rendered.conf
${tableMadeBy("/run/import/rendered.conf", table.length)}`),
      );
      const limits = table.flatMap((line) => {
        const [, option = "", place = "", member, upper = "0", , lower = "0"] =
          /^-a (-t|-u|-f) (\S+) -r (\S+) .*?(?: -x (\d+))?( -y (\d+))?$/.exec(line) ?? [];
        const kind = { "-t": "TCP", "-u": "UDP", "-f": "FWM" }[option];
        return upper === "0" && lower === "0"
          ? []
          : [`limits ${kind} ${place} ${member} ${upper} ${lower}`];
      });
      const kernel = table.map((line) => line.replace(/ -[xy] \d+/g, ""));
      expect(shown.table).toEqual([...kernel, ...limits].sort());
      expect(shown.checkers).toHaveLength(text.match(/_(CHECK|GET) \{/g)?.length ?? 0);
      if (file.startsWith("keepalived/")) {
        const own = file.replace("keepalived/", "/run/import/");
        const theirs = made(await must(tableMadeBy(own, table.length)));
        const isGroup = theirs.services.some((line) => line.startsWith("group;"));
        expect(theirs).toEqual(isGroup ? asGroup(shown) : shown);
      }
    },
  );
});
