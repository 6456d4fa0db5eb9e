import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { optionArguments, pathInOption } from "../../../components/ssh/program";
import { Cancelled, type Programs } from "./run";

/** SSH settings of a machine, from `vagrant ssh-config`. */
export interface Access {
  host: string;
  port: number;
  user: string;
  /** Path of the private key. */
  identityFile: string;
  /** The key itself. */
  privateKey: string;
}

/** Facts that only the machine itself knows. */
export interface Identity {
  /** /proc/sys/kernel/random/boot_id: another one after each boot. */
  bootId: string;
  /** "ssh-ed25519 AAAA…" without comment; another type when the machine has no ed25519 key. */
  hostKey: string;
}

/** Parses the answer of `vagrant ssh-config`, and reads the key that it names. */
export async function readAccess(config: string): Promise<Access> {
  const word = (key: string) => {
    const found = new RegExp(`^\\s*${key}\\s+(.*\\S)\\s*$`, "im").exec(config)?.[1];
    return found?.replace(/^"(.*)"$/, "$1") ?? "";
  };
  const identityFile = word("IdentityFile").replace(/^~(?=\/)/, homedir());
  const privateKey = identityFile === "" ? "" : await readFile(identityFile, "utf8");
  const port = Number(word("Port") || 22);
  return { host: word("HostName"), port, user: word("User"), identityFile, privateKey };
}

// The login shell may be no POSIX shell, and may print something before.
const question =
  "sh -c 'echo; cat /proc/sys/kernel/random/boot_id && " +
  "{ cat /etc/ssh/ssh_host_ed25519_key.pub 2>/dev/null || cat /etc/ssh/ssh_host_*_key.pub; }'";

/**
 * Logs in to a machine and asks for its identity. Makes up to `attempts` attempts, for a machine that still boots.
 * @param config The machine's block of `vagrant ssh-config`; its proxies and other options apply.
 * @param pinned The host key that the machine must have. Without one the first answer is trusted.
 * @param pause The pause between attempts, milliseconds.
 */
export async function identify(
  programs: Programs,
  name: string,
  config: string,
  options: {
    pinned?: string;
    environment: Record<string, string>;
    attempts: number;
    pause: number;
  },
): Promise<Identity> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-vagrant-"));
  try {
    // Vagrant writes plain paths, but ssh would expand "%" in them.
    const paths = config.replace(/^\s*IdentityFile\s.*$/gim, (line) => line.replaceAll("%", "%%"));
    await writeFile(join(folder, "config"), paths, { mode: 0o600 });
    const known = join(folder, "known_hosts");
    await writeFile(known, options.pinned ? `${name} ${options.pinned}\n` : "");
    const args = sshArgs(name, folder, options.pinned !== undefined);
    for (let attempt = 1; ; attempt++) {
      const { environment } = options;
      const { code, stdout, stderr } = await programs.run("ssh", args, { environment });
      const identity = code === 0 ? parseIdentity(stdout) : undefined;
      if (identity) {
        return identity;
      }
      // Another attempt would meet the same wrong key.
      const hopeless = /host key verification failed|identification has changed/i.test(stderr);
      if (hopeless || attempt >= options.attempts) {
        const said = stderr.trim() || stdout.trim() || `exit code ${code ?? "none"}`;
        throw new Error(`cannot log in to ${name} with ssh: ${said}`);
      }
      const { signal } = programs;
      await sleep(options.pause, undefined, { signal }).catch(() => {
        throw new Cancelled();
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Options given here override the same ones in Vagrant's file, which turn the check of the key off. */
function sshArgs(name: string, folder: string, pinned: boolean): string[] {
  const options = optionArguments({
    BatchMode: "yes",
    ConnectTimeout: "10",
    HostKeyAlias: name,
    StrictHostKeyChecking: pinned ? "yes" : "accept-new",
    UserKnownHostsFile: pathInOption(join(folder, "known_hosts")),
    GlobalKnownHostsFile: "/dev/null",
    UpdateHostKeys: "no",
    ControlMaster: "no",
    LogLevel: "ERROR",
  });
  return ["-F", join(folder, "config"), ...options, "--", name, question];
}

function parseIdentity(text: string): Identity | undefined {
  const [, bootId, type, base64] = /^(\S+)\r?\n((?:ssh|ecdsa|sk)-\S+) (AAAA\S+)/m.exec(text) ?? [];
  return bootId && type && base64 ? { bootId, hostKey: `${type} ${base64}` } : undefined;
}
