import * as pulumi from "@pulumi/pulumi";
import { Registered, registered } from "../pulumi/mocks";
import { Bad, Kind, notAnObject } from "./valueKinds";

export interface Property {
  kind: Kind;
  optional: boolean;
  /** Another property that excludes this one. */
  insteadOf?: string;
}
export type Properties = Record<string, Property>;
export type Args = Record<string, unknown>;

/** A component, what is known of each of its properties, and arguments that it takes. */
export interface Component {
  type: new (name: string, args: never) => unknown;
  properties: Properties;
  valid: () => Args;
}

/** One way to get the arguments wrong, and where and how the message says so. */
export interface Case {
  what: string;
  at: string;
  allowed: string;
  args: (valid: Args) => unknown;
}

export function required(kind: Kind): Property {
  return { kind, optional: false };
}

export function optional(kind: Kind, insteadOf?: string): Property {
  return { kind, optional: true, insteadOf };
}

/** Every single mistake that the properties allow for; all else is right. */
export function casesOf(properties: Properties): Case[] {
  const names = Object.keys(properties).join(", ");
  return Object.entries(properties).flatMap(([name, property]): Case[] => {
    const shorter = name.slice(0, -1);
    const misspelt = shorter in properties ? `${name}x` : shorter;
    const wrong = [
      ...property.kind.bad.map(({ what, value, at = "", allowed }) => ({
        what,
        at: `${name}${at}`,
        allowed: allowed ?? property.kind.allowed,
        args: withValue(name, property, value),
      })),
      {
        what: "missing",
        at: name,
        allowed: `missing; it must be ${property.kind.allowed}`,
        args: (valid: Args) => ({ ...valid, [name]: undefined }),
      },
      {
        what: `for ${name}`,
        at: misspelt,
        allowed: `no such property; there are ${names}`,
        args: (valid: Args) => ({ ...valid, [misspelt]: valid[name] ?? true }),
      },
    ];
    return wrong.filter(({ what }) => !property.optional || what !== "missing");
  });
}

/** Arguments that are no arguments. */
export function noObjects(properties: Properties): Case[] {
  const allowed = `an object with ${Object.keys(properties).join(", ")}`;
  const missing = { what: "none", value: undefined };
  return [...notAnObject(), missing].map(({ what, value }) => ({
    what,
    at: "arguments",
    allowed,
    args: () => value,
  }));
}

/** Arguments with values that are just allowed. */
export function goodOf(properties: Properties): Pick<Case, "what" | "args">[] {
  return Object.entries(properties).flatMap(([name, property]) =>
    property.kind.good.map((value, i) => ({
      what: `${name}: ${typeof value === "number" ? value : `example ${i + 1}`}`,
      args: withValue(name, property, value),
    })),
  );
}

/** A property whose value has properties itself. */
export function nested(properties: Properties, valid: Args): Kind {
  const wrong = casesOf(properties).map(({ what, at, allowed, args }): Bad => ({
    what,
    value: args(valid),
    at: `.${at}`,
    allowed,
  }));
  return {
    allowed: `an object with ${Object.keys(properties).join(", ")}`,
    bad: [...notAnObject(), ...wrong],
    good: goodOf(properties).map(({ args }) => args(valid)),
  };
}

/** One bad value of each part, for a kind that is tried in full elsewhere. */
export function oneOfEach(kind: Kind): Kind {
  const firsts = kind.bad.filter((b, i) => kind.bad.findIndex(({ at }) => at === b.at) === i);
  return { ...kind, bad: firsts };
}

/** What a machine does not get to see before the program is right. */
export function reaching(resources: Registered[]): string[] {
  const reached = ["command:remote:Command", "vagrant:index:Machine"];
  return resources.filter(({ type }) => reached.includes(type)).map((r) => `${r.type} ${r.name}`);
}

/**
 * Runs a program that is right, then each of what is wrong with it.
 * @returns What each threw, in order, and what the wrong ones registered of what reaches a machine.
 */
export async function refusals<T>(ground: () => T, wrong: ((made: T) => unknown)[]) {
  const thrown: unknown[] = [];
  const all = reaching(
    await registered(() => {
      const made = ground();
      for (const program of wrong) {
        thrown.push(errorOf(() => program(made)));
      }
    }),
  );
  const right = reaching(await registered(ground));
  return { thrown, registered: all.filter((name) => !right.includes(name)) };
}

function errorOf(program: () => unknown): unknown {
  try {
    program();
    return "nothing was refused";
  } catch (error) {
    return error;
  }
}

/** The message of what Pulumi shows without a stack trace. */
export function messageOf(error: unknown): string {
  expect(error).toBeInstanceOf(pulumi.RunError);
  return (error as pulumi.RunError).message;
}

function withValue(name: string, { insteadOf }: Property, value: unknown) {
  return (valid: Args): Args => {
    const rest = Object.entries(valid).filter(([other]) => other !== insteadOf);
    return { ...Object.fromEntries(rest), [name]: value };
  };
}
