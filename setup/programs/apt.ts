import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { execa, execaSync } from "execa";
import type { System } from "./system.js";

/** How long another apt may hold its locks, seconds: a computer that was just switched on updates itself. */
const patience = 300;
const proxies = ["http_proxy", "https_proxy", "no_proxy"];
const environment = {
  DEBIAN_FRONTEND: "noninteractive",
  // Ubuntu's asks which services to restart.
  NEEDRESTART_SUSPEND: "1",
  LC_ALL: "C.UTF-8",
};

/** Installs packages that apt has, and waits for another apt or dpkg that is at work. */
export async function aptInstall(
  packages: string[],
  system: System,
  report: (line: string) => void,
): Promise<void> {
  report(`apt-get install ${packages.join(" ")}`);
  const wait = ["-o", `DPkg::Lock::Timeout=${patience}`];
  await apt(system, "install", "--yes", "--no-install-recommends", "-qq", ...wait, ...packages);
}

/** True for a package that the system's sources have. */
export function isAvailable(name: string): boolean {
  const { stdout } = execaSync("apt-cache", ["policy", name], {
    reject: false,
    env: { LC_ALL: "C" },
  });
  return /^ *Candidate: (?!\(none\))/m.test(stdout);
}

/** True before apt has ever asked which packages there are. */
export function knowsNothing(): boolean {
  const folder = "/var/lib/apt/lists";
  return !existsSync(folder) || !readdirSync(folder).some((name) => name.includes("_Packages"));
}

/** Asks which packages there are. apt's own patience is for dpkg's lock alone, not for the one of its lists. */
export async function aptUpdate(system: System, report: (line: string) => void): Promise<void> {
  report("apt-get update");
  const end = Date.now() + patience * 1000;
  for (;;) {
    try {
      await apt(system, "-qq", "update");
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

/** sudo passes on what it is told to: a proxy's address may hold a password, and belongs in no command line. */
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
