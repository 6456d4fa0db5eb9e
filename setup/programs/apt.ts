import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, execaSync } from "execa";
import type { System } from "./system.js";

/** Seconds to wait for the locks of another apt: a computer that was just switched on updates itself. */
const lockTimeout = 300;
const proxies = ["http_proxy", "https_proxy", "no_proxy"];
const environment = {
  DEBIAN_FRONTEND: "noninteractive",
  // Ubuntu's needrestart would ask which services to restart.
  NEEDRESTART_SUSPEND: "1",
  LC_ALL: "C.UTF-8",
};

/** Installs packages with apt. Waits while another apt or dpkg is at work. */
export async function aptInstall(
  packages: string[],
  system: System,
  report: (line: string) => void,
): Promise<void> {
  report(`apt-get install ${packages.join(" ")}`);
  const wait = ["-o", `DPkg::Lock::Timeout=${lockTimeout}`];
  await apt(system, "install", "--yes", "--no-install-recommends", "-qq", ...wait, ...packages);
}

/** True when the system's sources have the package. */
export function isAvailable(name: string): boolean {
  const { stdout } = execaSync("apt-cache", ["policy", name], {
    reject: false,
    env: { LC_ALL: "C" },
  });
  return /^ *Candidate: (?!\(none\))/m.test(stdout);
}

/** True when apt has no lists of packages yet. */
export function hasNoLists(): boolean {
  const folder = "/var/lib/apt/lists";
  return !existsSync(folder) || !readdirSync(folder).some((name) => name.includes("_Packages"));
}

let isUpdated = false;

/**
 * Updates apt's lists of packages, once in each process. apt's own timeout covers only dpkg's lock, not the one of its
 * lists.
 */
export async function aptUpdate(system: System, report: (line: string) => void): Promise<void> {
  if (isUpdated) {
    return;
  }
  report("apt-get update");
  const end = Date.now() + lockTimeout * 1000;
  for (;;) {
    try {
      await apt(system, "-qq", "update");
      isUpdated = true;
      return;
    } catch (error) {
      const isLocked = String(error).includes("Could not get lock");
      if (!isLocked || Date.now() > end) {
        throw error;
      }
      report("apt-get update waits for another apt");
      await sleep(3000);
    }
  }
}

/**
 * Runs apt-get as root. The proxies' variables are passed through sudo's environment: an address may hold a password,
 * which a command line would show.
 */
async function apt({ elevation }: System, ...args: string[]): Promise<void> {
  const all = { ...environment, ...userProxies() };
  const become = elevation.trim();
  if (become === "") {
    await execa("apt-get", args, { env: all });
    return;
  }
  const keep = `--preserve-env=${Object.keys(all).join(",")}`;
  await execa(become, [keep, "apt-get", ...args], { env: all, stdin: "inherit" });
}

function userProxies(): Record<string, string> {
  return Object.fromEntries(
    proxies.flatMap((name) => {
      const value = process.env[name] ?? process.env[name.toUpperCase()];
      return value ? [[name, value]] : [];
    }),
  );
}
