import { z } from "zod";
import { invalid, ip, listOf, object, port, text, integer } from "../components/args/validate";
import { realServerSchema } from "../components/backends/realServer";
import { webServerSchema } from "../components/backends/webServer";
import { directorSchema } from "../components/director/director";
import { hostSchema } from "../components/host/host";
import { sshSchema } from "../components/host/ssh";
import { serviceSchema } from "../components/service/serviceSchema";

const { interface: interfaceName, address, address6 } = hostSchema.shape;
const machine = { ssh: sshSchema, interface: interfaceName, address, address6 };

const { page, listen, running, webServer: kind } = webServerSchema;
const memberSchema = object({
  name: text,
  webServer: object({ ...machine, page, listen, kind, running }).optional(),
  ...realServerSchema.omit({ backend: true, family: true }).shape,
});
export type ValidMember = z.infer<typeof memberSchema>;

/** The components' checks of their arguments, under the names that the arguments have here. */
export const schema = object({
  director: object(machine),
  ...directorSchema.pick({ engine: true, purgePackages: true }).shape,
  virtualAddress: ip,
  prefix: integer(1, 128).optional(),
  ...serviceSchema.omit({
    ...{ director: true, directors: true, vip: true },
    ...{ firewallMark: true, family: true, ports: true },
  }).shape,
  port,
  realServers: listOf(memberSchema, "real servers"),
});

/**
 * @throws pulumi.RunError when two members have the same name, or a member has not exactly one of address and web
 * server.
 */
export function checkMembers(name: string, members: ValidMember[]): void {
  // The director's machine has a name among theirs.
  const seen = new Set(["director"]);
  const problems = members.flatMap(({ name: own, address: at, webServer }, i) => {
    const again = seen.has(own);
    seen.add(own);
    return [
      ...(again ? [`realServers[${i}].name: "${own}" is taken; choose another`] : []),
      ...(!at === !webServer
        ? [`realServers[${i}]: address, webServer: exactly one of the two must be given`]
        : []),
    ];
  });
  if (problems.length > 0) {
    throw invalid("LoadBalancer", name, problems);
  }
}
