import * as pulumi from "@pulumi/pulumi";
import { inName } from "../args/networks";
import { place } from "../args/place";
import type { Director } from "../director/director";
import { ServiceAddress, serviceKey, serviceLines } from "../ipvs/serviceLines";
import { KeepalivedMember, KeepalivedService, configuration } from "../keepalived/configuration";

/** A virtual service with its members, as it shall be in the kernel. */
export interface Balanced {
  director: Director;
  service: ServiceAddress & KeepalivedService;
  members: KeepalivedMember[];
  /** Those whose weights are left as they are. */
  kept: KeepalivedMember[];
  drainTimeout: number;
  adopt: boolean;
}

/**
 * The Command that has a service put into the kernel. What is desired are ipvsadm's lines, whoever
 * writes them there; behind these keepalived has its own words for them, and for how it checks.
 */
export function balance(
  name: string,
  { director, service, members, kept, drainTimeout, adopt }: Balanced,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const key = serviceKey(service);
  const lines = serviceLines(service, members);
  const seconds = String(drainTimeout);
  // Another address, port or protocol is another resource, which is there before this one goes.
  const called = slugOf(service);
  const { keepalived } = director;
  if (keepalived === undefined) {
    const keepWeights = kept.map((m) => place(m.address, m.port)).join(" ");
    return director.host.run(
      `${name}-${called}`,
      {
        kind: "service",
        desired: `${lines.join("\n")}\n`,
        identity: [key],
        options: keepWeights === "" ? [seconds] : [seconds, keepWeights],
        keepWeights,
        adopt,
      },
      opts,
    );
  }
  // Members whose weight keepalived makes 0, instead of taking them out.
  const inhibited = members
    .filter(({ inhibitOnFailure }) => inhibitOnFailure)
    .map((m) => `inhibit ${place(m.address, m.port)}`);
  return director.host.run(
    `${name}-${called}`,
    {
      kind: "keepalivedservice",
      desired: `${[...lines, ...inhibited].join("\n")}\n`,
      body: configuration(service, members),
      // From one engine to the other it goes and comes: there is one such service in the kernel.
      identity: [key, keepalived],
      options: [keepalived, called, seconds],
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
