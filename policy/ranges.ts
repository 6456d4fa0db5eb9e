/**
 * The first and the last number of a range as a parameter has it: 443, "443" or "8000-8999".
 * @returns undefined for another text, a range that ends before it begins, or one above `most`.
 */
export function rangeOf(written: string | number, most = Infinity): [number, number] | undefined {
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(String(written)) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return first === "" || from > to || to > most ? undefined : [from, to];
}
