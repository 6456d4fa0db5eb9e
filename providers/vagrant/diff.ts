import { isDeepStrictEqual } from "node:util";
import { plain, type Properties } from "../protocol/wire";
import { inputsOf } from "./inputs";
import type { Seen } from "./program/fleet";

/** The effect of an update. */
export interface Difference {
  /** The properties whose change replaces the machine. */
  replaces: string[];
  /** Reasons to start, reload or replace the machine that the properties alone do not show. */
  reasons: string[];
  /** True when there is anything to do. */
  changes: boolean;
}

const replacing = ["name", "directory", "environment", "program", "replaceTriggers"] as const;

/**
 * Compares a machine's state with the program's properties.
 * @param seen The machine as Vagrant saw it a moment ago, if it did: newer than the state.
 */
export function diff(old: Properties, wanted: Properties, seen: Seen | undefined): Difference {
  const [before, after] = [inputsOf(old), inputsOf(wanted)];
  const { state, provisioned, hostKey } = plain(old) as Properties;
  const replaces: string[] = replacing.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  if (replaces.length > 0) {
    return { replaces, reasons: [], changes: true };
  }
  if (seen?.state === "not_created") {
    return {
      replaces: ["state"],
      reasons: ["the machine is gone; pulumi up makes it anew"],
      changes: true,
    };
  }
  const now = seen?.state ?? state;
  const reasons: string[] = [];
  if (now !== "running") {
    reasons.push(`the machine is ${String(now)}; pulumi up starts it`);
  }
  if (changedInPlace(old, wanted)) {
    reasons.push(
      before.vagrantfileSha256 === after.vagrantfileSha256
        ? "its triggers changed; pulumi up reloads the machine"
        : "the Vagrantfile changed; pulumi up reloads the machine",
    );
  }
  if (provisioned === false) {
    reasons.push("its provisioning failed; pulumi up provisions it again");
  } else if (hostKey === "") {
    reasons.push("it could not be logged in to; pulumi up tries again");
  }
  return { replaces, reasons, changes: reasons.length > 0 };
}

/** True when it is the same machine of the same Vagrantfile, which has been read before. */
export function isSameMachine(old: Properties, wanted: Properties): boolean {
  const [before, after] = [inputsOf(old), inputsOf(wanted)];
  const keys = ["name", "directory", "environment", "program", "vagrantfileSha256"] as const;
  return keys.every((key) => isDeepStrictEqual(before[key], after[key]));
}

/** True when something changed that reaches a machine through a reload. */
export function changedInPlace(old: Properties, wanted: Properties): boolean {
  const [before, after] = [inputsOf(old), inputsOf(wanted)];
  return (
    before.vagrantfileSha256 !== after.vagrantfileSha256 ||
    !isDeepStrictEqual(before.triggers, after.triggers)
  );
}
