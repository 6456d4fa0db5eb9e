import { Command } from "commander";
import { execa } from "execa";
import { mustAnswer, parseAnswers, type Answers } from "../../components/proof/answers.js";
import type { ServiceMember } from "../../components/service/serviceMember.js";
import { enterEnvironment } from "../../lab/environment.js";
import { type Lab, labOf } from "../../lab/lab.js";
import { sshArguments } from "../../lab/ssh.js";
import {
  type Answered,
  carriedLines,
  outputStyle,
  proofLines,
  trafficLines,
} from "../display/proof.js";
import { type Counted, difference, parseCounters, readCounters } from "../failover/counters.js";
import { integerUpTo } from "../options.js";
import { defaultStack } from "../pulumi.js";

interface Options {
  stack: string;
  requests: number;
  from?: string;
  json?: boolean;
}

export const verify = new Command("verify")
  .description("ask the virtual address from the lab's machines, and show who answered")
  .option("--stack <name>", "the stack", defaultStack)
  .option("--requests <n>", "requests from each machine, 1 to 100000", integerUpTo(100000), 6)
  .option("--from <machine>", "only from this machine")
  .option("--json", "for programs")
  .action(async (options: Options) => {
    enterEnvironment();
    const result = await prove(options);
    if (options.json) {
      console.log(JSON.stringify(result, null, 2));
    } else {
      print(result);
    }
    failIfSilent(result.silent);
  });

/** Prints the proof at the end of `npm start`: the one that `up` made, or a new one. */
export async function printProof(stack: string, anew: boolean): Promise<void> {
  const lab = await labOf(stack);
  const isActive = lab.balanced.router !== undefined;
  // What each director carries is counted while the requests are made, and it takes some until each has its share.
  const requests = isActive ? 24 : 6;
  const result = anew || isActive ? await prove({ stack, requests }) : proofFromOutputs(lab);
  print(result);
  if (lab.balanced.traffic && !anew) {
    console.log(trafficLines(lab.balanced.traffic).join("\n"));
  }
  failIfSilent(result.silent);
}

interface Proven extends Answered {
  /** A sentence for each member that should have answered and never did. */
  silent: string[];
  /** What each director took of these requests, where a router spreads them over several. */
  carried?: Record<string, Counted>;
}

/** Makes the requests, from each client in turn. */
async function prove({ stack, requests, from }: Options): Promise<Proven> {
  const lab = await labOf(stack);
  const { director, moreDirectors = [], router, url, members } = lab.balanced;
  const clients = from ? [from] : lab.clients;
  const call = async (machine: string, command: string, input = "") => {
    const args = sshArguments(stack, lab.machines, machine);
    return (await execa("ssh", [...args, command], { input })).stdout;
  };
  const run = (machine: string, kind: string, input: string) =>
    call(machine, `${lab.program} ${kind} read verify`, input);
  const counted = router ? [director, ...moreDirectors] : [];
  const count = () =>
    Promise.all(counted.map(async (name) => parseCounters(await call(name, readCounters))));
  const before = await count();
  const answers: Answers[] = [];
  for (const client of clients) {
    // One client after the other: two that ask at once, taking turns, would each reach one backend only.
    const settings = `url ${url}\nrequests ${requests}\n\n`;
    answers.push(parseAnswers(await run(client, "proof", settings), requests));
  }
  const after = await count();
  const carried = counted.flatMap((name, i) => {
    const [from, to] = [before[i], after[i]];
    return from && to ? [[name, difference(to, from)] as const] : [];
  });
  const table = await run(director, "table", "");
  const expected = mustAnswer(lab.balanced, requests);
  return {
    clients: Object.fromEntries(
      clients.map((client, i) => [client, answers[i] ?? parseAnswers("")]),
    ),
    table,
    names: namesOf(members),
    ...(router && { carried: Object.fromEntries(carried) }),
    silent: clients.flatMap((client, i) =>
      expected
        .filter((member) => !answers[i]?.counts[member.answer])
        .map((m) => `${m.name} never answered in ${requests} requests from ${client} to ${url}`),
    ),
  };
}

/** The proof that `up` made. No member is silent in it: `up` would have failed. */
function proofFromOutputs({ answers, table, balanced }: Lab): Proven {
  const six = Object.entries(balanced.ipv6?.answers ?? {});
  const clients = {
    ...answers,
    ...Object.fromEntries(six.map(([name, own]) => [`${name}, IPv6`, own])),
  };
  return { clients, table, names: namesOf(balanced.members), silent: [] };
}

/** The name of each member, by the answer that it gives. */
function namesOf(members: ServiceMember[]): Record<string, string> {
  return Object.fromEntries(members.flatMap((m) => (m.answer ? [[m.answer, m.name]] : [])));
}

function print(result: Proven): void {
  console.log(proofLines(result, outputStyle()).join("\n"));
  if (result.carried) {
    console.log(carriedLines(result.carried).join("\n"));
  }
}

function failIfSilent(silent: string[]): void {
  if (silent.length > 0) {
    throw new Error(silent.join("\n"));
  }
}
