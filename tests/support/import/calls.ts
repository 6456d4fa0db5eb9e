import { applyCallOf } from "../../../components/host/applyCall";
import { wordsOf } from "../../../components/host/quoting";
import type { Registered } from "../pulumi/mocks";

/** One call of the program that runs on machines, as a Command has it. */
export interface Call {
  kind: string;
  owner: string;
  /** Its words behind "--generation FINGERPRINT". */
  words: string[];
  stdin: string;
}

/** The calls of a program on its first machine, in their order. */
export function callsOf(resources: Registered[]): Call[] {
  const calls = resources.flatMap(({ type, inputs }) => {
    const call = applyCallOf(wordsOf(plain(inputs.create)));
    const [kind = "", verb, owner = ""] = call?.words ?? [];
    const words = [...(call?.adopt ? ["--adopt"] : []), ...(call?.words ?? [])];
    const { host } = plainObject(inputs.connection) as { host?: string };
    return type === "command:remote:Command" && verb === "apply"
      ? [{ kind, owner, words, stdin: plain(inputs.stdin), host }]
      : [];
  });
  return calls.filter(({ host }) => host === calls[0]?.host);
}

/** The text of a value that may be secret. */
function plain(value: unknown): string {
  const { value: inside = value } = plainObject(value);
  return typeof inside === "string" ? inside : "";
}

function plainObject(value: unknown): { value?: unknown } {
  const outer = typeof value === "object" && value !== null ? (value as { value?: unknown }) : {};
  return typeof outer.value === "object" && outer.value !== null ? outer.value : outer;
}
