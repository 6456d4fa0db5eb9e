import type { ImportedAddress, ImportedRouter, ImportedService, Model } from "../model/model.js";
import { validate } from "../rules.js";
import { Call, type Code, Raw, resourceName } from "./code.js";
import { type HostPlan, ownOf } from "./hosts.js";

/** An address with its place in the program. */
export interface VipPlan {
  address: string;
  code: Code;
}

/** The addresses of the program: those that services need, and those that the files give to the machine. */
export function planVips(
  model: Model,
  services: ImportedService[],
  { hosts, needsVips }: { hosts: HostPlan[]; needsVips: boolean },
): VipPlan[] {
  const needed = new Set(
    services.flatMap(({ key }) => ("address" in key && needsVips ? [key.address] : [])),
  );
  const [host] = hosts;
  const own = host ? ownOf(host) : [];
  const made = new Map<string, VipPlan>();
  const add = (address: string, args: Record<string, Code>) => {
    const name = resourceName(`vip-${address}`);
    made.set(address, { address, code: new Call("new Vip", name, { ...args, adopt: true }) });
  };
  const ids = new Set(model.routers.flatMap(({ id }) => id ?? []));
  for (const router of model.routers) {
    const addresses = usable(router.addresses, own, model);
    if (!isShared(router, hosts)) {
      explainSingle(router, hosts, model);
      for (const one of addresses.filter(({ address }) => !made.has(address))) {
        add(one.address, { host: new Raw(host?.variable ?? "host"), ...placeFields(one, host) });
      }
      continue;
    }
    const free = addresses.filter(({ address }) => !made.has(address));
    const [main, ...rest] = [...free].sort(
      (a, b) => Number(needed.has(b.address)) - Number(needed.has(a.address)),
    );
    // A service needs a Vip of its own; other addresses may move along with the first.
    const along = rest.filter((one) => !needed.has(one.address) && isPlain(one, router, host));
    const single = rest.filter((one) => !along.includes(one));
    if (single.length > 0) {
      model.findings.omit(
        router.origin,
        `vrrp_instance ${router.name}: its addresses move together there; here ${single.map(({ address }) => address).join(", ")} ` +
          "are virtual routers of their own, which move together when a machine is gone",
      );
    }
    const shared = (one: ImportedAddress, id: number, alongside: ImportedAddress[]) => {
      add(one.address, {
        directors: ordered(router, hosts),
        ...placeFields(one, host),
        virtualRouterId: id,
        advertInterval: router.advertInterval,
        ...(router.preempt && { preempt: true }),
        ...(alongside.length > 0 && { alongside: alongside.map(({ address }) => address) }),
      });
    };
    if (main) {
      shared(main, router.id ?? freeId(main.address, ids), along);
    }
    for (const one of single) {
      shared(one, freeId(one.address, ids), []);
    }
  }
  for (const one of usable(model.addresses, own, model)) {
    if (!made.has(one.address)) {
      add(one.address, { host: new Raw(host?.variable ?? "host"), ...placeFields(one, host) });
    }
  }
  for (const service of services) {
    const { key, origin } = service;
    if ("address" in key && needsVips && !made.has(key.address)) {
      const id = hosts.length > 1 && { virtualRouterId: freeId(key.address, ids) };
      add(key.address, { ...ownerFields(hosts), ...unknownPlace(key.address, host), ...id });
      model.findings.note(
        origin,
        "no file says which interface has its address: its Vip puts it on the host's, or takes it over there",
      );
    }
  }
  return [...made.values()];
}

/** The addresses that a Vip can have. */
function usable(addresses: ImportedAddress[], own: string[], { findings }: Model) {
  return addresses.filter(({ address, prefix, origin }) => {
    const isEnd = !address.includes(":") && !validate.isIpv4WithPrefix(`${address}/${prefix}`);
    if (isEnd || !validate.ip.safeParse(address).success) {
      findings.omit(origin, `${address}/${prefix} is not an address that a machine can have`);
    } else if (own.includes(address)) {
      findings.note(origin, `${address} is the host's own address, so it is no Vip`);
      return false;
    }
    return !isEnd && validate.ip.safeParse(address).success;
  });
}

