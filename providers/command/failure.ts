/** gRPC's status codes for failed calls. */
export const codes = { cancelled: 1, unknown: 2, deadlineExceeded: 4, notFound: 5 } as const;

/** A failure with the text that Pulumi shows beside the resource. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly code: number = codes.unknown,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The failure of work that `signal` stopped: cancelled by the user, or out of time. */
export function stopped(signal: AbortSignal): Failure {
  const overdue = (signal.reason as Error | undefined)?.name === "TimeoutError";
  return overdue
    ? new Failure("context deadline exceeded", codes.deadlineExceeded)
    : new Failure("context canceled", codes.cancelled);
}

/** Rejects as soon as `signal` aborts; else settles as the work does. */
export async function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    stop = () => {
      reject(stopped(signal));
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) {
      stop();
    }
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

// Longer texts do not fit into gRPC's trailers.
const [maxCommandLength, maxOutputLength] = [4_000, 12_000];

/** The failure of a command, with its output: of a long one, the beginning and the end. */
export function commandFailed(why: string, command: string, output: readonly Buffer[]): Failure {
  const printed = shortened(Buffer.concat(excerpt(output)).toString("utf8"), maxOutputLength);
  return new Failure(
    `${why}: running ${quoted(shortened(command, maxCommandLength))}:\n${printed}`,
  );
}

/** As much of both ends as the message needs, so that an output of 100 MB is not joined for it. */
function excerpt(output: readonly Buffer[]): readonly Buffer[] {
  const size = output.reduce((sum, part) => sum + part.length, 0);
  if (size <= 1_000_000) {
    return output;
  }
  const all = Buffer.concat(output);
  const gap = Buffer.from(`\n… ${size - 200_000} bytes left out …\n`);
  return [all.subarray(0, 100_000), gap, all.subarray(size - 100_000)];
}

function shortened(text: string, longest: number): string {
  const half = longest / 2;
  return text.length <= longest
    ? text
    : `${text.slice(0, half)}\n… ${text.length - longest} characters left out …\n${text.slice(-half)}`;
}

const escapes: Partial<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** A quoted text in which invisible characters are escaped, the way Go writes it. */
export function quoted(text: string): string {
  const inside = Array.from(text, (character) => {
    const escape = escapes[character];
    if (escape !== undefined) {
      return escape;
    }
    if (character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) {
      return character;
    }
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16);
    if (code < 0x20 || code === 0x7f) {
      return `\\x${digits.padStart(2, "0")}`;
    }
    return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
  });
  return `"${inside.join("")}"`;
}
