import { palettes } from "../../state/marks.js";
import { shownTheme } from "../../state/preferences.js";
import type { CanvasColours } from "./beads.js";

const others = {
  light: { lost: "#c62828", stranger: "#767d87", faint: "#d5dae1", letters: "#ffffff" },
  dark: { lost: "#ff7b72", stranger: "#8b93a0", faint: "#333c49", letters: "#10151c" },
} as const;

/** The colours for canvases. The stylesheets have the same colours for the rest of the page. */
export function canvasColours(): CanvasColours {
  return { members: palettes[shownTheme.value], ...others[shownTheme.value] };
}
