import { execa } from "execa";
import { isOnPath, machinesOf, type Driver } from "../../../providers/qemu/driver.js";
import { boxFor } from "../../../setup/steps/box.js";
import { seconds } from "./seconds.js";

/** A way to start the lab's machines, or all of the lab. */
export interface Way {
  name: string;
  /** Starts machines that are down. @returns Seconds. */
  up(): Promise<number>;
  down(): Promise<unknown>;
}

/** The ways to start, from QEMU alone to all of `npm start`, for each driver that is installed. */
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

/** Pairs of ways: each first one is shown as a multiple of the second. */
export const comparisons: [string, string][] = [
  ["machines, qemu", "bare QEMU"],
  ["npm start, qemu", "npm start, vagrant"],
  ["npm start, vagrant", "machines, vagrant"],
  ["npm start, qemu", "machines, qemu"],
];
