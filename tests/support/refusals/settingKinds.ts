import { Kind, otherThan, written } from "./valueKinds";

export function oneOfNumbers(numbers: number[], others: number[]): Kind {
  return {
    allowed: `one of ${numbers.join(", ")}`,
    bad: [
      ...otherThan("number").concat({ what: "0.5", value: 0.5 }),
      // 7 is a number, and none of these.
      ...[7, NaN, ...others].map((value) => ({ what: `${value}`, value })),
    ],
    good: numbers,
  };
}

export const multicast = written(
  "a multicast address such as 224.0.0.81",
  [
    "",
    "10.10.10.3",
    "223.255.255.255",
    "240.0.0.1",
    "fd55::1",
    "224.0.0",
    "224.0.0.81:8848",
    "ff02::1%lo",
    "ff02::1\n",
  ],
  ["224.0.0.0", "239.255.255.255", "ff02::81"],
);

export function network(...good: string[]): Kind {
  return written(
    "a network by its first address and the length of its prefix",
    [
      ...["", "/", "/33", "/024", "/-1", "/24/24", "/255.255.255.0"].map((p) => `10.10.10.0${p}`),
      ...["10.10.10.1/24", "10.10.10/24", "fd55::1/64", "fd55::/129", "fd55::%lo/64", "/24", "any"],
    ],
    good,
  );
}

/** A number with some digits behind the point. */
export function decimal(least: number, most: number, digits: number): Kind {
  const numbers = [least / 2, most + 1, least + 10 ** -(digits + 1), NaN, Infinity];
  return {
    allowed: `a number from ${least} to ${most} with ${digits} digits behind the point`,
    bad: [
      ...otherThan("number"),
      ...numbers.map((value) => ({ what: String(value), value })),
      { what: "a number as text", value: String(least) },
    ],
    good: [least, most],
  };
}
