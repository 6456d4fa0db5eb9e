import * as pulumi from "@pulumi/pulumi";
import { inName } from "../args/networks";
import { invalid } from "../args/validate";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { requireSame } from "../host/reservations";
import { slug } from "../host/slug";
import { NetnsBackend } from "./netnsBackend";
import type { Member } from "./plainRealServer";
import { RealServer } from "./realServer";

/** The properties of a service that decide what its members need on their own machines. */
export interface SetupInput {
  director: { host: Host };
  /** All directors that may have the virtual address, including the one above. */
  directors: { host: Host }[];
  /** The virtual address; undefined if somebody else marks the packets. */
  vip?: { address: string };
  realServers: Member[];
  adopt: boolean;
}

/** @throws pulumi.RunError if a backend cannot be a member that gets packets addressed to the virtual address. */
export function checkRealServerSetup(name: string, service: SetupInput): void {
  const problems = service.realServers.flatMap((member, i) =>
    needsSetup(service, member)
      ? problemsOf(name, service, member, `realServers[${i}] "${member.label}"`)
      : [],
  );
  if (problems.length > 0) {
    throw invalid("IpvsService", name, problems);
  }
}

/**
 * Sets up the members' machines for packets that are still addressed to the virtual address (forwarding "gate" and
 * "ipip"): that address, without ARP, and the tunnel's end. Each resource is its member's child.
 * @returns The resources that must exist before the members join the service, and go after they leave.
 */
export function setUpRealServers(name: string, service: SetupInput): pulumi.Resource[] {
  const { realServers, vip, adopt } = service;
  return realServers.flatMap((member) => {
    const { backend } = member;
    // Only a RealServer has a backend.
    if (!vip || !backend || !(member instanceof RealServer) || !needsSetup(service, member)) {
      return [];
    }
    const place = isNamespace(backend) ? [backend.namespace, backend.veth] : [];
    return backend.host.run(
      // Another virtual address is another resource, which is made before this one is removed.
      `${name}-${member.label}-${inName(vip.address)}`,
      {
        kind: "realserver",
        desired: spec(setupSpec(vip.address, member)),
        // Settings in a namespace go with the namespace and its interfaces.
        identity: [vip.address, member.address, ...place],
        adopt,
      },
      // In parallel with the web server, not after it: a health check must not find the server without this set-up.
      { parent: member, dependsOn: isNamespace(backend) ? [backend.netns] : [] },
    );
  });
}

/** A director's own machine has the virtual address already, and its packets do not leave it. */
function needsSetup(service: SetupInput, { backend, forwarding }: Member): boolean {
  return (
    backend !== undefined &&
    forwarding !== "masquerade" &&
    (isNamespace(backend) || service.directors.length > 1 || !isDirector(service, backend.host))
  );
}

function isDirector({ directors }: SetupInput, host: Host): boolean {
  return directors.some((director) => director.host === host);
}

function isNamespace(backend: Member["backend"]): backend is NetnsBackend {
  return backend instanceof NetnsBackend;
}

function problemsOf(name: string, service: SetupInput, member: Member, at: string): string[] {
  const { director, vip } = service;
  const { backend, forwarding, tunnel } = member;
  if (!vip) {
    return [
      `${at}: forwarding ${forwarding} needs the virtual address on its backend, and the service has no vip; give it one, or the member its address instead of the backend`,
    ];
  }
  const problems: string[] = [];
  if (backend?.listen !== "any") {
    problems.push(
      `${at}: packets come to it for ${vip.address} (forwarding ${forwarding}), but its backend listens on its own address alone; give the backend listen: "any"`,
    );
  }
  if (backend && !isNamespace(backend) && isDirector(service, backend.host)) {
    problems.push(
      `${at}: it is on ${backend.host.label}, which is a director and gets the virtual address itself; choose forwarding "masquerade", or a network namespace`,
    );
  }
  if (forwarding === "gate" && isNamespace(backend) && backend.host !== director.host) {
    problems.push(
      `${at}: direct routing does not reach a namespace of another machine, which routes packets for ${vip.address} elsewhere; choose forwarding "ipip" or "masquerade"`,
    );
  }
  if (tunnel?.type === "gre" && backend && problems.length === 0) {
    const value = tunnel.checksum === "csum" ? "with checksums" : "without checksums";
    const what = `what comes by GRE to ${member.address}`;
    const property = `${at}: tunnel.checksum`;
    const { host } = backend;
    requireSame({ type: "IpvsService", name, host }, [{ property, what, value }]);
  }
  return problems;
}

/** The lines of kinds/realserver/realserver.sh. */
function setupSpec(vip: string, { backend, address, forwarding, tunnel = {} }: Member) {
  const inside = isNamespace(backend);
  const type = forwarding === "ipip" ? (tunnel.type ?? "ipip") : undefined;
  return {
    vip,
    interface: inside ? "veth0" : backend?.host.interface,
    namespace: inside ? backend.namespace : undefined,
    uplink: inside ? backend.veth : undefined,
    address: type && address,
    tunnel: type,
    port: type === "gue" ? tunnel.port : undefined,
    // A GRE receiver accepts only packets with checksums, or only packets without; UDP packets say which they are.
    checksum: type === "gre" && tunnel.checksum === "csum" ? "csum" : undefined,
    server: backend && slug(backend.explanation.name),
  };
}
