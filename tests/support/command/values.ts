import type { Properties } from "../../../tools/bench/engines/plugin";

const signature = "4dabf18193072939515e22adb298388d";

/** Stands for a value that a preview cannot know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that is kept encrypted. */
export function secret(value: unknown): Properties {
  return { [signature]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** An output of another resource; without a value one that is not known yet. */
export function output(value: unknown, isSecret = false): Properties {
  const known = value === undefined ? {} : { value };
  const kind = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
  return { [signature]: kind, ...known, secret: isSecret, dependencies: [] };
}

export function asset(keys: Properties): Properties {
  return { [signature]: "c44067f5952c0a294b673a41bacd8c17", ...keys };
}

export function archive(keys: Properties): Properties {
  return { [signature]: "0def7320c3a5731c473e5ecbe6d01bc7", ...keys };
}
