import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
} from "node:child_process";
import {
  accessSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { program } from "../../../components/host/kernel";
import { shellQuote } from "../../../components/host/quoting";
import { relocated } from "./relocated";

/** What the fake tools of a run say. */
export interface Scene {
  /** An interface that is not there. */
  ABSENT?: string;
  /** Everything that a script asks for is there; an interface has this address. */
  PRESENT?: string;
  /** What curl gets. */
  BODY?: string;
  /** What it gets from the fifth time on. */
  LATER?: string;
  /** What curl says instead, when it fails. */
  FAILS?: string;
}

/** A program that a script started: its name and its arguments, or "stdin" and what came there. */
export type Call = string[];

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
  /** In no order: those of a pipeline start at once. */
  calls: Call[];
  /** Signs that something of a value was interpreted. */
  executed: string[];
}

/** Utilities that are what they are on any machine, and noted like the fake ones. */
const real = "awk chmod find grep install ln mkdir mv rm rmdir sed sha256sum".split(" ");
/** The same, but not worth noting: none gets a value but as its input. */
const plain = "cat cmp cp env head readlink sort tr xargs".split(" ");
const fake =
  "apt-get arping chgrp curl dpkg dpkg-query flock ip ipvsadm journalctl keepalived modprobe nft ss sleep stat sudo sysctl systemctl uname".split(
    " ",
  );
/** No script starts these: only a value that is interpreted does. */
const bait = ["canary", "touch"];

/** Machines are made and emptied thousands of times: in memory where programs may run there, else in /tmp. */
const scratch = ["/dev/shm", "/tmp"].find(runsPrograms) ?? "/tmp";

const isRoot = process.getuid?.() === 0;
const nobody = 65534;

/**
 * A scratch folder that is a whole machine to the program: fake tools and nothing else on its PATH,
 * and all its folders below. A run never has root's rights, whoever runs the tests.
 */
export class FakeMachine {
  readonly folder = mkdtempSync(join(scratch, "ipvs-lab-shell-"));
  readonly program = join(this.folder, "program");

  /** @param change Changes the program first, to see whether a test notices. */
  constructor(change: (text: string) => string = (text) => text) {
    for (const name of ["bin", "real"]) {
      mkdirSync(join(this.folder, name));
    }
    const tool = join(this.folder, "tool");
    copyFileSync(join(__dirname, "fakeTool"), tool);
    for (const name of [...real, ...fake, ...bait]) {
      symlinkSync(tool, join(this.folder, "bin", name));
    }
    for (const name of [...real, ...plain]) {
      symlinkSync(whereIs(name), join(this.folder, "real", name));
    }
    for (const name of plain) {
      symlinkSync(whereIs(name), join(this.folder, "bin", name));
    }
    writeFileSync(this.program, relocated(change(program), this.folder), { mode: 0o755 });
    for (const path of [this.folder, this.program, tool]) {
      this.handOver(path);
    }
    this.reset();
  }

  /** As if nothing had ever been done on it. */
  reset(): void {
    for (const name of ["calls", "root", "state", "work"]) {
      this.emptyFolder(name);
    }
    rmSync(`${this.program}.generation`, { force: true });
    for (const name of [
      "etc/systemd/system/multi-user.target.wants",
      "proc/sys/kernel/random",
      "proc/1",
      "proc/net",
      "run/netns",
      "usr/sbin",
      "var/lib/ipvs-lab",
    ]) {
      this.makeFolder(join(this.folder, "root", name));
    }
    writeFileSync(join(this.folder, "root/proc/sys/kernel/random/boot_id"), "b00t\n");
    writeFileSync(join(this.folder, "root/proc/sys/kernel/hostname"), "machine\n");
    writeFileSync(join(this.folder, "root/proc/sys/kernel/random/uuid"), "0123-4567\n");
    writeFileSync(join(this.folder, "root/proc/net/ip_vs"), "");
    writeFileSync(join(this.folder, "root/proc/locks"), "");
    writeFileSync(join(this.folder, "root/proc/uptime"), "100.00 100.00\n");
    // What a pattern would find.
    writeFileSync(join(this.folder, "work/GLOBBED-1"), "");
    writeFileSync(join(this.folder, "work/GLOBBED-2"), "");
  }

  /** Whoever logs in is not root, until the next reset. */
  withoutRoot(): void {
    rmSync(this.path("proc/1"), { recursive: true });
  }

  /** The file that a path of the machine stands for. */
  path(onMachine: string): string {
    return join(this.folder, "root", onMachine);
  }

