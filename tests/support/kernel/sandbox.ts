import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { program } from "../../../components/host/kernel";
import { shellQuote } from "../../../components/host/quoting";

export interface Done {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A machine within the machine under test: a network namespace, and folders of its own under /run and /var/lib
 * in place of those that the program keeps its records in. The kernel is the real one.
 */
export class Sandbox {
  private readonly name = `truth-${process.pid}`;
  private readonly folder = `/tmp/${this.name}`;

  /** Makes it: with a bridge "tbr" that has 192.0.2.10/24 and 2001:db8:10::10/64. */
  async start(): Promise<void> {
    await this.must(
      `ip netns add ${this.name}
mkdir -p ${this.folder}/mounts ${this.folder}/run ${this.folder}/lib ${this.folder}/netns
mount --bind ${this.folder}/mounts ${this.folder}/mounts
mount --make-private ${this.folder}/mounts
touch ${this.folder}/mounts/ns
mkdir -p /run/ipvs-lab /var/lib/ipvs-lab
unshare --mount=${this.folder}/mounts/ns sh -c '
  mount --bind ${this.folder}/run /run/ipvs-lab
  mount --bind ${this.folder}/lib /var/lib/ipvs-lab
  mount --make-private /run
  mount --bind ${this.folder}/netns /run/netns'
cat >${this.folder}/program
modprobe ip_vs`,
      program,
    );
    await this.inside(`ip link set lo up
ip link add tbr type bridge
ip address add 192.0.2.10/24 dev tbr
ip -6 address add 2001:db8:10::10/64 dev tbr nodad
ip link set tbr up
mount -t sysfs none /sys`);
  }

  /** Takes everything back. */
  async end(): Promise<void> {
    await this.shell(`umount ${this.folder}/mounts/ns; umount ${this.folder}/mounts
ip netns delete ${this.name}; rm -rf ${this.folder}`);
  }

  /** Runs the program. */
  program(argv: string[], stdin = ""): Promise<Done> {
    const words = argv.map(shellQuote).join(" ");
    return this.inside(`exec sh ${this.folder}/program ${words}`, stdin);
  }

  /** Runs the program several times, one after the other; over one connection, as each takes its time. */
  async programs(runs: { argv: string[]; stdin: string }[]): Promise<Done[]> {
    const end = "@@ done";
    const script = runs.map(
      ({ argv, stdin }) =>
        `printf %s ${shellQuote(stdin)} | sh ${this.folder}/program ${argv.map(shellQuote).join(" ")}\n` +
        `status=$?; printf '%s %s\\n' ${shellQuote(end)} "$status" | tee /dev/stderr`,
    );
    const { stdout, stderr } = await this.inside(script.join("\n"));
    const parts = (said: string) => said.split(/^@@ done (\d+)\n/m);
    const [out, error] = [parts(stdout), parts(stderr)];
    return runs.map((_, i) => ({
      stdout: out[2 * i] ?? "",
      stderr: error[2 * i] ?? "",
      status: Number(out[2 * i + 1] ?? -1),
    }));
  }

  /** Runs a shell script in it, as root. */
  inside(script: string, stdin = ""): Promise<Done> {
    const there = `nsenter --mount=${this.folder}/mounts/ns --net=/run/netns/${this.name}`;
    return this.shell(`exec ${there} sh -c ${shellQuote(script)}`, stdin);
  }

  private async must(script: string, stdin?: string): Promise<void> {
    const { status, stdout, stderr } = await this.shell(`set -e\n${script}`, stdin);
    if (status !== 0) {
      throw new Error(stdout + stderr);
    }
  }

  private async shell(script: string, stdin = ""): Promise<Done> {
    const target = process.env.IPVS_LAB_KERNEL_SSH;
    if (!target) {
      throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:kernel`");
    }
    const child = spawn("ssh", [...target.split(" "), `sudo sh -c ${shellQuote(script)}`]);
    const closed = once(child, "close") as Promise<[number | null]>;
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      closed,
    ]);
    return { status, stdout, stderr };
  }
}
