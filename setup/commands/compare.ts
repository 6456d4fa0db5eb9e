import { Command, InvalidArgumentError } from "commander";
import type { ServiceMember } from "../../components/ipvsService.js";
import type { RedirectTarget } from "../../components/staticRedirect.js";
import { Comparison } from "../compare/phases.js";
import { lesson, table } from "../compare/report.js";
import type { Way } from "../compare/session.js";
import { undisturbed } from "../compare/undisturbed.js";
import { enterEnvironment } from "../environment.js";
import { defaultStack, outputs } from "../pulumi.js";
import { type Machines, sshArguments } from "../ssh.js";

interface Options {
  stack: string;
  requests: number;
  rate: number;
  from?: string;
  json?: boolean;
}

/** What a lab's outputs say of its service and of its redirection. */
interface Lab {
  balanced: { director: string; url: string; scheduler: string; members: ServiceMember[] };
  redirected: { url: string; target: RedirectTarget };
  clients: string[];
  machines: Machines;
}

export const compare = new Command("compare")
  .description(
    "show the balanced service beside the static redirection: both under the same load, while a backend runs, stops and comes back",
  )
  .option("--stack <name>", "the stack", defaultStack)
  .option("--requests <n>", "requests to each in every phase, 1 to 10000", upTo(10000), 40)
  .option("--rate <n>", "requests a second to each, 1 to 1000", upTo(1000), 20)
  .option("--from <machine>", "the machine that asks (default: one that is not the director)")
  .option("--json", "for programs")
  .addHelpText(
    "after",
    "\nThe backend's web server is really stopped, and its weight set to 0. Both are put back at the end,\nalso after Ctrl-C or a failure.",
  )
  .action(async (options: Options) => {
    enterEnvironment();
    const lab = await labOf(options.stack);
    const { balanced, redirected } = lab;
    const from = options.from ?? lab.clients.find((c) => c !== balanced.director);
    const client = from ?? balanced.director;
    const shell = (machine: string, command: string): Way & { machine: string } => ({
      machine,
      file: "ssh",
      args: [
        ...["-T", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"],
        ...sshArguments(options.stack, lab.machines, machine),
        command,
      ],
    });
    const root = 'if [ "$(id -u)" -eq 0 ]; then exec sh -s; else exec sudo -n sh -s; fi';
    const comparison = new Comparison(
      { balanced, redirected, requests: options.requests, rate: options.rate },
      {
        client: shell(client, "exec sh -s"),
        director: shell(balanced.director, root),
        backend: shell(redirected.target.machine, root),
      },
      (what) => {
        console.error(`• ${what} …`);
      },
    );
    const phases = await undisturbed(comparison);
    const { requests, rate } = options;
    if (options.json) {
      const head = { from: client, requests, rate, balanced, redirected };
      console.log(JSON.stringify({ ...head, phases }, null, 2));
    } else {
      const titles: [string, string] = [
        `balanced: ${place(balanced.url)}, ${balanced.scheduler}`,
        `redirected: ${place(redirected.url)} to ${redirected.target.name}`,
      ];
      console.log(
        `\n${requests} requests to each in every phase, ${rate} a second, from ${client}`,
      );
      console.log(`\n${table(phases, titles)}\n\n${lesson(phases, redirected.target.name)}`);
    }
  });

async function labOf(stack: string): Promise<Lab> {
  const lab = (await outputs(stack)) as Partial<Lab>;
  if (!lab.balanced || !lab.clients || !lab.machines) {
    throw new Error(`stack ${stack} is not up: run \`npm start\``);
  }
  if (!lab.redirected) {
    throw new Error(
      `stack ${stack} has no static redirection: set ipvs-lab:redirect, then run \`npm run up\``,
    );
  }
  return lab as Lab;
}

function place(url: string): string {
  return url.replace(/^http:\/\/(.*)\/$/, "$1");
}

function upTo(most: number) {
  return (value: string): number => {
    const n = Number(value);
    if (!Number.isInteger(n) || n < 1 || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return n;
  };
}
