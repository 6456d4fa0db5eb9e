import { createHash } from "node:crypto";
import { encodeFingerprint } from "../drift/fingerprint";
import { OwnershipRecord, HostState } from "../drift/hostState";
import { Kind, Desired, desiredObject } from "../drift/kind";
import { otherSettings } from "../drift/otherSettings";
import { kinds } from "./kinds";

/** An object as its component declares it. */
export interface Declared {
  kind: string;
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** The input of its script up to the first empty line. */
  desired: string;
  /** True to take over an object that others made. */
  adopt: boolean;
  /** Everything that its script reads, if that is more than `desired`. */
  stdin?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
  /** True if members that others added are removed. */
  exclusive?: boolean;
  /** Its owner and input in Pulumi's state; undefined where the state has none, or cannot be read. */
  recorded?: { owner: string; stdin: string };
}

/** One object compared with the state of its machine. */
export interface DriftResult {
  /**
   * The drift fingerprint (drift/fingerprint.ts): the one in the record if the object was made as declared and is
   * unchanged; otherwise a new one that says what differs.
   */
  fingerprint: string;
  /** The differences, each a sentence without its full stop. */
  differences: string[];
  /** Facts that are not drift but worth knowing; left out if there are none. */
  notes?: string[];
  /** The reason why the object cannot be made at all. */
  conflict?: string;
  /** Warnings that each preview shows, even if `up` has nothing to repair. */
  warnings?: string[];
}

/**
 * Compares an object with the state of its machine.
 * @param all All objects that the program declares there.
 */
export function detectDrift(
  object: Declared,
  seen: HostState,
  label: string,
  all: Declared[] = [],
): DriftResult {
  const kind = (kinds as Partial<Record<string, Kind>>)[object.kind];
  if (!kind) {
    return { fingerprint: "", differences: [] };
  }
  const { owner, adopt, keepWeights, exclusive = false } = object;
  const desired = desiredObject(owner, object.stdin ?? object.desired);
  const formerBody = object.recorded?.stdin.split("\n\n", 2)[1];
  const declared = { ...desired, keepWeights, formerBody };
  const title = kind.title(declared);
  const key = keyIn(object.kind, kind.key(declared));
  const record = seen.records.get(key);
  if (record && record.owner !== owner && !adopt) {
    return refused(kind, `${title} of ${label} belongs to ${record.owner}`);
  }
  const before = seen.remembered.get(key);
  const rebooted = before?.owner === owner && before.bootId !== seen.bootId;
  const isOurs = record?.owner === owner;
  const conflicts = kind.conflicts?.(declared, seen, adopt, rebooted && !isOurs) ?? [];
  if (conflicts.length > 0) {
    return impossible(conflicts);
  }
  const others = () => all.map((other) => desiredObject(other.owner, other.desired));
  const transfers = isOurs ? (kind.transfers?.(declared, record, others) ?? []) : [];
  const renamedFrom = object.recorded?.owner === owner ? undefined : object.recorded?.owner;
  const notes =
    renamedFrom === undefined ? [] : [`what ${renamedFrom} has on ${label} becomes ${owner}'s`];
  const warnings: string[] = [];
  const reboot = rebooted ? [`${label} has rebooted`] : [];
  if (!isOurs) {
    const exists = kind.exists(declared, seen);
    if (exists && !adopt && !rebooted) {
      return refused(kind, `${title} exists on ${label} already and was not made by ipvs-lab`);
    }
    const file = kind.bootFile ?? "a file that is read at boot";
    const back = exists ? [`${title} is back from elsewhere (${file}?)`] : [];
    const differences = rebooted ? [...back, ...kind.differences(declared, seen, undefined)] : [];
    return differing([...reboot, ...differences, ...(exists ? added(undefined) : [])], "new");
  }
  const made = record.settings.length > 0 ? desiredObject(owner, record.settings) : declared;
  const replaced = adopt ? [] : (kind.replaced?.(made, seen, record) ?? []);
  if (replaced.length > 0) {
    return impossible(replaced);
  }
  notes.push(...(kind.notes?.(declared, seen, record) ?? []));
  const isSame = isMadeSo(declared, record);
  const isOrdinary = object.recorded?.stdin !== (object.stdin ?? object.desired);
  // The machine is compared with what was applied. A difference between that and the declaration is an ordinary change,
  // unless the state already has what is declared: then the machine has something that the state does not know.
  const isCutOff = record.fingerprint === "unfinished";
  const isLost = !isSame && !isCutOff && object.recorded !== undefined && !isOrdinary;
  const differences = isLost
    ? [...kind.differences(declared, seen, record), ...otherSettings(title, declared.lines, record)]
    : kind.differences({ ...made, body: declared.body, keepWeights }, seen, record);
  differences.push(...added(record));
  if (isCutOff) {
    differences.unshift(`the last change of ${kind.title(made)} was cut off`);
  }
  warnings.push(...(kind.warnings?.(made, seen) ?? []));
  if (differences.length > 0) {
    return differing([...reboot, ...differences], "");
  }
  // Each change gets a new fingerprint, so that a state that missed the change differs as well.
  const isChange = !isSame || (object.recorded !== undefined && isOrdinary);
  return isChange || transfers.length > 0 || renamedFrom !== undefined
    ? differing([], transfers.length > 0 ? "" : "new")
    : withNotes({ fingerprint: record.fingerprint, differences });

  /** Members that others added: differences if they are to go, else notes. */
  function added(of: OwnershipRecord | undefined): string[] {
    const found = kind?.added?.(declared, seen, of) ?? [];
    notes.push(...(exclusive ? [] : found.map((one) => `${one}; it stays`)));
    return exclusive ? found : [];
  }

  function differing(words: string[], otherwise: string): DriftResult {
    const text = words
      .join("; ")
      .replace(/[^ -~]/g, "?")
      .slice(0, 300);
    // The machine's boot and its count of changes give the same drift another fingerprint next time.
    const facts = [seen.bootId, seen.serial, record?.fingerprint, ...words];
    const cause = { text: text || otherwise, facts, renamedFrom, transfers };
    return withNotes({ fingerprint: encodeFingerprint(cause), differences: words });
  }

  function withNotes(result: DriftResult): DriftResult {
    return {
      ...result,
      ...(notes.length > 0 ? { notes } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  }

  function impossible(reasons: string[]): DriftResult {
    const conflict = reasons.map((why) => `${label}: ${why}`).join("\n");
    return { fingerprint: "", differences: [], conflict };
  }
}

/** The key of a record in a host state: "service/-t 10.10.10.100:80". */
export function keyIn(kind: string, key: string): string {
  return `${kind}/${key.replaceAll("/", ":")}`;
}

/** True when the last apply made what is declared now. */
function isMadeSo({ lines }: Desired, record: OwnershipRecord): boolean {
  if (!record.inPlace) {
    return lines.join("\n") === record.settings.join("\n");
  }
  // The members of such a table are not listed; only the digest of its record tells.
  const head = [
    `owner ${record.owner}`,
    `generation ${record.fingerprint}`,
    ...record.also.map((line) => `also ${line}`),
  ];
  const text = [...head, "", ...lines].map((line) => `${line}\n`).join("");
  return (
    record.digest === undefined || record.digest === createHash("sha256").update(text).digest("hex")
  );
}

function refused({ unadoptable = false }: Kind, why: string): DriftResult {
  const way = unadoptable
    ? "remove it there, or choose another name"
    : "remove it there, choose another, or set adopt: true to take it over";
  return { fingerprint: "", differences: [], conflict: `${why}: ${way}` };
}
