import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../support/pulumi/project";
import { changes, look, Machine, Machines } from "./machines";
import { programs } from "./programs";
import { Stack, Stacks } from "./stacks";

/**
 * Stacks that an earlier commit has made are taken over by this code: the preview has nothing but the program on the
 * machines, the update disturbs no connection, and the removal leaves nothing.
 */

/** The last commit before kinds, drift and refresh had rooms of their own. */
const earlier = "2750056";
const timeout = 20 * 60 * 1000;

const stacks = new Stacks();
const checkout = mkdtempSync(join(tmpdir(), "ipvs-lab-earlier-"));
let machines: Machines;

beforeAll(async () => {
  extract();
  machines = await Machines.begin();
}, timeout);
afterAll(async () => {
  await machines.end();
  stacks.end();
  rmSync(checkout, { recursive: true, force: true });
}, timeout);

/** @throws Error where a clone is too shallow to have that commit. */
function extract(): void {
  try {
    const archive = execFileSync("git", ["-C", root, "archive", earlier], { maxBuffer: 1 << 28 });
    execFileSync("tar", ["-x", "-C", checkout], { input: archive });
  } catch (error) {
    throw new Error(`this clone has no commit ${earlier}: git fetch --unshallow`, { cause: error });
  }
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
}

/** keepalived's additional IPv6 addresses are deprecated since then: the director's own connections do not use them. */
const deprecated =
  /^stdin: .* 2001:db8:20::1\/64 dev .* → .* 2001:db8:20::1\/64 preferred_lft 0 dev /;

test.each<[name: string, meant: RegExp | undefined]>([
  ["the workshop, on two machines", undefined],
  ["addresses that two directors share", deprecated],
  ["checks over HTTP", undefined],
  ["tables out of files of CSV and YAML", undefined],
])(
  "%s",
  async (name, meant) => {
    await takeOver(name, (stack) => stack.up(), meant);
  },
  timeout,
);

test(
  "a download goes on while its service is taken over",
  async () => {
    await takeOver("clients on the director itself", async (stack, [first]) => {
      await first?.run(
        `cat >/run/slow.py <<'PY'\n${slow}\nPY\ncd /run; python3 slow.py >/dev/null 2>&1 & echo $! >/run/slow.pid`,
      );
      await first?.run(
        "cd /run; for i in $(seq 50); do ss -ltn | grep -q :8080 && break; sleep 0.2; done; " +
          "(curl -sS -o slow.got http://192.0.2.100/ >slow.said 2>&1; echo $? >slow.status) >/dev/null 2>&1 &",
      );
      await stack.up();
      // It began before the update, was open throughout it, and ends only now.
      const open = await first?.run("cat /run/slow.status 2>/dev/null; touch /run/slow.end");
      const said = await first?.run(
        "cd /run; for i in $(seq 100); do [ -f slow.status ] && break; sleep 0.2; done; cat slow.status; tail -c 4 slow.got; " +
          "kill $(cat slow.pid) 2>/dev/null || true; rm -f slow.*",
      );
      expect([open, said]).toEqual(["", "0\nend\n"]);
    });
  },
  timeout,
);

/** Answers a request with a line every fifth of a second, until a file says that it is the end. */
const slow = `
import http.server, os, time
class Slow(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        while not os.path.exists("slow.end"):
            self.wfile.write(b"more\\n")
            time.sleep(0.2)
        self.wfile.write(b"end\\n")
http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Slow).serve_forever()
`;

/**
 * The values of a change that differ in more than the path of the program on the machines.
 * @param change A line for the operation, and one for each value, "stdin: OLD → NEW". A component has no values.
 * @param meant A value that differs on purpose.
 */
function beyondProgram(change: string, meant = /^$/): string[] {
  const [operation = "", ...values] = change.split("\n");
  if (operation.endsWith("-tools")) {
    return [];
  }
  const others = values
    .map((value) => value.replace(/\bipvs-lab-[0-9a-f]{12}\b/g, "ipvs-lab-…"))
    .filter((value) => {
      const [old, now] = value.slice(value.indexOf(": ") + 2).split(" → ");
      return old !== now && !meant.test(value);
    });
  return others.length > 0 || /^(create|delete|replace)/.test(operation)
    ? [[operation, ...others].join("\n")]
    : [];
}

/**
 * Makes a program's stack with the earlier code, and has this code go on with it.
 * @param meant A value whose difference is a correction since then.
 */
async function takeOver(
  name: string,
  update: (stack: Stack, machines: Machine[]) => Promise<void>,
  meant?: RegExp,
): Promise<void> {
  const program = programs[name];
  if (!program) {
    throw new Error(`there is no program "${name}"`);
  }
  await machines.with(program.machines ?? 1, async (taken) => {
    const told = {
      ...{ machines: taken.map(({ login }) => login), behind: machines.behind },
      ...{ privateKey: machines.privateKey, files: join(root, "tests/rest/files") },
    };
    const before = await Promise.all(taken.map(look));
    const stack = await stacks.make(name, program, told, undefined, checkout);
    try {
      await stack.up();
      stacks.takeOver(stack);
      const { changes: would } = await stack.preview();
      expect(would.flatMap((change) => beyondProgram(change, meant))).toEqual([]);
      await update(stack, taken);
      expect((await stack.preview()).changes).toEqual([]);
    } finally {
      await stack.destroy();
    }
    const after = await Promise.all(taken.map(look));
    expect(before.flatMap((was, i) => changes(was, after[i] ?? {}))).toEqual([]);
  });
}
