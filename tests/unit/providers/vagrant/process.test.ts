import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Lab, urn } from "../../../support/vagrant/harness";

let lab: Lab;
let engine: Server;
let provider: ChildProcess;
let client: ResourceProviderClient;
let logs: LogRequest.AsObject[];

// The process that Pulumi would start, with an engine that notes what is logged.
beforeEach(async () => {
  lab = new Lab();
  logs = [];
  engine = new Server();
  engine.addService(EngineService, {
    log: (call: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
      logs.push(call.request.toObject());
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  const script = join(__dirname, "../../../../providers/vagrant/pulumi-resource-vagrant");
  provider = spawn(script, ["--logtostderr", "-v=9", `127.0.0.1:${port}`], {
    cwd: lab.project,
    // Said aloud: Jest's process.env is a copy, which child processes do not get by themselves.
    env: process.env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!provider.stdout) throw new Error("no output");
  const [line] = (await once(createInterface({ input: provider.stdout }), "line")) as [string];
  client = new ResourceProviderClient(`127.0.0.1:${line}`, credentials.createInsecure());
});

afterEach(async () => {
  client.close();
  const gone = once(provider, "exit");
  provider.kill();
  await gone;
  engine.forceShutdown();
  lab.close();
});

type Done<Answer> = (error: ServiceError | null, answer: Answer) => void;

function answerOf<Answer>(call: (done: Done<Answer>) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    call((error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
}

async function checked(): Promise<Record<string, JavaScriptValue>> {
  const request = new messages.CheckRequest()
    .setUrn(urn)
    .setOlds(Struct.fromJavaScript({}))
    .setNews(Struct.fromJavaScript({ name: "machine1" }));
  const answer = await answerOf<messages.CheckResponse>((done) => client.check(request, done));
  expect(answer.getFailuresList()).toEqual([]);
  return answer.getInputs()?.toJavaScript() ?? {};
}

function create(inputs: Record<string, JavaScriptValue>) {
  const request = new messages.CreateRequest()
    .setUrn(urn)
    .setProperties(Struct.fromJavaScript(inputs));
  return answerOf<messages.CreateResponse>((done) => client.create(request, done));
}

describe("the provider's process", () => {
  it("serves its schema", async () => {
    const request = new messages.GetSchemaRequest();
    const answer = await answerOf<messages.GetSchemaResponse>((done) =>
      client.getSchema(request, done),
    );
    expect(JSON.parse(answer.getSchema())).toMatchObject({ name: "vagrant", version: "0.1.0" });
  });

  it("finds the Vagrantfile in the project's folder and keeps its path relative", async () => {
    expect(await checked()).toMatchObject({ name: "machine1", directory: "." });
  });

  it("shows Vagrant's progress beside the resource", async () => {
    await create(await checked());
    expect(logs).toContainEqual(
      expect.objectContaining({ urn, message: "Booting, please wait...", ephemeral: true }),
    );
  });

  it("tells the engine of a machine whose provisioning failed, and shows its last words", async () => {
    const inputs = await checked();
    lab.faults({ provisioning: ["machine1"] });
    const error = (await create(inputs).catch((e: unknown) => e)) as ServiceError;
    const [details] = error.metadata.get("grpc-status-details-bin");
    expect(String(details)).toContain("ErrorResourceInitFailed");
    expect(String(details)).toContain("id-of-machine1-");
    expect(logs).toContainEqual(
      expect.objectContaining({
        urn,
        ephemeral: false,
        message: expect.stringContaining("E: Unable to locate package") as string,
      }),
    );
  });
});
