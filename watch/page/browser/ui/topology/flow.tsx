import { useEffect, useRef } from "preact/hooks";
import { link } from "../../state/model.js";
import { scale, shownTheme } from "../../state/preferences.js";

/** The distance between two dots, px, and their speed, px a second. */
const spacing = 26;
const speed = 34;

/** The points of a wire, one for each px, and its colour. */
interface Course {
  points: DOMPoint[];
  colour: string;
}

const isStill = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Dots that move along the wires marked `data-moving`. They are painted on a canvas above the drawing: inside it they
 * would repaint all of it at each frame.
 */
export function Flow({ width, height, ways }: { width: number; height: number; ways: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isLost = link.value === "lost";
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    const drawing = element?.parentElement;
    if (!element || !context || !drawing || ways === "" || isLost || isStill.matches) {
      return;
    }
    const density = Math.max(1, window.devicePixelRatio);
    element.width = Math.round(width * density);
    element.height = Math.round(height * density);
    context.setTransform(density, 0, 0, density, 0, 0);
    const courses = [...drawing.querySelectorAll<SVGPathElement>("[data-moving]")].map(courseOf);
    let id = 0;
    const frame = (now: number) => {
      context.clearRect(0, 0, width, height);
      const from = ((now / 1000) * speed) % spacing;
      for (const { points, colour } of courses) {
        context.fillStyle = colour;
        context.beginPath();
        for (let at = from; at < points.length - 8; at += spacing) {
          const { x, y } = points[Math.floor(at)] ?? { x: 0, y: 0 };
          context.moveTo(x, y);
          context.arc(x, y, 3 * scale.value, 0, 2 * Math.PI);
        }
        context.fill();
      }
      id = requestAnimationFrame(frame);
    };
    id = requestAnimationFrame(frame);
    return () => {
      cancelAnimationFrame(id);
      context.clearRect(0, 0, width, height);
    };
  }, [width, height, ways, isLost, shownTheme.value]);
  return <canvas ref={canvas} class="flow" style={{ width, height }} aria-hidden="true" />;
}

function courseOf(path: SVGPathElement): Course {
  const length = Math.floor(path.getTotalLength());
  return {
    points: Array.from({ length }, (_, at) => path.getPointAtLength(at)),
    colour: getComputedStyle(path).color,
  };
}
