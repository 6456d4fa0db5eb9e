import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { plain, unknownValue, type Properties } from "../protocol/wire";
import { ask, type EarlyAnswers } from "./ask";
import { check, type Checked } from "./check";
import { diff, type PropertyChange } from "./diff";
import type { Reporter } from "./display";
import { codes, Failure } from "./failure";
import { commandOf, connectionOf, localOf } from "./inputs";
import { normal } from "./marks";
import type { CallServers } from "./program/servers";
import { copyFile, copyToRemote } from "./resources/copy";
import { runHere } from "./resources/localCommand";
import { runRemotely } from "./resources/remoteCommand";
import { resources, runArguments, type ResourceType } from "./shapes";
import type { Pool } from "./ssh/pool";

/** The circumstances of an operation. */
export interface OperationContext {
  reporter: Reporter;
  /** Aborts when the operation is to stop. */
  signal: AbortSignal;
}

/** The operations on resources, independent of Pulumi's protocol. */
export class Operations {
  constructor(
    private readonly pool: Pool,
    private readonly servers: CallServers,
    private readonly early: EarlyAnswers,
  ) {}

  check(type: ResourceType, properties: Properties): Checked {
    return check(resources[type], properties);
  }

  diff(type: ResourceType, before: Properties, after: Properties): PropertyChange[] {
    return diff(resources[type], before, after, type !== "command:remote:CopyFile");
  }

  /** Makes a resource. In a preview it only predicts the outputs. */
  async create(type: ResourceType, name: string, given: Properties, now?: OperationContext) {
    const inputs = normal(given) as Properties;
    const isCommand = type.endsWith(":Command");
    const id = (isCommand ? name : "") + randomBytes(4).toString("hex");
    if (!now) {
      const outputs = isCommand ? { stdout: unknownValue, stderr: unknownValue } : {};
      return { id: isCommand ? id : "", properties: { ...inputs, ...outputs } };
    }
    if (!isCommand) {
      const copy = type === "command:remote:CopyFile" ? copyFile : copyToRemote;
      await copy(this.pool, inputs, now.reporter, now.signal);
      return { id, properties: inputs };
    }
    const command = commandOf(inputs, {}).create;
    const outputs = await this.run(type, command, inputs, {}, now);
    return { id, properties: { ...inputs, ...outputs } };
  }

  /** Changes a resource. In a preview it only predicts the outputs. */
  async update(type: ResourceType, old: Properties, given: Properties, now?: OperationContext) {
    const inputs = normal(given) as Properties;
    const before = normal(old) as Properties;
    if (!type.endsWith(":Command")) {
      if (now && mustCopy(before, inputs)) {
        await copyToRemote(this.pool, inputs, now.reporter, now.signal);
      }
      return inputs;
    }
    const kept = outputsOf(before);
    if (!now) {
      const changed = Object.keys(resources[type].keys).some(
        (key) => !isDeepStrictEqual(inputs[key], before[key]),
      );
      const unknown = Object.keys(kept).map((key) => [key, unknownValue]);
      return { ...inputs, ...(changed ? (Object.fromEntries(unknown) as Properties) : kept) };
    }
    const { create, update } = commandOf(inputs, kept);
    return { ...inputs, ...(await this.run(type, update ?? create, inputs, kept, now)) };
  }

  /** Removes a resource. */
  async delete(type: ResourceType, old: Properties, now: OperationContext): Promise<void> {
    if (type.endsWith(":Command")) {
      await this.run(type, commandOf(old, {}).delete, old, outputsOf(old), now);
    }
  }

  /** The functions command:local:run and command:remote:ask. */
  async invoke(token: string, given: Properties, now: OperationContext): Promise<Checked> {
    if (token === "command:remote:ask") {
      return { inputs: await ask(this.pool, given, now, this.early), failures: [] };
    }
    if (token !== "command:local:run") {
      throw new Failure(`Invoke '${token.replace(/^command:/, "")}' not found`, codes.notFound);
    }
    const { failures } = check(runArguments, given);
    const inputs = normal(given) as Properties;
    if (failures.length > 0) {
      return { inputs: {}, failures };
    }
    const command = String(plain(inputs.command));
    const outputs = await runHere(command, localOf(inputs, {}), now.reporter, now.signal);
    return { inputs: { ...inputs, ...outputs }, failures };
  }

  /** Runs one of a resource's commands. Without one, the outputs stay. */
  private async run(
    type: ResourceType,
    command: string | undefined,
    inputs: Properties,
    before: Properties,
    { reporter, signal }: OperationContext,
  ): Promise<Properties> {
    if (command === undefined) {
      return { stdout: "", stderr: "", ...before };
    }
    if (type === "command:local:Command") {
      const outputs = await runHere(command, localOf(inputs, before), reporter, signal);
      return { ...before, ...outputs };
    }
    const connection = connectionOf(inputs);
    const wanted = commandOf(inputs, before);
    const { pool, servers } = this;
    return {
      ...(await runRemotely(pool, servers, connection, command, wanted, reporter, signal)),
    };
  }
}

/** The outputs that a command has in the state, without secret marks. */
function outputsOf(state: Properties): Properties {
  const names = ["stdout", "stderr", "assets", "archive"];
  const kept = names.filter((name) => name in state).map((name) => [name, plain(state[name])]);
  return Object.fromEntries(kept) as Properties;
}

function mustCopy(before: Properties, after: Properties): boolean {
  const whatAndWhere = (properties: Properties) => {
    const { source, remotePath } = plain(properties) as Properties;
    return [(source as Properties | undefined)?.hash, remotePath];
  };
  return !isDeepStrictEqual(whatAndWhere(before), whatAndWhere(after));
}
