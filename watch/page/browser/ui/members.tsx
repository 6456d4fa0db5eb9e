import { useSignal } from "@preact/signals";
import type { Member } from "../../../protocol.js";
import { marksOf } from "../state/marks.js";
import { checkThatFails, statusOf, statuses } from "../state/memberStatus.js";
import { figures, topology, type MemberFigures } from "../state/model.js";
import { format, text } from "../state/preferences.js";
import type { MemberStatus } from "../text/english.js";
import { SearchField } from "./fields.js";
import { Mark, State } from "./mark.js";

/** The number of rows shown. Other members are found by name. */
const maxRows = 20;
const sortings = ["trouble", "program", "answers"] as const;
type Sorting = (typeof sortings)[number];

interface Row {
  place: number;
  member: Member;
  figure: MemberFigures;
}

/** A table with the live figures of each member. */
export function Members() {
  const t = text.value;
  const sought = useSignal("");
  const sorting = useSignal<Sorting | undefined>(undefined);
  const members = topology.value?.members ?? [];
  const check = topology.value?.check?.type;
  const marks = marksOf(members);
  const isMany = members.length > maxRows;
  const now = figures();
  const word = sought.value.trim().toLowerCase();
  const found: Row[] = members.flatMap((member, place) => {
    const figure = now[place];
    return figure && member.name.toLowerCase().includes(word) ? [{ place, member, figure }] : [];
  });
  const by = sorting.value ?? (isMany ? "trouble" : "program");
  const rows = sorted(found, by).slice(0, maxRows);
  return (
    <section class="panel members" aria-labelledby="members-title" id="members" tabIndex={-1}>
      <div class="heading">
        <h2 id="members-title">{t.members}</h2>
        {isMany && <p class="hint">{countsOf(now)}</p>}
        {isMany && (
          <div class="tools">
            <SearchField sought={sought} isInline />
            <label class="field inline">
              <span>{t.order}</span>
              <select
                value={by}
                onChange={({ currentTarget }) => {
                  sorting.value = currentTarget.value as Sorting;
                }}
              >
                {sortings.map((order) => (
                  <option key={order} value={order}>
                    {t.orders[order]}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="members-title">
        <table>
          <thead>
            <tr>
              {Object.entries(t.columns).map(([column, title]) => (
                <th key={column} scope="col" class={column}>
                  {title}
                </th>
              ))}
              {check !== undefined && (
                <th scope="col" class="check-result">
                  {t.check}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ place, member, figure }) => (
              <tr key={member.name} class={statusOf(figure)} data-member={member.name}>
                <th scope="row">
                  <span class="named">
                    {marks[place] && <Mark mark={marks[place]} />}
                    {member.name}
                  </span>
                </th>
                <td class="state">
                  <State standing={statusOf(figure)} />
                </td>
                <td>{format.whole(figure.weight)}</td>
                <td>{format.rate(figure.connections)}</td>
                <td>{format.rate(figure.answers)}</td>
                <td>{format.whole(figure.active)}</td>
                <td>{format.whole(figure.inactive)}</td>
                <td class="forwarding">{t.forwarding[member.forwarding] ?? member.forwarding}</td>
                <td class="where">
                  <Where member={member} />
                </td>
                {check !== undefined && (
                  <td class="check-result">{checkText(check, member.name, statusOf(figure))}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.length > rows.length && (
        <p class="hint">{t.andMore(format.whole(found.length - rows.length))}</p>
      )}
      {found.length === 0 && <p class="hint">{t.noneFound}</p>}
    </section>
  );
}

function Where({ member: { machine, namespace, address, port } }: { member: Member }) {
  const at = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  return (
    <>
      {[machine, namespace].filter(Boolean).join(" › ")} <span class="mono">{at}</span>
    </>
  );
}

/** The result of a member's health check, by what keepalived has made of the kernel's table. */
function checkText(check: string, name: string, status: MemberStatus): string {
  const t = text.value;
  if (status === "unknown") {
    return check;
  }
  return checkThatFails(name, status) === undefined
    ? t.checkPasses(check)
    : status === "absent"
      ? t.checkFails(check)
      : t.checkDrains(check);
}

function sorted(rows: Row[], by: Sorting): Row[] {
  const key = ({ figure }: Row) =>
    by === "trouble" ? statuses.indexOf(statusOf(figure)) : by === "answers" ? -figure.answers : 0;
  return [...rows].sort((a, b) => key(a) - key(b) || a.place - b.place);
}

function countsOf(now: readonly MemberFigures[]): string {
  const t = text.value;
  const count = (of: string) => now.filter((figure) => statusOf(figure) === of).length;
  const others = statuses
    .filter((state) => state !== "up" && count(state) > 0)
    .map((state) => `, ${format.whole(count(state))} ${t.states[state]}`);
  return t.counts(format.whole(now.length), format.whole(count("up")), others.join(""));
}
