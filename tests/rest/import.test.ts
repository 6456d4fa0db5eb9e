import { join } from "node:path";
import { realFiles } from "../support/import/realFiles";
import { ImportedStack } from "./import/importedStack";
import { Importer } from "./import/importer";
import { isKeepalived, keepalived, OwnedDirector, realServersOf } from "./import/owner";
import { beginSegment, endSegment } from "./import/segment";
import { Traffic } from "./import/traffic";
import { type Machine, Machines } from "./machines";
import { Stacks } from "./stacks";
import type { Login } from "./testbed";

/**
 * Every file of tests/import on a machine that has what the file's owner has: keepalived with the file, or the table,
 * and the addresses. The file is imported as with `--host`, `--check` finds nothing to change, Pulumi brings the program
 * up, and the director is as it was. The real servers answer, so no check takes one out.
 */

const timeout = 120 * 60 * 1000;
const stacks = new Stacks();
const stackOf = new Map<string, Promise<ImportedStack>>();
let began: Promise<{ machines: Machines; importer: Importer }> | undefined;

/** Tests that run at the same time do not wait for what comes before all. */
function begin() {
  return (began ??= Machines.begin().then(async (machines) => {
    await beginSegment(machines, realServersOf(realFiles));
    return { machines, importer: new Importer(machines.privateKey) };
  }));
}

afterAll(async () => {
  const { machines, importer } = await begin();
  await importer.end();
  await endSegment(machines);
  await machines.end();
  for (const stack of stackOf.values()) {
    (await stack).project.remove();
  }
  stacks.end();
}, timeout);

const pair = "keepalived/web-dr-pair.conf";
/** Both machines, or the one that has the address of the file's service itself. */
const onFirst = [pair, "ipvsadm/director.rules"];

/** Those whose program has health checks. */
const isChecked = (file: string) =>
  /^(keepalived\/(?!unchecked|sip|sctp)|ldirectord\/(?!unchecked))/.test(file);

/** What `--check` says on purpose. */
function changesOf(file: string): string[] {
  return [
    // The kernel has one daemon of each role; keepalived runs one at a time.
    ...(file === pair
      ? ["the backup connection synchronisation daemon does not run: up starts it"]
      : []),
    ...(isChecked(file) ? ["keepalived: up starts one of its own, which writes the services"] : []),
  ];
}

/** The configuration of the other one of two directors. */
function ofPeer(text: string): string {
  const swapped: Record<string, string> = {
    ...{ "192.0.2.10": "192.0.2.11", "192.0.2.11": "192.0.2.10" },
    ...{ MASTER: "BACKUP", "priority 150": "priority 100" },
  };
  return text.replace(/\b(192\.0\.2\.1[01]|MASTER|priority 150)\b/g, (word) => swapped[word] ?? "");
}

async function changesNothing(file: string): Promise<void> {
  const { machines, importer } = await begin();
  await machines.with(onFirst.includes(file) ? 2 : 1, async (taken) => {
    const [director, ...peers] = taken
      .slice(0, file === pair ? 2 : 1)
      .map((machine) => new OwnedDirector(machine));
    if (!director) {
      return;
    }
    await tried([director, ...peers], file, async (stack) => {
      const before = [
        await director.have(file, realFiles.indexOf(file)),
        ...(await Promise.all(peers.map((peer) => peer.have(file, 0, ofPeer)))),
      ];
      const { login } = director.machine;
      const { changes, refusals } = await importer.import(file, login, stack.program);
      expect({ changes, refusals }).toEqual({ changes: changesOf(file), refusals: [] });
      const handed = [];
      // The one that has the addresses goes last.
      for (const one of isKeepalived(file) ? [...peers, director] : []) {
        handed.unshift(await one.handOver());
      }
      expect(handed).toEqual(isKeepalived(file) ? before : []);
      const [peer] = peers;
      stack.declare(
        {
          privateKey: machines.privateKey,
          ...(peer && { host2HostKey: peer.machine.login.hostKey }),
        },
        (text) => (peer ? reachable(text, peer.machine.login) : text),
      );
      await stack.up();
      const after = await Promise.all([director, ...peers].map((one) => one.state()));
      expect(after).toEqual(file === pair ? before.map(withSharedAddresses) : before);
      expect((await stack.preview()).changes).toEqual([]);
    });
  });
}

