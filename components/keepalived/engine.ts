import * as pulumi from "@pulumi/pulumi";
import type { Host, NameInFiles } from "../host/host";
import { spec } from "../host/kernel";

/** All engines. */
export const engines = ["ipvsadm", "keepalived"] as const;
/**
 * The program that writes a director's services into the kernel. "ipvsadm": this program, at each update. "keepalived":
 * a keepalived of this director's own, which also checks the members from then on.
 */
export type Engine = (typeof engines)[number];

/**
 * Makes a director's own keepalived, without services. Each service adds a file.
 * @internal
 */
export function runKeepalived(
  director: string,
  instance: NameInFiles,
  { host, purgePackages }: { host: Host; purgePackages: boolean },
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return host.run(
    `${director}-keepalived`,
    {
      kind: "keepalived",
      desired: spec({ instance: instance.name, purge: String(purgePackages) }),
      identity: [instance.name],
      instance,
    },
    opts,
  );
}
