import * as pulumi from "@pulumi/pulumi";
import { BackendVm, Director, Host, IpvsService, RealServer, Vip } from "../components";
import { checkArgs } from "../components/args/validate";
import type { LoadBalancerArgs } from "./arguments";
import { ValidMember, checkMembers, schema } from "./schema";

/** The outputs of a load balancer. */
export const outputs = ["url", "lines"] as const;

/** An IPVS load balancer: a director that SSH reaches, a virtual address, one virtual service and its members. */
export class LoadBalancer extends pulumi.ComponentResource {
  /** An address for a web browser or curl; undefined when the protocol is not tcp. */
  readonly url?: pulumi.Output<string>;
  /** The desired state: one line of ipvsadm for the service and for each member. */
  readonly lines: pulumi.Output<string[]>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = checkArgs("LoadBalancer", name, schema, args);
    checkMembers(name, checked.realServers);
    const { director: machine, engine, purgePackages, virtualAddress, prefix, ...others } = checked;
    const { realServers, ...service } = others;
    // The SSH connections are not among the component's inputs, because they hold private keys.
    super("ipvs-lab:index:LoadBalancer", name, { virtualAddress, port: service.port }, opts);
    const child = { parent: this };
    const host = new Host(`${name}-director`, machine, child);
    const director = new Director(`${name}-director`, { host, engine, purgePackages }, child);
    const { adopt } = service;
    const vip = new Vip(`${name}-vip`, { host, address: virtualAddress, prefix, adopt }, child);
    const members = realServers.map((member) =>
      this.member(name, { ...member, port: member.port ?? service.port }, purgePackages),
    );
    const balanced = new IpvsService(
      name,
      { ...service, director, vip, realServers: members },
      child,
    );
    this.url = balanced.url === undefined ? undefined : pulumi.output(balanced.url);
    this.lines = pulumi.output(balanced.lines);
    this.registerOutputs({ url: this.url, lines: this.lines });
  }

  private member(lb: string, member: ValidMember, purgePackages: boolean): RealServer {
    const { name: own, webServer, ...options } = member;
    const name = `${lb}-${own}`;
    const child = { parent: this };
    if (!webServer) {
      return new RealServer(name, options, child);
    }
    const { page, listen, kind, running, ...machine } = webServer;
    const host = new Host(name, machine, child);
    const { port } = options;
    const server = { host, page, port, listen, webServer: kind, running, purgePackages };
    return new RealServer(name, { ...options, backend: new BackendVm(name, server, child) }, child);
  }
}
