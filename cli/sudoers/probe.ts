import { execa } from "execa";
import { quoted } from "../../components/host/quoting.js";
import { connectionProblem } from "../import/host.js";
import { type NamedMachine, loginTo } from "../import/target.js";
import { type Probed, parseProbe } from "./programs.js";

/** A POSIX shell command that prints a machine's sudo version and the digests of its programs. */
export const probeCommand =
  "LC_ALL=C sudo --version 2>/dev/null | head -n 1; echo @@; sha256sum /var/lib/ipvs-lab/bin/ipvs-lab-* 2>/dev/null";

/**
 * Asks a machine for its sudo and its programs.
 * @throws Error when the machine cannot be asked.
 */
export async function probeMachine(named: NamedMachine): Promise<Probed> {
  const { args } = await loginTo(named);
  const command = `exec sh -c ${quoted(`${probeCommand}; true`)}`;
  const { stdout, stderr, exitCode } = await execa("ssh", [...args, command], {
    reject: false,
    stdin: "ignore",
  });
  if (exitCode !== 0) {
    throw new Error(connectionProblem(named.host, stderr));
  }
  return parseProbe(stdout);
}
