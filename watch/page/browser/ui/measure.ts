import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** Follows the width of an element, px. */
export function useWidth<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const width = useSignal(0);
  useEffect(() => {
    const element = ref.current;
    if (!element) {
      return;
    }
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry?.contentRect.width ?? 0);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { ref, width };
}
