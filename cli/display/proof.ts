import { styleText } from "node:util";
import type { Answers } from "../../components/proof/answers.js";
import type { Traffic } from "../../components/proof/traffic.js";
import { glyphs } from "../../setup/display/glyphs.mjs";
import { type Counted, countedWords } from "../failover/counters.js";

/** The answers of each client, and the director's table. */
export interface Answered {
  /** By the client's name. */
  clients: Record<string, Answers>;
  /** As ipvsadm prints it. */
  table: string;
  /** The name of each member, by the answer that it gives. */
  names: Record<string, string>;
}

/** The output's width in columns, Infinity for a log, and whether it shows colours. */
export interface OutputStyle {
  width: number;
  colours: boolean;
}

const palette = ["green", "cyan", "yellow", "magenta", "blue"] as const;
/** Answers to show in a line: enough to see which members take turns. */
const maxAnswers = 12;

/** The width and colours of standard output. */
export function outputStyle(): OutputStyle {
  const { isTTY, columns } = process.stdout;
  const dumb = process.env.TERM === "dumb" || Boolean(process.env.NO_COLOR);
  return { width: isTTY ? columns : Infinity, colours: isTTY && !dumb };
}

/** A line of answers for each client, a line of counts and percentages for each, and the table. */
export function proofLines({ clients, table, names }: Answered, place: OutputStyle): string[] {
  const members = [
    ...new Set([
      ...Object.values(names),
      ...Object.values(clients).flatMap(({ counts }) => Object.keys(countsByMember(counts, names))),
    ]),
  ].sort();
  const paint = (member: string, text = member) => {
    const colour = palette[members.indexOf(member) % palette.length] ?? "green";
    return place.colours ? styleText(colour, text, { validateStream: false }) : text;
  };
  const first = Math.max(...Object.keys(clients).map((client) => client.length));
  const orders = Object.entries(clients).map(([client, { order }]) => {
    const all = order.map((line) => memberNameOf(line, names));
    const shown = all.slice(0, answersThatFit(all, place.width - first));
    const rest = all.length > shown.length ? `  ${glyphs.more} ${all.length} in all` : "";
    return `${client.padEnd(first)}  ${shown.map((member) => paint(member)).join("  ")}${rest}`.trimEnd();
  });
  const rows = Object.entries(clients).map(([client, { counts }]) => {
    const own = countsByMember(counts, names);
    const all = Object.values(own).reduce((sum, n) => sum + n, 0);
    const cells = members.map((member) => {
      const n = own[member] ?? 0;
      return { member, n: String(n), share: `${all === 0 ? 0 : Math.round((100 * n) / all)} %` };
    });
    return { client, cells };
  });
  const widest = Math.max(1, ...rows.flatMap(({ cells }) => cells.map(({ n }) => n.length)));
  const shares = rows.map(({ client, cells }) => {
    const texts = cells.map(
      ({ member, n, share }) => `${paint(member)} ${n.padStart(widest)} ${share.padStart(5)}`,
    );
    return `${client.padEnd(first)}  ${texts.join("   ")}`;
  });
  return ["", ...orders, "", ...shares, "", ...table.trimEnd().split(/ *\n/)];
}

/** Who asked each backend by its log, and whether answers pass the director. */
export function trafficLines({ clients, director }: Traffic): string[] {
  const asked = Object.entries(clients).map(([backend, counts]) => {
    const all = Object.entries(counts).map(([client, n]) => `${client} (${n})`);
    return `${backend}'s log: ${all.length > 0 ? `asked by ${all.join(", ")}` : "nobody asked"}`;
  });
  const { packetsIn, bytesIn, packetsOut, bytesOut } = director;
  const back =
    packetsOut === 0
      ? "no answer: the backends answer their clients themselves"
      : `${packetsOut} packets of answers (${bytesOut} bytes)`;
  return [
    "",
    ...asked,
    `past the director: ${packetsIn} packets of requests (${bytesIn} bytes), ${back}`,
  ];
}

/** What each of several active directors carried of the requests, by its own counters. */
export function carriedLines(carried: Record<string, Counted>): string[] {
  const names = Object.keys(carried);
  const width = Math.max(...names.map(({ length }) => length));
  return [
    "",
    ...Object.entries(carried).map(
      ([name, counted]) => `${name.padEnd(width)} carried ${countedWords(counted)}`,
    ),
  ];
}

/** The number of answers that fit into a line, beside the note that there are more; at least one. */
function answersThatFit(members: string[], room: number): number {
  const needed = (n: number) => {
    const more = n < members.length ? `  ${glyphs.more} ${members.length} in all`.length : 0;
    return members.slice(0, n).reduce((sum, member) => sum + 2 + member.length, more);
  };
  let n = Math.min(maxAnswers, members.length);
  while (n > 1 && needed(n) > room) {
    n--;
  }
  return n;
}

/** Counts by the member's name instead of its answer. An answer of no known member keeps its text. */
function countsByMember(counts: Record<string, number>, names: Record<string, string>) {
  const sums: Record<string, number> = {};
  for (const [line, n] of Object.entries(counts)) {
    const name = memberNameOf(line, names);
    sums[name] = (sums[name] ?? 0) + n;
  }
  return sums;
}

/** The name of the member that gave an answer. A failure becomes "(lost)"; the proof's own output has the reason. */
function memberNameOf(line: string, names: Record<string, string>): string {
  return names[line] ?? (line.startsWith("no answer: ") ? "(lost)" : line);
}
