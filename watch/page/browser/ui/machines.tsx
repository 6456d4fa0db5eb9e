import { useSignal } from "@preact/signals";
import type { ActionName, Power, Topology } from "../../../protocol.js";
import { requests } from "../state/connection.js";
import { directors, stateOf } from "../state/directors.js";
import { marksOf } from "../state/marks.js";
import { statusOf } from "../state/memberStatus.js";
import { actions, figures, topology } from "../state/model.js";
import { text } from "../state/preferences.js";
import { Mark, State } from "./mark.js";

/** The machines with what can be done to each directly: its cable, its power and its web servers. */
export function MachinesPanel() {
  const t = text.value;
  const problem = useSignal("");
  const known = topology.value;
  const act = async (action: ActionName, on: string) => {
    problem.value = "";
    try {
      await requests.act({ action, on });
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  return (
    <section class="panel machines" aria-labelledby="machines-title">
      <h2 id="machines-title">{t.machines}</h2>
      <ul>
        {known?.machines?.map((name) => (
          <Machine key={name} {...{ name, known, act }} />
        ))}
      </ul>
      <p class="problem" role="alert">
        {problem.value}
      </p>
      <p class="hint">{t.machinesHelp(known?.stack ?? "")}</p>
    </section>
  );
}

interface MachineProps {
  name: string;
  known: Topology;
  act: (action: ActionName, on: string) => Promise<void>;
}

function Machine({ name, known, act }: MachineProps) {
  const t = text.value;
  const power = stateOf(name)?.power ?? "unknown";
  const director = directors.value.find((one) => one.name === name);
  const isOff = power === "off" || power === "stopping";
  const parts = [
    ...(director ? [t.director] : []),
    ...(known.clients.includes(name) ? [t.isClient] : []),
  ];
  const members = known.members.filter(({ machine }) => machine === name);
  return (
    <li class={power} data-machine-row={name}>
      <p class="machine-title">
        <strong>{name}</strong>
        {parts.length > 0 && <span class="hint">{parts.join(", ")}</span>}
        <span class={`power ${power}`}>{t.powers[power]}</span>
      </p>
      {director?.role && director.role !== power && (
        <p class={`role ${director.role}`}>{t.roles[director.role]}</p>
      )}
      <div class="buttons">
        {director && (
          <ActionButton
            action={director.hasLink === false ? "plug" : "pull"}
            on={name}
            isPossible={director.hasLink !== undefined}
            act={act}
          />
        )}
        <ActionButton
          action={isOff ? "on" : "off"}
          on={name}
          isPossible={isSteady(power)}
          act={act}
        />
      </div>
      {members.map((member) => (
        <Server key={member.name} {...{ member: member.name, known, act }} isPossible={!isOff} />
      ))}
    </li>
  );
}

function isSteady(power: Power): boolean {
  return power !== "starting" && power !== "stopping";
}

/** A web server of a machine. */
function Server({
  member,
  known,
  act,
  isPossible,
}: Omit<MachineProps, "name"> & { member: string; isPossible: boolean }) {
  const place = known.members.findIndex(({ name }) => name === member);
  const mark = marksOf(known.members)[place];
  const figure = figures()[place];
  const status = figure ? statusOf(figure) : "unknown";
  const isDown = status === "down" || status === "absent";
  return (
    <div class="server">
      <span class="named">
        {mark && <Mark mark={mark} />}
        {member}
      </span>
      <State standing={status} />
      <ActionButton action={isDown ? "start" : "stop"} on={member} {...{ isPossible, act }} />
    </div>
  );
}

interface ActionButtonProps {
  action: ActionName;
  /** A machine, or a member. */
  on: string;
  isPossible: boolean;
  act: MachineProps["act"];
}

/** Actions and what undoes them. */
const pairs: readonly (readonly ActionName[])[] = [
  ["pull", "plug"],
  ["off", "on"],
  ["stop", "start"],
];

/** A button that keeps the focus while its action is under way, and then has the opposite one. */
function ActionButton({ action, on, isPossible, act }: ActionButtonProps) {
  const t = text.value;
  const last = actions.value[on];
  const isBusy = last?.state === "doing";
  const isOwn = isBusy && pairs.some((pair) => pair.includes(action) && pair.includes(last.action));
  const words: Record<ActionName, string> = {
    ...{ pull: t.pull, plug: t.plug, off: t.turnOff, on: t.turnOn },
    ...{ stop: t.stopServer, start: t.startServer },
  };
  // The server's name stands beside its button.
  const shown = action === "stop" ? t.stop : action === "start" ? t.start : words[action];
  const isAble = isPossible && !isBusy;
  return (
    <button
      type="button"
      aria-disabled={!isAble}
      aria-label={t.actionOn(words[action], on)}
      onClick={() => {
        if (isAble) {
          void act(action, on);
        }
      }}
    >
      {isOwn && <span class="spinner" aria-hidden="true" />}
      {shown}
    </button>
  );
}
