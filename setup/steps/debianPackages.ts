import { execa, execaSync } from "execa";
import { isOnPath } from "../../providers/qemu/driver.js";
import { driver } from "../driver.js";
import type { Step } from "./step.js";

/** VirtualBox is used where it is there and Vagrant has no libvirt. */
export function onVirtualBox(): boolean {
  return (
    driver() === "vagrant" && isOnPath("VBoxManage") && isOnPath("vagrant") && !isOnPath("virsh")
  );
}

// prettier-ignore
const qemuPackages = [
  "qemu-system-x86", "qemu-utils", "mmdebstrap", "uidmap", "e2fsprogs", "openssh-client", "tini",
];
// prettier-ignore
const vagrantPackages = [
  "vagrant", "vagrant-libvirt", "libvirt-daemon-system", "libvirt-clients",
];

/** The Debian packages that a purpose needs. */
export function debianPackages(extra: string[] = []): Step {
  const machines = [...(driver() === "vagrant" ? vagrantPackages : []), ...qemuPackages];
  const packages = [...(onVirtualBox() ? ["openssh-client"] : machines), ...extra];
  const install = ["apt-get", "install", "--yes", "--no-install-recommends"];
  const command = () => ["sudo", ...install, ...missing(packages)].join(" ");
  return {
    name: "Debian packages",
    isDone: () => missing(packages).length === 0,
    get remedy() {
      return command();
    },
    async run(report) {
      const root = process.getuid?.() === 0;
      const sudo = root ? [] : ["sudo"];
      if (!root && !(await maySudo())) {
        throw new Error(`These packages are missing; install them and try again:\n  ${command()}`);
      }
      const lacking = missing(packages);
      const env = { DEBIAN_FRONTEND: "noninteractive" };
      report("apt-get update");
      await execa(
        sudo[0] ?? "apt-get",
        [...sudo.slice(1), ...(root ? [] : ["apt-get"]), "-qq", "update"],
        {
          env,
          stdin: "inherit",
        },
      );
      report(`apt-get install ${lacking.join(" ")}`);
      const [file = "", ...args] = [...sudo, ...install, "-qq", ...lacking];
      await execa(file, args, { env, stdin: "inherit" });
    },
  };
}

function missing(packages: string[]): string[] {
  const format = "${Package} ${db:Status-Status}\n";
  const { stdout } = execaSync("dpkg-query", ["-W", "-f", format, ...packages], { reject: false });
  const installed = new Set(
    stdout.split("\n").flatMap((line) => (line.endsWith(" installed") ? [line.split(" ")[0]] : [])),
  );
  return packages.filter((name) => !installed.has(name));
}

/** As a normal user: at a terminal sudo can ask, elsewhere it must not need to. */
async function maySudo(): Promise<boolean> {
  if (!isOnPath("sudo")) {
    return false;
  }
  if (process.stdin.isTTY) {
    return true;
  }
  return (await execa("sudo", ["-n", "true"], { reject: false })).exitCode === 0;
}
