import { createHash } from "node:crypto";
import { address } from "./address";
import { director } from "./director";
import { firewallmark } from "./firewallmark";
import { keepalived } from "./keepalived";
import { keepalivedAddress } from "./keepalivedAddress";
import { keepalivedService } from "./keepalivedService";
import { Kind, wanted } from "./kind";
import { nat } from "./nat";
import { netns } from "./netns";
import { Observation } from "./observation";
import { realserver } from "./realserver";
import { redirect } from "./redirect";
import { service } from "./service";
import { serviceTable } from "./serviceTable";
import { webserver } from "./webserver";

const kinds: Partial<Record<string, Kind>> = {
  address,
  director,
  firewallmark,
  keepalived,
  keepalivedaddress: keepalivedAddress,
  keepalivedservice: keepalivedService,
  nat,
  netns,
  realserver,
  redirect,
  service,
  servicetable: serviceTable,
  webserver,
};

/** An object as its component declares it. */
export interface Declared {
  kind: string;
  /** PROJECT/STACK/NAME. */
  owner: string;
  /** What its script reads. */
  desired: string;
  /** One that others made is taken over. */
  adopt: boolean;
}

/** What an observation says of one object. */
export interface Verdict {
  /**
   * Part of the object's command: as long as it is the same, the object is left alone. That of the
   * mark, where the object is as it was made; else a new one that says what is wrong.
   */
  generation: string;
  /** What is wrong, in words. */
  wrong: string[];
  /** Why the object cannot be had at all. */
  refusal?: string;
  /** What each preview says, though up has nothing to repair. */
  warnings?: string[];
}

/**
 * Compares an object with what was seen on its machine.
 * @param all What the program declares there.
 */
export function judge(
  object: Declared,
  seen: Observation,
  label: string,
  all: Declared[] = [],
): Verdict {
  const kind = kinds[object.kind];
  if (!kind) {
    return { generation: "", wrong: [] };
  }
  const declared = wanted(object.owner, object.desired);
  const title = kind.title(declared);
  const key = `${object.kind}/${kind.key(declared).replaceAll("/", ":")}`;
  const mark = seen.marks.get(key);
  if (mark && mark.owner !== object.owner && !object.adopt) {
    return refused(`${title} of ${label} belongs to ${mark.owner}`);
  }
  const excluded = kind.excluded?.(declared, seen, object.adopt) ?? [];
  if (excluded.length > 0) {
    return {
      generation: "",
      wrong: [],
      refusal: excluded.map((why) => `${label}: ${why}`).join("\n"),
    };
  }
  const others = () => all.map((other) => wanted(other.owner, other.desired));
  const gives = mark?.owner === object.owner ? (kind.gives?.(declared, mark, others) ?? []) : [];
  const giving = gives.length > 0 ? ` gives ${gives.join(", ")}` : "";
  const before = seen.remembered.get(key);
  const rebooted = before?.owner === object.owner && before.bootId !== seen.bootId;
  if (mark?.owner !== object.owner) {
    if (kind.exists(declared, seen) && !object.adopt) {
      return refused(`${title} exists on ${label} already and was not made by ipvs-lab`);
    }
    const wrong = rebooted ? kind.wrong(declared, seen, undefined) : [];
    return judged(rebooted ? [`${label} has rebooted`, ...wrong] : [], "new");
  }
  // What was applied counts, not what is declared now: that difference is an ordinary change.
  const made = mark.settings.length > 0 ? wanted(object.owner, mark.settings) : declared;
  const wrong = kind.wrong(made, seen, mark);
  if (mark.generation === "unfinished") {
    wrong.unshift(`the last change of ${kind.title(made)} was cut off`);
  }
  const said = kind.warnings?.(made, seen) ?? [];
  const warnings = said.length > 0 ? { warnings: said } : {};
  if (wrong.length === 0) {
    const facts = [seen.bootId, seen.serial, giving];
    // What was given once is not given again, when there is a change.
    const given = mark.generation.includes(" gives ");
    const fresh = giving || (given && declared.lines.join() !== mark.settings.join() && " new");
    const generation = fresh ? `${fingerprint(facts)}${fresh}` : mark.generation;
    return { generation, wrong, ...warnings };
  }
  return { ...judged(rebooted ? [`${label} has rebooted`, ...wrong] : wrong, ""), ...warnings };

  function judged(words: string[], otherwise: string): Verdict {
    // The machine's boot and its count of changes make the same drift another one next time.
    const facts = [seen.bootId, seen.serial, ...words];
    const text =
      words
        .join("; ")
        .replace(/[^ -~]/g, "?")
        .slice(0, 300) || otherwise;
    return { generation: `${fingerprint(facts)} ${text}${giving}`, wrong: words };
  }
}

/** A short hash of facts. */
export function fingerprint(facts: unknown): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 8);
}

function refused(why: string): Verdict {
  const refusal = `${why}: remove it there, choose another, or set adopt: true to take it over`;
  return { generation: "", wrong: [], refusal };
}
