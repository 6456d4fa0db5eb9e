import { fileOnPath } from "../../providers/qemu/driver.js";
import { osRelease, type OsRelease } from "../osRelease.mjs";
import { managers, type Manager } from "./packages.js";

/** This computer's system, and the way to install packages on it. */
export interface System extends OsRelease {
  /** Undefined when set-up knows no package manager of the system. */
  manager?: Manager;
  isRoot: boolean;
  /** The prefix that runs a command as root: "sudo ", "doas ", or empty for root. */
  elevation: string;
}

/** Each package manager's program, and its command to install packages. */
const commands: Record<Manager, { program: string; install: string }> = {
  apt: { program: "apt-get", install: "apt-get install --no-install-recommends" },
  dnf: { program: "dnf", install: "dnf install" },
  pacman: { program: "pacman", install: "pacman -S --needed" },
  zypper: { program: "zypper", install: "zypper install" },
  apk: { program: "apk", install: "apk add" },
  brew: { program: "brew", install: "brew install" },
};

const families: Partial<Record<string, Manager>> = {
  ...{ debian: "apt", ubuntu: "apt" },
  ...{ fedora: "dnf", rhel: "dnf", centos: "dnf" },
  ...{ arch: "pacman", suse: "zypper", opensuse: "zypper", alpine: "apk" },
};

/** The system of this computer. */
export function thisSystem(): System {
  return systemOf(osRelease(), (program) => programFile(program) !== undefined, isRoot());
}

/**
 * A system, from its release and its programs.
 * @param has True for a program that is installed.
 */
export function systemOf(
  release: OsRelease,
  has: (program: string) => boolean,
  isRoot: boolean,
): System {
  const usable = (manager: Manager) => has(commands[manager].program);
  // A system may also have another system's package manager: Fedora has apt, to make images with.
  const own = [release.id, ...release.like].map((id) => families[id]).find((one) => one);
  const manager = (own ? [own] : managers).find(usable);
  return {
    ...release,
    ...(manager ? { manager } : {}),
    isRoot,
    elevation: isRoot || manager === "brew" ? "" : has("sudo") || !has("doas") ? "sudo " : "doas ",
  };
}

/** The command that installs packages: "sudo dnf install qemu-img". */
export function installCommand({ manager, elevation }: System, packages: string[]): string {
  return manager === undefined
    ? ""
    : `${elevation}${commands[manager].install} ${packages.join(" ")}`;
}

/** The path of a program; undefined when it is not installed. */
export function programFile(...names: string[]): string | undefined {
  // A normal user's PATH may lack the folders that have mke2fs, libvirtd and sshd.
  return fileOnPath(names, ["/usr/local/sbin", "/usr/sbin", "/sbin"]);
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
