import type { Counted, Failovers, FailoverTry, Spread } from "../numbers";
import { seconds, spreadKeys } from "../words";
import { heading, type Paint, truncated, wrapped } from "./draw";

const nameRoom = 14;

/** A column of numbers: its heading and width, and its text for a try and for the median and the range. */
interface Column {
  title: string;
  width: number;
  ofTry: (one: FailoverTry) => string;
  ofAll?: (key: keyof Spread) => string;
}

/** Each failover, with a bar of the time without an answer, and then the median and the range. */
export function failoverLines(failovers: Failovers, paint: Paint): string[] {
  const { client, tries, silence, moved } = failovers;
  return [
    ...heading(`What a director's failure costs: ${tries.length} failovers`, paint),
    ...(failovers.router === undefined
      ? [
          ...wrapped(
            `${client} makes requests and downloads while the cable of the director that has the address is pulled. Moved: seconds until another director had the address. Silence: seconds without an answer. Lost: requests. Kept: downloads that came whole.`,
            "",
            "",
          ),
          ...lines(
            { names: ["pulled", "took over"], bar: "silence", room: 28, of: (one) => one.silence },
            [
              timeColumn("moved", 7, (one) => one.moved, moved),
              timeColumn("silence", 9, (one) => one.silence, silence),
              ...countColumns(failovers),
            ],
            tries,
            paint,
          ),
        ]
      : activeLines(failovers, failovers.router, paint)),
  ];
}

/** The same of directors that are all at work, and what each carried. */
function activeLines(failovers: Failovers, router: string, paint: Paint): string[] {
  const { client, tries, silence, moved, disturbed, back } = failovers;
  return [
    ...wrapped(
      `${client} makes requests and downloads while the cable of the director that carries most is pulled. Moved: seconds until the router, ${router}, sent everything to the others. Disturbed: seconds in which requests began that were lost, or took more than half a second. Silence: the longest time without any answer. Lost: requests. Kept: downloads that came whole. Back: seconds from the plugged cable until the router sent to that director again.`,
      "",
      "",
    ),
    ...lines(
      { names: ["pulled", "left"], bar: "disturbed", room: 10, of: (one) => one.disturbed ?? 0 },
      [
        timeColumn("moved", 7, (one) => one.moved, moved),
        timeColumn("disturbed", 11, (one) => one.disturbed, disturbed),
        timeColumn("silence", 9, (one) => one.silence, silence),
        ...countColumns(failovers),
        timeColumn("back", 6, (one) => one.back, back),
      ],
      tries,
      paint,
    ),
    "",
    ...carriedLines(tries, paint),
  ];
}

function carriedLines(tries: FailoverTry[], paint: Paint): string[] {
  const row = (texts: string[]) =>
    texts
      .map((text, i) => (i === 0 ? text.padEnd(5) : i === 1 ? text : text.padStart(20)))
      .join("");
  const name = (text: string) => truncated(text, nameRoom).padEnd(nameRoom);
  const counted = ({ connections, packets }: Counted) => `${connections} (${packets})`;
  return [
    "What each director carried, by its own counters: connections (packets)",
    paint("dim", row(["try", name("director"), "before", "cable out", "back in"])),
    ...tries.flatMap(({ carried = [] }, i) =>
      carried.map(({ director, before, out, back }) =>
        row([String(i + 1), name(director), ...[before, out, back].map(counted)]),
      ),
    ),
  ];
}

/** What stands before the numbers: two directors, and a bar of a time. */
interface Left {
  names: [string, string];
  bar: string;
  room: number;
  of: (one: FailoverTry) => number;
}

function lines(left: Left, columns: Column[], tries: FailoverTry[], paint: Paint): string[] {
  const longest = Math.max(...tries.map(left.of), 0.1);
  const width = 2 * nameRoom + left.room + 6;
  const name = (text = "nobody") => truncated(text, nameRoom).padEnd(nameRoom);
  const numbers = (textOf: (column: Column) => string) =>
    columns.map((column) => textOf(column).padStart(column.width)).join("");
  const [first, second] = left.names;
  return [
    paint(
      "dim",
      `${name(first)}  ${name(second)}  ${left.bar}`.padEnd(width) + numbers(({ title }) => title),
    ),
    ...tries.map((one) => {
      const bar = "█".repeat(Math.round((left.room * left.of(one)) / longest));
      const drawn = `${paint("cyan", bar)}${" ".repeat(left.room - bar.length)}`;
      return `${name(one.from)}  ${name(one.to)}  ${drawn}  ${numbers(({ ofTry }) => ofTry(one))}`;
    }),
    ...spreadKeys.map(
      (key) => key.padEnd(width) + numbers(({ ofAll }) => ofAll?.(key) ?? "").trimEnd(),
    ),
  ];
}

function timeColumn(
  title: string,
  width: number,
  value: (one: FailoverTry) => number | undefined,
  all: Spread | undefined,
): Column {
  const time = (given?: number) => (given === undefined ? "–" : seconds(given));
  return { title, width, ofTry: (one) => time(value(one)), ofAll: (key) => time(all?.[key]) };
}

function countColumns({ lost, kept }: Failovers): Column[] {
  return [
    {
      ...{ title: "lost", width: 12 },
      ofTry: (one) => `${one.lost} of ${one.requests}`,
      ofAll: (key) => String(lost[key]),
    },
    {
      ...{ title: "kept", width: 8 },
      ofTry: (one) => `${one.kept} of ${one.downloads}`,
      ofAll: (key) => String(kept[key]),
    },
  ];
}
