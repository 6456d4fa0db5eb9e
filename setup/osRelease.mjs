// Which system this is, of the file os-release that every distribution has. JavaScript, as bootstrap.mjs needs it
// before there is anything to compile with, and free of what Node.js 16 does not know.
import { readFileSync } from "node:fs";

/**
 * @param text The file's content; by default this system's own.
 * @returns id ("debian"), the ids of the systems that it is like, its version ("13") and its name for people
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
    // Testing has no number.
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
      // The other one, or none: macOS has neither.
    }
  }
  return "";
}
