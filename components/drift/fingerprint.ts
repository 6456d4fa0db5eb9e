import { createHash } from "node:crypto";

/*
 * The drift fingerprint of an object is a word of its Command (`--generation`), and a line of its ownership record on
 * the machine. Pulumi runs a Command again when its text has changed. So an object that is on the machine as it was
 * made keeps the fingerprint of its record, and any difference gets a new one. This file alone encodes it; on the
 * machine components/host/program/fingerprint.sh decodes it.
 */

/** The reason why an object's Command has to run. */
export interface Cause {
  /** One line that a person reads in the diff of the Command, at most 300 letters of ASCII; "new" for an ordinary change. */
  text: string;
  /** Facts of the machine, which are hashed: they give the same text on another day another fingerprint. */
  facts?: unknown[];
  /** The earlier owner, PROJECT/STACK/NAME, whose record becomes this object's. */
  renamedFrom?: string;
  /** Services of this object that another object of the program takes over: "-t 10.10.10.100:80". */
  transfers?: string[];
}

/** The fingerprint of an object on a machine that could not be reached. */
export const unreachableFingerprint = "out of reach";

export function encodeFingerprint({ text, facts, renamedFrom, transfers = [] }: Cause): string {
  const renamed = renamedFrom === undefined ? "" : `renamed from ${renamedFrom}`;
  const giving = transfers.length > 0 ? `gives ${transfers.join(", ")}` : "";
  const hash = facts ? hashOf([...facts, giving, renamed]) : "";
  return [hash, text, renamed, giving].filter((part) => part !== "").join(" ");
}

/** A short hash of facts: eight hexadecimal digits. */
function hashOf(facts: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 8);
}
