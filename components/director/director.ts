import * as pulumi from "@pulumi/pulumi";
import { checkArgs, boolean, instance, object, oneOf } from "../args/validate";
import { warn } from "../args/warn";
import { Explained, Explanation } from "../host/explained";
import { Host, NameInFiles } from "../host/host";
import { spec } from "../host/kernel";
import { requireSame } from "../host/reservations";
import { Engine, engines, runKeepalived } from "../keepalived/engine";
import {
  checkSyncDaemons,
  DirectorSettings,
  directorSettings,
  settingsOf,
  settingsSpec,
  SyncDaemon,
  Sysctl,
  SysctlTexts,
  Timeouts,
} from "./directorSettings";

/**
 * The arguments of a Director. Timeouts, daemons and settings belong to the machine: directors that share it must ask
 * for the same.
 */
export interface DirectorArgs extends DirectorSettings {
  /** The machine that balances the load. */
  host: Host;
  /**
   * The program that writes the director's services into the kernel. "ipvsadm": this program, which does not check
   * members. "keepalived": a keepalived of this director's own, which checks them and removes those that fail. @default
   * "ipvsadm"
   */
  engine?: Engine;
  /**
   * True if clients run on the director itself, or behind it. Real servers with forwarding "gate" and "ipip" answer
   * clients from the virtual address. A kernel drops packets from outside whose source is one of its own addresses, so
   * the host's interface is set to accept them (accept_local).
   * @default false
   */
  localClients?: boolean;
  /**
   * True for a director that is about to be worked on: what it announces by BGP becomes worse than what other directors
   * announce, and is withdrawn a few seconds later. Connections go on at the others. @default false
   */
  maintenance?: boolean;
  /** Destroy also purges the packages that had to be installed. @default false */
  purgePackages?: boolean;
  /**
   * True to take over connection synchronisation daemons that run already. One with the settings of `syncDaemons` goes on
   * undisturbed; one with others is started again. @default false
   */
  adopt?: boolean;
}

/** @internal */
export const directorSchema = object({
  host: instance(Host),
  engine: oneOf(engines).default("ipvsadm"),
  localClients: boolean.default(false),
  maintenance: boolean.default(false),
  purgePackages: boolean.default(false),
  adopt: boolean.default(false),
  ...directorSettings,
});

const packages = ["ipvsadm", "iproute2", "curl", "nftables", "iputils-arping"];

/** Prepares a machine to balance load: packages, the kernel's module, forwarding, IPVS's settings. */
export class Director extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that balances the load. */
  readonly host: Host;
  /** The program that writes its services into the kernel. */
  readonly engine: Engine;
  /** The name of this director's keepalived on the machine, if that is the engine. A renamed one keeps its name. */
  readonly keepalived?: pulumi.Output<string>;
  /** @internal */
  readonly instance?: NameInFiles;
  /** True when clients run on the director itself, or behind it. */
  readonly localClients: boolean;
  /** True while it is worked on, and announces no address. */
  readonly maintenance: boolean;
  /**
   * Its name in this program.
   * @internal
   */
  readonly label: string;
  /**
   * True if destroy purges the packages that had to be installed.
   * @internal
   */
  readonly purgePackages: boolean;
  /** The daemons that share connections with other directors. */
  readonly syncDaemons: SyncDaemon[];
  /**
   * Its settings below net.ipv4.vs.
   * @internal
   */
  readonly sysctls: Partial<Record<Sysctl, number>> & SysctlTexts;
  /**
   * Its timeouts, as far as they are given.
   * @internal
   */
  readonly timeouts?: Timeouts;
  /** Resources that need a director wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError if an argument is wrong, two daemons have the same role, or another director of the same
   *   machine wants a different engine, timeout, daemon or setting.
   */
  constructor(name: string, args: DirectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("Director", name, directorSchema, args);
    const { host, engine, localClients, maintenance, purgePackages, adopt, ...settings } = checked;
    checkSyncDaemons(name, settings.syncDaemons ?? []);
    requireSame({ type: "Director", name, host }, [
      { property: "engine", what: "the engine", value: engine },
      ...settingsOf(settings),
    ]);
    super(
      "ipvs-lab:index:Director",
      name,
      { engine, localClients, purgePackages, ...(maintenance && { maintenance }), ...settings },
      opts,
    );
    this.host = host;
    this.engine = engine;
    this.localClients = localClients;
    this.maintenance = maintenance;
    this.label = name;
    this.purgePackages = purgePackages;
    this.sysctls = settings.sysctls ?? {};
    warn(
      this,
      this.sysctls.run_estimation === 0
        ? [
            "sysctls.run_estimation: 0 stops the kernel's counters, not only its rates: `ipvsadm -Ln --stats`, `npm run watch` and whatever else reads them show nothing new until it is 1 again",
          ]
        : [],
    );
    this.syncDaemons = settings.syncDaemons ?? [];
    this.timeouts = settings.timeouts;
    const prepared = host.run(
      name,
      {
        kind: "director",
        desired: spec({
          packages: packages.join(" "),
          purge: String(purgePackages),
          clients: localClients ? host.interface : undefined,
          ...settingsSpec(settings),
        }),
        adopt,
      },
      { parent: this },
    );
    this.ready = prepared;
    if (engine === "keepalived") {
      this.instance = host.nameInFiles(name, "keepalived", this);
      this.keepalived = this.instance.kept;
      this.ready = runKeepalived(
        name,
        this.instance,
        { host, purgePackages },
        { parent: this, dependsOn: [prepared] },
      );
    }
    const checks = engine === "keepalived" ? ", and a keepalived of its own checks them" : "";
    this.explanation = {
      name,
      what: `director: shares connections among real servers with the kernel's IPVS${checks}`,
      machine: host.label,
      look: "sudo ipvsadm -Ln",
    };
    this.registerOutputs({ ...this.explanation });
  }
}
