import { InvalidArgumentError } from "commander";

/** A parser for an option that is an integer from 1 to `max`. */
export function integerUpTo(max: number) {
  return (value: string): number => {
    const n = Number(value);
    if (!Number.isInteger(n) || n < 1 || n > max) {
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
    }
    return n;
  };
}
