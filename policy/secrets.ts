import { ConfigError, resourcePolicy } from "./definition";
import { Resource } from "./resources";
import { join, secretPaths } from "./secretMarks";

/** Patterns of texts that hold a secret. A placeholder such as $PASSWORD or <password> is none. */
const builtIn: [what: string, pattern: RegExp][] = [
  ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d/],
  ["a password", /(?:password|passwd|passphrase)["']?\s*[=:]\s*["']?[^\s"'$<{*,;)]/i],
  ["a password", /:\/\/[^\s/:@]+:[^\s/:@$<{*]+@/],
];

/** Names of properties and environment variables whose whole value is a secret. */
const passwordName = /(?:password|passwd|passphrase)$/i;

/** The provider repeats these in its error messages, so even a marked secret must not be there. */
const repeated = ["create", "update", "delete"];

interface Parameters {
  patterns: string[];
  except: string[];
}

/** Plain text is readable in Pulumi's state and in every preview. */
export const noPlainTextSecrets = resourcePolicy<Parameters>({
  name: "no-plain-text-secrets",
  description:
    "No private key, password or passphrase stands in plain text in a resource's inputs.",
  enforcementLevel: "mandatory",
  parameters: {
    patterns: {
      description: "Further regular expressions that recognise a secret.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
    except: {
      description: "Names of resources that are not looked at.",
      type: "array",
      items: { type: "string" },
      default: [],
    },
  },
  of: () => true,
  check: (resource, { patterns, except }, refuse) => {
    if (except.includes(resource.name)) {
      return;
    }
    const kinds = [...builtIn, ...patterns.map(own)];
    for (const { path, key, value } of texts(resource.props, hiddenIn(resource))) {
      const what = secretIn(key, value, kinds);
      if (what !== undefined) {
        // The value itself is never shown.
        refuse(
          isRepeated(resource, path)
            ? `${path} holds ${what}, which error messages would repeat; allowed is a secret in stdin`
            : `${path} holds ${what} in plain text; allowed is a value from pulumi.secret()`,
        );
      }
    }
  },
});

/** A pattern of the user's. @throws ConfigError for an invalid regular expression. */
function own(pattern: string): [string, RegExp] {
  try {
    return [`what matches "${pattern}"`, new RegExp(pattern)];
  } catch {
    throw new ConfigError("no-plain-text-secrets", `"${pattern}" is not a regular expression`);
  }
}

function secretIn(key: string, value: string, kinds: [string, RegExp][]): string | undefined {
  if (passwordName.test(key) && value !== "") {
    return "a password";
  }
  return kinds.find(([, pattern]) => pattern.test(value))?.[0];
}

function isRepeated({ type, kind }: Resource, path: string): boolean {
  return type.startsWith("command:") && kind === "Command" && repeated.includes(path);
}

/** Returns a function that is true for a path whose whole value is marked secret. */
function hiddenIn(resource: Resource): (path: string) => boolean {
  // Without the recorded marks, the SDK's own list at least tells that a Command's connection is a secret.
  const marked = secretPaths(resource.urn) ?? new Set(resource.secretOutputs);
  return (path) => marked.has(path) && !isRepeated(resource, path);
}

interface Text {
  path: string;
  /** The last name in the path. */
  key: string;
  value: string;
}

function texts(value: unknown, hidden: (path: string) => boolean, path = "", key = ""): Text[] {
  if (hidden(path)) {
    return [];
  }
  if (typeof value === "string") {
    return [{ path, key, value }];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const inArray = Array.isArray(value);
  return Object.entries(value).flatMap(([k, inner]) =>
    texts(inner, hidden, join(path, k, inArray), inArray ? key : k),
  );
}
