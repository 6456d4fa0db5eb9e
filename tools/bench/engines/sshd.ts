import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A Command's login to the server. */
export interface Login {
  host: string;
  port: number;
  user: string;
  privateKey: string;
  hostKey: string;
}

/** The folder to which set-up unpacks a server for the tests, on a system without one. */
const unpacked = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "ipvs-lab", "sshd");

/** A real OpenSSH server on 127.0.0.1, with its own keys in its own folder. */
export class Sshd {
  readonly folder = mkdtempSync(join(tmpdir(), "ipvs-lab-sshd-"));
  readonly host = "127.0.0.1";
  readonly user = userInfo().username;
  readonly privateKey: string;
  port = 0;
  private process?: ChildProcess;
  private agent?: ChildProcess;
  private output = "";

  /** @param settings Lines of sshd_config that go before the default ones, and override them. */
  constructor(private readonly settings: readonly string[] = []) {
    this.makeKey("host");
    this.privateKey = this.makeKey("user");
    chmodSync(this.folder, 0o777);
    writeFileSync(join(this.folder, "authorized"), readFileSync(join(this.folder, "user.pub")));
  }

  /** All properties of a login. A test can leave some out. */
  get login(): Login {
    const { host, port, user, privateKey, hostKey } = this;
    return { host, port, user, privateKey, hostKey };
  }

  /** The login of a user who is not root, if there is one: sshd sends no signals to programs of root. */
  get anotherLogin(): Login {
    return { ...this.login, user: asRoot() ? "nobody" : this.user };
  }

  /** "ssh-ed25519 AAAA…". */
  get hostKey(): string {
    return readFileSync(join(this.folder, "host.pub"), "utf8").split(" ").slice(0, 2).join(" ");
  }

  /** A key of the same type that the server does not have. */
  get otherHostKey(): string {
    this.makeKey("strange");
    return readFileSync(join(this.folder, "strange.pub"), "utf8").trim();
  }

  /** The lines of the server's log. */
  get log(): string {
    return this.output;
  }

  /** The number of logins so far. */
  get logins(): number {
    return this.output.match(/^Accepted /gm)?.length ?? 0;
  }

  /** The number of connections that are open. */
  connections(): number {
    const table = readFileSync("/proc/net/tcp", "utf8");
    const local = `0100007F:${this.port.toString(16).toUpperCase().padStart(4, "0")}`;
    const lines = table.split("\n").map((line) => line.trim().split(/\s+/));
    // 01 is ESTABLISHED.
    return lines.filter(([, address, , state]) => address === local && state === "01").length;
  }

  /** Makes a key pair in the server's folder, and returns the private key. */
  makeKey(name: string, passphrase = "", ...options: string[]): string {
    const file = join(this.folder, name);
    rmSync(file, { force: true });
    const type = options.length > 0 ? options : ["-t", "ed25519"];
    execFileSync("ssh-keygen", ["-q", ...type, "-N", passphrase, "-f", file], { stdio: "ignore" });
    return readFileSync(file, "utf8");
  }

  /** Allows logins with a key pair of the server's folder. */
  allow(name: string): void {
    appendFileSync(join(this.folder, "authorized"), readFileSync(join(this.folder, `${name}.pub`)));
  }

  /** Starts an agent that holds the user's key. Returns its socket. */
  startAgent(): string {
    const socket = join(this.folder, "agent");
    this.agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    execFileSync("sh", ["-c", `until [ -S "$1" ]; do sleep 0.05; done`, "sh", socket]);
    execFileSync("ssh-add", [join(this.folder, "user")], { env, stdio: "ignore" });
    return socket;
  }

