import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { slug, spec } from "../host/kernel";

/** All engines. */
export const engines = ["ipvsadm", "keepalived"] as const;
/**
 * The program that writes a director's services into the kernel. "ipvsadm": this program, at each update. "keepalived":
 * a keepalived of this director's own, which also checks the members from then on.
 */
export type Engine = (typeof engines)[number];

/** The name of a director's keepalived on the machine: part of the names of its unit and files. */
export function instanceOf(director: string): string {
  return slug([pulumi.getProject(), pulumi.getStack(), director].join("-"));
}

/** Makes a director's own keepalived, without services. Each service adds a file. */
export function runKeepalived(
  director: string,
  { host, purgePackages }: { host: Host; purgePackages: boolean },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const instance = instanceOf(director);
  return host.run(
    `${director}-keepalived`,
    {
      kind: "keepalived",
      desired: spec({ instance, purge: String(purgePackages) }),
      identity: [instance],
    },
    opts,
  );
}
