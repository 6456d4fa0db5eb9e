import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "../../../plugin/arguments";
import { common, Login, own, Program, Told } from "../testbed";

/** A machine in the words of the examples' settings. */
function server(name: string, which: 0 | 1, machines: Login[], more: object = {}) {
  const { interface: device, address } = common[which] ?? own;
  return { name, ...machines[which], interface: device, address, ...more };
}

function example(folder: string, settings: (told: Told) => Record<string, unknown>): Program {
  const project = { folder: `examples/${folder}`, settings };
  return { machines: 2, project, declare: () => undefined };
}

/** As the SDKs have it that Pulumi makes: another process makes the resources inside. */
class LoadBalancer extends pulumi.ComponentResource {
  constructor(name: string, args: LoadBalancerArgs) {
    super("ipvs-lab:index:LoadBalancer", name, { url: undefined, ...args }, {}, true);
  }
}

/**
 * The examples. That in YAML needs Pulumi's language host for it, which set-up has not; it is the package's load
 * balancer, as the last one here. The lab's own program needs Vagrant: "the workshop, on two machines" is
 * what it consists of.
 */
export const examples: Record<string, Program> = {
  "example existing-servers, through a bastion": example(
    "existing-servers",
    ({ machines, behind }) => ({
      director: server("lb1", 0, behind),
      webServers: [server("app1", 1, behind, { page: "app1" })],
      members: [{ name: "app2", address: "203.0.113.50", port: 8080, weight: 0 }],
      bastion: machines[0],
      vip: "203.0.113.100",
    }),
  ),
  "example direct-routing-ipv6": example("direct-routing-ipv6", ({ machines }) => ({
    director: server("lb1", 0, machines, { address6: common[0]?.address6 }),
    realServers: [server("app1", 1, machines, { address6: common[1]?.address6, page: "app1" })],
    vip: "2001:db8:20::100",
  })),
  "example keepalived-pair": {
    ...example("keepalived-pair", ({ machines }) => ({
      servers: ([0, 1] as const).map((which) =>
        server(`lb${which + 1}`, which, machines, { webServer: `203.0.113.${31 + which}` }),
      ),
      vip: "203.0.113.100",
    })),
    warnings: [/^realServers: packets through tunnels/],
  },
  "example anycast-directors, of a router that is not there": {
    ...example("anycast-directors", ({ machines }) => ({
      directors: [server("lb1", 0, machines, { address6: common[0]?.address6 })],
      webServers: [server("app1", 1, machines, { address6: common[1]?.address6 })],
      router: { address: "203.0.113.1", address6: "2001:db8:20::1", asn: 65000 },
      ...{ asn: 65001, password: "open sesame", vips: ["198.18.0.1", "2001:db8:fe::1"] },
    })),
    warnings: [/^the BGP session with 203\.0\.113\.1 is down/, /^the BGP session with 2001:/],
  },
  "the load balancer of the package for all languages": {
    declare: (testbed) => {
      new LoadBalancer("web", {
        director: { ssh: testbed.login(0), ...own },
        ...{ virtualAddress: "192.0.2.100", port: 80, scheduler: "wrr" },
        realServers: [
          { name: "app1", address: "192.0.2.21", port: 8080 },
          { name: "app2", address: "192.0.2.22", port: 8080, weight: 2 },
        ],
      });
    },
  },
};
