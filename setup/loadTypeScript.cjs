// Lets Node.js load this project's TypeScript: `node --require setup/loadTypeScript.cjs FILE`. It does not check types:
// `npm run lint` and the editor do that. Compiled files are cached until their source changes. tsx does the same, but
// also reads every JavaScript file at each start of a provider.
"use strict";
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const process = require("node:process");
const { version } = require("esbuild/package.json");

const cache = join(dirname(dirname(module.filename)), "node_modules/.cache/ipvs-lab-typescript");
const options = { ...require("./esbuildOptions.cjs"), sourcemap: "inline" };
const salt = version + JSON.stringify(options);

require.extensions[".ts"] = (module, path) => {
  module._compile(compiled(path), path);
};
// Stack traces name the lines of the sources.
const { install, wrapCallSite } = require("source-map-support");
install({
  ...{ environment: "node", hookRequire: false },
  retrieveFile: (path) => (path.endsWith(".ts") ? compiled(path) : null),
});
// Pulumi takes a trace for each resource, and most places come up in all of them.
const places = new Map();
Error.prepareStackTrace = (error, frames) =>
  [Error.prototype.toString.call(error), ...frames.map((frame) => `    at ${placeOf(frame)}`)].join(
    "\n",
  );

/** Where a frame is in the sources, looked up once for each place in the compiled files. */
function placeOf(frame) {
  const place = String(frame);
  if (!places.has(place)) {
    places.set(place, String(wrapCallSite(frame)));
  }
  return places.get(place);
}

/** A source compiled to JavaScript. Its first line is a digest of the source and the options. */
function compiled(path) {
  const source = readFileSync(path, "utf8");
  const banner = `// ${digest(salt + source)}`;
  const kept = join(cache, `${digest(path)}.js`);
  const before = unlessFailing(() => readFileSync(kept, "utf8"));
  if (before?.startsWith(`${banner}\n`)) {
    return before;
  }
  const { code } = require("esbuild").transformSync(source, {
    ...options,
    banner,
    sourcefile: path,
  });
  // Without a writable cache, each start compiles again.
  unlessFailing(() => {
    mkdirSync(cache, { recursive: true });
    const unfinished = `${kept}.${process.pid}`;
    writeFileSync(unfinished, code);
    renameSync(unfinished, kept);
  });
  return code;
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

function unlessFailing(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
