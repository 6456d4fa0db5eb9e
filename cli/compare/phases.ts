import { require as load } from "tsx/cjs/api";
import { place } from "../../components/args/place.js";
import { quoted } from "../../components/host/quoting.js";
import type * as ParseLines from "../../components/ipvs/parseLines.js";
import type { RedirectTarget } from "../../components/nat/staticRedirect.js";
import type { ServiceMember } from "../../components/service/serviceMember.js";
import type { CommandLine } from "../../components/ssh/remoteProcess.js";
import {
  countAnswers,
  failuresByMember,
  loadScript,
  newToken,
  type Outcome,
  total,
} from "./load.js";
import { Session } from "./session.js";

/** Loads what reads ipvsadm's lines, which is CommonJS like all components. */
const loadParser = () =>
  load("../../components/ipvs/parseLines.ts", import.meta.url) as typeof ParseLines;

/** The balanced service, and the static redirection to one of its members. */
export interface ComparedServices {
  balanced: { url: string; members: ServiceMember[] };
  redirected: { url: string; target: RedirectTarget };
  requests: number;
  /** Requests a second to each of the two. */
  rate: number;
  /** The command, for users, that puts the lab right. */
  repair: string;
}

type MachineShell = CommandLine & { machine: string };

/** The shells on the machines. Those of the director and of the backend run as root. */
export interface Shells {
  client: MachineShell;
  director: MachineShell;
  backend: MachineShell;
}

export interface Phase {
  phase: string;
  balanced: Outcome;
  redirected: Outcome;
}

/** The kernel updates its counters every two seconds. Milliseconds. */
const countersLag = 2500;

/**
 * Puts the service and the redirection under the same load in four phases. The backend runs and has its weight again
 * afterwards, also after a failure.
 */
export class Comparison {
  private readonly sessions: Session[] = [];
  private readonly balancedClient: Session;
  private readonly redirectedClient: Session;
  private readonly director: Session;
  private readonly backend: Session;
  /** Connections that the kernel has sent to each member so far, by the member's name. */
  private sent: Record<string, number> = {};

  constructor(
    private readonly compared: ComparedServices,
    { client, director, backend }: Shells,
    private readonly say: (what: string) => void,
  ) {
    const open = ({ machine, ...command }: MachineShell) => {
      const session = new Session(machine, command, compared.repair);
      this.sessions.push(session);
      return session;
    };
    // All shells start here, so that none is still logging in when the first change is made and may have to be undone.
    [this.balancedClient, this.redirectedClient] = [open(client), open(client)];
    [this.director, this.backend] = [open(director), open(backend)];
  }

  async run(): Promise<Phase[]> {
    const { redirected, repair } = this.compared;
    const { target } = redirected;
    const { name, unit } = target;
    await this.backend.run(
      `systemctl -q is-active ${unit} || { echo "${unit} does not run: \\\`${repair}\\\` starts it"; exit 1; }`,
    );
    const line = await this.memberLine();
    this.sent = await this.connections();
    const phases = [await this.phase("all backends run")];
    await this.backend.changeUntilRelease(`systemctl stop ${unit}`, `systemctl start ${unit}`);
    phases.push(await this.phase(`${name} is stopped`));
    const put = (member: string) => `ipvsadm ${member.replace(/^-a/, "-e")}`;
    // A director's keepalived takes the backend out by itself, and puts it back a moment after it is there again.
    await this.director.changeUntilRelease(
      `${put(line.replace(/ -w \d+/, " -w 0"))} || ! ipvsadm -Sn | grep -qF -- ${quoted(this.memberStart())}`,
      retried(put(line), `${name} is not in the service again`),
    );
    const isOut = (await this.findLine()) === undefined;
    phases.push(await this.phase(`${name} ${isOut ? "has been taken out" : "has weight 0"}`));
    await this.backend.release();
    const asks = `curl -q -s --noproxy '*' -o /dev/null --max-time 2 http://${target.address}:${target.port}/`;
    await this.redirectedClient.run(retried(asks, `${name} does not answer again`));
    await this.director.release();
    phases.push(await this.phase(`${name} is back`));
    if ((await this.memberLine()) !== line) {
      throw new Error(`${name} is not in the service as it was: \`${repair}\` puts that right`);
    }
    return phases;
  }

