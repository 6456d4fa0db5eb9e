import * as fc from "fast-check";
import { Call, FakeMachine, Outcome } from "./fakeMachine";
import { cut, line } from "./hostileText";
import { harmlessValues, Script, Values } from "./valuePlaces";

/**
 * Harmless values show what a script does. Hostile ones in their places may make it do less, but
 * nothing else: each program that is started gets the very words and the very input that it gets with
 * the harmless ones, with the hostile ones letter by letter in their places.
 */

export function outcomes(on: FakeMachine, script: Script, values: Values): Outcome[] {
  on.reset();
  return script.runs(values).map(({ words, stdin, scene }) => on.run(words, stdin, scene));
}

/** What a script does with harmless values. @throws if it fails with them */
export function harmless(on: FakeMachine, script: Script): Call[] {
  const all = outcomes(on, script, harmlessValues(script));
  const failed = all.find((o) => o.status !== 0 || o.stderr !== "");
  if (failed) {
    throw new Error(`${script.name} fails with harmless values: ${failed.stderr}`);
  }
  return all.flatMap((o) => o.calls);
}

/** Values without line ends for all places at once, with which a script must do all that it does. */
export function wholeValues({ places }: Script): fc.Arbitrary<Values> {
  return fc.record(
    Object.fromEntries(
      Object.entries(places).map(([key, { harmless: plain, most, whole, values = line }]) => [
        key,
        whole
          ? values.map((v) => cut(v, most)).filter((v) => v !== "" && whole(v))
          : fc.constant(plain),
      ]),
    ),
  );
}

/** What was executed of values, and where calls are not those of `before` with the values in them. */
export function differences(
  on: FakeMachine,
  script: Script,
  values: Values,
  before: Call[],
): string[] {
  const after = outcomes(on, script, values);
  const made = sorted(after.flatMap((o) => o.calls));
  const due = sorted(withValues(script, before, values));
  return [
    ...after.flatMap((o) => o.executed).map((what) => `executed: ${what}`),
    ...without(made, due).map((call) => `done: ${call}`),
    ...without(due, made).map((call) => `not done: ${call}`),
  ];
}

function withValues({ places }: Script, calls: Call[], values: Values): Call[] {
  const forms = Object.entries(values).flatMap(([key, value]) => {
    const { harmless: plain = "", also = [] } = places[key] ?? {};
    const all = [(v: string) => v, ...also].map((form) => [form(plain), form(value)] as const);
    return plain === value ? [] : all;
  });
  const put = (word: string) =>
    forms.reduce((text, [from, to]) => text.replaceAll(from, () => to), word);
  return calls.map((call) => call.map(put));
}

/** Calls as text; what is started in one pipeline has no order. */
function sorted(calls: Call[]): string[] {
  return calls.map((call) => JSON.stringify(call)).sort();
}

/** Those of a list that another does not have, each as often as it has it more. */
function without(list: string[], others: string[]): string[] {
  const left = [...others];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) {
      left.splice(at, 1);
    }
    return at < 0;
  });
}
