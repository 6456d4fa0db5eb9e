import { lost, missing, type AnswerLog } from "../../state/answerLog.js";
import type { Mark } from "../../state/marks.js";

/** The grid of beads. Rows are read like text; their length is a multiple of 12, so 2, 3, 4 and 6 divide it. */
export interface BeadGrid {
  columns: number;
  rows: number;
  /** The side of a bead's square, px. */
  cell: number;
}

/** The colours of a canvas. */
export interface CanvasColours {
  members: readonly string[];
  lost: string;
  stranger: string;
  faint: string;
  /** The colour of the letters on a bead. */
  letters: string;
}

/** The grid for a load. Many answers a second need small beads, to stay in sight for a moment. */
export function beadGrid(width: number, rate: number, scale: number): BeadGrid {
  const isFine = rate > 300;
  const target = (isFine ? 9 : rate > 100 ? 15 : 20) * scale;
  const twelves = Math.max(1, Math.round(width / target / 12));
  const columns = twelves * 12;
  return { columns, rows: isFine ? 14 : 6, cell: width / columns };
}

/** Paints the last answers, row by row, the newest in the last row. */
export function paintBeads(
  context: CanvasRenderingContext2D,
  run: AnswerLog,
  grid: BeadGrid,
  marks: readonly Mark[],
  inks: CanvasColours,
): void {
  const { columns, rows, cell } = grid;
  context.clearRect(0, 0, columns * cell, rows * cell);
  const first = firstShown(run, grid);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.font = `600 ${Math.round(cell * 0.5)}px system-ui, sans-serif`;
  for (let number = first; number < first + columns * rows; number++) {
    const x = ((number - first) % columns) * cell + cell / 2;
    const y = Math.floor((number - first) / columns) * cell + cell / 2;
    const who = number < run.next ? run.at(number) : missing;
    if (who === missing) {
      context.fillStyle = inks.faint;
      context.fillRect(x - 1, y - 1, 2, 2);
    } else {
      bead(context, x, y, cell, who, marks[who], inks);
    }
  }
}

/** The number of the answer in the upper left corner. */
export function firstShown(run: AnswerLog, { columns, rows }: BeadGrid): number {
  const lastRow = Math.max(0, Math.ceil(run.next / columns) - 1);
  return Math.max(0, lastRow - rows + 1) * columns;
}

function bead(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  cell: number,
  who: number,
  mark: Mark | undefined,
  inks: CanvasColours,
): void {
  const radius = cell * (cell < 12 ? 0.42 : 0.43);
  if (who === lost) {
    // A lost request is hollow and crossed, so that it can be told without its colour.
    context.strokeStyle = inks.lost;
    context.lineWidth = Math.max(1.25, cell / 10);
    const arm = radius * 0.5;
    context.beginPath();
    context.arc(x, y, radius - context.lineWidth / 2, 0, 2 * Math.PI);
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.stroke();
    return;
  }
  context.fillStyle = (mark && inks.members[mark.colour]) ?? inks.stranger;
  if (cell < 6) {
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
    return;
  }
  context.beginPath();
  outline(context, x, y, radius, mark?.shape ?? "square");
  context.fill();
  const label = mark?.label ?? "?";
  if (cell >= 14 && label.length <= 2) {
    context.fillStyle = inks.letters;
    context.fillText(label, x, y + cell * 0.03);
  }
}

function outline(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  shape: Mark["shape"],
): void {
  if (shape === "circle") {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  } else if (shape === "square") {
    context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  } else {
    context.moveTo(x, y - radius);
    context.lineTo(x + radius, shape === "diamond" ? y : y + radius);
    context.lineTo(shape === "diamond" ? x : x - radius, y + radius);
    if (shape === "diamond") {
      context.lineTo(x - radius, y);
    }
    context.closePath();
  }
}
