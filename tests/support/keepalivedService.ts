import * as components from "../../components";
import { command, registered } from "./pulumi/mocks";

/** What keepalived reads of the service "web" of a director at 10.10.10.1, with these members. */
export async function read(
  members: components.RealServerArgs[],
  args: Partial<components.IpvsServiceArgs> = {},
  director: Partial<components.DirectorArgs> = {},
): Promise<string> {
  const resources = await registered(() => service(members, args, director));
  return String(command(resources, "web-tcp-10.10.10.100-80").inputs.stdin);
}

export function service(
  members: components.RealServerArgs[],
  args: Partial<components.IpvsServiceArgs> = {},
  settings: Partial<components.DirectorArgs> = {},
): components.IpvsService {
  const host = new components.Host("lb", {
    machine: { name: "lb" },
    interface: "eth0",
    address: "10.10.10.1/24",
  });
  const director = new components.Director("d", { host, engine: "keepalived", ...settings });
  const vip = new components.Vip("vip", { host, address: "10.10.10.100" });
  const realServers = members.map((member, i) => new components.RealServer(`r${i}`, member));
  return new components.IpvsService("web", { director, vip, port: 80, realServers, ...args });
}
