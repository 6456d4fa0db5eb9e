import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { intended } from "../support/language/differences";
import { Hosts, Project, type Host, type Ran } from "../support/language/hosts";
import * as programs from "../support/language/programs";

jest.setTimeout(120_000);

let hosts: Hosts;
beforeAll(() => {
  hosts = new Hosts();
});
afterAll(() => {
  hosts.close();
});

/** Does the same with both hosts at once; their results must not differ. Ours is returned. */
async function same<T>(work: (host: Host) => Promise<T>): Promise<T> {
  const results = await Promise.all(hosts.all.map(work));
  const ours = results.at(-1) as T;
  if (results.length === 2) {
    expect(ours).toEqual(intended(results[0] as T));
  }
  return ours;
}

async function project(host: Host, files: Record<string, string>): Promise<Project> {
  const made = new Project(hosts, host, files);
  expect(await made.makeStack()).toMatchObject({ code: 0 });
  return made;
}

test("config, secrets, names, outputs and console output reach the program and the state", async () => {
  const { preview, up, state, outputs } = await same(async (host) => {
    const made = await project(host, programs.everything);
    const plain = ["name=it's", "nested.list[0]=1", "other:key=elsewhere"];
    const values = plain.flatMap((value) => ["--plaintext", value]);
    await made.pulumi("config", "set-all", "--path", ...values, "--secret", "password=s3cret");
    const preview = await made.pulumi("preview", "--parallel", "3");
    const up = await made.pulumi("up", "--yes", "--skip-preview", "--parallel", "3");
    const outputs = made.json("stack", "output", "--json", "--show-secrets");
    return { preview, up, state: made.state(), outputs };
  });
  expect(preview).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("dry run: true") as string,
  });
  expect(up).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("dry run: false") as string,
  });
  expect(up.stdout + up.stderr).toContain("to standard error");
  expect(outputs).toEqual({
    name: "it's",
    password: "s3cret",
    nested: { list: [1] },
    elsewhere: "elsewhere",
    isSecret: true,
    where: "organization/language/unit",
    root: true,
    folder: true,
    parallel: "3",
    made: "made of it's",
  });
  expect(JSON.stringify(state)).toContain("pulumi-nodejs:dynamic:Resource");
});

test.each([
  ["throws", "an exception", 1],
  ["runError", "only this line", 1],
  ["resourceError", "of the component", 1],
  ["rejects", "nobody caught this", 1],
  ["noModule", "no-such-module", 1],
])("a program that %s ends with the same message and status", async (kind, text, code) => {
  const { ran, state } = await same(async (host) => {
    const made = await project(host, programs.failing(kind));
    return { ran: await made.pulumi("up", "--yes", "--skip-preview"), state: made.state() };
  });
  expect(ran.code).toBe(code);
  expect(ran.stdout + ran.stderr).toContain(text);
  // What the SDK has said is not said again by the language host.
  expect(ran.stdout + ran.stderr).not.toContain("The program ended with");
  expect(state).toBeDefined();
});

test("a program that does not compile is an error that says where", async () => {
  const { code, stdout } = await same(async (host) => {
    return (await project(host, programs.wrongType)).pulumi("preview");
  });
  expect(code).toBe(1);
  expect(stdout).toContain("Type 'string' is not assignable to type 'number'");
});

test("a program that ends with a status of its own is an error that names it", async () => {
  const { code, stdout } = await same(async (host) => {
    return (await project(host, programs.failing("exits"))).pulumi("preview");
  });
  expect(code).toBe(1);
  expect(stdout).toContain("The program ended with exit code 3");
});

test("options `main`, `tsconfig`, `nodeargs` and `typescript` are obeyed", async () => {
  const typed = await same(async (host) => {
    return (await project(host, programs.options)).pulumi("preview");
  });
  expect(typed).toMatchObject({ code: 0 });
  expect(typed.stdout).toContain("decorated");
  expect(typed.stdout).toContain('["--stack-trace-limit=7","--title=a b"]');
  const plain = await same(async (host) => {
    return (await project(host, programs.plain)).pulumi("preview");
  });
  expect(plain).toMatchObject({ code: 0 });
  expect(plain.stdout).toContain("typescript: undefined");
});

test("policy packs see the resources, their config, the stack's names and its config", async () => {
  const work = async (host: Host, level: string): Promise<Ran> => {
    const made = await project(host, programs.pack);
    await made.pulumi("config", "set", "name", "x");
    const config = ["--policy-pack", "pack", "--policy-pack-config", `pack/${level}.json`];
    return made.pulumi("preview", ...config);
  };
  const mandatory = await same((host) => work(host, "mandatory"));
  expect(mandatory).not.toMatchObject({ code: 0 });
  expect(mandatory.stdout).toContain("x of language/unit is seen, dry run true");
  const advisory = await same((host) => work(host, "advisory"));
  expect(advisory).toMatchObject({ code: 0 });
  expect(advisory.stdout).toContain("x of language/unit is seen, dry run true");
});

test("a policy pack that cannot be loaded is an error that shows why", async () => {
  const { code, stdout, stderr } = await same(async (host) => {
    const broken = { "pack/index.js": "throw new Error('broken pack');" };
    const made = await project(host, { ...programs.pack, ...programs.plain, ...broken });
    return made.pulumi("preview", "--policy-pack", "pack");
  });
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain("broken pack");
});

test("Ctrl-C ends the program, and nothing of it is left", async () => {
  const { code, stopped } = await same(async (host) => {
    const made = await project(host, programs.endless);
    const running = made.start("preview");
    const finished = made.finish(running);
    const file = join(made.folder, "pid");
    while (!existsSync(file)) {
      await sleep(50);
    }
    process.kill(-(running.pid ?? 0), "SIGINT");
    const { code } = await finished;
    return { code, stopped: await isGone(Number(readFileSync(file, "utf8"))) };
  });
  expect(code).not.toBe(0);
  expect(stopped).toBe(true);
});

test("an engine that is killed leaves no program behind, with ours", async () => {
  const made = await project(hosts.ours, programs.endless);
  const running = made.start("preview");
  const file = join(made.folder, "pid");
  while (!existsSync(file)) {
    await sleep(50);
  }
  running.kill("SIGKILL");
  expect(await isGone(Number(readFileSync(file, "utf8")))).toBe(true);
});

test("`pulumi install` lets npm install, and shows what it says", async () => {
  const { code, installed } = await same(async (host) => {
    const made = new Project(hosts, host, programs.installable);
    const { code } = await made.pulumi("install");
    return { code, installed: existsSync(join(made.folder, "node_modules/local/index.js")) };
  });
  expect({ code, installed }).toEqual({ code: 0, installed: true });
});

test("the plugins that a project needs are those of its packages, of a policy pack's none", async () => {
  const plugins = await same(async (host) => {
    const about = (await project(host, programs.packages)).json("about", "--json");
    return (about as { plugins: { name: string; version: string }[] }).plugins;
  });
  expect(plugins.map(({ name, version }) => `${name} ${version}`)).toEqual([
    ...["command 1.2.1", "nested 0.1.0", "nodejs 3.230.0", "third 2.0.0"],
  ]);
});

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 200; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}
