import { randomUUID } from "node:crypto";
import { quoted } from "../../components/host/quoting.js";

/** What became of a series of requests to one address. */
export interface Outcome {
  /** How many each backend answered, by its name. */
  answered: Record<string, number>;
  /** How many failed, by the backend that had them. */
  failed: Record<string, number>;
  /** Why, in curl's words. */
  errors: Record<string, number>;
}

/** Requests at a steady rate, each over a connection of its own, by one curl. */
export function loadScript(url: string, requests: number, rate: number, token: string): string {
  const words = [
    // No .curlrc and no proxy of the environment's: what they answer is no backend's.
    ...[
      "curl",
      "-q",
      "-s",
      "--noproxy",
      "*",
      "--rate",
      `${rate}/s`,
      "--max-time",
      "5",
      "-H",
      "Connection: close",
    ],
    ...["-w", `\n${token} %{http_code} %{errormsg}\n`, `${url}#[1-${requests}]`],
  ];
  // Its status is that of the last request alone.
  return `${words.map(quoted).join(" ")} || [ "$?" -ne 2 ]`;
}

export function newToken(): string {
  return randomUUID();
}

/** What curl printed: each answer, then a line with the token. */
export function countAnswers(
  printed: string,
  token: string,
  nameOf: (answer: string) => string,
): { answered: Record<string, number>; errors: Record<string, number> } {
  const answered: Record<string, number> = {};
  const errors: Record<string, number> = {};
  const parts = printed.split(new RegExp(`\\n${token} (\\d{3}) ?(.*)(?:\\n|$)`));
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [body = "", status = "", error = ""] = parts.slice(at, at + 3);
    if (status === "200") {
      count(answered, nameOf(body.split("\n")[0] ?? ""));
    } else {
      count(errors, error.replace(/ after \d+ ms/, "") || `HTTP status ${status}`);
    }
  }
  return { answered, errors };
}

/**
 * Which members had the requests that failed: those that the kernel sent more connections than they
 * answered. Undefined where others were asking at the same time, so that nobody can say.
 */
export function failedAt(
  sent: Record<string, number>,
  answered: Record<string, number>,
  failures: number,
): Record<string, number> | undefined {
  const entries = Object.entries(sent).map(
    ([name, n]) => [name, n - (answered[name] ?? 0)] as const,
  );
  const missing = entries.filter(([, n]) => n !== 0);
  const isWhole = missing.reduce((sum, [, n]) => sum + n, 0) === failures;
  return isWhole && missing.every(([, n]) => n > 0) ? Object.fromEntries(missing) : undefined;
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
