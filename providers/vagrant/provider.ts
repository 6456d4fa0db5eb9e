import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Provider } from "@pulumi/pulumi/provider";
import type { Properties } from "../protocol/wire";
import { check } from "./check";
import { diff } from "./diff";
import { EngineLog } from "./engineLog";
import { create, read, remove, presentState, update } from "./machine";
import { Fleet } from "./program/fleet";
import type { ShowsHostKey } from "./program/hostKey";
import { defaultTiming, type Timing } from "./program/queue";
import { Programs } from "./program/run";

/**
 * The provider as Pulumi's server calls it. Its one resource is `vagrant:index:Machine`. Errors with `id`, `properties`
 * and `reasons` make Pulumi record a machine that is not as it should be; all others are only shown.
 */
export class VagrantProvider implements Provider {
  readonly version = "0.1.0";
  private readonly programs = new Programs();
  private readonly fleet: Fleet;
  private log: EngineLog;

  /**
   * @param engineAddress The engine's address, "host:port"; without one no progress is shown.
   * @param showsHostKey Tells whether a machine of the state shows its host key now, if there is a faster way than to
   *   ask it anew. False if that cannot be told.
   */
  constructor(
    engineAddress: string | undefined,
    timing: Timing = defaultTiming,
    private readonly showsHostKey: ShowsHostKey = () => Promise.resolve(false),
  ) {
    this.fleet = new Fleet(this.programs, timing);
    this.log = new EngineLog(engineAddress);
  }

  /** Shows the progress of what follows at another engine. */
  attach(engineAddress: string): void {
    this.log = new EngineLog(engineAddress);
  }

  readonly getSchema = (): Promise<string> => readFile(join(__dirname, "schema.json"), "utf8");

  readonly check = async (urn: string, old: Properties, inputs: Properties) => {
    expectMachine(urn);
    return check(this.fleet, old, inputs);
  };

  readonly diff = async (_id: string, urn: string, old: Properties, inputs: Properties) => {
    const found = diff(old, inputs, await presentState(this.fleet, old, inputs, this.showsHostKey));
    if (found.reasons.length > 0) {
      this.log.of(urn).info(found.reasons.join("\n"));
      await this.log.flush();
    }
    // Two machines of the same name cannot exist side by side.
    const deleteBeforeReplace = found.replaces.length > 0;
    return { changes: found.changes, replaces: found.replaces, deleteBeforeReplace };
  };

  readonly create = (urn: string, inputs: Properties) => {
    expectMachine(urn);
    return this.afterMessages(create(this.fleet, inputs, this.log.of(urn)));
  };

  readonly read = (id: string, urn: string, old: Properties = {}) => {
    expectMachine(urn);
    return this.afterMessages(read(this.fleet, id, old, this.log.of(urn)));
  };

  readonly update = async (id: string, urn: string, old: Properties, inputs: Properties) => ({
    outs: await this.afterMessages(update(this.fleet, id, old, inputs, this.log.of(urn))),
  });

  readonly delete = (_id: string, urn: string, old: Properties) =>
    this.afterMessages(remove(this.fleet, old, this.log.of(urn)));

  readonly cancel = (): Promise<void> => {
    this.programs.interrupt();
    return Promise.resolve();
  };

  /** The result of the work, once all its messages have reached the display. */
  private async afterMessages<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } finally {
      await this.log.flush();
    }
  }
}

function expectMachine(urn: string): void {
  const type = urn.split("::")[2]?.split("$").at(-1);
  if (type !== "vagrant:index:Machine") {
    throw new Error(`the vagrant provider has no resource ${type ?? urn}`);
  }
}
