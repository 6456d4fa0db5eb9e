import { OwnershipRecord, HostState, stackOf } from "../../../drift/hostState";
import { keyIn } from "../../../kinds/detectDrift";
import { Recorded, State } from "./state";

/** The name that an owner has now. */
type Rename = (kind: string, owner: string) => string;

/**
 * The present names of owners that the state has under another name of the stack or project, because it was renamed.
 * What the state does not name belongs to somebody else, whatever its name.
 */
export function renamedStack(state: State, stack: string): Rename | undefined {
  const renamed = new Map<string, string>();
  for (const { kind, owner } of state.values()) {
    if (kind !== "host" && stackOf(owner) !== stack) {
      renamed.set(`${kind} ${owner}`, `${stack}/${owner.split("/").slice(2).join("/")}`);
    }
  }
  return renamed.size === 0 ? undefined : (kind, owner) => renamed.get(`${kind} ${owner}`) ?? owner;
}

/** The present name of one object's owner. */
export function renamedObject(
  { kind, owner }: Pick<Recorded, "kind" | "owner">,
  now: string,
): Rename {
  return (other, name) => (other === kind && name === owner ? now : name);
}

/** A host state in which the owners have their present names. */
export function asRenamed(seen: HostState, rename: Rename): HostState {
  return {
    ...seen,
    records: renamedKeys(seen.records, rename, (record, owner): OwnershipRecord => {
      // The digest is that of the record with the earlier owner.
      return { ...record, owner, digest: undefined };
    }),
    remembered: renamedKeys(seen.remembered, rename, (before, owner) => ({ ...before, owner })),
    sharedSettings: seen.sharedSettings.map((setting) => ({
      ...setting,
      reference: renamedReference(setting.reference, rename),
    })),
  };
}

function renamedKeys<T extends { owner: string }>(
  records: Map<string, T>,
  rename: Rename,
  give: (record: T, owner: string) => T,
): Map<string, T> {
  const [renamed, others]: [[string, T][], [string, T][]] = [[], []];
  for (const [path, record] of records) {
    const [kind = ""] = path.split("/", 1);
    const owner = rename(kind, record.owner);
    if (owner === record.owner) {
      others.push([path, record]);
    } else {
      const isKey = path === keyIn(kind, record.owner);
      renamed.push([isKey ? keyIn(kind, owner) : path, give(record, owner)]);
    }
  }
  // A record that already has the new name is the later one.
  return new Map([...renamed, ...others]);
}

/** "KIND:PROJECT:STACK:NAME" */
function renamedReference(reference: string, rename: Rename): string {
  const [kind = "", ...owner] = reference.split(":");
  return [kind, ...rename(kind, owner.join("/")).split("/")].join(":");
}
