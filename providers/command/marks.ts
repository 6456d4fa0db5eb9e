import {
  isObject,
  outputSignature,
  secretSignature,
  signatureKey,
  unknownValue,
} from "../protocol/wire";

const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Marks a value as a secret. A value that is a secret already does not change. */
export function secretOf(value: unknown): unknown {
  if (isSecret(value)) {
    return value;
  }
  // An unknown secret has a form of its own.
  return value === unknownValue
    ? { [signatureKey]: outputSignature, secret: true }
    : { [signatureKey]: secretSignature, value };
}

/** True when the value as a whole is a secret. */
export function isSecret(value: unknown): boolean {
  if (!isObject(value)) {
    return false;
  }
  const signature = value[signatureKey];
  return signature === secretSignature || (signature === outputSignature && value.secret === true);
}

/** True when the value is an asset: a file or a text. */
export function isAsset(value: unknown): boolean {
  return isObject(value) && value[signatureKey] === assetSignature;
}

/** True when the value is an archive. */
export function isArchive(value: unknown): boolean {
  return isObject(value) && value[signatureKey] === archiveSignature;
}

/** An asset with all its keys, as the state holds it. */
export function asset(from: { path?: unknown; text?: unknown; uri?: unknown; hash?: unknown }) {
  const { path = "", text = "", uri = "", hash = "" } = from;
  return { [signatureKey]: assetSignature, hash, path, text, uri };
}

/** An archive with all its keys, as the state holds it. */
export function archive(from: {
  path?: unknown;
  assets?: unknown;
  uri?: unknown;
  hash?: unknown;
}): Record<string, unknown> {
  const { path = "", assets = {}, uri = "", hash = "" } = from;
  return { [signatureKey]: archiveSignature, assets, hash, path, uri };
}

/**
 * The value in the form that is kept: without the marks of outputs whose value is known, and without empty keys.
 * Secrets and unknown values keep their marks.
 */
export function normal(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(normal);
  }
  if (!isObject(value)) {
    return value;
  }
  switch (value[signatureKey]) {
    case secretSignature:
      return secretOf(normal(value.value));
    case outputSignature: {
      const inner = "value" in value ? normal(value.value) : unknownValue;
      return value.secret === true ? secretOf(inner) : inner;
    }
    case assetSignature:
      return asset(value);
    case archiveSignature:
      return archive(value);
    default:
      return Object.fromEntries(
        Object.entries(value)
          .filter(([, item]) => item !== null && item !== undefined)
          .map(([key, item]) => [key, normal(item)]),
      );
  }
}
