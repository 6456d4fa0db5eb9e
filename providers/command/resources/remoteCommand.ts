import type { ClientChannel } from "ssh2";
import type { Reporter } from "../display";
import { commandFailed, Failure, stopped } from "../failure";
import type { CommandInputs } from "../inputs";
import { programCall } from "../program/call";
import type { CallServers } from "../program/servers";
import { endOf, endUnlessStopped, statusOf, type End } from "../ssh/ending";
import type { Connection } from "../ssh/login";
import type { Pool } from "../ssh/pool";
import { openSession, setVariable, start } from "../ssh/session";
import { Output } from "./output";

/** A command's output, as the state holds it. */
export interface Printed {
  stdout: string;
  stderr: string;
}

// sshd ends the whole connection, with everything that runs over it, when one packet is longer than 256 KiB.
const maxWordLength = 200 * 1024;

/** Runs a command on a machine. @throws Failure, also when its status is not 0. */
export async function runRemotely(
  pool: Pool,
  servers: CallServers,
  connection: Connection,
  command: string,
  inputs: CommandInputs,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Printed> {
  const { status, output } =
    (await serve(servers, connection, command, inputs, reporter, signal)) ??
    (await execute(pool, connection, command, inputs, reporter, signal));
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

/**
 * Has a server of calls run a command, with any exit status.
 * @returns undefined, without running anything, if the command needs a channel of its own.
 * @throws Failure.
 */
async function serve(
  servers: CallServers,
  connection: Connection,
  command: string,
  inputs: CommandInputs,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Executed | undefined> {
  const call = programCall(command, inputs, servers.folder);
  const output = new Output(reporter, inputs.logging);
  const end = call && (await servers.run(connection, call, output, reporter, signal));
  return end && concluded(end, command, output, signal);
}

/** Runs a command on a machine in a channel of its own, with any exit status. @throws Failure. */
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
    // A command may end before it has read all of its input.
    channel.stdin.on("error", () => undefined);
    channel.end(inputs.stdin);
    return concluded(await endUnlessStopped(signal, channel, end), command, output, signal);
  } finally {
    channel.close();
    // A channel that does not close after this request is not waited for.
    if (signal.aborted) {
      taken.release();
    }
  }
}

/** A command's result, once it has ended or is no longer waited for. @throws Failure if it was stopped or lost. */
function concluded(end: End, command: string, output: Output, signal: AbortSignal): Executed {
  output.end();
  if (signal.aborted) {
    const { code, message } = stopped(signal);
    throw Object.assign(commandFailed(message, command, output.all), { code });
  }
  if (end.code === undefined && end.signal === undefined) {
    lost(command, output);
  }
  return { status: statusOf(end), output };
}

/** Collects a channel's output; resolves when it is closed. */
function follow(channel: ClientChannel, output: Output): Promise<End> {
  channel.on("data", (data: Buffer) => {
    output.add("stdout", data);
  });
  channel.stderr.on("data", (data: Buffer) => {
    output.add("stderr", data);
  });
  return endOf(channel);
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
