// Makes JavaScript of this project's TypeScript for jest. It checks no types: `npm run lint` does. An import() becomes
// a require(), so that jest can load a module late. Nothing is hoisted: jest.doMock does what jest.mock would.
"use strict";
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { transformSync, version } = require("esbuild");

const options = {
  ...require("../../setup/esbuildOptions.cjs"),
  ...{ sourcemap: true, sourcesContent: false, supported: { "dynamic-import": false } },
};
const salt = version + JSON.stringify(options) + readFileSync(module.filename, "utf8");

module.exports = {
  getCacheKey(source, path, { configString }) {
    return createHash("sha256").update([salt, configString, path, source].join("\0")).digest("hex");
  },
  process(source, path) {
    if (/^\s*jest\.(un)?mock\(/m.test(source)) {
      throw new Error(
        `${path}: jest.mock is not hoisted here: use jest.doMock, then import() or require`,
      );
    }
    return transformSync(source, { ...options, sourcefile: path });
  },
};