  async start(): Promise<this> {
    this.port ||= await freePort();
    writeFileSync(join(this.folder, "config"), [...this.settings, ...this.usual()].join("\n"));
    const { program, environment } = findServer();
    const words = [program, "-D", "-e", "-f", join(this.folder, "config")];
    const [file = "", ...args] = asRoot() ? withUsers(this.folder, words) : words;
    const server = spawn(file, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...environment },
      detached: true,
    });
    this.process = server;
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.output += text.replaceAll("\r", "");
    });
    while (!(await listens(this.port))) {
      if (server.exitCode !== null) {
        throw new Error(`sshd ended: ${this.output}`);
      }
      await sleep(20);
    }
    return this;
  }

  /** Ends the server with all its connections. */
  async stop(): Promise<void> {
    this.cut();
    const server = this.process;
    this.process = undefined;
    if (server?.pid !== undefined && server.exitCode === null) {
      const end = once(server, "exit");
      server.kill("SIGTERM");
      await end;
    }
  }

  /** Cuts all connections. The server goes on listening. */
  cut(): void {
    for (const pid of descendantsOf(this.process?.pid)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended in the meantime.
      }
    }
  }

  async end(): Promise<void> {
    this.agent?.kill();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private usual(): string[] {
    return [
      `Port ${this.port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${join(this.folder, "host")}`,
      "PidFile none",
      `AuthorizedKeysFile ${join(this.folder, "authorized")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "Subsystem sftp internal-sftp",
      "AcceptEnv GREETING PULUMI_COMMAND_*",
      ...since98(findServer().program),
      "",
    ];
  }
}

/** A port of 127.0.0.1 on which no program listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function asRoot(): boolean {
  return process.getuid?.() === 0;
}

function findServer(): { program: string; environment: Record<string, string> } {
  if (existsSync("/usr/sbin/sshd")) {
    return { program: "/usr/sbin/sshd", environment: {} };
  }
  const program = join(unpacked, "usr/sbin/sshd");
  if (!existsSync(program)) {
    throw new Error("no sshd for the tests: run `npm test` once, which sets it up");
  }
  const triplet = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const folders = [join(unpacked, "usr/lib", triplet), join(unpacked, "lib", triplet)];
  return { program, environment: { LD_LIBRARY_PATH: folders.join(":") } };
}

/**
 * From OpenSSH 9.8 on, the server starts other programs of its own. A server that is only unpacked has to be told their
 * paths. Such a server also hangs up on an address for a while after refused logins, which tests make on purpose.
 */
function since98(server: string): string[] {
  const folder = join(dirname(server), "../lib/openssh");
  const programs = [
    ["SshdSessionPath", "sshd-session"],
    ["SshdAuthPath", "sshd-auth"],
  ].flatMap(([option, name = ""]) => {
    const file = join(folder, name);
    return existsSync(file) ? [`${option} ${file}`] : [];
  });
  return programs.length > 0 ? [...programs, "PerSourcePenalties no"] : [];
}

/**
 * When root runs it, sshd needs a user and a folder for privilege separation. It gets these in a mount namespace of its
 * own.
 */
function withUsers(folder: string, words: readonly string[]): string[] {
  const passwd = join(folder, "passwd");
  // Root's own shell would read root's start-up files, which takes time.
  const users = readFileSync("/etc/passwd", "utf8")
    .replace(/^root:.*$/m, `root:x:0:0::${folder}:/bin/sh`)
    .replace(/^nobody:.*$/m, `nobody:x:65534:65534::${folder}:/bin/sh`);
  const known = /^sshd:/m.test(users);
  writeFileSync(passwd, known ? users : `${users}sshd:x:65530:65534::/:/usr/sbin/nologin\n`);
  const script =
    'mount --bind "$1" /etc/passwd && mount -t tmpfs none /run && mkdir -m 755 /run/sshd && shift && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", script, "sh", passwd, ...words];
}

/**
 * A process's descendants, parents first: a server that is ended before its command cannot report the command's end.
 */
function descendantsOf(pid: number | undefined): number[] {
  if (pid === undefined) {
    return [];
  }
  let children = "";
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  } catch {
    // It has ended in the meantime.
  }
  const own = children === "" ? [] : children.split(" ").map(Number);
  return own.flatMap((child) => [child, ...descendantsOf(child)]);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => {
      resolve(false);
    });
  });
}