  /** Undoes all changes. @throws Error when that fails. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled(this.sessions.map((session) => session.close()));
    const failed = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
    if (failed.length > 0) {
      throw new Error(failed.map(({ message }) => message).join("\n"));
    }
  }

  private async phase(phase: string): Promise<Phase> {
    this.say(phase);
    const { balanced, redirected, requests } = this.compared;
    const token = newToken();
    const ask = async (session: Session, url: string, nameOf: (answer: string) => string) =>
      countAnswers(
        await session.run(loadScript(url, requests, this.compared.rate, token)),
        token,
        nameOf,
      );
    const nameOf = (answer: string) =>
      balanced.members.find((member) => member.answer === answer)?.name ?? "another page";
    const [one, other] = await Promise.all([
      ask(this.balancedClient, balanced.url, nameOf),
      ask(this.redirectedClient, redirected.url, nameOf),
    ]);
    const failures = total(other.errors);
    return {
      phase,
      balanced: { ...one, failed: await this.failedOf(one) },
      redirected: {
        ...other,
        failed: failures > 0 ? { [redirected.target.name]: failures } : {},
      },
    };
  }

  /** The failed requests by member, from the kernel's own count of connections. */
  private async failedOf({ answered, errors }: Pick<Outcome, "answered" | "errors">) {
    const failures = total(errors);
    const before = this.sent;
    if (failures === 0) {
      // Every connection went to the member that answered.
      this.sent = Object.fromEntries(
        Object.entries(before).map(([name, n]) => [name, n + (answered[name] ?? 0)]),
      );
      return {};
    }
    await new Promise((resolve) => setTimeout(resolve, countersLag));
    this.sent = await this.connections();
    const sent = Object.entries(this.sent).map(([name, n]) => [name, n - (before[name] ?? 0)]);
    return (
      failuresByMember(Object.fromEntries(sent) as Record<string, number>, answered, failures) ?? {
        "nobody knows who": failures,
      }
    );
  }

  /** The number of connections that the kernel has sent to each member, by the member's name. */
  private async connections(): Promise<Record<string, number>> {
    const stats = await this.director.run(`ipvsadm -Ln --stats --exact ${this.service()}`);
    const { members } = this.compared.balanced;
    return Object.fromEntries(
      members.map(({ name, address, port }) => {
        const row = stats.split("\n").find((line) => line.includes(` -> ${place(address, port)} `));
        return [name, Number(row?.trim().split(/\s+/)[2] ?? 0)];
      }),
    );
  }

  /** The line of the redirection's backend in the service. @throws Error when it is not there. */
  private async memberLine(): Promise<string> {
    const found = await this.findLine();
    if (found === undefined) {
      const { name } = this.compared.redirected.target;
      throw new Error(
        `${name} is no member of the service: \`${this.compared.repair}\` puts it back`,
      );
    }
    return found;
  }

  /** The line of the redirection's backend in the service, as the kernel has it, if it is there. */
  private async findLine(): Promise<string | undefined> {
    const printed = await this.director.run(
      "echo loaded; ipvsadm -Sn; echo '@@'; ipvsadm -Ln --thresholds",
    );
    const [lines = "", thresholds = ""] = printed.split("\n@@\n");
    const { parseServices } = loadParser();
    const all = parseServices(lines.split("\n"), thresholds.split("\n")) ?? [];
    return all.find((line) => line.startsWith(this.memberStart()));
  }

  /** The beginning of that line. */
  private memberStart(): string {
    const { address, port } = this.compared.redirected.target;
    return `-a ${this.service()} -r ${place(address, port)} `;
  }

  /** "-t 10.10.10.100:80". */
  private service(): string {
    return `-t ${this.compared.balanced.url.replace(/^http:\/\/(.*)\/$/, "$1")}`;
  }
}

/** A shell script that tries a command for ten seconds at least, and fails with a sentence. */
function retried(command: string, failure: string): string {
  return `i=0; until ${command}; do i=$((i + 1)); [ $i -lt 50 ] || { echo "${failure}"; exit 1; }; sleep 0.2; done`;
}
