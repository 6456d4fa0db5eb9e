import type { Member } from "../../../protocol.js";

/** How a member is told from the others: by a number, by a colour and, where colours repeat, a shape. */
export interface Mark {
  label: string;
  /** Its place in the palette. */
  colour: number;
  shape: "circle" | "square" | "diamond" | "triangle";
}

export const shapes = ["circle", "square", "diamond", "triangle"] as const;

/**
 * Told apart with each kind of colour blindness (after Okabe and Ito, without their red, which is kept
 * for what is lost), and at least 4.5:1 against the page.
 */
export const palettes = {
  light: ["#0068b3", "#b85c00", "#00805c", "#a8488f", "#2b7ba8", "#7d6b00", "#5b5f97"],
  dark: ["#56a8f0", "#f0a030", "#2fb58c", "#dd8bc4", "#9bd3f5", "#e3d54f", "#a5a8e6"],
} as const;

export const colours = palettes.light.length;

/** Of each member, by its place: the number at the end of its name where all have one of their own. */
export function marksOf(members: readonly Member[]): Mark[] {
  const numbers = members.map(({ name }) => /(\d{1,4})$/.exec(name)?.[1]);
  const areTheirOwn = new Set(numbers).size === members.length && !numbers.includes(undefined);
  return members.map((_, place) => ({
    label: (areTheirOwn ? numbers[place] : undefined) ?? `${place + 1}`,
    colour: place % colours,
    shape: shapes[Math.floor(place / colours) % shapes.length] ?? "circle",
  }));
}
