import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { slug, spec } from "../host/kernel";

/** All engines. */
export const engines = ["ipvsadm", "keepalived"] as const;
/**
 * The program that writes a director's services into the kernel. "ipvsadm": this program, once. "keepalived": a
 * keepalived of this director's own, which goes on to look whether members live.
 */
export type Engine = (typeof engines)[number];

/** A director's keepalived as the machine calls it: part of its unit's name, and of its files'. */
export function instanceOf(director: string): string {
  return slug([pulumi.getProject(), pulumi.getStack(), director].join("-"));
}

/** A keepalived of a director's own, with no services yet; those bring a file each. */
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
