import * as pulumi from "@pulumi/pulumi";
import { inName } from "../args/networks";
import { place } from "../args/place";
import type { Director } from "../director/director";
import { ServiceAddress, serviceKey, serviceLines } from "../ipvs/serviceLines";
import { KeepalivedMember, KeepalivedService, configuration } from "../keepalived/configuration";

/** The desired state of a virtual service and its members. */
export interface Balanced {
  director: Director;
  service: ServiceAddress & KeepalivedService;
  members: KeepalivedMember[];
  /** The members whose weights set by hand are kept. */
  kept: KeepalivedMember[];
  /** True if members that others added are removed. */
  exclusive: boolean;
  drainTimeout: number;
  adopt: boolean;
}

/**
 * The Command that puts a service into the kernel. The desired state is ipvsadm's lines, with either engine. With
 * keepalived, its configuration of the service and of the checks follows.
 */
export function balance(
  name: string,
  { director, service, members, kept, exclusive, drainTimeout, adopt }: Balanced,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const key = serviceKey(service);
  const lines = serviceLines(service, members);
  const seconds = String(drainTimeout);
  // Another address, port or protocol is another resource, which is made before this one is removed.
  const called = slugOf(service);
  const { instance } = director;
  // Defaults are omitted, so that services made before these options existed do not change.
  const last = exclusive ? ["exclusive"] : [];
  if (instance === undefined) {
    const keepWeights = kept.map((m) => place(m.address, m.port)).join(" ");
    return director.host.run(
      `${name}-${called}`,
      {
        kind: "service",
        desired: `${lines.join("\n")}\n`,
        identity: [key],
        options: [seconds, ...(keepWeights === "" && !exclusive ? [] : [keepWeights]), ...last],
        keepWeights,
        exclusive,
        adopt,
      },
      opts,
    );
  }
  // Members whose weight keepalived sets to 0 instead of removing them.
  const inhibited = members
    .filter(({ inhibitOnFailure }) => inhibitOnFailure)
    .map((m) => `inhibit ${place(m.address, m.port)}`);
  return director.host.run(
    `${name}-${called}`,
    {
      kind: "keepalivedservice",
      desired: `${[...lines, ...inhibited].join("\n")}\n`,
      body: configuration(service, members),
      // A change of engine removes the service before it is made again, because the kernel can have only one such
      // service.
      identity: [key, instance.name],
      options: [instance.name, called, seconds, ...last],
      instance,
      exclusive,
      adopt,
    },
    opts,
  );
}

/** Part of a resource's name: "tcp-10.10.10.100-80", "mark-1". */
function slugOf(service: ServiceAddress): string {
  return "firewallMark" in service
    ? `mark-${service.firewallMark}${service.family === "ipv6" ? "-ipv6" : ""}`
    : `${service.protocol}-${inName(service.address)}-${service.port}`;
}
