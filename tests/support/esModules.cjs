// Runs a script of a test with the project's ES modules: `node tests/support/esModules.cjs SCRIPT [WORD …]`, or
// `node --require tests/support/esModules.cjs --eval CODE`. Each module becomes CommonJS when it is loaded first, which
// is kept: a process starts in a quarter of the time that it takes with tsx. A script may have imports at the start of
// its lines, and await anywhere.
"use strict";
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, resolve } = require("node:path");
const process = require("node:process");
const { pathToFileURL } = require("node:url");
const { version } = require("esbuild/package.json");
const late = require("../../setup/lateModules.cjs");

const cache = join(module.path, "../../node_modules/.cache/ipvs-lab-tests");
const options = {
  ...require("../../setup/esbuildOptions.cjs"),
  supported: { "dynamic-import": false },
  define: { "import.meta.dirname": "__dirname", "import.meta.url": "module.url" },
};
const salt = version + JSON.stringify(options);

function compiled(source, sourcefile) {
  const kept = join(
    cache,
    `${createHash("sha256")
      .update(salt + source)
      .digest("hex")}.js`,
  );
  if (existsSync(kept)) {
    return readFileSync(kept, "utf8");
  }
  const { code } = require("esbuild").transformSync(source, { ...options, sourcefile });
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, code);
  renameSync(`${kept}.${process.pid}`, kept);
  return code;
}

require.extensions[".ts"] = (module, path) => {
  module.url = pathToFileURL(path).href;
  module._compile(compiled(readFileSync(path, "utf8"), path), path);
};

// A module is imported by the name that its JavaScript would have.
const { _load: load, _resolveFilename: resolveFilename } = Module;
Module._resolveFilename = function (request, parent, ...others) {
  const source =
    /^\.{0,2}\/.*\.js$/.test(request) && parent?.filename
      ? resolve(dirname(parent.filename), request.replace(/js$/, "ts"))
      : "";
  return existsSync(source) ? source : resolveFilename.call(this, request, parent, ...others);
};

// With tsx the sources load the components, which are CommonJS: here they are anyway.
const components = { require: (path, from) => Module.createRequire(from)(path) };
Module._load = function (request, ...others) {
  if (request === "tsx/cjs/api") {
    return components;
  }
  return load.call(this, late.test(request) ? require.resolve("./unused.cjs") : request, ...others);
};

/** A script as CommonJS. */
function run(file) {
  const named = (names) => `{${names.replace(/(\w+) as (\w+)/g, "$1: $2")}}`;
  const body = readFileSync(file, "utf8")
    .replace(/^\s*import \* as (\w+) from ("[^"]*");/gm, "const $1 = require($2);")
    .replace(/^\s*import \{([^}]*)\} from ("[^"]*");/gm, (_, names, from) => {
      return `const ${named(names.replace(/\btype \w+,?/g, ""))} = require(${from});`;
    })
    .replaceAll("import(", "load(");
  const code = `const load = async (path) => require(path);(async () => {${body}\n})();`;
  const script = new Module(file);
  script.filename = file;
  script.paths = Module._nodeModulePaths(dirname(file));
  script._compile(file.startsWith(module.path) ? compiled(code, file) : code, file);
}

if (require.main === module) {
  process.argv.splice(1, 1);
  run(resolve(process.argv[1]));
}
