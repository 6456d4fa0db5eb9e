// Reads os-release, the file in which every distribution says which system it is. This is JavaScript without features
// that Node.js 16 lacks, because bootstrap.mjs needs it before any compiler is installed.
import { readFileSync } from "node:fs";

/**
 * @param text The file's content; by default this system's own.
 * @returns The id ("debian"), the ids of the systems that it derives from, the version ("13") and the name for people.
 */
export function osRelease(text = ownFile()) {
  const values = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) || [];
    if (name !== undefined) {
      values[name] = value.replace(/^(["'])(.*)\1$/, "$2");
    }
  }
  const { ID: id = "", ID_LIKE: like = "", VERSION_ID: version = "", NAME: name = "" } = values;
  return {
    id,
    like: like.split(" ").filter((one) => one !== ""),
    version,
    // Debian testing has no version number.
    name: [name.replace(/ GNU\/Linux$/, ""), version || values.VERSION_CODENAME]
      .filter(Boolean)
      .join(" "),
  };
}

function ownFile() {
  for (const file of ["/etc/os-release", "/usr/lib/os-release"]) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      // Try the next file. macOS has neither.
    }
  }
  return "";
}
