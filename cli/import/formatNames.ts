import { InvalidArgumentError } from "commander";

/** The formats that import reads. */
export const formatNames = [
  "keepalived",
  "ldirectord",
  "ipvsadm-save",
  "ipvsadm-list",
  "ipvsctl",
] as const;
export type FormatName = (typeof formatNames)[number];

/** A parser for the option `--format`. */
export function parseFormat(value: string): FormatName {
  const name = formatNames.find((one) => one === value);
  if (!name) {
    throw new InvalidArgumentError(`It must be one of ${formatNames.join(", ")}.`);
  }
  return name;
}
