import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Access, Host } from "../../../components";

let machines: pulumi.Output<unknown> | undefined;

/** How a program of a stack of its own logs in to a machine of the lab, which is another stack's. */
export function login(machine: string) {
  machines ??= new pulumi.StackReference("organization/ipvs-lab/test").requireOutput("machines");
  const known = machines;
  const of = <T>(what: (access: Access) => T) =>
    known.apply((all) => {
      const access = (all as Record<string, Access>)[machine];
      if (!access) {
        throw new Error(`the lab has no machine ${machine}`);
      }
      return what(access);
    });
  return {
    host: of((a) => a.host),
    port: of((a) => a.port),
    user: of((a) => a.user),
    hostKey: of((a) => a.hostKey),
    privateKey: pulumi.secret(of((a) => readFileSync(a.identityFile ?? "", "utf8"))),
  };
}

/** A machine of the lab in such a program, with its own address on the lab's network. */
export function host(machine: string, address: string): Host {
  return new Host(machine, { ssh: login(machine), interface: "enp0s8", address });
}
