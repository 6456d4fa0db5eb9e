import type { Mark as MarkOf } from "../state/marks.js";
import { text } from "../state/preferences.js";
import type { MemberStatus } from "../text/english.js";

const outlines: Record<MarkOf["shape"], string> = {
  circle: "M12 1a11 11 0 1 1 0 22a11 11 0 1 1 0-22z",
  square: "M4 2h16a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z",
  diamond: "M12 0 24 12 12 24 0 12z",
  triangle: "M12 1 24 23H0z",
};

/** A member's badge. Its name stands beside it, so the badge is hidden from screen readers. */
export function Mark({ mark }: { mark: MarkOf }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <MarkShape mark={mark} />
    </svg>
  );
}

/** The same badge inside a drawing, 24 px wide and high. */
export function MarkShape({ mark: { shape, colour, label } }: { mark: MarkOf }) {
  const y = { circle: 16.2, square: 16.2, diamond: 15.2, triangle: 20 }[shape];
  return (
    <>
      <path d={outlines[shape]} class={`fill-${colour}`} />
      <text x="12" y={y} class={`badge ${shape} n${label.length}`}>
        {label}
      </text>
    </>
  );
}

/** The sign of each status, which tells it without colour. */
export const signs: Record<MemberStatus, string> = {
  up: "M3.5 8.5l3 3 6-7",
  down: "M4 4l8 8m0-8l-8 8",
  drained: "M6 4v8m4-8v8",
  absent: "M4 8h8",
  unknown: "M6 6a2 2 0 1 1 2.6 1.9Q8 8.2 8 9.2m0 2.6v.1",
};

export function State({ standing }: { standing: MemberStatus }) {
  return (
    <span class={`state ${standing}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={signs[standing]} />
      </svg>
      {text.value.states[standing]}
    </span>
  );
}
