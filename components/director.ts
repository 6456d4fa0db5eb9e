import * as pulumi from "@pulumi/pulumi";
import { Explained, Explanation } from "./explained";
import { Host } from "./host";
import { spec } from "./kernel";
import { checkArgs, flag, instance, object } from "./validate";

export interface DirectorArgs {
  /** The machine that balances the load. */
  host: Host;
  /** Destroy also purges the packages that had to be installed. @default false */
  purgePackages?: boolean;
}

const schema = object({
  host: instance(Host),
  purgePackages: flag.default(false),
});

const packages = ["ipvsadm", "iproute2", "curl", "nftables", "iputils-arping"];

/** Prepares a machine to balance load: packages, the kernel's module, forwarding. */
export class Director extends pulumi.ComponentResource implements Explained {
  readonly explanation: Explanation;
  readonly host: Host;
  /** What needs a director waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: DirectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("Director", name, schema, args);
    super("ipvs-lab:index:Director", name, { purgePackages: checked.purgePackages }, opts);
    this.host = args.host;
    this.ready = args.host.run(
      name,
      {
        kind: "director",
        desired: spec({ packages: packages.join(" "), purge: String(checked.purgePackages) }),
      },
      { parent: this },
    );
    this.explanation = {
      name,
      what: "director: shares connections among real servers with the kernel's IPVS",
      machine: args.host.label,
      look: "sudo ipvsadm -Ln",
    };
    this.registerOutputs({ ...this.explanation });
  }
}
