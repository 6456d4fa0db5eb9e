/** Services with their members, and checkers, of a running keepalived in a common form: a line each, sorted. */
export interface Topology {
  services: string[];
  checkers: string[];
}

/** A block of keepalived's dump: its title and what is in it. */
interface Block {
  title: string;
  values: Map<string, string>;
  members: Block[];
}

/**
 * Reads what keepalived's checker writes into keepalived_check.data at SIGUSR1, without what differs from run to run,
 * what has no effect by itself (the times of services and members, which their checkers have), when a check is made for
 * the first time, and how long an answer over UDP may be.
 */
export function topologyOf(data: string): Topology {
  const services: Block[] = [];
  const checkers: Block[] = [];
  let block: Block | undefined;
  for (const line of data.split("\n")) {
    const isService = line === " ------< Virtual server >------";
    const [, of, at] = /^ (\S.*) -> (\[.*)$/.exec(line) ?? [];
    if (isService || of !== undefined) {
      // A group is called "[NAME]:0".
      const title = isService ? "" : `${/^\[[^.:\]]*\]:0$/.test(of ?? "") ? "group" : of} -> ${at}`;
      block = { title, values: new Map(), members: [] };
      (isService ? services : checkers).push(block);
    } else if (line === "   ------< Real server >------") {
      block = { title: "", values: new Map(), members: [] };
      services.at(-1)?.members.push(block);
    } else if (/------<|^\S/.test(line)) {
      block = undefined;
    } else if (block && line !== "") {
      note(block, line.trim());
    }
  }
  return {
    services: sorted(services.flatMap((one) => serviceLines(one, serviceTitle(one)))),
    checkers: sorted(
      checkers.map(({ title, values }) => {
        return line(title, inFull(values, title, services), notOfCheckers);
      }),
    ),
  };
}

/** "KEY = VALUE", "KEY is VALUE", several of them, a word that is set or unset, or a status of a page. */
function note({ values }: Block, text: string): void {
  if (/^\d{3}(-\d{3})?$/.test(text)) {
    values.set("status", [values.get("status"), text].filter(Boolean).join(" "));
  } else if (/^VS VIP|^RIP|^quorum/.test(text)) {
    for (const [, key = "", value = ""] of text.matchAll(
      /([A-Z ]+|\w+) = (\S+?)(?:,|$| (?=EFF))/g,
    )) {
      values.set(key.trim(), value);
    }
  } else {
    const [, key = text, value = ""] = /^(.+?) (?:= |is )(.*)$/.exec(text) ?? [];
    values.set(key.replace(/ \(duplicates rs\)/, ""), value.replace(/^'|'$/g, ""));
  }
}

/** The name that a checker's title has; "group" for one of several addresses. */
function serviceTitle({ values }: Block): string {
  if (values.has("VS GROUP")) {
    return "group";
  }
  const mark = values.get("VS FWMARK");
  const at = values.get("VS VIP") ?? "";
  const protocol = (values.get("protocol") ?? "").toLowerCase();
  return mark === undefined ? `[${at}]:${protocol}:${values.get("VPORT")}` : `FWM ${mark}`;
}

function serviceLines(service: Block, title: string): string[] {
  // Without a sorry server, this is what members have that say nothing themselves.
  const { values } = service;
  if (!values.has("sorry server")) {
    values.delete("forwarding method");
  }
  return [
    line(title, values, notOfServices),
    ...service.members.map((member) =>
      line(`${title} -> ${memberTitle(member)}`, member.values, notOfMembers),
    ),
  ];
}

function memberTitle({ values }: Block): string {
  return `[${values.get("RIP")}]:${values.get("RPORT")}`;
}

/**
 * A checker with what its silence means. A page has the virtual host of its check, its member or its service; a script
 * may take as long as its service waits between checks; the root of all names is ".".
 */
function inFull(values: Map<string, string>, title: string, services: Block[]) {
  const [of = "", at = ""] = title.split(" -> ");
  const service = services.find((one) => serviceTitle(one) === of);
  const member = service?.members.find((one) => memberTitle(one) === at.replace(/:[a-z]+:/, ":"));
  const host =
    values.get("Virtual host") ??
    values.get("Virtualhost") ??
    member?.values.get("VirtualHost") ??
    service?.values.get("VirtualHost");
  const all = new Map(values);
  if (values.has("Checked url") && host !== undefined) {
    all.set("Virtual host", host);
  }
  if (values.get("timeout") === "0") {
    all.set("timeout", String(Number(service?.values.get("delay_loop"))));
  }
  if (all.delete("Name =")) {
    all.set("Name", ".");
  }
  return all;
}

const notOfServices =
  /^(VS |VPORT|VirtualHost|SNMP|connection timeout|delay_loop|Hashed|Retry|Warmup|Inhibit on failure$|Quorum (up|down)|Using|default |alive|quorum_state|reloaded)/;
const notOfMembers =
  /^(RIP|RPORT|EFF WEIGHT|VirtualHost|SNMP|connection timeout|Delay loop|Retry|Warmup|RS |Using|initial|effective|previous|alive|num failed|reloaded)/;
const notOfCheckers =
  /^(Enabled|Up|Has run|Current weight|Warmup|Retries iterations|Default delay|Log all|M(in|ax) reply|Connection|Last|Virtualhost|uid|ICMP|path|HTTP Status|Fast recovery)/;

function line(title: string, values: Map<string, string>, left: RegExp): string {
  const shown = [...values].filter(([key]) => !left.test(key)).map(([k, v]) => `${k}=${v}`);
  return [title, ...shown.sort()].join("; ");
}

function sorted(lines: string[]): string[] {
  return [...new Set(lines)].sort();
}
