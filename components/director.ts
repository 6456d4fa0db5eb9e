import * as pulumi from "@pulumi/pulumi";
import { agree } from "./agree";
import { Explained, Explanation } from "./explained";
import { Host } from "./host";
import {
  checkSyncDaemons,
  DirectorSettings,
  directorSettings,
  settingsOf,
  settingsSpec,
  SyncDaemon,
} from "./directorSettings";
import { spec } from "./kernel";
import { checkArgs, flag, instance, object } from "./validate";

/** Timeouts, daemons and settings are the machine's: directors that share it must want the same. */
export interface DirectorArgs extends DirectorSettings {
  /** The machine that balances the load. */
  host: Host;
  /** Destroy also purges the packages that had to be installed. @default false */
  purgePackages?: boolean;
}

const schema = object({
  host: instance(Host),
  purgePackages: flag.default(false),
  ...directorSettings,
});

const packages = ["ipvsadm", "iproute2", "curl", "nftables", "iputils-arping"];

/** Prepares a machine to balance load: packages, the kernel's module, forwarding, IPVS's settings. */
export class Director extends pulumi.ComponentResource implements Explained {
  readonly explanation: Explanation;
  readonly host: Host;
  /** The daemons that share connections with other directors. */
  readonly syncDaemons: SyncDaemon[];
  /** What needs a director waits for this. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: DirectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, purgePackages, ...settings } = checkArgs("Director", name, schema, args);
    checkSyncDaemons(name, settings.syncDaemons ?? []);
    agree("Director", name, host, settingsOf(settings));
    super("ipvs-lab:index:Director", name, { purgePackages, ...settings }, opts);
    this.host = host;
    this.syncDaemons = settings.syncDaemons ?? [];
    this.ready = host.run(
      name,
      {
        kind: "director",
        desired: spec({
          packages: packages.join(" "),
          purge: String(purgePackages),
          ...settingsSpec(settings),
        }),
      },
      { parent: this },
    );
    this.explanation = {
      name,
      what: "director: shares connections among real servers with the kernel's IPVS",
      machine: host.label,
      look: "sudo ipvsadm -Ln",
    };
    this.registerOutputs({ ...this.explanation });
  }
}
