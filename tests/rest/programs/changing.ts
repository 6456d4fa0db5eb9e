import * as pulumi from "@pulumi/pulumi";
import { Director, IpvsService, IpvsTable, Vip } from "../../../components";
import { Program, Testbed } from "../testbed";

/** A component of the program's own, into which others move. */
class Shop extends pulumi.ComponentResource {
  constructor() {
    super("rest:index:Shop", "shop");
  }
}

/** Two web servers on the director itself (machine/servers.py). */
const realServers = [8081, 8082].map((port) => ({ address: "127.0.0.1", port }));

/** What the words of a variant ask for: "exclusive", "kept", "heavy", "moved". */
function wordsOf({ variant }: Testbed) {
  const words = variant.split(" ");
  return {
    members: words.includes("exclusive") ? ("exclusive" as const) : undefined,
    keepWeights: words.includes("kept") || undefined,
    weight: words.includes("heavy") ? 5 : undefined,
    opts: words.includes("moved") ? { parent: new Shop() } : {},
  };
}

function service(testbed: Testbed, engine?: "keepalived"): void {
  const { members, keepWeights, weight, opts } = wordsOf(testbed);
  const host = testbed.host("lb", {}, opts);
  const director = new Director("director", { host, localClients: true, engine }, opts);
  const vip = new Vip("vip", { host, address: "192.0.2.100" }, opts);
  const [first, second] = realServers.map((one) => ({ ...one, weight }));
  new IpvsService(
    "web",
    {
      ...{ director, vip, port: 80, scheduler: "rr", drainTimeout: 5, members, keepWeights },
      realServers: [first, second].flatMap((one) => one ?? []),
    },
    opts,
  );
}

/** Programs that a test changes while they are up, each by its variant. */
export const changing: Record<string, Program> = {
  service: {
    declare: (testbed) => {
      service(testbed);
    },
  },
  keepalived: {
    declare: (testbed) => {
      service(testbed, "keepalived");
    },
  },
  table: {
    declare: (testbed) => {
      const { members, keepWeights, weight, opts } = wordsOf(testbed);
      const host = testbed.host("lb", {}, opts);
      const director = new Director("director", { host, localClients: true }, opts);
      const vip = new Vip("vip", { host, address: "192.0.2.100" }, opts);
      const [address, port, scheduler] = ["192.0.2.100", 80, "rr"] as const;
      const services = [
        { address, port, scheduler, realServers: realServers.map((one) => ({ ...one, weight })) },
      ];
      const args = { services, after: [vip], drainTimeout: 5, members, keepWeights };
      new IpvsTable("web", { director, ...args }, opts);
    },
  },
};
