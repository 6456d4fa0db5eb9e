import { execa } from "execa";
import type { HostState } from "../../components/drift/hostState.js";
import { inPosixShell } from "../../components/host/quoting.js";
import { kernel, hostState } from "./components.js";
import { connectionProblem } from "./host.js";

/**
 * Reads a machine's state in one round trip. It changes nothing and loads no kernel module. A login with few rights may
 * run the program that is installed there; root, or a user who can become root, sends the program along.
 * @param args ssh's arguments, up to the command.
 * @throws Error with a remedy, when the machine cannot be asked.
 */
export async function readHost(host: string, args: string[]): Promise<HostState> {
  const { program } = kernel;
  const ran = await execa("ssh", [...args, readCommand()], { input: program, reject: false });
  if (/^@@ limited$/m.test(ran.stdout)) {
    throw new Error(limited(host));
  }
  if (ran.exitCode !== 0) {
    throw new Error(connectionProblem(host, ran.stderr));
  }
  return hostState.parseHostState(ran.stdout);
}

/** The machine's rules for packets, as far as its tools print them to root; "" for anybody else. */
export async function readRules(args: string[]): Promise<string> {
  const tools = ["nft list ruleset", "iptables-save -t mangle", "ip6tables-save -t mangle"];
  const ask = `PATH=$PATH:/usr/sbin:/sbin; for tool in ${tools.map((tool) => `"${tool}"`).join(" ")}; do $tool; done`;
  const asRoot = `if [ "$(id -u)" -eq 0 ]; then sh -c '${ask}'; else sudo -n sh -c '${ask}'; fi 2>/dev/null; :`;
  const { stdout } = await execa("ssh", [...args, inPosixShell(asRoot)], { reject: false });
  return stdout;
}

/** The command for a machine's login shell. */
export function readCommand(): string {
  const { programDigest, programPath } = kernel;
  const steps = [
    // A login shell may have printed an unfinished line.
    "echo",
    `p=${programPath}`,
    `[ "$(sha256sum "$p" 2>/dev/null)" = "${programDigest}  $p" ] && exec "$p" observe all`,
    `[ "$(id -u)" -eq 0 ] && exec sh -s observe all`,
    "sudo -n sh -c true 2>/dev/null && exec sudo -n sh -s observe all",
    "echo @@ limited",
  ];
  return inPosixShell(steps.join("; "));
}

function limited(host: string): string {
  return (
    `${host}: import reads as root. Log in as root, or as a user with sudo -n for sh; a user who may run the ` +
    "program of ipvs-lab alone (npm run sudoers) can import once this version's is there, which `up` sees to"
  );
}