/** Does something to directors with a stack, has it destroyed, and looks for what is left. */
async function tried(
  directors: [OwnedDirector, ...OwnedDirector[]],
  what: string,
  work: (stack: ImportedStack) => Promise<void>,
): Promise<void> {
  const started = Date.now();
  const stack = await stackFor(directors[0].machine);
  const clear = () => Promise.all(directors.map((director) => director.clear()));
  try {
    await work(stack);
  } catch (error) {
    await stack.end().catch(() => undefined);
    await clear();
    throw error;
  }
  await stack.end();
  expect(await clear()).toEqual(directors.map(() => ""));
  process.stderr.write(`• ${what}: ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** The stack of a machine's programs. */
function stackFor({ login }: Machine): Promise<ImportedStack> {
  const key = String(login.port);
  const made = stackOf.get(key) ?? ImportedStack.make(stacks);
  stackOf.set(key, made);
  return made;
}

/** A program whose second machine is reached where the tests reach it. */
function reachable(text: string, { host, port, user }: Login): string {
  const login = `host: "${host}",\n    port: ${port},\n    user: "${user}"`;
  const edited = text.replace(/host: "192\.0\.2\.11",\n\s*user: "root"/, login);
  expect(edited).not.toBe(text);
  return edited;
}

/**
 * Directors that share addresses run both daemons. keepalived begins as a backup, which removes the addresses that it
 * finds; some seconds later it has them again.
 */
function withSharedAddresses(state: Record<string, unknown>): Record<string, unknown> {
  const options = "(mcast=eth0, syncid=51, maxlen=1472, group=224.0.0.81, port=8848, ttl=1)";
  return {
    ...state,
    events: expect.any(Array) as unknown,
    daemons: ["master", "backup"].map((role) => `${role} sync daemon ${options}`),
  };
}

describe("a program that was imported changes nothing when it comes up", () => {
  test.concurrent.each(realFiles)("%s", changesNothing, timeout);
});

/** The file of a director whose keepalived is handed over while clients use it. */
const shop = `virtual_server 192.0.2.180 80 {
  delay_loop 2
  lvs_sched rr
  lvs_method NAT
  protocol TCP
${["198.51.100.31", "198.51.100.32"]
  .map(
    (member) => `  real_server ${member} 8000 {
    weight 1
    TCP_CHECK {
      connect_timeout 3
    }
  }`,
  )
  .join("\n")}
}
`;
const shopTable = [
  "-A -t 192.0.2.180:80 -s rr",
  "-a -t 192.0.2.180:80 -r 198.51.100.31:8000 -m -w 1",
  "-a -t 192.0.2.180:80 -r 198.51.100.32:8000 -m -w 1",
];

test.concurrent(
  "a keepalived that checks is handed over without a request or a connection being lost",
  async () => {
    const { machines, importer } = await begin();
    await machines.with(2, async ([machine = machines.first]) => {
      const director = new OwnedDirector(machine);
      await tried([director], "a handover", async (stack) => {
        const before = await director.put(["192.0.2.180/24 dev eth0"], keepalived(shop), shopTable);
        // Why it is not simply stopped.
        expect(await machine.run("systemctl stop keepalived; ipvsadm -Sn")).toBe("");
        expect(await director.hasTable(shopTable, "systemctl start keepalived")).toEqual(before);

        const traffic = await Traffic.begin(machine, "http://192.0.2.180");
        stack.project.write("lb.conf", shop);
        const file = join(stack.project.folder, "lb.conf");
        await importer.import(file, machine.login, stack.program);
        expect(await director.handOver()).toEqual(before);
        stack.declare({ privateKey: machines.privateKey });
        await stack.up();
        expect(await director.state()).toEqual(before);
        expect((await stack.preview()).changes).toEqual([]);
        const { requests, ...lost } = await traffic.end();
        expect(lost).toEqual({ failed: [], download: "0" });
        expect(requests).toBeGreaterThan(20);

        // Who checks from now on.
        const away = "ip -n real-servers address delete 198.51.100.32/32 dev bridge";
        await director.hasTable(shopTable.slice(0, 2), away);
        await director.hasTable(shopTable, away.replace("delete", "add"));
      });
    });
  },
  timeout,
);
