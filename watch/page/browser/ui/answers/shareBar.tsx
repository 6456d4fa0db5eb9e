import { marksOf } from "../../state/marks.js";
import { topology } from "../../state/model.js";
import { format, text } from "../../state/preferences.js";
import { topMembers } from "./top.js";

const maxMembers = 6;

/** A bar with each member's share of the last seconds' answers. */
export function ShareBar({ counts, total }: { counts: Float64Array; total: number }) {
  const t = text.value;
  const members = topology.value?.members ?? [];
  const marks = marksOf(members);
  const { members: top, others } = topMembers(counts, members.length, maxMembers);
  const count = (place: number) => counts[place] ?? 0;
  const rest = members.reduce((sum, _, place) => sum + (top.includes(place) ? 0 : count(place)), 0);
  const parts = [
    ...top.map((place) => ({
      name: members[place]?.name ?? "",
      kind: `fill-${marks[place]?.colour ?? 0}`,
      count: count(place),
    })),
    { name: t.others(format.whole(others)), kind: "other", count: rest },
    { name: t.lostAnswer, kind: "lost", count: count(members.length) },
    { name: t.strangerAnswer, kind: "other", count: count(members.length + 1) },
  ].filter((part) => part.count > 0);
  return (
    <div class="share">
      <h4>{t.shares}</h4>
      <ul class="bar">
        {parts.map(({ name, kind, count: of }) => (
          <li key={name} class={kind} style={{ flexGrow: of / total }} title={name}>
            <span>{name}</span> <b>{format.percent(of / total)}</b>
          </li>
        ))}
        {parts.length === 0 && <li class="none">{t.nothing}</li>}
      </ul>
    </div>
  );
}
