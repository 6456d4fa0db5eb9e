// The check of Node.js' version. It is JavaScript that an old Node.js understands, or nobody would see the message.
import { osRelease } from "./osRelease.mjs";

/** The oldest version that the project runs on. */
const [oldestMajor, oldestMinor] = [20, 19];
/** The version to suggest: one with long-term support. */
const offered = 24;

/**
 * The message for a Node.js that is too old.
 * @param version The version that runs: "18.19.0".
 * @param words The command as typed: ["start"], or a script's name and its arguments.
 * @param release The system (osRelease.mjs).
 * @returns A text that tells how to get a newer version on this system; undefined when the version is new enough.
 */
export function tooOld(version, words, release = osRelease()) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return undefined;
  }
  const need = `ipvs-lab needs Node.js ${oldestMajor}.${oldestMinor} or later; this is ${version}.`;
  // npm's package of Node.js fits neither Alpine's C library nor macOS.
  if (release.id === "alpine" || release.id === "") {
    const how = release.id === "alpine" ? "apk add nodejs npm" : "https://nodejs.org/en/download";
    return `${need} A newer one: ${how}`;
  }
  const where = release.name ? `On ${release.name} this` : "This";
  return `${need} ${where} runs the same with a newer one, from npm's package "node":\n  npm exec --yes --package=node@${offered} -- ${commandOf(words)}`;
}

/** The npm command as typed: "npm start", "npm run ssh -- machine1". */
function commandOf([script = "start", ...words]) {
  const npm = script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
  const quoted = words.map((word) =>
    /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`,
  );
  return [npm, ...(quoted.length > 0 ? ["--", ...quoted] : [])].join(" ");
}
