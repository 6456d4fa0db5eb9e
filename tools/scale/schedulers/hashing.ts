import { fillTable } from "../permutations";
import { hsiphash } from "./hsiphash";

/** A real server: what mh and sh look at. */
export interface Member {
  /** The IPv4 address as a number. */
  address: number;
  port: number;
  /** @default 1 */
  weight?: number;
}

/** A scheduler that chooses by a table: every director with the same table chooses alike. */
export interface HashingScheduler {
  /** The number of places of its table. */
  size: number;
  /** The place that a client's address and port lead to. Port 0 stands for schedulers without the port flag. */
  place(address: number, port: number): number;
  /** The member of each place, by its index in `members`, which are in the order in which they were added. */
  table(members: readonly Member[]): Int32Array;
}

/** An IPv4 address as a number. */
export function numberOf(address: string): number {
  return address.split(".").reduce((n, byte) => n * 256 + Number(byte), 0);
}

/** The places of mh's table, where CONFIG_IP_VS_MH_TAB_INDEX is 12: everywhere but in a kernel of one's own. */
export const mhSize = 4093;
const mhWeightBits = 6;
const [key1, key2] = [2654435761n, 2654446892n];

/** mh: Maglev hashing (ip_vs_mh.c, the same in Linux 6.1, 6.12 and 7.3). */
export const mh: HashingScheduler = {
  size: mhSize,
  place: (address, port) => hsiphash(address + port, key1) % mhSize,
  table(members) {
    const weights = members.map(({ weight = 1 }) => weight);
    const divisor = weights.reduce(greatestCommonDivisor, 0) || 1;
    const bits = 32 - Math.clz32(Math.max(...weights) / divisor);
    const shift = Math.max(0, bits - mhWeightBits);
    return inOrderOfAdding(members, (newestFirst) =>
      fillTable(
        newestFirst.map(({ address, port, weight = 1 }) => ({
          offset: hsiphash(address + port, key1) % mhSize,
          skip: (hsiphash(address + port, key2) % (mhSize - 1)) + 1,
          turns: (weight / divisor) >> shift || Math.min(weight, 1),
        })),
        mhSize,
      ),
    );
  },
};

const shBits = 8;

/** sh: source hashing (ip_vs_sh.c, the same in Linux 6.1, 6.12 and 7.3). */
export const sh: HashingScheduler = {
  size: 2 ** shBits,
  place: (address, port) => Math.imul(address + port, 0x61c88647) >>> (32 - shBits),
  table: (members) =>
    inOrderOfAdding(members, (newestFirst) => {
      const round = newestFirst.flatMap(({ weight = 1 }, i) =>
        Array<number>(Math.max(1, weight)).fill(i),
      );
      return Int32Array.from({ length: sh.size }, (_, place) => round[place % round.length] ?? -1);
    }),
};

/** The kernel has the member that was added last at the head of its list. */
function inOrderOfAdding(
  members: readonly Member[],
  fill: (newestFirst: readonly Member[]) => Int32Array,
): Int32Array {
  return fill([...members].reverse()).map((i) => (i < 0 ? i : members.length - 1 - i));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
