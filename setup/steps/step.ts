/** Something that set-up puts in place. */
export interface Step {
  /** What it is, as a noun: "The Pulumi CLI 3.230.0". */
  name: string;
  /** Whether it is there already; quick. */
  isDone(): boolean | Promise<boolean>;
  /** Puts it in place; reports what it is doing in a few words now and then. */
  run(report: (line: string) => void): Promise<void>;
  /** Where it came from, if there is more than one way; asked when it is there. */
  how?(): string;
  /** How a person gets it, for `npm run doctor`; it may be several lines. */
  remedy: string;
  /** Where it is many things: those that are missing. */
  missing?: object[];
}
