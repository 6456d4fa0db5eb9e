import { place } from "../../args/place";
import { HostState, keysOf, stackOf } from "../../drift/hostState";
import { Desired, fileDifferences, Kind, settingDifferences } from "../../drift/kind";
import { addedMembers, madeLines } from "../../drift/members";
import { differences, serverOf } from "../../drift/options";
import { lackedSchedulers } from "../../drift/running";
import { byService, serviceKeyOf } from "../../ipvs/parseLines";
import { Protocol, protocolOptions } from "../../ipvs/protocols";
import { serviceKey } from "../../ipvs/serviceLines";
import { first, ownersOf, ownKeys, titleOf, transfersOf } from "../servicetable/servicetable";

/**
 * Many virtual services that keepalived writes (keepalivedtable.sh): their file, and what the kernel has of them. A
 * missing member is one that keepalived has removed.
 */
export const keepalivedtable: Kind = {
  key: ({ owner }) => owner,
  title: titleOf,
  // A service that others own is a conflict, which names that service.
  exists: () => false,
  bootFile: "ipvsadm.rules",
  conflicts: (w, seen, adopt, back) => {
    const own = ownKeys(w, seen);
    const there = byService(seen.services);
    const [plain, checked] = [plainKinds, checkedKinds].map((kinds) => ownersOf(w, seen, kinds));
    const refused = keysOf(w.lines).flatMap((key) => {
      const owner = checked?.get(key) ?? plain?.get(key);
      if (owner !== undefined) {
        // Another stack's keepalived does not let go of it.
        const isAdopted = adopt && !checked?.has(key);
        return isAdopted || stackOf(owner) === stackOf(w.owner)
          ? []
          : [`virtual service ${key} belongs to ${owner}: remove it there first`];
      }
      return adopt || back || own.has(key) || !there.has(key)
        ? []
        : [
            `virtual service ${key} exists already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true`,
          ];
    });
    return [...lackedSchedulers(w, seen), ...first(refused)];
  },
  transfers: transfersOf,
  added: (w, seen, record) => {
    const [declared, made] = [byService(linesOf(w)), byService(madeLines(record))];
    const sorry = sorryServersOf(w);
    return first(
      [...byService(seen.services)].flatMap(([key, all]) => {
        const [shall, was] = [declared.get(key), made.get(key)];
        const now = all.filter((line) => !sorry.has(`${key} -r ${serverOf(line)}`));
        return shall === undefined && was === undefined
          ? []
          : addedMembers({ declared: shall ?? [], made: was ?? [], now }, ` of ${key}`, seen);
      }),
    );
  },
  warnings: (w, seen) => {
    const there = byService(seen.services);
    const dead = [...byService(linesOf(w))].filter(([key, lines]) => {
      const shall = lines.filter((line) => isMember(line) && !isWeightless(line)).map(serverOf);
      const now = there.get(key) ?? [];
      const live = new Set(now.filter((line) => !isWeightless(line)).map(serverOf));
      return now.length > 0 && shall.length > 0 && !shall.some((server) => live.has(server));
    });
    return first(dead.map(([key]) => `no member of virtual service ${key} lives`));
  },
  differences: (w, seen, record) => {
    const files = fileDifferences(record, seen);
    if (!seen.services && !seen.packages.has("ipvsadm")) {
      return [...files, "virtual services cannot be looked at: ipvsadm is not installed"];
    }
    return [
      ...files,
      ...first(serviceDifferences(w, seen)),
      ...settingDifferences("keepalivedtable", w, seen),
    ];
  },
};

/** The kinds whose records own services, by engine. */
const plainKinds = ["service", "servicetable"];
const checkedKinds = ["keepalivedservice", "keepalivedtable"];

function serviceDifferences(w: Desired, seen: HostState): string[] {
  const there = byService(seen.services);
  const inhibited = new Set(w.lines.flatMap((line) => /^inhibit (.*)/.exec(line)?.[1] ?? []));
  const found: string[] = [];
  let key = "";
  let now = new Map<string, string>();
  for (const line of linesOf(w)) {
    if (!isMember(line)) {
      key = serviceKeyOf(line);
      const lines = there.get(key) ?? [];
      now = new Map(lines.map((is) => [isMember(is) ? serverOf(is) : "", is]));
      found.push(...differences(`virtual service ${key}`, line, now.get("")));
      continue;
    }
    const server = serverOf(line);
    const is = now.get(server);
    // A check has removed it, or has set its weight to 0.
    const failed = line.replace(/ -w \d+/, " -w 0");
    if (is !== undefined && !(is === failed && inhibited.has(`${key} -r ${server}`))) {
      found.push(...differences(`real server ${server} of ${key}`, line, is));
    }
  }
  return found;
}

function linesOf(w: Desired): string[] {
  return w.lines.filter(isLine);
}

function isLine(line: string): boolean {
  return line.startsWith("-");
}

function isMember(line: string): boolean {
  return line.startsWith("-a");
}

function isWeightless(line: string): boolean {
  return / -w 0( |$)/.test(line) || !isMember(line);
}

/**
 * Servers that stand in for all members of their service: "-t 10.10.10.100:80 -r 10.10.10.9:80". The kernel may still
 * have those of the state.
 */
function sorryServersOf({ body = "", formerBody = "" }: Desired): Set<string> {
  return new Set([body, formerBody].flatMap(sorryServersIn));
}

/** @param short The configuration in short (keepalived/tableConfiguration.ts). */
function sorryServersIn(short: string): string[] {
  if (!short.includes("sorry_server ")) {
    return [];
  }
  const definitions = new Map<string, string[]>();
  let lines: string[] = [];
  return short.split("\n").flatMap((line) => {
    const [, at = "", name = ""] = /^virtual_server (.*) as (\S+)$/.exec(line) ?? [];
    if (line.startsWith("define ")) {
      lines = [];
      definitions.set(line.slice("define ".length), lines);
    } else if (name === "") {
      lines.push(line);
    }
    const [, address, port] =
      /^sorry_server (\S+) (\d+)$/m.exec(definitions.get(name)?.join("\n") ?? "") ?? [];
    return address === undefined
      ? []
      : [`${keyIn(at, definitions.get(name) ?? [])} -r ${place(address, Number(port))}`];
  });
}

/** ipvsadm's words for a service: "-t 10.10.10.100:80", "-f 1 -6". */
function keyIn(at: string, options: string[]): string {
  const [address = "", port = "0"] = at.split(" ");
  if (address === "fwmark") {
    return serviceKey({
      firewallMark: Number(port),
      family: options.includes("ip_family inet6") ? "ipv6" : "ipv4",
    });
  }
  const protocols = Object.keys(protocolOptions) as Protocol[];
  const protocol = protocols.find((one) => options.includes(`protocol ${one.toUpperCase()}`));
  return serviceKey({ protocol: protocol ?? "tcp", address, port: Number(port) });
}
