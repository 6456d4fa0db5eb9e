import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Access, Host } from "../../components";

/** The machines of the lab, which is another stack's. */
const machines = new pulumi.StackReference("organization/ipvs-lab/test")
  .requireOutput("machines")
  .apply((all: Record<string, Access>) => all);

/** A machine of the lab, in the program of a test. */
export function host(name: string, address: string): Host {
  const of = <T>(what: (access: Access) => T) =>
    machines.apply((all) => {
      const access = all[name];
      if (!access) {
        throw new Error(`the lab has no machine ${name}`);
      }
      return what(access);
    });
  return new Host(name, {
    ssh: {
      host: of((a) => a.host),
      port: of((a) => a.port),
      user: of((a) => a.user),
      hostKey: of((a) => a.hostKey),
      privateKey: pulumi.secret(of((a) => readFileSync(a.identityFile ?? "", "utf8"))),
    },
    interface: "enp0s8",
    address,
  });
}
