/** A line that is used several times, with other values each time. */
export interface Loop {
  names: string[];
  rounds: string[][];
  body: string;
}

/** Rounds of one loop; a configuration of more is refused by its number of lines. */
const maxRounds = 300_000;

/** "~SEQ(NAME, start, step, end) body"; undefined if it is none, or does not end. */
export function sequenceLoop(text: string, replace: (s: string) => string): Loop | undefined {
  const [, hex, name, values = "", body = ""] =
    /^~SEQ(x?)\s*\(\s*(\w+)\s*,([^)]*)\)\s*(.*)$/.exec(text) ?? [];
  const numbers = replace(values).split(",").map(numberOf);
  const [a = NaN, b, c] = numbers;
  if (name === undefined || numbers.includes(NaN) || numbers.length > 3) {
    return undefined;
  }
  const end = c ?? b ?? a;
  const start = b === undefined ? (a < 0 ? -1 : 1) : a;
  const step = c === undefined ? (start <= end ? 1 : -1) : (b ?? 1);
  const count = Math.floor((end - start) / step) + 1;
  if (!(count >= 1 && count <= maxRounds)) {
    return undefined;
  }
  const rounds = Array.from({ length: count }, (_, i) => [
    (start + i * step).toString(hex === "x" ? 16 : 10),
  ]);
  return { names: [name], rounds, body };
}

/** "~LST(NAME, value, …) body" or "~LST({A, B}, {1, 2}, …) body"; undefined if it is none. */
export function listLoop(text: string, replace: (s: string) => string): Loop | undefined {
  const [, inner, body = ""] = /^~LST\s*\(([^)]*)\)\s*(.*)$/.exec(text) ?? [];
  const [head, ...rounds] = (replace(inner ?? "").match(/\{[^}]*\}|[^,{}\s]+/g) ?? []).map((one) =>
    one
      .replace(/[{}]/g, "")
      .split(",")
      .map((value) => value.trim()),
  );
  return head && rounds.length > 0 ? { names: head, rounds, body } : undefined;
}

/** A number as C has it: 16, 0x10 or 020. */
function numberOf(text: string): number {
  const [, sign, digits = ""] = /^\s*(-?)(0x[\da-f]+|\d+)\s*$/i.exec(text) ?? [];
  const value = /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits === "" ? NaN : digits);
  return sign === "-" ? -value : value;
}
