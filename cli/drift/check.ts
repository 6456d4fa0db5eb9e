import { commandFor } from "../../lab/stackSetting.js";
import { type Finding, findingsOf, type Outcome, outcomeOf } from "./findings.js";
import { type Ended, eventsOf } from "./pulumiEvents.js";

export interface Checked {
  outcome: Outcome;
  findings: Finding[];
  /** True if up has repaired what had drifted. */
  isRepaired: boolean;
}

export interface CheckOptions {
  stack: string;
  /** The folder of the project. */
  folder: string;
  /** True to repair what has drifted. */
  repair: boolean;
  /** Cancels Pulumi's operation. */
  cancel: AbortSignal;
}

/** Previews a stack; repairs what has drifted, if that is asked for and the program has no changes of its own. */
export async function check({ stack, folder, repair, cancel }: CheckOptions): Promise<Checked> {
  const run = (...args: string[]) => eventsOf(folder, [...args, "--stack", stack], cancel);
  const previewed = await run("preview");
  const findings = withFailure(findingsOf(previewed.events), previewed);
  const outcome = outcomeOf(findings, previewed.status);
  if (!repair || outcome !== "differs" || cancel.aborted) {
    return { outcome, findings, isRepaired: false };
  }
  if (findings.some(({ what }) => what === "change")) {
    const text = `nothing is repaired, because the program has changes of its own: \`${commandFor(stack, "npm run up")}\` makes them`;
    return { outcome, findings: [...findings, { what: "note", text }], isRepaired: false };
  }
  const updated = await run("up", "--yes", "--skip-preview");
  if (updated.status === 0) {
    return { outcome: "as declared", findings, isRepaired: true };
  }
  const errors = withFailure(findingsOf(updated.events), updated);
  return {
    outcome: "failed",
    findings: [...findings, ...errors.filter(({ what }) => what === "error")],
    isRepaired: false,
  };
}

/** The findings; if Pulumi failed without an error among them, with what else it printed. */
function withFailure(findings: Finding[], { status, others }: Ended): Finding[] {
  if (status === 0 || findings.some(({ what }) => what === "error")) {
    return findings;
  }
  return [...findings, { what: "error", text: others.trim() || `pulumi failed (${status})` }];
}
