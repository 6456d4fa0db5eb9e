/** The longest line, in characters. */
export const columns = 100;

export type Colour = "red" | "green" | "cyan" | "yellow" | "magenta" | "bold" | "dim";
/** A text in a colour, or as it is when colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string;

const codes: Record<Colour, [on: number, off: number]> = {
  ...{ red: [31, 39], green: [32, 39], yellow: [33, 39], magenta: [35, 39], cyan: [36, 39] },
  ...{ bold: [1, 22], dim: [2, 22] },
};
/** Patterns that tell members apart without colours. */
const fills = ["█", "▒", "░", "▓", "▞", "▚"];
const colours: Colour[] = ["cyan", "yellow", "magenta"];
export const maxBarLength = 40;

/** Paints with ANSI colours, or not at all. */
export function painter(isColoured: boolean): Paint {
  return (colour, text) => {
    const [on, off] = codes[colour];
    return isColoured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  };
}

export function heading(text: string, paint: Paint): string[] {
  return ["", paint("bold", text), ""];
}

export interface Part {
  count: number;
  fill: string;
  colour: Colour;
}

/** A bar of parts that always fills the room. Each part ends at its rounded share. */
export function stacked(parts: Part[], room: number, paint: Paint): string {
  const all = parts.reduce((count, part) => count + part.count, 0);
  let [done, text] = [0, ""];
  let at = 0;
  for (const { count, fill, colour } of parts) {
    done += count;
    const end = all === 0 ? 0 : Math.round((room * done) / all);
    text += paint(colour, fill.repeat(end - at));
    at = end;
  }
  return text + " ".repeat(room - at);
}

export function legend(names: string[], paint: Paint): string {
  const room = Math.floor((columns - 24) / Math.max(names.length, 1)) - 4;
  return names
    .map((name, i) => `${paint(colourOf(i), fillOf(i))} ${truncated(name, room)}`)
    .join("  ");
}

export function fillOf(i: number): string {
  return fills[i % fills.length] ?? "█";
}

export function colourOf(i: number): Colour {
  return colours[i % colours.length] ?? "cyan";
}

/** The beginning of a text that fits into the room. */
export function truncated(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}

/** A text in lines, the first after `first` and the others after `rest`. */
export function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
