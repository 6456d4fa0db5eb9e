import { plain, type Properties } from "../protocol/wire";
import { changedInPlace, isSameMachine } from "./diff";
import { inputsOf, onlyInputs, type MachineInputs } from "./inputs";
import { outputsOf, properties, reach } from "./outputs";
import type { Fleet, Seen } from "./program/fleet";
import { showsHostKey, type ShowsHostKey } from "./program/hostKey";
import { tail, type Progress } from "./program/progress";
import type { Verb } from "./program/queue";
import { vagrant, VagrantError } from "./program/vagrant";
import { findVagrantfile, recordedIds } from "./program/vagrantfile";

/** The error for a machine that exists but is not as it should be. Pulumi records it, and shows the reason. */
export class Incomplete extends Error {
  constructor(
    readonly id: string,
    readonly properties: Properties,
    readonly reasons: string[],
  ) {
    super(reasons.join("\n"));
  }
}

// A machine that has just booted may refuse the first attempts.
const attemptsAfterBoot = 10;

/** Brings a machine up. @throws Incomplete when it failed but the machine exists. */
export async function create(fleet: Fleet, inputs: Properties, progress: Progress) {
  const machine = inputsOf(inputs);
  const failure = await attempt(fleet, machine, "up", progress);
  const seen = await stateAfter(fleet, machine, failure);
  if (!exists(seen)) {
    throw failure ?? new Error(`vagrant up left no machine ${machine.name}`);
  }
  const id = await idOf(machine, seen);
  return { id, outs: await finish(fleet, machine, { id, seen, failure, inputs }) };
}

/** Starts, reloads or provisions a machine, as the difference requires. @throws Incomplete. */
export async function update(
  fleet: Fleet,
  id: string,
  old: Properties,
  inputs: Properties,
  progress: Progress,
): Promise<Properties> {
  const machine = inputsOf(inputs);
  const before = (await fleet.status(machine)).get(machine.name);
  if (!exists(before)) {
    throw new Error(`the machine ${machine.name} is gone; pulumi refresh takes note of that`);
  }
  const verb = verbFor(before, changedInPlace(old, inputs), plain(old.provisioned) === false);
  const failure = verb && (await attempt(fleet, machine, verb, progress));
  const seen = verb ? await stateAfter(fleet, machine, failure) : before;
  if (!exists(seen)) {
    throw failure ?? new Error(`vagrant lost the machine ${machine.name}`);
  }
  // A change that was not carried out is not recorded, so the next update tries it again.
  const { vagrantfileSha256, triggers } = old;
  const recorded = failure ? { ...inputs, vagrantfileSha256, triggers } : inputs;
  return finish(fleet, machine, { id, seen, failure, inputs: recorded, old });
}

/** The present properties of a machine, with an empty id when it is gone. @throws when Vagrant cannot say. */
export async function read(fleet: Fleet, id: string, old: Properties, progress: Progress) {
  const imported = plain(old.name) === undefined;
  const inputs = imported ? await importInputs(id) : onlyInputs(old);
  const machine = inputsOf(inputs);
  const seen = (await fleet.status(machine)).get(machine.name);
  if (!seen) {
    throw new Error(`no machine "${machine.name}" in the Vagrantfile of ${machine.directory}`);
  }
  if (seen.state === "not_created") {
    return { id: "", props: {}, inputs: {} };
  }
  const found = imported ? machine.name : id;
  const now = await idOf(machine, seen, found);
  const known = imported ? properties(outputsOf(seen, true)) : old;
  const props = { ...known, ...inputs, state: seen.state, vagrantProvider: seen.provider };
  if (seen.state !== "running") {
    return { id: now, props, inputs };
  }
  // The same machine must show the same host key. Another machine of this name has its own.
  const pinned = now === id ? textOf(old.hostKey) : undefined;
  try {
    const reached = await reach(fleet, machine, { pinned, attempts: 2 });
    const provisioned = plain(old.provisioned) !== false;
    return {
      id: now,
      props: { ...props, ...properties(outputsOf(seen, provisioned, reached)) },
      inputs,
    };
  } catch (error) {
    if (imported || isWrongKey(error)) {
      throw error;
    }
    progress.warn(`${message(error)}\nWhat was known of the machine before is kept.`);
    return { id: now, props, inputs };
  }
}

/**
 * A machine of the state as it is now, for a preview; undefined when Vagrant was not asked, because the machine is to
 * be replaced by another one. @throws when Vagrant cannot say.
 */
export async function presentState(
  fleet: Fleet,
  old: Properties,
  wanted: Properties,
  isConnected: ShowsHostKey,
): Promise<Seen | undefined> {
  const machine = inputsOf(old);
  const recalled = fleet.lastSeen(machine, machine.name);
  if (recalled || !isSameMachine(old, wanted)) {
    return recalled;
  }
  const { state, host, port, hostKey, vagrantProvider } = plain(old) as Properties;
  const known = { host: String(host), port: Number(port), hostKey: String(hostKey) };
  const isSame = async () => (await isConnected(known)) || showsHostKey(fleet.programs, known);
  if (state === "running" && (await isSame())) {
    return { state, provider: String(vagrantProvider) };
  }
  return (await fleet.recentStatus(machine, machine.vagrantfileSha256)).get(machine.name);
}

