import type { Member } from "../../../protocol.js";

/** The badge of a member: a number, a colour and, when colours repeat, a shape. */
export interface Mark {
  label: string;
  /** Index into the palette. */
  colour: number;
  shape: "circle" | "square" | "diamond" | "triangle";
}

export const shapes = ["circle", "square", "diamond", "triangle"] as const;

/**
 * Colours that differ with each kind of colour blindness (after Okabe and Ito, without their red, which marks lost
 * requests), with a contrast of at least 4.5:1 to the page.
 */
export const palettes = {
  light: ["#0068b3", "#b85c00", "#00805c", "#a8488f", "#2b7ba8", "#7d6b00", "#5b5f97"],
  dark: ["#56a8f0", "#f0a030", "#2fb58c", "#dd8bc4", "#9bd3f5", "#e3d54f", "#a5a8e6"],
} as const;

export const colours = palettes.light.length;

/**
 * The badge of each member. Its label is the number at the end of the name when all members have different ones, else
 * the member's position.
 */
export function marksOf(members: readonly Member[]): Mark[] {
  const numbers = members.map(({ name }) => /(\d{1,4})$/.exec(name)?.[1]);
  const areTheirOwn = new Set(numbers).size === members.length && !numbers.includes(undefined);
  return members.map((_, place) => ({
    label: (areTheirOwn ? numbers[place] : undefined) ?? `${place + 1}`,
    colour: place % colours,
    shape: shapes[Math.floor(place / colours) % shapes.length] ?? "circle",
  }));
}
