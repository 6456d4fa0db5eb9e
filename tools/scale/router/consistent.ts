import { fillTable } from "../permutations";
import { mix } from "../random";
import { differing, type Group } from "./group";

/** Rendezvous hashing: a flow goes to the director that has the highest number for it. */
export class Rendezvous implements Group {
  constructor(private directors: readonly number[]) {}

  replace(directors: readonly number[]): void {
    this.directors = directors;
  }

  choose(hash: number): number {
    let [best, highest] = [-1, -1];
    for (const director of this.directors) {
      const number = mix(hash ^ mix(director + 1));
      if (number > highest) {
        [best, highest] = [director, number];
      }
    }
    return best;
  }

  /** Those of who is lost, and for who is new the share that every director has then. */
  moved(directors: readonly number[]): number {
    const lost = this.directors.filter((director) => !directors.includes(director)).length;
    const added = directors.filter((director) => !this.directors.includes(director)).length;
    const stay = 1 - lost / this.directors.length;
    return 1 - stay * (1 - added / directors.length);
  }
}

/** A prime number of places, the largest below 2^16. */
const places = 65521;

/** A Maglev table, as some load balancers and routers have it. */
export class Maglev implements Group {
  private table: Int32Array;

  constructor(directors: readonly number[]) {
    this.table = tableOf(directors);
  }

  replace(directors: readonly number[]): void {
    this.table = tableOf(directors);
  }

  choose(hash: number): number {
    return this.table[hash % places] ?? -1;
  }

  moved(directors: readonly number[]): number {
    return differing(this.table, tableOf(directors));
  }
}

function tableOf(directors: readonly number[]): Int32Array {
  const applicants = directors.map((director) => ({
    offset: mix(2 * director + 1) % places,
    skip: (mix(2 * director + 2) % (places - 1)) + 1,
    turns: 1,
  }));
  return fillTable(applicants, places).map((i) => directors[i] ?? -1);
}
