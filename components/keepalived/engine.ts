import * as pulumi from "@pulumi/pulumi";
import type { Host, NameInFiles } from "../host/host";
import { spec } from "../host/kernel";
import { slug } from "../host/slug";

/** All engines. */
export const engines = ["ipvsadm", "keepalived"] as const;
/**
 * The program that writes a director's services into the kernel. "ipvsadm": this program, at each update. "keepalived":
 * a keepalived of this director's own, which also checks the members from then on.
 */
export type Engine = (typeof engines)[number];

/**
 * The name of a director's keepalived on the machine: part of the names of its unit and files.
 * @internal
 */
export function instanceOf(host: Host, director: string, parent: pulumi.Resource): NameInFiles {
  const name = slug([pulumi.getProject(), pulumi.getStack(), director].join("-"));
  return host.nameInFiles(name, { name: `${director}-keepalived`, kind: "keepalived", parent });
}

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
