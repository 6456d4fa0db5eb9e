import { randomUUID } from "node:crypto";
import { quoted } from "../../components/host/quoting.js";

/** The results of a series of requests to one address. */
export interface Outcome {
  /** The number of requests that each backend answered, by its name. */
  answered: Record<string, number>;
  /** The number of failed requests of each backend, by its name. */
  failed: Record<string, number>;
  /** The number of failures for each reason, in curl's words. */
  errors: Record<string, number>;
}

/**
 * A shell script that makes requests at a steady rate with one curl, each over a connection of its own. `rate` is in
 * requests a second.
 */
export function loadScript(url: string, requests: number, rate: number, token: string): string {
  const words = [
    // Without .curlrc and the environment's proxies: their answers would not be a backend's.
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
  // curl's status is that of the last request alone. Only 2 is a failure of curl itself.
  return `${words.map(quoted).join(" ")} || [ "$?" -ne 2 ]`;
}

export function newToken(): string {
  return randomUUID();
}

/** Counts the answers in curl's output, in which a line with the token follows each answer. */
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
 * The number of failed requests of each member: the kernel sent it so many more connections than it answered. Undefined
 * when other clients were asking at the same time, because then the numbers do not add up.
 */
export function failuresByMember(
  sent: Record<string, number>,
  answered: Record<string, number>,
  failures: number,
): Record<string, number> | undefined {
  const entries = Object.entries(sent).map(
    ([name, n]) => [name, n - (answered[name] ?? 0)] as const,
  );
  const missing = entries.filter(([, n]) => n !== 0);
  const addsUp = missing.reduce((sum, [, n]) => sum + n, 0) === failures;
  return addsUp && missing.every(([, n]) => n > 0) ? Object.fromEntries(missing) : undefined;
}

export function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
