import { join } from "node:path";

/** The programs that both language hosts run: file names with their content. */
type Files = Record<string, string>;

const yaml = (more = "") => `name: language\nruntime: nodejs\n${more}`;
const withOptions = (options: string, main = "") =>
  `name: language\nruntime:\n  name: nodejs\n  options:\n${options}${main}`;

/** The compiler takes most of a run, so it is spared what most programs do not need. */
const quickly = JSON.stringify({
  compilerOptions: {
    ...{ target: "ES2020", module: "commonjs", moduleResolution: "node", esModuleInterop: true },
    ...{ ignoreDeprecations: "5.0", noCheck: true, noResolve: true, noLib: true, types: [] },
  },
});

export const everything: Files = {
  "Pulumi.yaml": yaml(),
  "tsconfig.json": quickly,
  "index.ts": `
    import * as pulumi from "@pulumi/pulumi";
    const config = new pulumi.Config();
    class Thing extends pulumi.dynamic.Resource {
      declare readonly made: pulumi.Output<string>;
      constructor(name: string, of: string, opts?: pulumi.CustomResourceOptions) {
        const provider: pulumi.dynamic.ResourceProvider = {
          create: async (inputs: { of: string }) => ({ id: "1", outs: { made: "made of " + inputs.of } }),
        };
        super(provider, name, { of, made: undefined }, opts);
      }
    }
    class Whole extends pulumi.ComponentResource {
      constructor(name: string, args: object) {
        super("language:index:Whole", name, args);
        this.registerOutputs({ done: true });
      }
    }
    const whole = new Whole("whole", { name: config.require("name") });
    export const name = config.require("name");
    export const password = config.requireSecret("password");
    export const nested = config.getObject("nested");
    export const elsewhere = new pulumi.Config("other").get("key");
    export const isSecret = pulumi.isSecret(password);
    export const where = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
    export const root = pulumi.runtime.getRootDirectory?.() === __dirname || undefined;
    export const folder = process.cwd() === __dirname;
    export const parallel = process.env.PULUMI_NODEJS_PARALLEL;
    export const made = new Thing("thing", name, { parent: whole }).made;
    console.log("dry run: " + pulumi.runtime.isDryRun());
    console.error("to standard error");
    pulumi.log.warn("through the engine", whole);
    process.stdout.write("no newline at the end");
  `,
};

const failures: Record<string, string> = {
  throws: `throw new Error("an exception");`,
  runError: `throw new pulumi.RunError("only this line");`,
  resourceError: `
    class Part extends pulumi.ComponentResource {}
    throw new pulumi.ResourceError("of the component", new Part("language:index:Part", "part"));`,
  rejects: `void Promise.reject(new Error("nobody caught this"));`,
  noModule: `require("no-such-module");`,
  exits: `process.exit(3);`,
};

/** Of the SDK, too, only what a program needs is loaded. */
const nodeargs = `nodeargs: --require "${join(__dirname, "../../../setup/loadProgram.cjs")}"`;

/** How a program ends is the same in both languages, but for an exception's lines. */
export const failing = (kind: string): Files =>
  kind === "throws"
    ? {
        "Pulumi.yaml": withOptions(`    ${nodeargs}\n`),
        "tsconfig.json": quickly,
        "index.ts": `import * as pulumi from "@pulumi/pulumi";${failure(kind)}`,
      }
    : {
        "Pulumi.yaml": withOptions(`    typescript: false\n    ${nodeargs}\n`),
        "index.js": `const pulumi = require("@pulumi/pulumi");${failure(kind)}`,
      };

const failure = (kind: string) => `
    console.log("before", pulumi.getStack());
    ${failures[kind] ?? ""}`;

export const wrongType: Files = {
  "Pulumi.yaml": yaml(),
  "index.ts": `const wrong: number = "text"; console.log(wrong);`,
};

