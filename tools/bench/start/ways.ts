import { execa } from "execa";
import { isOnPath, machinesOf, type Driver } from "../../../providers/qemu/driver.js";
import { boxFor } from "../../../setup/steps/box.js";
import { seconds } from "./seconds.js";

/** A way to the lab's machines, or to all of the lab. */
export interface Way {
  name: string;
  /** From machines that are down. @returns Seconds. */
  up(): Promise<number>;
  down(): Promise<unknown>;
}

/** From the barest way to the whole of `npm start`, for each driver that is there. */
export function waysOf(project: string, stack: string): Way[] {
  const own: Way[] = [
    {
      name: "bare QEMU",
      up: async () => {
        const words = [
          "--no-install",
          "tsx",
          "tools/bench/start/bareQemu/main.ts",
          stack,
          boxFor(stack),
        ];
        return Number((await execa("npx", words, { cwd: project })).stdout);
      },
      down: () => Promise.resolve(),
    },
    ...waysWith("qemu", project, stack),
  ];
  return isOnPath("vagrant") ? [...own, ...waysWith("vagrant", project, stack)] : own;
}

function waysWith(driver: Driver, project: string, stack: string): Way[] {
  const { program, environment } = machinesOf(driver, stack);
  const machines = (...words: string[]) =>
    execa(program, words, { cwd: project, env: environment });
  const npm = (...words: string[]) =>
    execa("npm", words, {
      ...{ cwd: project, env: { IPVS_LAB_DRIVER: driver, IPVS_LAB_STACK: stack } },
    });
  return [
    {
      name: `machines, ${driver}`,
      up: () => seconds(() => machines("up")),
      down: () => machines("destroy", "--force"),
    },
    {
      name: `npm start, ${driver}`,
      up: () => seconds(() => npm("start")),
      down: () => npm("run", "-s", "destroy"),
    },
  ];
}

/** What is compared with what: each way, and the one that it is a multiple of. */
export const comparisons: [string, string][] = [
  ["machines, qemu", "bare QEMU"],
  ["npm start, qemu", "npm start, vagrant"],
  ["npm start, vagrant", "machines, vagrant"],
  ["npm start, qemu", "machines, qemu"],
];
