/** Figures for each second, with a column for each thing counted. A new second replaces the oldest one. */
export class SecondSeries {
  private readonly values: Float32Array;
  /** The second that each row holds. */
  private readonly rows: Float64Array;

  constructor(
    readonly columns: number,
    readonly seconds: number,
  ) {
    this.values = new Float32Array(columns * seconds);
    this.rows = new Float64Array(seconds).fill(-1);
  }

  add(second: number, column: number, amount: number): void {
    const index = this.row(second) + column;
    this.values[index] = (this.values[index] ?? 0) + amount;
  }

  set(second: number, column: number, value: number): void {
    this.values[this.row(second) + column] = value;
  }

  /** 0 when nothing is known. */
  at(second: number, column: number): number {
    const row = second % this.seconds;
    return this.rows[row] === second ? (this.values[row * this.columns + column] ?? 0) : 0;
  }

  has(second: number): boolean {
    return this.rows[second % this.seconds] === second;
  }

  /** Each column's sum from one second to another, both included. */
  sums(from: number, to: number): Float64Array {
    const sums = new Float64Array(this.columns);
    for (let second = Math.max(0, from); second <= to; second++) {
      const row = second % this.seconds;
      if (this.rows[row] === second) {
        for (let column = 0; column < this.columns; column++) {
          sums[column] = (sums[column] ?? 0) + (this.values[row * this.columns + column] ?? 0);
        }
      }
    }
    return sums;
  }

  private row(second: number): number {
    const row = second % this.seconds;
    const start = row * this.columns;
    if (this.rows[row] !== second) {
      this.rows[row] = second;
      this.values.fill(0, start, start + this.columns);
    }
    return start;
  }
}
