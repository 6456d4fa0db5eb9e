const rotate = (n: bigint, by: bigint) =>
  BigInt.asUintN(64, (n << by) | (BigInt.asUintN(64, n) >> (64n - by)));
const add = (a: bigint, b: bigint) => BigInt.asUintN(64, a + b);

/**
 * hsiphash() of the kernel for one 32-bit word: on 64-bit machines the lower half of SipHash-1-3, a published function,
 * under a key whose two halves are the same.
 */
export function hsiphash(word: number, half: bigint): number {
  let v0 = 0x736f6d6570736575n ^ half;
  let v1 = 0x646f72616e646f6dn ^ half;
  let v2 = 0x6c7967656e657261n ^ half;
  let v3 = 0x7465646279746573n ^ half;
  const round = () => {
    v0 = add(v0, v1);
    v2 = add(v2, v3);
    v1 = rotate(v1, 13n) ^ v0;
    v3 = rotate(v3, 16n) ^ v2;
    v0 = rotate(v0, 32n);
    v2 = add(v2, v1);
    v0 = add(v0, v3);
    v1 = rotate(v1, 17n) ^ v2;
    v3 = rotate(v3, 21n) ^ v0;
    v2 = rotate(v2, 32n);
  };
  // The only block: the word, and the length of 4 bytes at the top.
  const block = (4n << 56n) | BigInt(word >>> 0);
  v3 ^= block;
  round();
  v0 ^= block;
  v2 ^= 0xffn;
  round();
  round();
  round();
  return Number(BigInt.asUintN(32, v0 ^ v1 ^ v2 ^ v3));
}
