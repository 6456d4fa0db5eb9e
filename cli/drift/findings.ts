import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { applyCallOf } from "../../components/host/applyCall.js";
import { wordsOf } from "../../components/host/quoting.js";
import { notLookedAt } from "../../components/host/refresh/outOfReach.js";
import { sign, titleOf, verbOf } from "../display/operations.js";

/** Something that a preview says. */
export interface Finding {
  /**
   * "drift": a machine differs from what was made, and up repairs that. "change": the program differs from the state.
   * "out of reach": a machine cannot be read. "warning" and "note": what `up` leaves as it is.
   */
  what: "drift" | "change" | "out of reach" | "warning" | "note" | "error";
  /** The resource, such as "command:remote:Command web-tcp-10.10.10.100-80"; left out where there is none. */
  resource?: string;
  text: string;
}

/** "differs" if something drifted or the program has changed; "failed" if that is not known. */
export type Outcome = "as declared" | "differs" | "failed";

/** Fields of events that Pulumi sends and its types leave out. */
type SentEvent = EngineEvent & { resourcePreEvent?: { planning?: boolean } };

/** What the events of a preview say, each once. */
export function findingsOf(events: SentEvent[]): Finding[] {
  const planned = new Map(
    events.flatMap(({ resourcePreEvent }) =>
      resourcePreEvent && isPlanned(resourcePreEvent.metadata)
        ? [[resourcePreEvent.metadata.urn, resourcePreEvent.metadata] as const]
        : [],
    ),
  );
  const drifted = new Set([...planned.values()].filter(isDrift).map(({ urn }) => urn));
  const said = events.flatMap((event) => findingOf(event, drifted));
  const explained = new Set(
    said.flatMap(({ what, resource }) => (what === "drift" ? resource : [])),
  );
  const steps = [...planned.values()]
    .map((step) => ({ step, resource: titleOf(step.urn) }))
    // What has drifted is said in the preview's own words.
    .filter(({ step, resource }) => !drifted.has(step.urn) || !explained.has(resource))
    .map(({ step, resource }): Finding => {
      const what = drifted.has(step.urn) ? "drift" : "change";
      const which = step.op === "update" ? (step.diffs ?? []).join(", ") : "";
      return { what, resource, text: `${sign(step.op)} ${verbOf(step.op)} ${which}`.trim() };
    });
  const all = new Map([...said, ...steps].map((one) => [JSON.stringify(one), one]));
  return [...all.values()];
}

/** @param status Pulumi's exit status. */
export function outcomeOf(findings: Finding[], status: number): Outcome {
  const has = (...kinds: Finding["what"][]) => findings.some(({ what }) => kinds.includes(what));
  if (status !== 0 || has("error", "out of reach")) {
    return "failed";
  }
  return has("drift", "change") ? "differs" : "as declared";
}

function findingOf({ diagnosticEvent, policyEvent }: SentEvent, drifted: Set<string>): Finding[] {
  if (policyEvent) {
    const { enforcementLevel, policyName, message, resourceUrn } = policyEvent;
    const what = enforcementLevel === "mandatory" ? "error" : "warning";
    const resource = resourceUrn ? titleOf(resourceUrn) : undefined;
    return [{ what, resource, text: `policy ${policyName}: ${message.trim()}` }];
  }
  if (!diagnosticEvent || diagnosticEvent.ephemeral) {
    return [];
  }
  const { urn, severity, message } = diagnosticEvent;
  // The stack itself stands for messages that belong to no resource.
  const isOfStack = urn === undefined || urn.includes("::pulumi:pulumi:Stack::");
  const resource = isOfStack ? undefined : titleOf(urn);
  const what = {
    info: "note" as const,
    "info#err": "note" as const,
    error: "error" as const,
    warning: message.includes(notLookedAt)
      ? ("out of reach" as const)
      : drifted.has(urn ?? "")
        ? ("drift" as const)
        : ("warning" as const),
  }[severity] as Finding["what"] | undefined;
  const lines = message.split("\n").map((line) => line.trim());
  return what === undefined
    ? []
    : lines.filter((line) => line !== "").map((text) => ({ what, resource, text }));
}

/** True for a step that changes something; a component is nothing on a machine. */
function isPlanned({ op, type, old, new: next }: StepEventMetadata): boolean {
  const isResource = (next ?? old)?.custom === true && !type.startsWith("pulumi:providers:");
  return isResource && (op as string) !== "same" && !op.startsWith("read");
}

/** True for an update whose only reason is its machine: the program declares what the state has. */
function isDrift({ op, diffs, old, new: next }: StepEventMetadata): boolean {
  const inputs: Record<string, unknown>[] = [old, next].map((state) => state?.inputs ?? {});
  return (
    op === "update" &&
    (diffs ?? []).every((property) => {
      const [before, after] = inputs.map((all) => all[property]);
      return property === "create"
        ? withoutFingerprint(before) === withoutFingerprint(after)
        : before === undefined && after === undefined;
    })
  );
}

/** The call of a Command without the drift fingerprint that its machine gave it. */
function withoutFingerprint(create: unknown): string {
  const call = applyCallOf(wordsOf(typeof create === "string" ? create : ""));
  return call === undefined ? "" : JSON.stringify({ ...call, fingerprint: "" });
}
