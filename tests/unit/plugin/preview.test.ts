import { copyFileSync, readFileSync } from "node:fs";
import { AddressInfo } from "node:net";
import { join } from "node:path";
import { Connection, Server } from "ssh2";
import { parse } from "yaml";
import { z } from "zod";
import { outputs } from "../../../plugin/loadBalancer";
import { schema } from "../../../plugin/schema";
import { plugin, Project, quickly, root } from "../../support/pulumi/project";
import { keyPair, words } from "../../support/ssh/keys";

/** The commands that a load balancer consists of, below what it is called. */
const commands = (name: string) => [
  `ipvs-lab:index:LoadBalancer$ipvs-lab:index:Host$command:remote:Command::${name}-director-tools`,
  `ipvs-lab:index:LoadBalancer$ipvs-lab:index:Director$command:remote:Command::${name}-director`,
  `ipvs-lab:index:LoadBalancer$ipvs-lab:index:Vip$command:remote:Command::${name}-vip-192.0.2.100`,
  `ipvs-lab:index:LoadBalancer$ipvs-lab:index:IpvsService$command:remote:Command::${name}-tcp-192.0.2.100-80`,
];
const key = keyPair();
const hostKey = words(keyPair().public);
/** Nothing listens there. */
const nobody = { host: "127.0.0.1", port: 9, user: "root", hostKey };
const unseen = "web-director cannot be looked at, so what is on it is taken to be as it was";

const project = new Project();
beforeAll(async () => {
  project.write("key", key.private);
  project.write("package.json", "{}");
  programs("index.js");
  await project.pulumi("stack", "init", "test");
}, 60_000);
const atEnd: (() => void)[] = [];
afterAll(() => {
  for (const end of atEnd) end();
  project.remove();
});

/** The project's program is this file from now on. */
function programs(main: string): void {
  const providers = [{ name: "ipvs-lab", path: plugin }];
  const runtime = { name: "nodejs", options: quickly };
  const settings = { name: "anyones", runtime, main, plugins: { providers } };
  project.write("Pulumi.yaml", JSON.stringify(settings));
}

/** A program without an SDK, as others speak to the engine. */
function raw(...lines: string[]): void {
  programs("index.js");
  project.write(
    "index.js",
    [
      `const pulumi = require("@pulumi/pulumi");`,
      `const privateKey = pulumi.secret(require("node:fs").readFileSync("${join(project.folder, "key")}", "utf8"));`,
      `const ssh = { ...${JSON.stringify(nobody)}, privateKey };`,
      `const director = { ssh, interface: "eth0", address: "192.0.2.10/24" };`,
      `const realServers = [{ name: "a", address: "192.0.2.21" }];`,
      `const right = { director, virtualAddress: "192.0.2.100", port: 80, realServers };`,
      `const lb = (name, args) => new pulumi.ComponentResource(`,
      `  "ipvs-lab:index:LoadBalancer", name, { url: undefined, ...right, ...args }, {}, true);`,
      ...lines,
    ].join("\n"),
  );
}

/** "director.ssh.host" and so on, of a zod schema. */
function checkedNames(type: unknown): string[] {
  const inner =
    type instanceof z.ZodOptional || type instanceof z.ZodDefault ? type.unwrap() : type;
  if (inner instanceof z.ZodArray) {
    return checkedNames(inner.element);
  }
  return inner instanceof z.ZodObject
    ? Object.entries(inner.shape).flatMap(([name, of]) => below(name, checkedNames(of)))
    : [];
}

const below = (name: string, names: string[]) => [name, ...names.map((n) => `${name}.${n}`)];

interface Property {
  $ref?: string;
  items?: Property;
  description?: string;
}
interface Schema {
  types: Record<string, { properties: Record<string, Property> }>;
  resources: Record<string, Record<"inputProperties" | "properties", Record<string, Property>>>;
}

/** What the plugin makes of its types, which takes a compiler: once for all tests. */
let described: Promise<string> | undefined;
function schemaText(): Promise<string> {
  return (described ??= project.pulumi("package", "get-schema", plugin));
}

test("the schema for all languages has every argument that is checked, each with a description", async () => {
  const { types, resources } = JSON.parse(await schemaText()) as Schema;
  const names = (properties: Record<string, Property>): string[] =>
    Object.entries(properties).flatMap(([name, property]) => {
      const of = (property.$ref ?? property.items?.$ref)?.replace("#/types/", "");
      expect([name, property.description]).not.toContain(undefined);
      return below(name, of === undefined ? [] : names(types[of]?.properties ?? {}));
    });
  const lb = resources["ipvs-lab:index:LoadBalancer"];
  expect(names(lb?.inputProperties ?? {}).sort()).toEqual(checkedNames(schema).sort());
  expect(Object.keys(lb?.properties ?? {}).sort()).toEqual([...outputs].sort());
}, 60_000);

