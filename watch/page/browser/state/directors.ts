import { computed } from "@preact/signals";
import type { MachineState, Topology } from "../../../protocol.js";
import { machines, topology } from "./model.js";

/**
 * A director's part: "holder" has the virtual address, "next" would take it, "standby" would take it after that.
 * "cut" has no link to the lab, so it cannot take it. "none" is a director alone that does not have it.
 */
export type Role =
  "holder" | "next" | "standby" | "none" | "cut" | "off" | "stopping" | "starting" | "unreached";

export interface DirectorView {
  name: string;
  /** Undefined while nothing is known. */
  role: Role | undefined;
  hasAddress: boolean;
  /** Undefined while it is not known. */
  hasLink: boolean | undefined;
  connections: number;
}

export function directorNames({ director, moreDirectors = [] }: Topology): string[] {
  return [director, ...moreDirectors];
}

/** The state of a machine, when the lab tells it. */
export function stateOf(name: string): MachineState | undefined {
  return machines.value?.machines[topology.value?.machines?.indexOf(name) ?? -1];
}

/** The directors in the topology's order. In a lab whose machines have no controls nothing more is known of them. */
export const directors = computed<DirectorView[]>(() => {
  const known = topology.value;
  const names = known ? directorNames(known) : [];
  let isNext = names.length > 1;
  return names.map((name) => {
    const { power, director } = stateOf(name) ?? {};
    const isHere = director?.isReached === true && power !== "off";
    const hasAddress = isHere && director.hasAddress;
    const hasLink = isHere ? director.hasLink : undefined;
    let role: Role | undefined;
    if (power === "off" || power === "stopping" || power === "starting") {
      role = power;
    } else if (director?.isReached === false) {
      role = "unreached";
    } else if (director) {
      role = hasAddress
        ? "holder"
        : !director.hasLink
          ? "cut"
          : names.length > 1
            ? "standby"
            : "none";
    }
    if (role === "standby" && isNext) {
      role = "next";
      isNext = false;
    }
    return { name, role, hasAddress, hasLink, connections: director?.connections ?? 0 };
  });
});

let lastActing = 0;
/** The place of the director that has the address; of the last one that had it, while none has. */
export const acting = computed<number>(() => {
  const all = directors.value;
  const holders = all.flatMap(({ hasAddress }, place) => (hasAddress ? [place] : []));
  const linked = holders.find((place) => all[place]?.hasLink);
  lastActing = linked ?? holders[0] ?? (lastActing < all.length ? lastActing : 0);
  return lastActing;
});

/** True when requests do not get to a director that has the address, as far as the lab tells. */
export const isCutOff = computed<boolean>(() => {
  const now = directors.value[acting.value];
  // A director that SSH does not reach may go on as before.
  const isKnown = now?.role !== undefined && now.role !== "unreached";
  return isKnown && !(now.hasAddress && now.hasLink === true);
});
