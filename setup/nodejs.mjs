// Whether this Node.js is new enough. JavaScript that an old one understands, or nobody would read the answer.
import { osRelease } from "./osRelease.mjs";

/** The oldest that the project runs on. */
const [oldestMajor, oldestMinor] = [20, 19];
/** The one that is offered: supported for long. */
const offered = 24;

/**
 * @param version What runs: "18.19.0".
 * @param words What was typed: ["start"], or a script's name and its arguments.
 * @param release The system (osRelease.mjs).
 * @returns undefined where it is new enough; else how to get a newer one on this very system
 */
export function tooOld(version, words, release = osRelease()) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return undefined;
  }
  const need = `ipvs-lab needs Node.js ${oldestMajor}.${oldestMinor} or later; this is ${version}.`;
  // Alpine's C library is another one, and macOS another system, than npm's package is for.
  if (release.id === "alpine" || release.id === "") {
    const how = release.id === "alpine" ? "apk add nodejs npm" : "https://nodejs.org/en/download";
    return `${need} A newer one: ${how}`;
  }
  const where = release.name ? `On ${release.name} this` : "This";
  return `${need} ${where} runs the same with a newer one, from npm's package "node":\n  npm exec --yes --package=node@${offered} -- ${commandOf(words)}`;
}

/** "npm start", "npm run ssh -- machine1". */
function commandOf([script = "start", ...words]) {
  const npm = script === "start" || script === "test" ? `npm ${script}` : `npm run ${script}`;
  const quoted = words.map((word) =>
    /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`,
  );
  return [npm, ...(quoted.length > 0 ? ["--", ...quoted] : [])].join(" ");
}
