import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { boxOf, usualBox, type BoxName } from "./boxes";
import { places, type Place } from "./network/places";

// Pulumi writes numbers as texts once it has changed the file.
const port = z.coerce.number().int().min(1).max(65535);
const memory = z.coerce.number().int().positive();
const settings = z.object({
  "ipvs-lab:machines": z.record(
    z.string(),
    z.object({
      address: z.string(),
      address6: z.string().optional(),
      memory: memory.optional(),
      sshPort: port.optional(),
      tunnelPort: port.optional(),
      switchPort: port.optional(),
    }),
  ),
  "ipvs-lab:box": z.string().optional(),
  "ipvs-lab:memory": memory,
  "ipvs-lab:interface": z.string(),
  "ipvs-lab:prefix6": z.coerce.number().int().min(1).max(128).default(64),
  "ipvs-lab:prefix": z.coerce.number().int().min(1).max(30),
});

/** One of a stack's machines, as its settings have it. */
export interface MachineSettings extends Place {
  name: string;
  /** IPv4 address on the lab's network. */
  address: string;
  /** Its IPv6 address there with prefix, if it has one: "2001:db8:10::1/64". */
  address6?: string;
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

/** A stack's machines, and the name of the switch that joins them if they are more than two. */
export interface Lab {
  machines: Map<string, MachineSettings>;
  switchTitle?: string;
}

/**
 * The machines of a stack, by name, from Pulumi.<stack>.yaml in the project's folder. setup/vagrant/lab.rb reads the
 * same for Vagrant.
 * @throws Error that names the file and the setting.
 */
export function readLab(project: string, stack: string): Lab {
  const file = `Pulumi.${stack}.yaml`;
  const { config = {} } = parse(textOf(project, file)) as { config?: unknown };
  const read = settings.safeParse(config);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`${file}: ${problems.join("; ")}`);
  }
  const given = read.data["ipvs-lab:machines"];
  const placed = places(given);
  if (typeof placed === "string") {
    throw new Error(`${file}: ipvs-lab:machines: ${placed}`);
  }
  const box = boxOf(read.data["ipvs-lab:box"]) ?? usualBox;
  const checkout = createHash("sha256").update(project).digest("hex").slice(0, 6);
  const title = `ipvs-lab-${stack}-${checkout}`;
  const machines = new Map(
    [...placed].map(([name, place]) => [
      name,
      {
        ...(given[name]?.address6 && {
          address6: `${given[name].address6}/${read.data["ipvs-lab:prefix6"]}`,
        }),
        ...place,
        name,
        address: given[name]?.address ?? "",
        box,
        memory: given[name]?.memory ?? read.data["ipvs-lab:memory"],
        interface: read.data["ipvs-lab:interface"],
        netmask: netmask(read.data["ipvs-lab:prefix"]),
        title: `${title}-${name}`,
      },
    ]),
  );
  return { machines, ...(machines.size > 2 && { switchTitle: `${title} switch` }) };
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
