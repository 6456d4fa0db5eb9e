import * as pulumi from "@pulumi/pulumi";
import { bareAddress, checkArgs, instance, invalid, ip, object } from "../args/validate";
import { Explained, Explanation } from "../host/explained";
import { Host, HostArgs, hostSchema } from "../host/host";
import { reserve } from "../host/reservations";
import { slug } from "../host/slug";
import {
  inputsOf,
  runWebServer,
  WebServerArgs,
  WebServerListen,
  webServerSchema,
} from "./webServer";

export interface BackendVmArgs extends WebServerArgs {
  /** The machine, brought up with the backend. Exactly one of `machine` and `host`. */
  machine?: HostArgs;
  /** A machine that is declared elsewhere. Exactly one of `machine` and `host`. */
  host?: Host;
}

const schema = object({
  machine: hostSchema.optional(),
  host: instance(Host).optional(),
  ...webServerSchema,
});

/** A real server: a machine with a web server on its own address. */
export class BackendVm extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that it runs on. */
  readonly host: Host;
  /** The address on which the web server listens. */
  readonly address: string;
  /** The machine's IPv6 address, if its host has one: the server listens there with `listen: "any"`. */
  readonly address6?: string;
  /** The port there. */
  readonly port: number;
  /** True when it takes requests to other addresses as well, such as a virtual one. */
  readonly listen: WebServerListen;
  /** True when the web server is meant to run. */
  readonly running: boolean;
  /** True when it logs its clients' addresses. */
  readonly accessLog: boolean;
  /** The page that it answers with. */
  readonly page: pulumi.Input<string>;
  /** Resources that need the web server wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError where an argument is wrong, both or neither of `machine` and `host` are given, or
   * another resource of the program has the port on that machine.
   */
  constructor(name: string, args: BackendVmArgs, opts?: pulumi.ComponentResourceOptions) {
    const { machine, host, ...web } = checkArgs("BackendVm", name, schema, args);
    super("ipvs-lab:index:BackendVm", name, inputsOf(web), opts);
    this.host = this.hostFrom(name, machine, host);
    this.address = ip.parse(bareAddress(this.host.address));
    const { address6 } = this.host;
    this.address6 = address6 && ip.parse(bareAddress(address6));
    this.port = web.port;
    this.listen = web.listen;
    this.running = web.running;
    this.accessLog = web.accessLog;
    this.page = web.page;
    reserve(
      { type: "BackendVm", name, host: this.host },
      {
        port: `port ${this.port} of ${this.address}`,
        name: `web server ${slug(name)}`,
      },
    );
    this.ready = runWebServer(this.host, name, { ...web, address: this.address }, { parent: this });
    this.explanation = {
      name,
      what: `real server ${this.address}:${this.port}: ${web.webServer} with a page of its own`,
      machine: this.host.label,
      look: `systemctl status ipvs-lab-${slug(name)}`,
    };
    this.registerOutputs({ address: this.address, port: this.port, ...this.explanation });
  }

  private hostFrom(name: string, machine: HostArgs | undefined, host: Host | undefined): Host {
    if (machine && !host) {
      // The host has the name of its machine.
      const label = typeof machine.machine?.name === "string" ? machine.machine.name : name;
      return new Host(label, machine, { parent: this });
    }
    if (host && !machine) {
      return host;
    }
    throw invalid("BackendVm", name, ["machine, host: exactly one of the two must be given"]);
  }
}
