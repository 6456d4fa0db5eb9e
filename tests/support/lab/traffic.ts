import { Answers } from "../../../components";
import { npm, succeeds } from "./harness";

export const page1 = "Réponse du serveur BACKEND-1";
export const page2 = "Réponse du serveur BACKEND-2";

interface Verified {
  clients: Record<string, Answers>;
  table: string;
}

/** Requests through the virtual address, and who answered. */
export async function verify(...args: string[]): Promise<Verified> {
  const { stdout } = await succeeds(npm("verify", "--json", ...args));
  return JSON.parse(stdout) as Verified;
}

/** Whether no two successive answers are the same, and only the two backends answer. */
export function alternates(order: string[]): boolean {
  return order.every(
    (line, i) => (line === page1 || line === page2) && (i === 0 || line !== order[i - 1]),
  );
}
