import { existsSync } from "node:fs";
import * as fc from "fast-check";
import { spec } from "../../../../../components/host/kernel";
import { until } from "../../../../support/command/helpers";
import { CallServer, greeting } from "../../../../support/shell/callServer";
import { cut, line, text } from "../../../../support/shell/hostileText";
import { ScriptMachine } from "../../../../support/shell/scriptMachine";

jest.setTimeout(60_000);

// Another one each time, as tests change its tools.
let machine: ScriptMachine;
/** One that runs the same calls in a process each. */
let other: ScriptMachine;
beforeEach(() => {
  [machine, other] = [new ScriptMachine(), new ScriptMachine()];
});
afterEach(() => {
  machine.close();
  other.close();
});

/** A value of the other machine, as this one would have it. */
function here<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(other.folder, machine.folder)) as T;
}

const service = "-A -t 10.10.10.100:80 -s rr\n-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1\n";
const applied = ["--generation", "why", "service", "apply", "p/s/n", "0"];

const shells = ["/bin/sh", "/bin/bash"].filter((shell) => existsSync(shell));

describe.each(shells)("the server of calls in %s", (shell) => {
  const servers: CallServer[] = [];
  function serve(scene = {}): CallServer {
    const server = new CallServer(machine, { scene, shell });
    servers.push(server);
    return server;
  }
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.kill();
      await server.ended();
    }
  });

  test("a call does and prints what it would in a process of its own", async () => {
    const alone = here(other.run(applied, service));
    const server = serve();
    const served = await server.call(applied, service);
    const { status, stdout, stderr } = alone;
    expect(served).toEqual({ status, stdout, stderr });
    expect(status).toBe(0);
    expect(sorted(machine.noted().calls)).toEqual(sorted(alone.calls));
    expect(server.stdout).toBe(greeting);
    expect(await server.close()).toBe(0);
  });

  test("calls run one after the other, and none finds what another has set", async () => {
    const server = serve();
    const nat = spec({ vip: "10.10.10.100", network: "10.10.10.0/24" });
    const marks = [
      server.write(["--generation", "w", "--adopt", "nat", "apply", "p/s/nat"], nat),
      server.write(["nat", "remove", "p/s/nat"], nat),
      server.write(["--generation", "w", "nat", "apply", "p/s/nat"], nat),
      server.write(["nat", "remove", "p/s/nat"], nat),
    ];
    for (const mark of marks) {
      expect(await server.end(mark)).toMatchObject({ status: 0, stderr: "" });
    }
    expect(machine.exists("run/ipvs-lab/nat/10.10.10.100")).toBe(false);
  });

  test("a call that fails ends with its status and its words, at the line that failed; the next one is served", async () => {
    for (const one of [machine, other]) {
      one.tool("nft", "echo no >&2; exit 3");
    }
    const server = serve();
    const nat = spec({ vip: "10.10.10.100", network: "10.10.10.0/24" });
    const alone = here(other.run(["nat", "apply", "p/s/nat"], nat));
    expect(alone.status).not.toBe(0);
    const { status, stdout, stderr } = alone;
    expect(await server.call(["nat", "apply", "p/s/nat"], nat)).toEqual({ status, stdout, stderr });
    expect(await server.call(["nat", "apply", "p/s/nat"], "what x\n")).toEqual({
      ...{ status: 1, stdout: "" },
      stderr: 'ipvs-lab: unknown setting "what" for nat\n',
    });
    expect((await server.call(applied, service)).status).toBe(0);
  });

  test("words of a shell's stay words", async () => {
    const server = serve();
    const words = ["$(canary)", "`canary`", ";canary", "' canary '", "*", "\\", ""];
    for (const word of words) {
      const { stderr } = await server.call(
        ["service", "apply", word, word],
        "$(canary)\n;canary\n",
      );
      expect(stderr).toContain("$(canary)");
      expect(machine.noted(stderr).executed).toEqual([]);
    }
  });

  test("words and input are data, whatever they look like", async () => {
    const word = line.map((value) => cut(value, 300));
    const server = serve();
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 4 }), text, async (words, input) => {
        const { stderr } = await server.call(["service", "apply", ...words], input);
        expect(machine.noted(stderr).executed).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect((await server.call(applied, service)).status).toBe(0);
  });

  test("a call gets its words and its input byte by byte, as alone", async () => {
    const server = serve();
    let runs = 0;
    const given = fc.tuple(
      line.map((value) => cut(value, 100)),
      text,
    );
    await fc.assert(
      fc.asyncProperty(given, async ([owner, page]) => {
        const instance = `a${++runs}`;
        const words = ["webserver", "apply", owner];
        const input = `${spec({ server: "apache", instance, port: 80 })}\n${page}`;
        const alone = here(other.run(words, input));
        const { executed, calls, ...result } = alone;
        expect(executed).toEqual([]);
        expect(await server.call(words, input)).toEqual(result);
        const record = `var/lib/ipvs-lab/webserver/${instance}`;
        // The digests of files that have the machine's folder in them.
        const [got, wanted] = [machine.text(record), here(other.text(record))].map((content) =>
          content.replace(/also .*(conf|service)$/gm, ""),
        );
        expect(got).toEqual(wanted);
        expect(sorted(machine.noted().calls)).toEqual(sorted(calls));
      }),
      { numRuns: 10 },
    );
  });

  test("lines that look like the end of a call, or like another call, are input", async () => {
    const server = serve();
    const mark = "end-x";
    const input = `${mark}\n${mark} 0\n2\nnat\nremove\n0\n`;
    server.write(["nat", "apply", "p/s/nat"], input, mark);
    expect(await server.end(mark)).toEqual({
      ...{ status: 1, stdout: "" },
      stderr: `ipvs-lab: unknown setting "${mark}" for nat\n`,
    });
    expect((await server.call(applied, service)).status).toBe(0);
  });

  test.each([
    ["proof", "apply", "p/s/n"],
    ["proof", "read", "p/s/n"],
    ["table", "read", "p/s/n"],
    ["host", "uninstall"],
    ["host", "apply"],
    ["host", "install", "/var/lib/ipvs-lab/bin/x", "why"],
    ["observe"],
    ["serve"],
    ["--adopt", "serve"],
    ["--self", "x", "observe"],
  ])("%s %s %s is not served", async (...words) => {
    const server = serve();
    const { status, stdout, stderr } = await server.call(words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^ipvs-lab: serve: takes apply and remove of objects alone/);
    expect(machine.noted().calls).toEqual([]);
  });

  test("a call that comes in part only is not run", async () => {
    const server = serve();
    const nat = spec({ vip: "10.10.10.100", network: "10.10.10.0/24" });
    server.process.stdin.write(`m\n3\nnat\napply\np/s/n\n3\n${nat}`);
    expect(await server.close()).toBe(0);
    expect(machine.noted().calls).toEqual([]);
    expect(server.stdout).toBe(`${greeting}m\n`);
  });

  test.each(["x", "-1", "08", "1+1", "$(canary)", "", "123456"])(
    "a number of words that is %j ends the server",
    async (number) => {
      const server = serve();
      server.process.stdin.write(`m\n${number}\n`);
      expect(await server.ended()).toBe(1);
      await until(() => server.stderr !== "", "its words");
      expect(server.stderr).toBe("ipvs-lab: serve: not a number of lines\n");
      expect(machine.noted(server.stderr).executed).toEqual([]);
    },
  );

  test("output comes at once, as while another run is waited for", async () => {
    machine.tool(
      "flock",
      'if [ "$1" = -n ]; then exit 1; fi; until [ -e "$T/work/go" ]; do /bin/sleep 0.05; done',
    );
    const server = serve();
    const mark = server.write(applied, service);
    await until(() => server.stdout.includes("waiting for another run of ipvs-lab"), "its words");
    machine.file("../work/go", "");
    expect((await server.end(mark)).status).toBe(0);
  });

  test("what a call leaves in the background neither holds nor enters the next one", async () => {
    machine.tool(
      "arping",
      `until [ -e "$T/work/go" ]; do /bin/sleep 0.05; done
       echo late; echo late >&2; : >"$T/work/ended"`,
    );
    const server = serve();
    const vip = spec({ address: "10.10.10.100/24", interface: "eth0" });
    const first = await server.call(["--generation", "w", "address", "apply", "p/s/vip"], vip);
    expect(first.status).toBe(0);
    expect(first.stdout).toContain("arping -U");
    // Both calls end while arping still waits.
    await server.call(applied, service);
    machine.file("../work/go", "");
    await until(() => machine.exists("../work/ended"), "arping's end");
    const last = await server.call(applied, service);
    expect(server.stdout + server.stderr + last.stdout + last.stderr).not.toContain("late");
  });

  test.each([
    ["to the server alone", (pid: number) => pid, "TERM"],
    ["to the whole group", (pid: number) => -pid, "TERM"],
    ["to the server alone", (pid: number) => pid, "HUP"],
    ["to the server alone", (pid: number) => pid, "INT"],
  ] as const)(
    "a signal %s takes down what a call has set up, and ends both (%s %s)",
    async (_to, target, name) => {
      // While packages are installed, /usr/sbin/policy-rc.d keeps services from being started.
      machine.tool("dpkg-query", "exit 1");
      machine.tool(
        "apt-get",
        'case "$*" in *install*) : >"$T/work/begun"; /bin/sleep 1; exit 1 ;; esac',
      );
      machine.tool(
        "grep",
        'case "$*" in *policy-rc.d*) /bin/sleep 0.3 ;; esac; exec "$T/real/grep" "$@"',
      );
      const server = serve();
      const mark = server.write(["director", "apply", "p/s/d"], spec({ packages: "ipvsadm" }));
      await until(() => machine.exists("../work/begun"), "the installation");
      expect(machine.exists("usr/sbin/policy-rc.d")).toBe(true);
      process.kill(target(server.process.pid ?? 0), `SIG${name}`);
      expect(await server.end(mark)).toMatchObject({ status: 143 });
      expect(machine.exists("usr/sbin/policy-rc.d")).toBe(false);
      expect(await server.ended()).toBe(143);
    },
  );

  test("a server that waits for calls ends at a signal", async () => {
    const server = serve();
    await until(() => server.stdout === greeting, "its greeting");
    process.kill(server.process.pid ?? 0, "SIGTERM");
    await server.ended();
    expect(server.process.signalCode).toBe("SIGTERM");
  });
});

test("a user who is not root has sudo run the server", () => {
  machine.withoutRoot();
  const { calls } = machine.run(["serve"]);
  expect(calls).toContainEqual(["sudo", "-n", machine.program, "--self", "program", "serve"]);
});

function sorted(calls: string[][]): string[] {
  return calls.map((call) => JSON.stringify(call)).sort();
}
