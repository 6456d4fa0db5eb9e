import { createHash } from "node:crypto";
import { Kind, Wanted, wanted } from "../drift/kind";
import { Mark, Observation } from "../drift/observation";
import { otherSettings } from "../drift/otherSettings";
import { address } from "./address/address";
import { director } from "./director/director";
import { firewallmark } from "./firewallmark/firewallmark";
import { keepalived } from "./keepalived/keepalived";
import { keepalivedAddress } from "./keepalivedaddress/keepalivedAddress";
import { keepalivedService } from "./keepalivedservice/keepalivedService";
import { nat } from "./nat/nat";
import { netns } from "./netns/netns";
import { realserver } from "./realserver/realserver";
import { redirect } from "./redirect/redirect";
import { service } from "./service/service";
import { serviceTable } from "./servicetable/serviceTable";
import { webserver } from "./webserver/webserver";

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
  /** What its script reads, up to the first empty line. */
  desired: string;
  /** One that others made is taken over. */
  adopt: boolean;
  /** All that its script reads, where it is more than `desired`. */
  stdin?: string;
  /** Members whose weights are left as they are: "all", or "10.10.10.2:80 10.10.10.3:80". */
  keepWeights?: string;
  /** What Pulumi's state has of it; undefined where it has nothing, or cannot be read. */
  recorded?: { owner: string; stdin: string };
}

/** What an observation says of one object. */
export interface Verdict {
  /**
   * Part of the object's command: as long as it is the same, the object is left alone. That of the
   * mark, where the object was made as it is declared, and is so still; else a new one that says what
   * is wrong.
   */
  generation: string;
  /** What is wrong, in words. */
  wrong: string[];
  /** What is no drift, and a person should know; left out where there is nothing. */
  notes?: string[];
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
  const { owner, adopt, keepWeights } = object;
  const declared = { ...wanted(owner, object.stdin ?? object.desired), keepWeights };
  const title = kind.title(declared);
  const key = keyIn(object.kind, kind.key(declared));
  const mark = seen.marks.get(key);
  if (mark && mark.owner !== owner && !adopt) {
    return refused(kind, `${title} of ${label} belongs to ${mark.owner}`);
  }
  const before = seen.remembered.get(key);
  const rebooted = before?.owner === owner && before.bootId !== seen.bootId;
  const isOurs = mark?.owner === owner;
  const excluded = kind.excluded?.(declared, seen, adopt, rebooted && !isOurs) ?? [];
  if (excluded.length > 0) {
    return impossible(excluded);
  }
  const others = () => all.map((other) => wanted(other.owner, other.desired));
  const gives = isOurs ? (kind.gives?.(declared, mark, others) ?? []) : [];
  // Both stand in the generation, where the object's script finds them.
  const giving = gives.length > 0 ? ` gives ${gives.join(", ")}` : "";
  const was = object.recorded?.owner === owner ? undefined : object.recorded?.owner;
  const renamed = was === undefined ? "" : ` renamed from ${was}`;
  const notes = was === undefined ? [] : [`what ${was} has on ${label} becomes ${owner}'s`];
  const warnings: string[] = [];
  const reboot = rebooted ? [`${label} has rebooted`] : [];
  if (!isOurs) {
    const exists = kind.exists(declared, seen);
    if (exists && !adopt && !rebooted) {
      return refused(kind, `${title} exists on ${label} already and was not made by ipvs-lab`);
    }
    const file = kind.bootFile ?? "a file that is read at boot";
    const back = exists ? [`${title} is back from elsewhere (${file}?)`] : [];
    const wrong = rebooted ? [...back, ...kind.wrong(declared, seen, undefined)] : [];
    return judged([...reboot, ...wrong], "new");
  }
  const made = mark.settings.length > 0 ? wanted(owner, mark.settings) : declared;
  const replaced = adopt ? [] : (kind.replaced?.(made, seen, mark) ?? []);
  if (replaced.length > 0) {
    return impossible(replaced);
  }
  notes.push(...(kind.notes?.(declared, seen, mark) ?? []));
  const isSame = isMadeSo(declared, mark);
  const isOrdinary = object.recorded?.stdin !== (object.stdin ?? object.desired);
  // What was applied counts: its difference to what is declared is an ordinary change. But not where the
  // state has what is declared: then the change is one of the machine's that the state knows nothing of.
  const isCutOff = mark.generation === "unfinished";
  const isLost = !isSame && !isCutOff && object.recorded !== undefined && !isOrdinary;
  const wrong = isLost
    ? [...kind.wrong(declared, seen, mark), ...otherSettings(title, declared.lines, mark)]
    : kind.wrong({ ...made, body: declared.body, keepWeights }, seen, mark);
  if (isCutOff) {
    wrong.unshift(`the last change of ${kind.title(made)} was cut off`);
  }
  warnings.push(...(kind.warnings?.(made, seen) ?? []));
  if (wrong.length > 0) {
    return judged([...reboot, ...wrong], "");
  }
  // Another one for each change, so that a state which knows nothing of it has another one, too.
  const isChange = !isSame || (object.recorded !== undefined && isOrdinary);
  return isChange || giving !== "" || renamed !== ""
    ? judged([], giving === "" ? "new" : "")
    : said({ generation: mark.generation, wrong });

  function judged(words: string[], otherwise: string): Verdict {
    // The machine's boot and its count of changes make the same drift another one next time.
    const facts = [seen.bootId, seen.serial, mark?.generation, ...words, giving, renamed];
    const text =
      words
        .join("; ")
        .replace(/[^ -~]/g, "?")
        .slice(0, 300) || otherwise;
    const generation = `${fingerprint(facts)}${text && ` ${text}`}${renamed}${giving}`;
    return said({ generation, wrong: words });
  }

  function said(verdict: Verdict): Verdict {
    return {
      ...verdict,
      ...(notes.length > 0 ? { notes } : {}),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
  }

  function impossible(reasons: string[]): Verdict {
    const refusal = reasons.map((why) => `${label}: ${why}`).join("\n");
    return { generation: "", wrong: [], refusal };
  }
}

/** As an observation names a mark: "service/-t 10.10.10.100:80". */
export function keyIn(kind: string, key: string): string {
  return `${kind}/${key.replaceAll("/", ":")}`;
}

/** A short hash of facts. */
export function fingerprint(facts: unknown): string {
  return createHash("sha256").update(JSON.stringify(facts)).digest("hex").slice(0, 8);
}

/** True when the last apply made what is declared now. */
function isMadeSo({ lines }: Wanted, mark: Mark): boolean {
  if (!mark.inPlace) {
    return lines.join("\n") === mark.settings.join("\n");
  }
  // The members of such a table are known by the digest of its mark alone.
  const text = `owner ${mark.owner}\ngeneration ${mark.generation}\n\n${lines.map((line) => `${line}\n`).join("")}`;
  return (
    mark.digest === undefined || mark.digest === createHash("sha256").update(text).digest("hex")
  );
}

function refused({ unadoptable = false }: Kind, why: string): Verdict {
  const way = unadoptable
    ? "remove it there, or choose another name"
    : "remove it there, choose another, or set adopt: true to take it over";
  return { generation: "", wrong: [], refusal: `${why}: ${way}` };
}
