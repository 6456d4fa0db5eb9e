import { execFileSync } from "node:child_process";
import { parse } from "yaml";

/** A stack's settings, by their full names. */
export interface Settings {
  config: Record<string, unknown> & {
    "ipvs-lab:machines": Record<
      string,
      { sshPort: number; tunnelPort: number; switchPort?: number }
    >;
  };
}

/**
 * The settings of a shape as committed, whatever the user has tried, with other ports for the machines: each lab of the
 * tests has ports of its own. IPVS_LAB_TEST_PORTS adds to all of them, so that several checkouts can test at the same
 * time.
 * @param root The project's folder.
 * @param by The number that is added to each port.
 * @param stack The stack that has the shape.
 */
export function committedSettings(root: string, by: number, stack = "dev"): Settings {
  const text = execFileSync("git", ["show", `HEAD:Pulumi.${stack}.yaml`], {
    cwd: root,
    encoding: "utf8",
  });
  const { config } = parse(text) as Settings;
  const shift = by + Number(process.env.IPVS_LAB_TEST_PORTS ?? 0);
  for (const machine of Object.values(config["ipvs-lab:machines"])) {
    machine.sshPort += shift;
    machine.tunnelPort += shift;
    if (machine.switchPort !== undefined) {
      machine.switchPort += shift;
    }
  }
  return { config };
}
