/** The call of the program on a machine that makes a kernel object, as the object's Command has it. */
export interface ApplyCall {
  /** The program's path. */
  program: string;
  /** The drift fingerprint that the machine keeps; empty if there is none. */
  fingerprint: string;
  /** True if what exists already is taken over. */
  adopt: boolean;
  /** The kind of the object, "apply", its owner PROJECT/STACK/NAME, and further words. */
  words: string[];
}

/** The words of a call's line. */
export function applyLine({ program, fingerprint, adopt, words }: ApplyCall): string[] {
  return [program, "--generation", fingerprint, ...(adopt ? ["--adopt"] : []), ...words];
}

/** The call that a line's words are; undefined for other lines. */
export function applyCallOf(line: string[] | undefined): ApplyCall | undefined {
  const [program, option, fingerprint, ...others] = line ?? [];
  if (program === undefined || option !== "--generation" || fingerprint === undefined) {
    return undefined;
  }
  const adopt = others[0] === "--adopt";
  return { program, fingerprint, adopt, words: adopt ? others.slice(1) : others };
}
