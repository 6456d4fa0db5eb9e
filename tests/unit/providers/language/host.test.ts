import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, Server, ServerCredentials, status, type ServiceError } from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency } from "@pulumi/pulumi/proto/plugin_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Children } from "../../../../providers/language/children";
import { LanguageHost } from "../../../../providers/language/host";
import { locate } from "../../../../providers/language/modules";
import { parseFlags, runtimeOptions, words } from "../../../../providers/language/options";
import { requiredPackages } from "../../../../providers/language/packages";
import { programArguments, response } from "../../../../providers/language/run";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "language host's "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("flags are read with one dash or two, and an engine's address among unknown ones", () => {
  expect(parseFlags(["-version"])).toMatchObject({ version: true });
  expect(parseFlags(["--tracing", "http://t", "-v=9", "--logtostderr", "127.0.0.1:1"])).toEqual({
    ...{ version: false, tracing: "http://t", engine: "127.0.0.1:1" },
  });
});

test.each([
  ["", []],
  [" --a  --b=1 ", ["--a", "--b=1"]],
  [`--title="a b" 'c "d"' e\\ f`, ["--title=a b", 'c "d"', "e f"]],
  [`"it's \\"so\\""`, [`it's "so"`]],
])("arguments %p are split as a shell splits them", (line, expected) => {
  expect(words(line)).toEqual(expected);
});

test.each([
  [{ typescript: "yes" }, "typescript"],
  [{ tsconfig: 1 }, "tsconfig"],
  [{ nodeargs: ["--a"] }, "nodeargs"],
  [{ packagemanager: "yarn" }, "packagemanager"],
])("option %p is refused by name", (options: Record<string, JavaScriptValue>, name) => {
  const info = new messages.ProgramInfo().setOptions(Struct.fromJavaScript(options));
  expect(() => runtimeOptions(info)).toThrow(`runtime option ${name}`);
});

test("a program's command line leaves out what is empty", () => {
  const request = new messages.RunRequest()
    .setMonitorAddress("m:1")
    .setStack("unit")
    .setParallel(4)
    .setDryrun(true)
    .setArgsList(["x"])
    .setInfo(new messages.ProgramInfo().setProgramDirectory("/p").setEntryPoint("main.ts"));
  expect(programArguments(request, { engine: "e:1", tracing: undefined })).toEqual([
    ...["--monitor", "m:1", "--engine", "e:1", "--stack", "unit", "--pwd", "/p", "--parallel", "4"],
    ...["--dry-run", "main.ts", "x"],
  ]);
});

test.each([
  [0, null, { error: "", bail: false }],
  [32, null, { error: "", bail: true }],
  [3, null, { error: "The program ended with exit code 3", bail: false }],
  [null, "SIGKILL", { error: "The program ended with signal SIGKILL", bail: false }],
] as const)("an ending by code %p or signal %p is told to the engine", (code, signal, expected) => {
  expect(response({ code, signal }).toObject()).toEqual(expected);
});

test("a program that was aborted is told how to get more memory", () => {
  const ending = response({ code: null, signal: "SIGABRT" });
  expect(ending.getError()).toContain("--max-old-space-size");
});

test("an SDK that is not installed is named, with what to do", () => {
  expect(() => locate("@pulumi/no-such-sdk", folder)).toThrow(/no-such-sdk .* run `npm install`/);
});

test("a link in a circle, a dangling one and a broken package.json do no harm", () => {
  mkdirSync(join(folder, "node_modules/broken"), { recursive: true });
  writeFileSync(join(folder, "node_modules/broken/package.json"), "{");
  symlinkSync(folder, join(folder, "node_modules/self"));
  symlinkSync("nowhere", join(folder, "node_modules/gone"));
  expect(requiredPackages(folder)).toEqual([]);
});

test("processes that do not heed Ctrl-C are ended by force", async () => {
  const children = new Children();
  const code = `process.on("SIGINT", () => {}); console.log("up"); setInterval(() => {}, 1e6);`;
  let ended;
  await new Promise<void>((up) => {
    const child = children.start(process.execPath, ["-e", code], {
      onStdout: () => {
        up();
      },
      onStderr: () => undefined,
    });
    ended = child.ended;
  });
  await children.stop();
  await expect(ended).resolves.toEqual({ code: null, signal: "SIGKILL" });
}, 15_000);

describe("asked by the engine", () => {
  let server: Server;
  let client: LanguageRuntimeClient;
  beforeEach(async () => {
    server = new Server();
    server.addService(LanguageRuntimeService, new LanguageHost(new Children()).service());
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  afterEach(() => {
    client.close();
    server.forceShutdown();
  });

  test("for an SDK without a generator beside it, it says what is missing and how to get it", async () => {
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.generatePackage(new messages.GeneratePackageRequest(), resolve);
    });
    expect(error?.message).toMatch(
      /An SDK cannot be made: there is no .*\/pulumi-sdk-nodejs\. `npm run setup` in ipvs-lab builds it/,
    );
  });

  test("to pack an SDK, it says who can", async () => {
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.pack(new messages.PackRequest(), resolve);
    });
    expect(error?.code).toBe(status.UNIMPLEMENTED);
    expect(error?.message).toContain("an official Pulumi installation has it");
  });

  /** Makes an SDK in sdks/shop a dependency of the program in the folder. */
  function link(options: Record<string, JavaScriptValue>, name: string) {
    mkdirSync(join(folder, "sdks/shop"), { recursive: true });
    writeFileSync(join(folder, "sdks/shop/package.json"), JSON.stringify({ name: "@any/shop" }));
    const info = new messages.ProgramInfo()
      .setRootDirectory(folder)
      .setProgramDirectory(folder)
      .setOptions(Struct.fromJavaScript(options));
    const dependency = new messages.LinkRequest.LinkDependency()
      .setPath("sdks/shop")
      .setPackage(new PackageDependency().setName(name));
    const request = new messages.LinkRequest().setInfo(info).setPackagesList([dependency]);
    return new Promise<string>((resolve, reject) => {
      client.link(request, (error, answer) => {
        if (error) reject(error);
        else resolve(answer.getImportInstructions());
      });
    });
  }

  test("for an SDK in the program's folder, it is made a dependency, and how to import it is said", async () => {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "program" }));
    expect(await link({}, "web-shop")).toContain(
      `TypeScript code with:\n\n  import * as webShop from "@any/shop";`,
    );
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toEqual({
      name: "program",
      dependencies: { "@any/shop": "file:sdks/shop" },
    });
    expect(await link({ typescript: false }, "shop")).toContain(
      `  const shop = require("@any/shop");`,
    );
  });

  test("for a program without a package.json, what npm says is the error, however silent npm is to be", async () => {
    // As npm is in `npm run --silent`, whose settings reach every npm below it.
    writeFileSync(join(folder, ".npmrc"), "loglevel=silent\n");
    await expect(link({}, "shop")).rejects.toThrow(
      /npm pkg set dependencies.@any\/shop=.* ended with .*package\.json/s,
    );
  });

  test("for a program in a folder without an SDK, it says so in the response", async () => {
    const info = new messages.ProgramInfo().setProgramDirectory(folder).setEntryPoint(".");
    const answer = await new Promise<messages.RunResponse>((resolve, reject) => {
      client.run(new messages.RunRequest().setInfo(info), (error, found) => {
        if (error) reject(error);
        else resolve(found);
      });
    });
    expect(answer.getError()).toContain(`to be found from ${folder}: run \`npm install\` there.`);
  });
});