/** Destroys a machine. It may be gone already. */
export async function remove(fleet: Fleet, old: Properties, progress: Progress): Promise<void> {
  const machine = inputsOf(old);
  const file = await findVagrantfile(machine);
  const failure = file && (await attempt(fleet, machine, "destroy", progress));
  // Exit codes are not trusted: they may also say "unchanged".
  const machines = file && (await fleet.status(machine).catch(() => undefined));
  const seen = machines?.get(machine.name);
  if (seen) {
    if (seen.state !== "not_created") {
      throw failure ?? new Error(`vagrant destroy left the machine ${machine.name} ${seen.state}`);
    }
    return;
  }
  // When Vagrant cannot be asked, its records on disk decide.
  for (const [provider, id] of await recordedIds(machine, machine.name)) {
    const why = file ? (failure?.message ?? "") : `there is no Vagrantfile in ${machine.directory}`;
    throw new Error(
      `the machine ${machine.name} still exists (${provider}: ${id}) and Vagrant cannot destroy it: ` +
        `${why}\nBring back the Vagrantfile that made it, then destroy again.`,
    );
  }
}

/** Runs a verb. Vagrant's failure is returned, and the machine's last lines are shown to the user. */
async function attempt(fleet: Fleet, machine: MachineInputs, verb: Verb, progress: Progress) {
  try {
    await fleet.ask(machine, verb, machine.name, progress);
    return undefined;
  } catch (error) {
    if (!(error instanceof VagrantError)) {
      throw error;
    }
    const words = tail(error.lines, machine.name, 20);
    if (words !== "") {
      progress.info(`Vagrant's last lines about ${machine.name}:\n${words}`);
    }
    return error;
  }
}

/**
 * The state of a machine after a verb. After a success, or when Vagrant cannot be asked any more, it comes from
 * Vagrant's records on disk.
 */
async function stateAfter(
  fleet: Fleet,
  machine: MachineInputs,
  failure: VagrantError | undefined,
): Promise<Seen | undefined> {
  const [provider] = (await recordedIds(machine, machine.name)).keys();
  if (!failure && provider !== undefined) {
    // The login that follows checks more than Vagrant would.
    return { state: "running", provider };
  }
  try {
    return (await fleet.status(machine)).get(machine.name);
  } catch (error) {
    if (!failure) {
      throw error;
    }
    return provider === undefined ? undefined : { state: "unknown", provider };
  }
}

interface Outcome {
  id: string;
  seen: Seen;
  failure: VagrantError | undefined;
  inputs: Properties;
  old?: Properties;
}

/** The properties of a machine after a verb was tried. */
async function finish(fleet: Fleet, machine: MachineInputs, outcome: Outcome): Promise<Properties> {
  const { id, failure, inputs, old } = outcome;
  let { seen } = outcome;
  const reasons = failure ? [failure.message] : [];
  const props = (found?: Awaited<ReturnType<typeof reach>>) => ({
    ...inputs,
    ...properties(outputsOf(seen, !failure, found)),
  });
  let outs = props();
  if (seen.state === "running") {
    const attempts = failure ? 1 : attemptsAfterBoot;
    const pinned = textOf(old?.hostKey);
    try {
      outs = props(await reach(fleet, machine, { pinned, attempts }));
    } catch (error) {
      reasons.push(message(error));
      const now = failure ? undefined : await fleet.status(machine).catch(() => undefined);
      seen = now?.get(machine.name) ?? seen;
      outs = props();
    }
  }
  if (seen.state !== "running" && !failure) {
    reasons.push(`the machine ${machine.name} is ${seen.state} although Vagrant said it is up`);
  }
  if (reasons.length > 0) {
    throw new Incomplete(id, outs, reasons);
  }
  return outs;
}

function verbFor(seen: Seen, changed: boolean, unprovisioned: boolean): Verb | undefined {
  if (seen.state === "running" && changed) {
    return "reload";
  }
  if (changed || unprovisioned) {
    return "provision";
  }
  return seen.state === "running" ? undefined : "up";
}

function exists(seen: Seen | undefined): seen is Seen {
  return seen !== undefined && seen.state !== "not_created";
}

/** The provider's own id of a machine, which no other machine has; or else `otherwise`. */
async function idOf(machine: MachineInputs, seen: Seen, otherwise = machine.name): Promise<string> {
  return (await recordedIds(machine, machine.name)).get(seen.provider) ?? otherwise;
}

/** The inputs for `pulumi import`, whose id is the machine's name in the Vagrantfile of the project's folder. */
async function importInputs(name: string): Promise<Properties> {
  const place = { directory: ".", environment: {}, program: vagrant };
  const vagrantfileSha256 = (await findVagrantfile(place))?.sha256 ?? "";
  const { directory, environment } = place;
  return { name, directory, environment, vagrantfileSha256 };
}

function textOf(value: unknown): string | undefined {
  const text = plain(value);
  return typeof text === "string" && text !== "" ? text : undefined;
}

function isWrongKey(error: unknown): boolean {
  return /host key verification failed|identification has changed/i.test(message(error));
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
