import * as pulumi from "@pulumi/pulumi";
import { stop } from "../stop";
import { addOptions } from "./commandOptions";
import { askEngine } from "./engine";
import { isRebuilt, Previous, previousMachine } from "./previous";
import { HostReading, Read } from "./read";
import { Recorded } from "./state/state";

/** The Commands of a host whose objects are on another machine, from which they have to be removed first. */
export class Moves {
  private readonly asked = new Map<string, Promise<Previous>>();

  /** @param previous The treatment of objects on the other machine: removed first ("clean"), or forgotten ("gone"). */
  constructor(
    private readonly label: string,
    private readonly host: pulumi.Resource,
    private readonly previous: "clean" | "gone",
  ) {}

  /**
   * Finds out whether a Command's object is on another machine; each earlier machine is asked once. The object is then
   * replaced: removed there first, then made here. Ends the run if that machine has to be cleaned and cannot be reached.
   */
  async follow(
    command: { name: string; parent?: pulumi.Resource },
    recorded: Recorded | undefined,
    now: Read,
  ): Promise<void> {
    const before = recorded?.connection;
    if (before === undefined || this.previous === "gone" || now.reading.is === "unreachable") {
      return;
    }
    const key = JSON.stringify([before.host, before.port, before.hostKey, before.proxy?.host]);
    const asking = this.asked.get(key) ?? this.ask(before, now);
    this.asked.set(key, asking);
    const found = await asking;
    if (found.is === "another") {
      await addOptions(command, { replaceOnChanges: ["connection"] });
    }
  }

  private async ask(
    before: NonNullable<Recorded["connection"]>,
    { reading, reach }: Read,
  ): Promise<Previous> {
    const found = await previousMachine(before, reach, bootIdOf(reading), (...asked) =>
      askEngine(...asked, this.host),
    );
    const here = `${reach.host}:${reach.port}`;
    if (found.is === "unreachable") {
      return stop(
        `Host "${this.label}": it was another machine (${found.where}), which has to be cleaned before ${here} ` +
          `takes its place, and which cannot be reached: ${found.why}\n` +
          'Let it be reached; or, where it is no more, set previousMachine: "gone" of the Host: what is on it then stays there.',
      );
    }
    const message =
      found.is === "another"
        ? `${this.label} was another machine (${found.where}): what is on that one is removed first, then made on ${here}`
        : isRebuilt(before, reach) && !hasRecords(reading)
          ? `${this.label} (${here}) has another host key than before, and nothing of this stack is on it: if the machine ` +
            "that it was is up elsewhere, what is on that one stays there"
          : "";
    if (message !== "") {
      void (pulumi.runtime.isDryRun() ? pulumi.log.warn : pulumi.log.info)(message, this.host);
    }
    return found;
  }
}

function bootIdOf(reading: HostReading): string | undefined {
  switch (reading.is) {
    case "read":
      return reading.state.bootId;
    case "without program":
      return reading.bootId;
    case "unreachable":
      return undefined;
  }
}

function hasRecords(reading: HostReading): boolean {
  return (
    reading.is === "read" && (reading.state.records.size > 0 || reading.state.remembered.size > 0)
  );
}
