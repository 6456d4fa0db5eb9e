import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { boxOf, usualBox, type BoxName } from "./boxes";

// Pulumi writes numbers as texts once it has changed the file.
const port = z.coerce.number().int().min(1).max(65535);
const settings = z.object({
  "ipvs-lab:machines": z.record(
    z.string(),
    z.object({ address: z.string(), sshPort: port, tunnelPort: port }),
  ),
  "ipvs-lab:box": z.string().optional(),
  "ipvs-lab:memory": z.coerce.number().int().positive(),
  "ipvs-lab:interface": z.string(),
  "ipvs-lab:prefix": z.coerce.number().int().min(1).max(30),
});

/** One of a stack's machines, as its settings have it. */
export interface MachineSettings {
  name: string;
  /** IPv4 address on the lab's network. */
  address: string;
  /** TCP port on 127.0.0.1 that leads to the machine's SSH server. */
  sshPort: number;
  /** UDP port on 127.0.0.1 to which the other machine sends its frames. */
  tunnelPort: number;
  /** UDP port of the other machine. */
  peerTunnelPort: number;
  /** The box that a new machine is made from. An existing machine keeps its own. */
  box: BoxName;
  /** MiB. */
  memory: number;
  /** The lab network's interface. */
  interface: string;
  /** The netmask of the lab's network: "255.255.255.0". */
  netmask: string;
  /** A name that no machine of another stack or checkout has. */
  title: string;
}

/**
 * The machines of a stack, by name, from Pulumi.<stack>.yaml in the project's folder. setup/vagrant/lab.rb reads the
 * same for Vagrant.
 * @throws Error that names the file and the setting.
 */
export function readMachines(project: string, stack: string): Map<string, MachineSettings> {
  const file = `Pulumi.${stack}.yaml`;
  const { config = {} } = parse(textOf(project, file)) as { config?: unknown };
  const read = settings.safeParse(config);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`${file}: ${problems.join("; ")}`);
  }
  const machines = Object.entries(read.data["ipvs-lab:machines"]);
  if (machines.length !== 2) {
    throw new Error(`${file}: ipvs-lab:machines must be exactly two: the lab's network joins two.`);
  }
  const box = boxOf(read.data["ipvs-lab:box"]) ?? usualBox;
  const checkout = createHash("sha256").update(project).digest("hex").slice(0, 6);
  return new Map(
    machines.map(([name, own], i) => {
      const [, peer] = machines[1 - i] ?? [];
      return [
        name,
        {
          ...own,
          name,
          peerTunnelPort: peer?.tunnelPort ?? 0,
          box,
          memory: read.data["ipvs-lab:memory"],
          interface: read.data["ipvs-lab:interface"],
          netmask: netmask(read.data["ipvs-lab:prefix"]),
          title: `ipvs-lab-${stack}-${checkout}-${name}`,
        },
      ];
    }),
  );
}

function textOf(project: string, file: string): string {
  try {
    return readFileSync(join(project, file), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new Error(`There is no ${file}: run \`npm run setup\`, or set IPVS_LAB_STACK.`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** "255.255.255.0" for 24. */
function netmask(prefix: number): string {
  const bits = (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join(".");
}
