import { useEffect, useRef } from "preact/hooks";
import type { ChangeMessage } from "../../../protocol.js";
import { requests } from "../state/connection.js";
import {
  current,
  sendRequest,
  isShown,
  isUnderWay,
  requestProblem,
  reset,
  settings,
} from "../state/edits.js";
import { topology } from "../state/model.js";
import { text } from "../state/preferences.js";
import { valueText } from "./settings.js";

/**
 * A dialog for a change, from its preview to its end. Esc declines a previewed change, and hides the dialog otherwise.
 */
export function ChangeDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = current.value;
  const isOpen = isShown.value && shown !== undefined;
  useEffect(() => {
    if (isOpen && !dialog.current?.open) {
      dialog.current?.showModal();
    }
    if (!isOpen && dialog.current?.open) {
      dialog.current.close();
    }
  }, [isOpen]);
  useEffect(() => {
    if (shown?.state === "applied") {
      reset();
    }
  }, [shown?.id, shown?.state]);
  const leave = () => {
    isShown.value = false;
    if (shown?.state === "previewed") {
      void sendRequest(requests.drop(shown.id));
    }
  };
  return (
    <dialog
      ref={dialog}
      class="change"
      aria-labelledby="change-title"
      onClose={() => {
        if (isShown.value) {
          leave();
        }
      }}
    >
      {shown && <Change change={shown} leave={leave} />}
    </dialog>
  );
}

function Change({ change: { id, state, lines, settings: wanted }, leave }: ChangeProps) {
  const t = text.value;
  const output = useRef<HTMLPreElement>(null);
  const isBusy = state === "previewing" || state === "applying";
  useEffect(() => {
    // An update is followed at its newest line. A preview is read from its top.
    if (state === "applying" && output.current) {
      output.current.scrollTop = output.current.scrollHeight;
    }
  }, [lines.length, state]);
  useEffect(() => {
    // The button that had the focus is gone.
    if (document.activeElement === document.body) {
      output.current?.focus();
    }
  }, [state]);
  return (
    <>
      <h2 id="change-title">{t.changeTitle}</h2>
      <Wanted wanted={wanted} />
      <p class={`outcome ${state}`} role="status">
        {isBusy && <span class="spinner" aria-hidden="true" />}
        {t.change[state]}
      </p>
      <pre ref={output} class="output" tabIndex={0} role="region" aria-label={t.output}>
        {lines.length === 0
          ? t.noOutput
          : lines.map((line, place) => <Line key={place} line={line} />)}
      </pre>
      <p class="problem" role="alert">
        {requestProblem.value}
      </p>
      <div class="buttons">
        {state === "previewed" ? (
          <>
            <button
              type="button"
              class="primary"
              onClick={() => void sendRequest(requests.apply(id))}
            >
              {t.apply}
            </button>
            <button type="button" onClick={leave}>
              {t.discard}
            </button>
          </>
        ) : (
          <button type="button" onClick={leave}>
            {isUnderWay.value ? t.hide : t.close}
          </button>
        )}
      </div>
    </>
  );
}

interface ChangeProps {
  change: ChangeMessage;
  leave: () => void;
}

/** The requested values, in the words of the form. */
function Wanted({ wanted }: { wanted: ChangeMessage["settings"] }) {
  const t = text.value;
  const labels = {
    ...{ scheduler: t.scheduler, forwarding: t.forwardingLabel, weight: t.weight },
    running: t.isRunning,
  };
  return (
    <ul class="wanted">
      {Object.entries(wanted).map(([path, value]) => {
        const setting = settings.value.find((known) => known.path === path);
        const member = topology.value?.members[setting?.member ?? -1]?.name;
        const label = setting ? labels[setting.what] : path;
        return (
          <li key={path}>
            {member === undefined ? label : t.settingOf(label, member)}
            {": "}
            <strong>{setting ? valueText(setting, value) : String(value)}</strong>
          </li>
        );
      })}
    </ul>
  );
}

/** A line of Pulumi's output, coloured by the sign at its beginning. */
function Line({ line }: { line: string }) {
  const sign = /^\s*([-+~!](?=\s|$)|error\b)/i.exec(line)?.[1]?.[0]?.toLowerCase();
  const kind = { "+": "added", "-": "removed", "~": "changed", e: "wrong", "!": "wrong" }[
    sign ?? ""
  ];
  return <span class={kind}>{`${line}\n`}</span>;
}