/** True if the files name another machine that may have the router's addresses. */
function isShared({ own, peers }: ImportedRouter, hosts: HostPlan[]): boolean {
  return own !== undefined && hosts.some(({ ssh }) => peers.includes(ssh ?? ""));
}

function explainSingle(
  { name, id, peers, origin }: ImportedRouter,
  hosts: HostPlan[],
  model: Model,
) {
  const why =
    peers.length > 0
      ? "directors hear each other over IPv4, at addresses of one network"
      : "the file does not name the other machines (unicast_src_ip, unicast_peer)";
  model.findings.omit(
    origin,
    `vrrp_instance ${name}: its addresses stay on ${hosts[0]?.name ?? "one machine"}, because ${why}; ` +
      `with a second Host and Director: directors: [director, second], virtualRouterId: ${id ?? 1}`,
  );
}

/** The directors that may have the addresses: the master first. */
function ordered({ isMaster, own, peers }: ImportedRouter, hosts: HostPlan[]): Raw[] {
  const mine = hosts.filter(({ ssh }) => ssh === own || ssh === hosts[0]?.ssh).slice(0, 1);
  const others = hosts.filter(
    ({ ssh }) => peers.includes(ssh ?? "") && !mine.some((one) => one.ssh === ssh),
  );
  return (isMaster ? [...mine, ...others] : [...others, ...mine]).map(
    ({ director }) => new Raw(director),
  );
}

/** True for an address that a Vip's `alongside` puts where the files have it. */
function isPlain(one: ImportedAddress, router: ImportedRouter, host?: HostPlan): boolean {
  return (
    (one.interface ?? router.interface) === router.interface &&
    router.interface === host?.interface &&
    one.prefix === usualPrefix(one.address, host)
  );
}

/** Prefix and interface, where they are not those that a Vip has by itself. */
function placeFields(one: ImportedAddress, host?: HostPlan): Record<string, Code> {
  const { address, prefix, interface: device } = one;
  const isElsewhere = device !== undefined && device !== host?.interface;
  return {
    address,
    ...(prefix !== usualPrefix(address, host) && { prefix }),
    ...(isElsewhere && { interface: device }),
  };
}

/** An address that no file places. One outside the host's network gets the longest prefix. */
function unknownPlace(address: string, host?: HostPlan): Record<string, Code> {
  const isNear = host?.address !== undefined && isIn(address, host.address);
  return { address, ...(!address.includes(":") && !isNear && { prefix: 32 }) };
}

/** The prefix that a Vip has by itself; undefined if the host's address is not known. */
function usualPrefix(address: string, host?: HostPlan): number | undefined {
  const near = [host?.address, host?.address6].find(
    (own) => own !== undefined && isIn(address, own),
  );
  if (near !== undefined) {
    return Number(near.split("/")[1]);
  }
  return host?.address === undefined ? undefined : address.includes(":") ? 128 : undefined;
}

function isIn(address: string, network: string): boolean {
  return address.includes(":") === network.includes(":") && validate.sameNetwork(address, network);
}

function ownerFields(hosts: HostPlan[]): Record<string, Code> {
  return hosts.length > 1
    ? { directors: hosts.map(({ director }) => new Raw(director)) }
    : { host: new Raw(hosts[0]?.variable ?? "host") };
}

/** A virtual router's id that no other has: the last number of an IPv4 address, or the next that is free. */
function freeId(address: string, ids: Set<number>): number {
  const last = address.includes(":") ? 0 : Number(address.split(".").at(-1));
  const all = [last, ...Array.from({ length: 255 }, (_, i) => i + 1)];
  const id = all.find((one) => one >= 1 && one <= 255 && !ids.has(one)) ?? 255;
  ids.add(id);
  return id;
}
