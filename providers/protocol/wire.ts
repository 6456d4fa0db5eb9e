/** A resource's properties as the engine sends them: plain JSON and the marks below. */
export type Properties = Record<string, unknown>;

/** The value that stands for one that a preview cannot know yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

// The key with which Pulumi marks values that are not plain JSON; its value names their kind.
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
export const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Wraps a value so that the engine encrypts it in the state and hides it in every display. */
export function secret(value: string): Properties {
  return { [signatureKey]: secretSignature, value };
}

/** The value without the marks of secrets and outputs, at every depth. Unknown values stay unknown. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (!isObject(value)) {
    return value;
  }
  switch (value[signatureKey]) {
    case secretSignature:
      return plain(value.value);
    case outputSignature:
      return "value" in value ? plain(value.value) : unknownValue;
    default:
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
}

/** True when the value is, or contains at any depth, one that a preview cannot know yet. */
export function hasUnknown(value: unknown): boolean {
  return (
    value === unknownValue ||
    (typeof value === "object" && value !== null && Object.values(value).some(hasUnknown))
  );
}

/** True when the value is an object with keys, neither null nor an array. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