export const options: Files = {
  "Pulumi.yaml": withOptions(
    `    tsconfig: tsconfig.own.json\n    nodeargs: --stack-trace-limit=7 "--title=a b"\n`,
    "main: src/main.ts\n",
  ),
  // Beside the program. Without this option of the compiler, the decorator is an error.
  "src/tsconfig.own.json": JSON.stringify({
    compilerOptions: {
      ...{ experimentalDecorators: true, strict: true, target: "ES2020", module: "commonjs" },
      ...{ moduleResolution: "node", ignoreDeprecations: "5.0", skipLibCheck: true },
      types: ["node"],
    },
  }),
  "src/main.ts": `
    function old(_target: unknown, name: string, _descriptor: PropertyDescriptor) {
      console.log("decorated", name);
    }
    class Decorated { @old method() {} }
    console.log(typeof Decorated, JSON.stringify(process.execArgv));
  `,
};

export const plain: Files = {
  "Pulumi.yaml": withOptions("    typescript: false\n"),
  "index.js": `console.log("typescript: " + process.env.PULUMI_NODEJS_TYPESCRIPT);`,
};

/** The level is set by the pack's config, the name by the program's. */
export const pack: Files = {
  ...plain,
  "index.js": `
    const pulumi = require("@pulumi/pulumi");
    const name = new pulumi.Config().require("name");
    class Whole extends pulumi.ComponentResource {
      constructor(name, args) {
        super("language:index:Whole", name, args);
      }
    }
    new Whole("whole", { name });
  `,
  "pack/PulumiPolicy.yaml": "runtime: nodejs\nversion: 0.0.1\n",
  "pack/package.json": JSON.stringify({ name: "pack", version: "0.0.1", main: "index.js" }),
  "pack/mandatory.json": JSON.stringify({ seen: "mandatory" }),
  "pack/advisory.json": JSON.stringify({ seen: { enforcementLevel: "advisory" } }),
  "pack/index.js": `
    const pulumi = require("@pulumi/pulumi");
    const { PolicyPack } = require("@pulumi/policy");
    const seen = {
      name: "seen",
      description: "Is seen.",
      enforcementLevel: "disabled",
      validateResource: ({ type, props }, report) => {
        if (type === "language:index:Whole") {
          const names = pulumi.getProject() + "/" + pulumi.getStack();
          const config = new pulumi.Config("language").require("name");
          if (config !== props.name) throw new Error("the config is " + config);
          report(props.name + " of " + names + " is seen, dry run " + pulumi.runtime.isDryRun());
        }
      },
    };
    new PolicyPack("pack", { policies: [seen] });
  `,
};

export const endless: Files = {
  "Pulumi.yaml": withOptions("    typescript: false\n"),
  "index.js": `
    const fs = require("node:fs");
    fs.writeFileSync("pid.part", String(process.pid));
    fs.renameSync("pid.part", "pid");
    module.exports = new Promise((resolve) => setTimeout(resolve, 600_000));
  `,
};

export const installable: Files = {
  "Pulumi.yaml": yaml(),
  "package.json": JSON.stringify({ name: "own", dependencies: { local: "file:local" } }),
  "local/package.json": JSON.stringify({ name: "local", version: "1.0.0" }),
  "local/index.js": "",
};

const provider = (name: string, version: string, pulumi: object) =>
  JSON.stringify({ name, version, pulumi: { resource: true, ...pulumi } });

export const packages: Files = {
  ...plain,
  "node_modules/@pulumi/command/package.json": provider("@pulumi/command", "1.2.1", {}),
  "node_modules/@me/third/package.json": provider("@me/third", "1.0.0", {
    ...{ name: "third", version: "v2.0.0", server: "https://example.org" },
  }),
  // Without a name, it is not known which provider is meant.
  "node_modules/@me/nameless/package.json": provider("@me/nameless", "1.0.0", {}),
  "node_modules/a/package.json": JSON.stringify({ name: "a", version: "1.0.0" }),
  "node_modules/a/node_modules/@pulumi/nested/package.json": provider(
    "@pulumi/nested",
    "0.1.0",
    {},
  ),
  "pack/PulumiPolicy.yaml": "runtime: nodejs\n",
  "pack/node_modules/@pulumi/packs/package.json": provider("@pulumi/packs", "1.0.0", {}),
};
