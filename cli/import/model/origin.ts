/** A place in a file that import reads; lines and columns count from 1. */
export interface Origin {
  file: string;
  line: number;
  column: number;
}

/** The origin of what a machine has. */
export const nowhere: Origin = { file: "", line: 0, column: 0 };

/** "lb.conf:12:3" */
export function placeOf({ file, line, column }: Origin): string {
  return `${file}:${line}:${column}`;
}

/** A mistake in a file, after which nothing of it can be imported. */
export class SourceError extends Error {
  constructor(origin: Origin, message: string) {
    super(`${placeOf(origin)}: ${message}`);
  }
}
