import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answer, checkFailure, fields, listen, struct } from "../protocol/service";
import type { Properties } from "../protocol/wire";
import { EarlyAnswers } from "./ask";
import { protocolOf } from "./changes";
import { Display } from "./display";
import { codes, Failure } from "./failure";
import { Operations, type OperationContext } from "./operations";
import { CallServers, type ServedOptions } from "./program/servers";
import { resources, type ResourceType } from "./shapes";
import { Pool } from "./ssh/pool";

export const version = "1.2.1";
/** The time for a machine to answer over its connection, milliseconds. */
const answerTimeout = 3_000;

/** The plugin as Pulumi's engine calls it. */
export class CommandServer {
  private readonly pool = new Pool();
  private readonly early = new EarlyAnswers();
  private readonly servers: CallServers;
  private readonly operations: Operations;
  private display: Display;
  private readonly stop = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  /**
   * @param engineAddress The engine's address, "host:port"; without one nothing is shown.
   * @param served Other values for the program's folder and the servers' times, for tests.
   */
  constructor(engineAddress: string | undefined, served: ServedOptions = {}) {
    this.display = new Display(engineAddress);
    this.servers = new CallServers(this.pool, served);
    this.operations = new Operations(this.pool, this.servers, this.early);
  }

  /** Starts to listen on 127.0.0.1 only. Returns the port. */
  listen(): Promise<number> {
    return listen(this.methods());
  }

  /** Runs a command on a machine at once, for a program that will ask for the same. */
  askEarly(login: Properties, command: string): void {
    const reporter = new Display(undefined).of("");
    this.early.ask(this.pool, login, command, { reporter, signal: this.stop.signal });
  }

  /** True when a machine with this host key answers now over a connection of the pool. */
  answers(login: { host: string; port: number; hostKey: string }): Promise<boolean> {
    return this.pool.answers(login, answerTimeout);
  }

  /** Stops running operations, then ends all connections. Nothing more is started. */
  async cancel(): Promise<void> {
    this.stop.abort();
    // Running commands are asked to end over their connections, so these are closed last.
    await Promise.allSettled(this.running);
    this.servers.end();
    this.pool.end();
  }

  private methods(): UntypedServiceImplementation {
    return {
      attach: answer((request: PluginAttach) => {
        this.display = new Display(request.getAddress());
        return new Empty();
      }),
      getSchema: answer(async () => {
        const schema = await readFile(join(__dirname, "schema.json"), "utf8");
        return new messages.GetSchemaResponse().setSchema(schema);
      }),
      getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
      checkConfig: answer((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: answer(() =>
        new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE),
      ),
      configure: answer(() =>
        new messages.ConfigureResponse()
          .setAcceptsecrets(true)
          .setSupportspreview(true)
          .setAcceptresources(true)
          .setAcceptoutputs(true),
      ),
      check: answer((request: messages.CheckRequest) => {
        const { type } = resourceOf(request.getUrn());
        const { inputs, failures } = this.operations.check(type, fields(request.getNews()));
        return new messages.CheckResponse()
          .setInputs(struct(inputs))
          .setFailuresList(failures.map(checkFailure));
      }),
      diff: answer((request: messages.DiffRequest) => this.diff(request)),
      create: answer(async (request: messages.CreateRequest) => {
        const { type, name } = resourceOf(request.getUrn());
        const given = fields(request.getProperties());
        const made = await (request.getPreview()
          ? this.operations.create(type, name, given)
          : this.runStoppable(request, (now) => this.operations.create(type, name, given, now)));
        return new messages.CreateResponse().setId(made.id).setProperties(struct(made.properties));
      }),
      read: answer((request: messages.ReadRequest) =>
        new messages.ReadResponse()
          .setId(request.getId())
          .setProperties(request.getProperties() ?? struct({}))
          .setInputs(request.getInputs() ?? struct({})),
      ),
      update: answer(async (request: messages.UpdateRequest) => {
        const { type } = resourceOf(request.getUrn());
        const old = fields(request.getOlds());
        const given = kept(request.getIgnorechangesList(), old, fields(request.getNews()));
        const made = await (request.getPreview()
          ? this.operations.update(type, old, given)
          : this.runStoppable(request, (now) => this.operations.update(type, old, given, now)));
        return new messages.UpdateResponse().setProperties(struct(made));
      }),
      delete: answer(async (request: messages.DeleteRequest) => {
        const { type } = resourceOf(request.getUrn());
        const old = fields(request.getProperties());
        await this.runStoppable(request, (now) => this.operations.delete(type, old, now));
        return new Empty();
      }),
      invoke: answer(async (request: messages.InvokeRequest) => {
        const given = fields(request.getArgs());
        const { inputs, failures } = await this.runStoppable(
          { getUrn: () => "", getTimeout: () => 0 },
          (now) => this.operations.invoke(request.getTok(), given, now),
        );
        return new messages.InvokeResponse()
          .setReturn(struct(inputs))
          .setFailuresList(failures.map(checkFailure));
      }),
      cancel: answer(() => {
        void this.cancel();
        return new Empty();
      }),
    };
  }

  private diff(request: messages.DiffRequest): messages.DiffResponse {
    const { type } = resourceOf(request.getUrn());
    const old = fields(request.getOlds());
    const before = request.hasOldInputs() ? fields(request.getOldInputs()) : inputsIn(type, old);
    const after = kept(request.getIgnorechangesList(), old, fields(request.getNews()));
    const changes = this.operations.diff(type, before, after);
    const unique = (list: string[]) => [...new Set(list)];
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const response = new messages.DiffResponse()
      .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
      .setHasdetaileddiff(true)
      .setDiffsList(unique(changes.map(({ property }) => property)))
      .setReplacesList(unique(changes.filter((c) => c.replaces).map(({ property }) => property)));
    for (const change of changes) {
      response.getDetaileddiffMap().set(change.path, protocolOf(change));
    }
    return response;
  }

  /** Runs an operation, which stops when Pulumi asks for it or when its time is up. */
  private async runStoppable<T>(
    request: { getUrn(): string; getTimeout(): number },
    work: (now: OperationContext) => Promise<T>,
  ): Promise<T> {
    const signals = [this.stop.signal];
    if (request.getTimeout() > 0) {
      signals.push(AbortSignal.timeout(request.getTimeout() * 1000));
    }
    const signal = AbortSignal.any(signals);
    const result = work({ reporter: this.display.of(request.getUrn()), signal });
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
      await this.display.flush();
    }
  }
}

function resourceOf(urn: string): { type: ResourceType; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  const type = types.split("$").at(-1) ?? "";
  if (!(type in resources)) {
    throw new Failure(`Resource '${type.replace(/^command:/, "")}' not found`, codes.notFound);
  }
  return { type: type as ResourceType, name: name.join("::") };
}

/** Keeps the old values of properties whose changes are to be ignored. */
function kept(ignored: string[], old: Properties, given: Properties): Properties {
  const stay = ignored.filter((name) => name in old).map((name) => [name, old[name]]);
  return { ...given, ...(Object.fromEntries(stay) as Properties) };
}

function inputsIn(type: ResourceType, state: Properties): Properties {
  const known = Object.entries(state).filter(([key]) => key in resources[type].keys);
  return Object.fromEntries(known);
}
