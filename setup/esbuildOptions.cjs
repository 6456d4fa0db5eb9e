// How esbuild makes CommonJS of this project's TypeScript: for programs (loadTypeScript.cjs), and for the tests.
"use strict";

module.exports = {
  ...{ loader: "ts", format: "cjs", platform: "node", target: "node20" },
  tsconfigRaw: { compilerOptions: { target: "ES2022" } },
};
