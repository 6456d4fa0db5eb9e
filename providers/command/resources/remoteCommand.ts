import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientChannel } from "ssh2";
import type { Reporter } from "../display";
import { commandFailed, Failure, stopped } from "../failure";
import type { CommandInputs } from "../inputs";
import type { Connection } from "../ssh/login";
import type { Pool } from "../ssh/pool";
import { openSession, sendSignal, setVariable, start } from "../ssh/session";
import { Output } from "./output";

/** A command's output, as the state holds it. */
export interface Printed {
  stdout: string;
  stderr: string;
}

// sshd ends the whole connection, with everything that runs over it, when one packet is longer than 256 KiB.
const maxWordLength = 200 * 1024;
/** The time for a command to end after it was asked to, milliseconds. */
const grace = 2_000;

/** Runs a command on a machine. @throws Failure, also when its status is not 0. */
export async function runRemotely(
  pool: Pool,
  connection: Connection,
  command: string,
  inputs: CommandInputs,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Printed> {
  const { status, output } = await execute(pool, connection, command, inputs, reporter, signal);
  if (status !== "0") {
    throw commandFailed(`Process exited with status ${status}`, command, output.all);
  }
  return { stdout: output.text("stdout"), stderr: output.text("stderr") };
}

/** A command that has ended. */
interface Executed {
  /** The exit status as the shell has it: "1", or "143 from signal TERM". */
  status: string;
  output: Output;
}

/** Runs a command on a machine, with any exit status. @throws Failure. */
export async function execute(
  pool: Pool,
  connection: Connection,
  command: string,
  inputs: CommandInputs,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Executed> {
  if (Buffer.byteLength(command) > maxWordLength) {
    const size = Buffer.byteLength(command);
    throw new Failure(
      `the command is ${size} bytes long and SSH carries ${maxWordLength}: pass what is long through stdin`,
    );
  }
  const taken = await pool.open(connection, openSession, reporter, signal);
  const channel: ClientChannel = taken.channel;
  const output = new Output(reporter, inputs.logging);
  const end = follow(channel, output);
  channel.once("close", taken.release);
  try {
    await setVariables(channel, inputs, reporter);
    if (!(await start(channel, command).catch(() => lost(command, output)))) {
      throw new Failure(`ssh: command ${command} failed`);
    }
    let interruption: (end: End) => void = () => undefined;
    const interrupted = new Promise<End>((resolve) => {
      interruption = resolve;
    });
    const abort = () => {
      void interrupt(channel).then(() => {
        interruption({});
      });
    };
    signal.addEventListener("abort", abort);
    if (signal.aborted) {
      abort();
    }
    // A command may end before it has read all of its input.
    channel.stdin.on("error", () => undefined);
    channel.end(inputs.stdin);
    const { code, signal: killer } = await Promise.race([end, interrupted]);
    signal.removeEventListener("abort", abort);
    output.end();
    if (signal.aborted) {
      const { code: reason, message } = stopped(signal);
      throw Object.assign(commandFailed(message, command, output.all), { code: reason });
    }
    if (code === undefined && killer === undefined) {
      lost(command, output);
    }
    return { status: statusOf(code, killer), output };
  } finally {
    channel.close();
    // A channel that does not close now, although it was asked to, is not waited for.
    if (signal.aborted) {
      taken.release();
    }
  }
}

interface End {
  code?: number;
  signal?: string;
}

/** Collects a channel's output; resolves when it is closed. */
function follow(channel: ClientChannel, output: Output): Promise<End> {
  const end: End = {};
  channel.on("data", (data: Buffer) => {
    output.add("stdout", data);
  });
  channel.stderr.on("data", (data: Buffer) => {
    output.add("stderr", data);
  });
  channel.on("error", () => undefined);
  channel.on("exit", (code: number | null, signal?: string) => {
    end.code = code ?? undefined;
    end.signal = signal;
  });
  return new Promise((resolve) => {
    channel.once("close", () => {
      resolve(end);
    });
  });
}

function statusOf(code: number | undefined, signal: string | undefined): string {
  if (signal === undefined) {
    return String(code ?? 0);
  }
  const name = signal.replace(/^SIG/, "");
  const number = constants.signals[`SIG${name}` as NodeJS.Signals];
  return `${128 + number} from signal ${name}`;
}

function lost(command: string, output: Output): never {
  const why = "wait: remote command exited without exit status or exit signal";
  throw commandFailed(why, command, output.all);
}

async function setVariables(
  channel: ClientChannel,
  { environment, previous }: CommandInputs,
  reporter: Reporter,
): Promise<void> {
  const accepted = async (name: string, value: string) =>
    Buffer.byteLength(value) <= maxWordLength && (await setVariable(channel, name, value));
  for (const [name, value] of Object.entries(environment)) {
    if (!(await accepted(name, value))) {
      reporter.say("ERROR", refusal(name));
      throw new Failure(`could not set environment variable "${name}": ssh: setenv failed`);
    }
  }
  const earlier = {
    PULUMI_COMMAND_STDOUT: previous.stdout,
    PULUMI_COMMAND_STDERR: previous.stderr,
  };
  for (const [name, value] of Object.entries(earlier)) {
    if (value !== "" && !(await accepted(name, value))) {
      reporter.say("WARNING", refusal(name));
    }
  }
}

function refusal(name: string): string {
  return (
    `Unable to set '${name}'. The SSH server has to accept it (AcceptEnv). ` +
    `In a Bash-like shell the command itself can do it: 'VAR=value command'`
  );
}

/** Asks a command to end, then kills it, then leaves it alone: sshd passes no signals on for logins of root. */
async function interrupt(channel: ClientChannel): Promise<void> {
  for (const name of ["TERM", "KILL"]) {
    sendSignal(channel, name);
    await sleep(grace, undefined, { ref: false });
  }
}
