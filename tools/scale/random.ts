/** 2^31: a router's hash is below it. */
export const hashes = 2 ** 31;

/** A well mixed 32-bit number for each one (the finaliser of MurmurHash3). */
export function mix(value: number): number {
  let n = value >>> 0;
  n = Math.imul(n ^ (n >>> 16), 0x85ebca6b);
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35);
  return (n ^ (n >>> 16)) >>> 0;
}

/** Random numbers below `limit`, the same ones for the same seed. */
export function random(seed: number): (limit: number) => number {
  let state = mix(seed);
  return (limit) => {
    // Steps of the golden ratio visit every 32-bit number once before one comes again.
    state = (state + 0x9e3779b9) >>> 0;
    return Math.floor((mix(state) / 2 ** 32) * limit);
  };
}

/** The numbers from 0 to `count` - 1 in a random order. */
export function shuffled(count: number, below: (limit: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1);
    const at = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = at;
  }
  return order;
}
