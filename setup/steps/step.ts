/** Something that set-up puts in place. */
export interface Step {
  /** A noun: "The Pulumi CLI 3.230.0". */
  name: string;
  /** True when it is in place already. Quick. */
  isDone(): boolean | Promise<boolean>;
  /** Puts it in place. Reports its progress in a few words now and then. */
  run(report: (line: string) => void): Promise<void>;
  /** The source that it came from, when there is more than one. Called only when it is in place. */
  origin?(): string;
  /** Instructions for `npm run doctor`, in one or more lines. */
  remedy: string;
  /** The missing items, when the step stands for many. */
  missing?: object[];
}
