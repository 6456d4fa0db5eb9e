import { computed, signal } from "@preact/signals";
import type { ChangeMessage, Setting } from "../../../protocol.js";
import { requests, type Values } from "./connection.js";
import { change, topology } from "./model.js";

/** Values in the form, by the settings' paths. */
const edits = signal<Values>({});

/** True while this page shows the change under way. */
export const isShown = signal(false);
/** The reason why the last request about a change was refused. */
export const requestProblem = signal<string | undefined>(undefined);

export const settings = computed<Setting[]>(() => topology.value?.settings ?? []);

/** The edits that differ from the lab's values. The lab may have got an edited value in another way. */
export const changed = computed<Values>(() =>
  Object.fromEntries(
    settings.value.flatMap(({ path, value }) => {
      const wanted = edits.value[path];
      return wanted === undefined || wanted === value ? [] : [[path, wanted] as const];
    }),
  ),
);

/** The change that this page has requested, until the server reports it, and the id of the change before. */
const requested = signal<{ settings: Values; before: number | undefined } | undefined>(undefined);

/** The change that the dialog shows. */
export const current = computed<ChangeMessage | undefined>(() =>
  requested.value && change.value?.id === requested.value.before
    ? { type: "change", id: -1, settings: requested.value.settings, state: "previewing", lines: [] }
    : change.value,
);

const open: readonly ChangeMessage["state"][] = ["previewing", "previewed", "applying"];

/** True while a change has not ended. */
export const isUnderWay = computed(
  () => current.value !== undefined && open.includes(current.value.state),
);

export function wantedValue({ path, value }: Setting): Setting["value"] {
  return changed.value[path] ?? value;
}

export function edit({ path }: Setting, value: Setting["value"]): void {
  edits.value = { ...edits.value, [path]: value };
}

export function reset(): void {
  edits.value = {};
}

export async function sendRequest(request: Promise<void>): Promise<void> {
  requestProblem.value = undefined;
  try {
    await request;
  } catch (error) {
    requestProblem.value = (error as Error).message;
  }
}

export async function preview(): Promise<void> {
  requested.value = { settings: changed.value, before: change.value?.id };
  isShown.value = true;
  await sendRequest(requests.preview(changed.value));
  if (requestProblem.value !== undefined) {
    requested.value = undefined;
    isShown.value = false;
  }
}
