import { HostState } from "../../drift/hostState";
import { Kind, Desired, word, settingDifferences } from "../../drift/kind";
import { Link, linkCalled } from "../../drift/network";

/** The host's end of each pair, as a namespace's gateway for IPv6. */
const gateway6 = "fe80::1";

/** A network namespace with an address on the lab's network (netns.sh). */
export const netns: Kind = {
  key: (w) => word(w, "namespace"),
  title: (w) => `network namespace ${word(w, "namespace")}`,
  exists: (w, seen) => seen.namespaces.has(word(w, "namespace")),
  differences: (w, seen) =>
    netns.exists(w, seen)
      ? [
          ...wrongInside(w, seen),
          ...wrongOutside(w, seen),
          ...(word(w, "address6") === "" ? [] : wrongIpv6(w, seen)),
          ...settingDifferences("netns", w, seen),
        ]
      : [`network namespace ${word(w, "namespace")} is gone`],
};

function wrongInside(w: Desired, seen: HostState): string[] {
  const name = word(w, "namespace");
  const { links, routes } = seen.namespaces.get(name) ?? { links: [], routes: [] };
  const veth0 = links.find((link) => link.name === "veth0");
  if (!veth0) {
    return [`interface veth0 is gone from ${name}`];
  }
  const address = `${word(w, "address")}/${word(w, "prefix")}`;
  const gateway = word(w, "gateway");
  const problems = [...down(veth0, ` in ${name}`)];
  problems.push(
    ...down(
      links.find((link) => link.name === "lo"),
      ` in ${name}`,
    ),
  );
  if (!veth0.addresses.includes(address)) {
    problems.push(`address ${address} is gone from veth0 in ${name}`);
  }
  const route = routes.find((r) => r.destination === "default");
  if (route?.gateway !== gateway) {
    problems.push(
      route
        ? `the default route of ${name} is ${route.gateway ?? route.device}, not ${gateway}`
        : `the default route of ${name} by ${gateway} is gone`,
    );
  }
  return problems;
}

function wrongOutside(w: Desired, seen: HostState): string[] {
  const [veth, address, source] = [word(w, "veth"), word(w, "address"), word(w, "source")];
  const link = seen.links.find((l) => l.name === veth);
  if (!link) {
    return [`interface ${veth} is gone`];
  }
  const route = seen.routes.find((r) => r.destination === address);
  if (!route) {
    return [...down(link, ""), `the route to ${address} by ${veth} is gone`];
  }
  const is = `${route.gateway ?? route.device} from ${route.source ?? "any address"}`;
  const shall = `${veth} from ${source}`;
  return [
    ...down(link, ""),
    ...(is === shall ? [] : [`the route to ${address} is by ${is}, not by ${shall}`]),
  ];
}

function wrongIpv6(w: Desired, { namespaces, ipv6, links }: HostState): string[] {
  const [name, veth, address] = [word(w, "namespace"), word(w, "veth"), word(w, "address6")];
  const veth0 = namespaces.get(name)?.links.find((link) => link.name === "veth0");
  const gateway = ipv6.inside.get(name)?.find((r) => r.destination === "default")?.gateway;
  const device = linkCalled(word(w, "interface"), { links })?.name ?? word(w, "interface");
  return [
    ...(veth0 === undefined || veth0.addresses.includes(`${address}/128`)
      ? []
      : [`address ${address}/128 is gone from veth0 in ${name}`]),
    ...(gateway === gateway6 ? [] : [`the default route of ${name} by ${gateway6} is gone`]),
    ...(ipv6.routes.some((r) => r.destination === address && r.device === veth)
      ? []
      : [`the route to ${address} by ${veth} is gone`]),
    ...(ipv6.proxies.includes(`${address} ${device}`)
      ? []
      : [`${device} does not answer for ${address}`]),
  ];
}

function down(link: Link | undefined, where: string): string[] {
  return !link || link.up ? [] : [`interface ${link.name}${where} is down`];
}
