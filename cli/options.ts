import { InvalidArgumentError } from "commander";

/** A parser of an option's whole number from 1. */
export function upTo(most: number) {
  return (value: string): number => {
    const n = Number(value);
    if (!Number.isInteger(n) || n < 1 || n > most) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    }
    return n;
  };
}
