import type { Member } from "../../../../protocol.js";
import { lost, missing } from "../../state/answerLog.js";
import type { Mark } from "../../state/marks.js";
import { format, text } from "../../state/preferences.js";

/** The number of members that are named. The others are summed up. */
const maxNamed = 6;

/** A short label of the member that gave an answer. */
export function labelOf(who: number, marks: readonly Mark[]): string {
  return marks[who]?.label ?? (who === lost ? "×" : who === missing ? "–" : "?");
}

export function nameOf(who: number, members: readonly Member[]): string {
  const t = text.value;
  return members[who]?.name ?? (who === lost ? t.lostAnswer : t.strangerAnswer);
}

/** "BACKEND-1 10, BACKEND-2 10", in the order of the program, with lost requests at the end. */
export function countsInWords(answers: readonly number[], members: readonly Member[]): string {
  const counts = new Map<number, number>();
  for (const who of answers.filter((one) => one !== missing)) {
    counts.set(who, (counts.get(who) ?? 0) + 1);
  }
  const place = (who: number) => (who < 0 ? members.length - who : who);
  const sorted = [...counts].sort(([a], [b]) => place(a) - place(b));
  const named = sorted.slice(0, maxNamed);
  const rest = sorted.slice(maxNamed);
  const parts = named.map(([who, count]) => `${nameOf(who, members)} ${format.whole(count)}`);
  if (rest.length > 0) {
    const sum = rest.reduce((total, [, count]) => total + count, 0);
    parts.push(`${text.value.others(format.whole(rest.length))} ${format.whole(sum)}`);
  }
  return parts.join(", ");
}
