/**
 * A small picture of a forwarding method: both directions pass the director, the bar in the middle, or answers go
 * around it.
 */
export function WaySample({ forwarding }: { forwarding: string }) {
  const isRound = forwarding === "gate" || forwarding === "ipip";
  const kind =
    forwarding === "ipip" ? "tunnel" : forwarding === "redirected" ? "redirected" : "request";
  return (
    <svg class="way-sample" viewBox="0 0 56 22" aria-hidden="true">
      {kind === "tunnel" && <path class="wire tunnel-wall" d="M30 14H50" />}
      <path class={`wire ${kind}`} d={isRound ? "M2 14H48" : "M2 8H48"} />
      <path class="tip" d={isRound ? "M55 14l-8-4v8z" : "M55 8l-8-4v8z"} />
      <path
        class={`wire ${kind === "redirected" ? kind : "answer"}`}
        d={isRound ? "M51 10V3H5V5" : "M54 16H8"}
      />
      <path class="tip" d={isRound ? "M5 11l-4-7h8z" : "M1 16l8-4v8z"} />
      <path class="through" d={isRound ? "M27 8V20" : "M27 2V21"} />
    </svg>
  );
}

/** A small picture of two directors that synchronise their connections. */
export function SynchronisedSample() {
  return (
    <svg class="way-sample" viewBox="0 0 56 22" aria-hidden="true">
      <path class="through" d="M6 4V18M50 4V18" />
      <path class="synchronised" d="M12 11H44" />
      <path class="tip" d="M17 11l-5 0 5-4zM12 11l5 4V11zM39 7l5 4h-5zM44 11l-5 4V11z" />
    </svg>
  );
}
