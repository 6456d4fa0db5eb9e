import type { Box } from "./drawing.js";

export function Rect({ box, radius, class: name }: { box: Box; radius: number; class?: string }) {
  return <rect class={`box ${name ?? ""}`} {...box} rx={radius} />;
}
