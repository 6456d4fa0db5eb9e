/** Splits a stream at a mark: everything before it is passed on at once, and the rest of its line is kept. */
export class UntilMark {
  /** Resolves with the rest of the mark's line. */
  readonly found: Promise<string>;
  isFound = false;
  private readonly mark: Buffer;
  private held: Buffer = Buffer.alloc(0);
  private resolve: (rest: string) => void = () => undefined;

  constructor(
    mark: string,
    private readonly pass: (data: Buffer) => void = () => undefined,
  ) {
    this.mark = Buffer.from(mark);
    this.found = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  add(data: Buffer): void {
    if (this.isFound) {
      return;
    }
    this.held = Buffer.concat([this.held, data]);
    const at = this.held.indexOf(this.mark);
    this.passOn(at < 0 ? this.held.length - this.beginning() : at);
    const end = at < 0 ? -1 : this.held.indexOf("\n");
    if (end >= 0) {
      this.isFound = true;
      this.resolve(this.held.toString("utf8", this.mark.length, end).trim());
    }
  }

  private passOn(length: number): void {
    if (length > 0) {
      this.pass(this.held.subarray(0, length));
      this.held = this.held.subarray(length);
    }
  }

  /** The number of bytes at the end of the buffer that may be the beginning of the mark. */
  private beginning(): number {
    let length = Math.min(this.held.length, this.mark.length - 1);
    while (length > 0 && !this.held.subarray(-length).equals(this.mark.subarray(0, length))) {
      length--;
    }
    return length;
  }
}