  read(onMachine: string): Buffer {
    return readFileSync(this.path(onMachine));
  }

  exists(onMachine: string): boolean {
    return existsSync(this.path(onMachine));
  }

  /** Runs the program as a Command does: a line for a shell, made of quoted words. */
  run(words: string[], stdin = "", scene: Scene = {}): Outcome {
    return this.shell([this.program, ...words].map(shellQuote).join(" "), stdin, scene);
  }

  /** Runs a line in a shell that has the fake tools only. */
  shell(line: string, stdin = "", scene: Scene = {}): Outcome {
    const ran = spawnSync("/bin/sh", ["-c", line], {
      ...this.circumstances(scene),
      input: stdin,
      // What is not waited for, such as arping, holds this pipe, so that it is waited for here.
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      timeout: 20_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    // Not all input needs to be read.
    if (ran.error && (ran.error as NodeJS.ErrnoException).code !== "EPIPE") {
      throw ran.error;
    }
    const [, stdout = "", stderr = ""] = ran.output.map((part) => part?.toString() ?? "");
    const calls = this.calls();
    return { status: ran.status, stdout, stderr, calls, executed: this.executed(calls, stderr) };
  }

  /** Starts the program in a process group of its own, as sshd does, by `shell`. Its input stays open. */
  start(words: string[], scene: Scene = {}, shell = "/bin/sh"): ChildProcessWithoutNullStreams {
    const options = { ...this.circumstances(scene), detached: true };
    return spawn(shell, [this.program, ...words], options);
  }

  /** The calls since the last run, and what they have interpreted. */
  noted(stderr = ""): Pick<Outcome, "calls" | "executed"> {
    const calls = this.calls();
    return { calls, executed: this.executed(calls, stderr) };
  }

  private circumstances(scene: Scene) {
    return {
      cwd: join(this.folder, "work"),
      env: { PATH: join(this.folder, "bin"), ...scene },
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    };
  }

  close(): void {
    removeAll(this.folder);
  }

  private calls(): Call[] {
    const folder = join(this.folder, "calls");
    return readdirSync(folder).flatMap((f) => {
      const file = join(folder, f);
      const calls = callsOf(readFileSync(file, "utf8"));
      unlinkSync(file);
      return calls;
    });
  }

  private executed(calls: Call[], stderr: string): string[] {
    const started = calls
      .filter(([name = ""]) => bait.includes(name))
      .map((call) => call.join(" "));
    const unknown = stderr
      .split("\n")
      .filter((line) => line.startsWith(`${this.program}: `) && line.endsWith(": not found"));
    const files = readdirSync(join(this.folder, "work")).filter((f) => !f.startsWith("GLOBBED-"));
    const expanded = calls.flat().filter((word) => word.includes("GLOBBED-"));
    return [...started, ...unknown, ...files.map((f) => `file ${f}`), ...expanded];
  }

  private emptyFolder(name: string): void {
    removeAll(join(this.folder, name));
    this.makeFolder(join(this.folder, name));
  }

  private makeFolder(path: string): void {
    const missing: string[] = [];
    for (let at = path; !existsSync(at); at = dirname(at)) {
      missing.unshift(at);
    }
    for (const folder of missing) {
      mkdirSync(folder);
      this.handOver(folder);
    }
  }

  private handOver(path: string): void {
    if (isRoot) {
      chownSync(path, nobody, nobody);
    }
  }
}

/** Containers often mount /dev/shm with noexec. */
function runsPrograms(folder: string): boolean {
  try {
    const trial = mkdtempSync(join(folder, "ipvs-lab-shell-"));
    try {
      writeFileSync(join(trial, "try"), "#!/bin/sh\n", { mode: 0o755 });
      return spawnSync(join(trial, "try")).status === 0;
    } finally {
      rmSync(trial, { recursive: true });
    }
  } catch {
    return false;
  }
}

/** A hostile value may have nested folders until their path is too long for Node, but not for rm. */
function removeAll(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    execFileSync("rm", ["-rf", path]);
  }
}

function whereIs(name: string): string {
  const found = ["/usr/bin", "/bin"].map((at) => join(at, name)).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(`this computer has no ${name}`);
  }
  accessSync(found);
  return found;
}

/** How many words, then each: the words of one call after the other. */
function callsOf(noted: string): Call[] {
  const words = noted.split("\0");
  const calls: Call[] = [];
  for (let at = 0; at < words.length - 1;) {
    const count = Number(words[at]);
    calls.push(words.slice(at + 1, at + 1 + count));
    at += 1 + count;
  }
  return calls;
}
