import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const pen = document.createElement("canvas").getContext("2d");

/** The width of a text in the page's font, px. */
export function textWidth(words: string, size: number, weight = 400): number {
  if (!pen) {
    return words.length * size * 0.6;
  }
  pen.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(words).width;
}

/** The beginning of a text that fits into a width. */
export function truncate(words: string, width: number, size: number, weight?: number): string {
  if (textWidth(words, size, weight) <= width) {
    return words;
  }
  let most = words.length - 1;
  while (most > 1 && textWidth(`${words.slice(0, most)}…`, size, weight) > width) {
    most--;
  }
  return `${words.slice(0, most)}…`;
}

/** Follows the size of an element, px. */
export function useSize<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const width = useSignal(0);
  const height = useSignal(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry?.contentRect.width ?? 0);
      height.value = Math.floor(entry?.contentRect.height ?? 0);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { ref, width, height };
}
