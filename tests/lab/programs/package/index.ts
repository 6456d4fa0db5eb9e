import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "../../../../plugin/arguments";
import { login } from "../../../support/lab/machineLogin";

/** As the SDKs have it that Pulumi makes: another process makes the resources inside. */
class LoadBalancer extends pulumi.ComponentResource {
  declare readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs) {
    super("ipvs-lab:index:LoadBalancer", name, { url: undefined, ...args }, {}, true);
  }
}

const lb = new LoadBalancer("web", {
  director: { ssh: login("machine1"), interface: "enp0s8", address: "10.10.10.1/24" },
  virtualAddress: "10.10.10.140",
  port: 8080,
  scheduler: "rr",
  realServers: [
    {
      name: "app1",
      webServer: {
        ssh: login("machine2"),
        ...{ interface: "enp0s8", address: "10.10.10.2/24", page: "app1" },
      },
    },
    { name: "app2", address: "10.10.10.3", port: 80 },
  ],
});

export const url = lb.url;
