import { Command } from "commander";
import { execa } from "execa";
import { basename } from "node:path";
import { programFor } from "../import/program.js";
import { enterEnvironment } from "../environment.js";
import { defaultStack, outputs } from "../pulumi.js";
import { parseHost, whyNot } from "../import/host.js";
import { asRoot, type Machines, quoted, sshArguments } from "../ssh.js";

interface Options {
  stack: string;
  host: string;
  identity?: string;
  interface?: string;
}

/** Everything that the program needs, in one round trip; changes nothing and loads no module. */
const question = [
  // A login shell may have printed something that does not end its line.
  "echo",
  "ip -j addr",
  "echo",
  "if [ -e /proc/net/ip_vs ]; then echo loaded; ipvsadm -Sn; echo '@@'; ipvsadm -Ln --thresholds; fi",
].join("; ");

export const importTables = new Command("import")
  .description(
    "print the TypeScript that declares what a director has already: addresses, services, members",
  )
  .requiredOption("--host <host>", "a machine of the lab, or user@address[:port] as for ssh")
  .option("--identity <file>", "the private key, as for ssh -i")
  .option("--interface <name>", "the interface that is balanced; else that of the first service")
  .option("--stack <name>", "the stack of the lab", defaultStack)
  .action(async (options: Options) => {
    const { args, reach } = await target(options);
    const command = asRoot(`sh -c ${quoted(question)}`);
    const { stdout, stderr, exitCode } = await execa("ssh", [...args, command], { reject: false });
    if (exitCode !== 0) {
      throw new Error(whyNot(options.host, stderr));
    }
    const answer = stdout.slice(Math.max(0, stdout.search(/^\[\{/m)));
    const { text, left } = programFor(answer, { ...reach, interface: options.interface });
    console.log(text);
    for (const line of left) {
      console.error(`left out: ${line}`);
    }
  });

/** How ssh reaches the host, and what the program says of that. */
async function target({ stack, host, identity }: Options) {
  if (/^[\w.-]+$/.test(host)) {
    enterEnvironment();
    const { machines = {} } = (await outputs(stack)) as { machines?: Machines };
    const access = machines[host];
    if (access) {
      return {
        args: sshArguments(stack, machines, host),
        reach: {
          name: host,
          host: access.host,
          port: access.port,
          user: access.user,
          hostKey: access.hostKey,
        },
      };
    }
  }
  const { user, address, port } = parseHost(host);
  const known = await execa(
    "ssh-keygen",
    ["-F", port === "22" ? address : `[${address}]:${port}`],
    {
      reject: false,
    },
  );
  const hostKey = /^\S+ (ssh-ed25519 \S+)/m.exec(known.stdout)?.[1];
  return {
    args: [
      ...["-p", port, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"],
      ...(identity ? ["-i", identity] : []),
      `${user}@${address}`,
    ],
    reach: { name: basename(address), host: address, port: Number(port), user, hostKey },
  };
}
