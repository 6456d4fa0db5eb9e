import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/pulumi/project";
import { changes, look, Machine, Machines } from "./machines";
import { changing } from "./programs/changing";
import { Stack, Stacks } from "./stacks";

/**
 * What others do to a service while it is up (members and weights by hand), and new names for what declares it: what the
 * preview says, what the update does in the kernel, and who answers.
 */

const timeout = 20 * 60 * 1000;
let machines: Machines;

beforeAll(async () => {
  machines = await Machines.begin();
}, timeout);
afterAll(async () => {
  await machines.end();
}, timeout);

const servers = readFileSync(join(__dirname, "machine/servers.py"), "utf8");
const key = "-t 192.0.2.100:80";
const head = `-A ${key} -s rr`;
const member = (port: number, weight = 1) => `-a ${key} -r 127.0.0.1:${port} -m -w ${weight}`;
const declared = [head, member(8081), member(8082)];
const foreign = member(8083);

/** A machine with web servers, and a stack on it. */
class Trial {
  constructor(
    readonly machine: Machine,
    readonly stack: Stack,
  ) {}

  /** The service in the kernel. */
  async kernel(): Promise<string[]> {
    const saved = await this.machine.run("ipvsadm -Sn");
    return saved.split("\n").filter((line) => line.includes(`${key} `));
  }

  async byHand(line: string): Promise<void> {
    await this.machine.run(`printf '%s\\n' ${JSON.stringify(line)} | ipvsadm -R`);
  }

  /** The ports of the servers that answer twelve requests. */
  async answers(): Promise<string[]> {
    const asked = "for i in $(seq 12); do curl -sS --max-time 5 http://192.0.2.100/; done";
    return [...new Set((await this.machine.run(asked)).split("\n").filter(Boolean))].sort();
  }

  /** Begins a download that goes on until it is told to end. */
  async download(): Promise<void> {
    await this.machine.run(
      "cd /run/changing; (curl -sS -o got http://192.0.2.100/slow >said 2>&1; echo $? >status) >/dev/null 2>&1 & " +
        "for i in $(seq 50); do [ -s /run/changing/got ] && break; sleep 0.2; done",
    );
  }

  /** Ends it, and returns curl's status: 0 if it was never cut. */
  async downloaded(): Promise<string> {
    return this.machine.run(
      "cd /run/changing; [ ! -e status ] || exit 9; touch slow.end; " +
        "for i in $(seq 100); do [ -s status ] && break; sleep 0.2; done; cat status; rm -f slow.end status",
    );
  }
}

/** Makes the stack of a program, has something done to it, and looks for what it leaves behind. */
async function tried(name: string, work: (trial: Trial) => Promise<void>): Promise<void> {
  const program = changing[name];
  if (!program) {
    throw new Error(`there is no program "${name}"`);
  }
  await machines.with(1, async ([machine]) => {
    if (!machine) {
      return;
    }
    const told = {
      ...{ machines: [machine.login], behind: machines.behind, privateKey: machines.privateKey },
      files: join(root, "tests/rest/files"),
    };
    const before = await look(machine);
    await machine.run(
      `mkdir -p /run/changing; cd /run/changing; cat >servers.py <<'PY'\n${servers}PY\n` +
        "python3 servers.py >/dev/null 2>&1 & echo $! >/run/changing/pid; " +
        "for i in $(seq 50); do ss -ltn | grep -q :8083 && break; sleep 0.2; done",
    );
    // Its project gets another name.
    const stacks = new Stacks();
    const stack = await stacks.make(name, program, told);
    try {
      await stack.up();
      await work(new Trial(machine, stack));
    } finally {
      await stack.destroy();
      stacks.end();
      await machine.run("kill $(cat /run/changing/pid); rm -rf /run/changing");
    }
    expect(changes(before, await look(machine))).toEqual([]);
  });
}

const added = (of: string) =>
  `real server 127.0.0.1:8083${of} was added by somebody else and gets traffic`;

describe.each([
  ["service", ""],
  ["table", ` of ${key}`],
  ["keepalived", ""],
])("of a %s", (name, of) => {
  test(
    "a member of others stays, until members are exclusive; names move without a connection being touched",
    async () => {
      await tried(name, async (trial) => {
        const { stack } = trial;
        expect(await trial.answers()).toEqual(["8081", "8082"]);
        await trial.byHand(foreign);
        expect(await trial.answers()).toEqual(["8081", "8082", "8083"]);
        const shared = await stack.preview();
        expect({ ...shared, notes: shared.notes.join("\n") }).toEqual({
          ...{ changes: [], warnings: [] },
          notes: expect.stringContaining(`${added(of)}; it stays`) as string,
        });
        await stack.up();
        expect((await trial.kernel()).toSorted()).toEqual([...declared, foreign].sort());

        await stack.vary("exclusive");
        expect((await stack.preview()).warnings.join("\n")).toContain(
          `${added(of)}: up removes it`,
        );
        await stack.up();
        expect((await trial.kernel()).toSorted()).toEqual(declared.toSorted());
        expect(await trial.answers()).toEqual(["8081", "8082"]);
        expect((await stack.preview()).changes).toEqual([]);

        // The stack, its project and all components have other names and places.
        await trial.download();
        const unit = "systemctl show -p MainPID 'keepalived-*'";
        const [kernel, process] = [await trial.kernel(), await trial.machine.run(unit)];
        await stack.rename("renamed", `other-${name}`);
        await stack.vary("exclusive moved");
        const moved = await stack.preview();
        expect(moved.notes.join("\n")).toMatch(
          /what rest\/s\d+\/web.* has on lb becomes renamed\//,
        );
        expect(moved.notes.join("\n")).toContain(
          "moved from Director to Shop/Director in the program",
        );
        expect(moved.warnings).toEqual([]);
        await stack.up();
        expect(await trial.kernel()).toEqual(kernel);
        expect(await trial.machine.run(unit)).toBe(process);
        expect(await trial.downloaded()).toBe("0\n");
        expect((await stack.preview()).changes).toEqual([]);
        const records = await trial.machine.run(
          "grep -rls -e '^owner rest/' -e '^made .* rest/' /run/ipvs-lab /var/lib/ipvs-lab || true",
        );
        expect(records).toBe("");
      });
    },
    timeout,
  );
});

test.each([
  ["service", ""],
  ["table", ` of ${key}`],
])(
  "a %s keeps a weight that is set by hand, and gives others the declared one",
  async (name, of) => {
    await tried(name, async (trial) => {
      const { stack } = trial;
      await stack.vary("kept");
      await stack.up();
      await trial.byHand(member(8082, 0).replace("-a", "-e"));
      expect(await trial.answers()).toEqual(["8081"]);
      const { changes: would, notes } = await stack.preview();
      expect(would).toEqual([]);
      expect(notes.join("\n")).toContain(
        `real server 127.0.0.1:8082${of} has weight 0, not 1: it stays so`,
      );
      await stack.vary("kept heavy");
      expect((await stack.preview()).notes.join("\n")).toContain(
        "has weight 0, not 5: it stays so",
      );
      await stack.up();
      expect(await trial.kernel()).toEqual([head, member(8081, 5), member(8082, 0)]);
      expect(await trial.answers()).toEqual(["8081"]);
      // Back in service, by hand, and from then on as declared.
      await trial.byHand(member(8082, 5).replace("-a", "-e"));
      await stack.vary("kept");
      await stack.up();
      expect((await trial.kernel()).toSorted()).toEqual(declared.toSorted());
    });
  },
  timeout,
);
