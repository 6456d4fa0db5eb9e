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

export type Properties = Record<string, unknown>;

export const engines = ["kept", "official"] as const;
export type EngineName = (typeof engines)[number];

/** A plugin's response to a call: an answer, or the error that Pulumi would show. */
export interface Answer {
  id?: string;
  properties?: Properties;
  error?: string;
}

const root = join(__dirname, "../../..");

export const launcher = join(root, "providers/command/pulumi-resource-command");

/** One of the two plugins, started and called as Pulumi does it. */
export class Plugin {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
    private readonly display: Server,
    /** Lines that Pulumi would have shown beside the resource: "INFO: text", status lines in brackets. */
    readonly log: string[],
  ) {}

  static async start(
    engine: EngineName,
    environment: Record<string, string> = {},
    program = launcher,
  ): Promise<Plugin> {
    const log: string[] = [];
    const { server, port } = await displayFor(log);
    const child = spawn(program, [`127.0.0.1:${port}`], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: root,
      env: {
        ...process.env,
        // The Pulumi home that `npm run test:official` has made for the official plugin.
        PULUMI_HOME: join(process.env.IPVS_LAB_OFFICIAL ?? "/nowhere", "pulumi-home"),
        IPVS_LAB_COMMAND_ENGINE: engine,
        SSH_AUTH_SOCK: "",
        ...environment,
      },
    });
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${line}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": -1,
      "grpc.max_send_message_length": -1,
    });
    const plugin = new Plugin(child, client, server, log);
    Plugin.all.add(plugin);
    await plugin.configure();
    return plugin;
  }

  private static readonly all = new Set<Plugin>();

  /** Ends the plugins that still run. */
  static killAll(): void {
    for (const plugin of Plugin.all) {
      plugin.kill();
    }
  }

  /** Ends the plugin as Pulumi does: asks it to stop, and then kills it. */
  async stop(): Promise<void> {
    await this.cancel();
    this.kill();
    await once(this.process, "exit");
  }

  kill(): void {
    this.process.kill("SIGKILL");
    this.client.close();
    this.display.forceShutdown();
  }

  configure() {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct({}));
    request.setAcceptsecrets(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    return this.call<messages.ConfigureResponse>("configure", request);
  }

  async schema(): Promise<string> {
    const answer = await this.call<messages.GetSchemaResponse>(
      "getSchema",
      new messages.GetSchemaRequest(),
    );
    return answer.getSchema();
  }

  async check(type: string, news: Properties, olds: Properties = {}) {
    const request = new messages.CheckRequest();
    request.setUrn(urnOf(type));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const answer = await this.call<messages.CheckResponse>("check", request);
    const failures = answer.getFailuresList().map((failure) => failure.toObject());
    return { inputs: fields(answer.getInputs()), failures };
  }

  async diff(
    type: string,
    olds: Properties,
    oldInputs: Properties,
    news: Properties,
    ignored: string[] = [],
  ) {
    const request = new messages.DiffRequest();
    request.setId("id");
    request.setUrn(urnOf(type));
    request.setOlds(struct(olds));
    request.setOldInputs(struct(oldInputs));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignored);
    const answer = (await this.call<messages.DiffResponse>("diff", request)).toObject();
    return {
      ...answer,
      replacesList: answer.replacesList.sort(),
      diffsList: answer.diffsList.sort(),
      detaileddiffMap: answer.detaileddiffMap.sort(([a], [b]) => (a < b ? -1 : 1)),
    };
  }

  async create(
    type: string,
    inputs: Properties,
    options: { preview?: boolean; timeout?: number } = {},
  ) {
    const request = new messages.CreateRequest();
    request.setUrn(urnOf(type));
    request.setProperties(struct(inputs));
    request.setPreview(options.preview ?? false);
    request.setTimeout(options.timeout ?? 0);
    return this.answer(async () => {
      const answer = await this.call<messages.CreateResponse>("create", request);
      return { id: answer.getId(), properties: fields(answer.getProperties()) };
    });
  }

  async update(type: string, olds: Properties, news: Properties, preview = false) {
    const request = new messages.UpdateRequest();
    request.setId("id");
    request.setUrn(urnOf(type));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    request.setPreview(preview);
    return this.answer(async () => {
      const answer = await this.call<messages.UpdateResponse>("update", request);
      return { properties: fields(answer.getProperties()) };
    });
  }

  async read(type: string, properties: Properties, inputs: Properties) {
    const request = new messages.ReadRequest();
    request.setId("id");
    request.setUrn(urnOf(type));
    request.setProperties(struct(properties));
    request.setInputs(struct(inputs));
    return this.answer(async () => {
      const answer = await this.call<messages.ReadResponse>("read", request);
      return {
        id: answer.getId(),
        properties: fields(answer.getProperties()),
        inputs: fields(answer.getInputs()),
      };
    });
  }

  async delete(type: string, properties: Properties) {
    const request = new messages.DeleteRequest();
    request.setId("id");
    request.setUrn(urnOf(type));
    request.setProperties(struct(properties));
    return this.answer(async () => {
      await this.call<Empty>("delete", request);
      return {};
    });
  }

  async invoke(token: string, args: Properties) {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    return this.answer(async () => {
      const answer = await this.call<messages.InvokeResponse>("invoke", request);
      const failures = answer.getFailuresList().map((failure) => failure.toObject());
      return { properties: fields(answer.getReturn()), failures };
    });
  }

  async cancel(): Promise<void> {
    await this.call<Empty>("cancel", new Empty());
  }

  private async answer<T extends object>(ask: () => Promise<T>): Promise<T & Answer> {
    try {
      return await ask();
    } catch (error) {
      const { code, details } = error as ServiceError;
      return { error: `${code}: ${details}` } as T & Answer;
    }
  }

  private call<T>(method: string, request: unknown): Promise<T> {
    type Method = (request: unknown, done: (error: Error | null, answer: T) => void) => void;
    const methods = this.client as unknown as Record<string, Method>;
    return new Promise((resolve, reject) => {
      methods[method]?.call(this.client, request, (error, answer) => {
        if (error) {
          reject(error);
        } else {
          resolve(answer);
        }
      });
    });
  }
}

/** A URN of a resource of this type. */
function urnOf(type: string): string {
  return `urn:pulumi:stack::project::${type}::name`;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

function fields(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}

/** The part of Pulumi's engine that shows plugins' messages. */
async function displayFor(log: string[]): Promise<{ server: Server; port: number }> {
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const severities = ["DEBUG", "INFO", "WARNING", "ERROR"];
  server.addService(EngineService, {
    log: (call: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
      const { request } = call;
      const text = `${severities[request.getSeverity()] ?? ""}: ${request.getMessage()}`;
      log.push(request.getEphemeral() ? `[${text}]` : text);
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error) {
        reject(error);
      } else {
        resolve(bound);
      }
    });
  });
  return { server, port };
}