test("a program in TypeScript has it with types, from the SDK that Pulumi makes", async () => {
  project.write("schema.json", await schemaText());
  const schemaFile = join(project.folder, "schema.json");
  await project.pulumi("package", "gen-sdk", schemaFile, "--language", "nodejs", "--out", "sdk");
  const program = (args: string) => `import { readFileSync } from "node:fs";
    import * as pulumi from "@pulumi/pulumi";
    import { remote } from "@pulumi/command";
    import { LoadBalancer } from "./sdk/nodejs";
    const privateKey = pulumi.secret(readFileSync("${join(project.folder, "key")}", "utf8"));
    const ssh = { ...${JSON.stringify(nobody)}, privateKey };
    const lb = new LoadBalancer("web", {
      director: { ssh, interface: "eth0", address: "192.0.2.10/24" },
      realServers: [{ name: "a", address: "192.0.2.21" }, { name: "b", address: "192.0.2.22" }],
      ${args}
    });
    const made = new remote.Command("made", { connection: { host: "127.0.0.1" }, create: "true" });
    new LoadBalancer("later", {
      director: { ssh: { ...ssh, host: made.stdout }, interface: "eth0", address: "192.0.2.10/24" },
      ...{ virtualAddress: "192.0.2.100", port: 80, realServers: [] },
    });
    export const lines = lb.lines;`;
  project.write("right.ts", program(`virtualAddress: "192.0.2.100", port: 80,`));
  project.write("wrong.ts", program(`virtualAddress: pulumi.output("192.0.2.100"), port: 80,`));
  const compilerOptions = {
    ...{ target: "es2022", module: "node16", moduleResolution: "node16", strict: true },
    ...{ skipLibCheck: true, types: ["node"], outDir: "made", rootDir: "." },
  };
  const files = ["right.ts", "wrong.ts"];
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await project.run(process.execPath, tsc, "-p", ".");
  expect(stdout).toMatch(
    /^wrong\.ts\(\d+,\d+\): error TS2322: Type 'Output<string>' is not assignable/,
  );
  expect(stdout).not.toContain("right.ts");
  // The SDK reads its own version there.
  const sdk = (folder: string) => join(project.folder, folder, "package.json");
  copyFileSync(sdk("sdk/nodejs"), sdk("made/sdk/nodejs"));
  programs("made/right.js");
  const { status, inputs, errors, warnings } = await project.preview();
  expect(errors).toEqual([]);
  // The other one's machine is another resource's to make, and is not looked at.
  expect([...inputs.keys()]).toEqual(
    expect.arrayContaining([...commands("web"), ...commands("later")]),
  );
  expect(inputs.get(commands("web")[3] ?? "")?.stdin).toBe(
    "-A -t 192.0.2.100:80 -s wlc\n-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1\n-a -t 192.0.2.100:80 -r 192.0.2.22:80 -m -w 1\n",
  );
  expect(warnings.filter((text) => text.includes("looked at"))).toEqual([
    expect.stringContaining(unseen),
  ]);
  expect(status).toBe(0);
}, 120_000);

const example = readFileSync(join(root, "examples/yaml/Pulumi.yaml"), "utf8");
const settings = { host: "127.0.0.1", port: 9, hostKey };
const lines =
  "-A -t 192.0.2.100:80 -s wrr\n-a -t 192.0.2.100:80 -r 192.0.2.21:8080 -m -w 1\n-a -t 192.0.2.100:80 -r 192.0.2.22:8080 -m -w 2\n";

test("what the example in YAML declares is a load balancer", async () => {
  const { resources } = parse(example) as { resources: Record<string, { properties: object }> };
  const properties = JSON.stringify(resources.web?.properties);
  expect(Object.keys(resources)).toEqual(["web"]);
  raw(
    `const config = { ...${JSON.stringify(settings)}, user: "root", privateKey };`,
    `lb("web", JSON.parse(${JSON.stringify(properties)}, (_, value) =>`,
    `  /^\\$\\{/.test(value) ? config[value.slice(2, -1)] : value));`,
  );
  const { status, inputs, errors } = await project.preview();
  expect(errors).toEqual([]);
  expect(inputs.get(commands("web")[3] ?? "")?.stdin).toBe(lines);
  expect(status).toBe(0);
}, 60_000);

test("what is not known at the preview is refused with the property and the way out", async () => {
  raw(
    `const { remote } = require("@pulumi/command");`,
    `const other = new remote.Command("other", { connection: { host: "127.0.0.1" }, create: "true" });`,
    `lb("web", { virtualAddress: other.stdout });`,
  );
  const { status, errors } = await project.preview();
  expect(errors.join("\n")).toContain(
    'LoadBalancer "web": virtualAddress: not known before another resource is made',
  );
  expect(status).not.toBe(0);
}, 60_000);

test("a machine that is another one stops the program, and nothing of it stays", async () => {
  const connections = new Set<Connection>();
  const server = new Server({ hostKeys: [keyPair().private] }, (connection) => {
    connections.add(connection);
    connection.on("error", () => undefined);
    connection.on("close", () => connections.delete(connection));
  });
  atEnd.push(() => {
    for (const connection of connections) connection.end();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  raw(
    `lb("web", { director: { ...director, ssh: { ...ssh, port: ${port} } } });`,
    // Served by the same process.
    `lb("other", {});`,
  );
  const { status, errors } = await project.preview();
  expect(errors.join("\n")).toMatch(
    /LoadBalancer resource 'web' has a problem: web-director \(127\.0\.0\.1:\d+\) is not the machine that it was: it shows another SSH host key/,
  );
  expect(errors.join("\n")).not.toMatch(/EOF|prematurely|could not be reached/);
  expect(status).not.toBe(0);
  expect(connections.size).toBe(0);
  expect(project.processes()).toEqual([]);
}, 60_000);
