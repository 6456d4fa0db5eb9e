/** One who gets places of a Maglev table. */
export interface Applicant {
  /** Its first choice, below the table's size. */
  offset: number;
  /** The step to its next choice, from 1 to the table's size - 1. */
  skip: number;
  /** The number of places it takes whenever it is its turn. */
  turns: number;
}

/**
 * A Maglev table: the applicants take turns, and each takes the first of its own choices that is still free. Who is
 * lost leaves its places to the others, and nearly all other places stay as they are.
 * @param size A prime number, so that every applicant's choices visit every place.
 * @returns The applicant of each place, by its index.
 */
export function fillTable(applicants: readonly Applicant[], size: number): Int32Array {
  const table = new Int32Array(size).fill(-1);
  const next = applicants.map(({ offset }) => offset);
  if (!applicants.some(({ turns }) => turns > 0)) {
    return table;
  }
  for (let taken = 0; ;) {
    for (const [i, { skip, turns }] of applicants.entries()) {
      for (let turn = 0; turn < turns; turn++) {
        let place = next[i] ?? 0;
        while (table[place] !== -1) {
          place = (place + skip) % size;
        }
        next[i] = place;
        table[place] = i;
        taken++;
        if (taken === size) {
          return table;
        }
      }
    }
  }
}
