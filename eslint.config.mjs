import eslint from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import prettier from "eslint-config-prettier";
import { createNodeResolver, importX } from "eslint-plugin-import-x";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

/** Rooms from below to above: each imports from those before it alone. Those in one entry know nothing of each other. */
const floors = [
  ["components/args"],
  ["components/ipvs", "components/ssh"],
  ["components/drift"],
  ["components/kinds"],
  ["components/host"],
  ["components/keepalived"],
  ["components/director"],
  ["components/bgp"],
  ["components/vip"],
  ["components/backends"],
  ["components/service"],
  ["components/router", "components/table", "components/nat", "components/proof"],
  ["components/index.ts"],
  ["policy", "plugin"],
  ["providers/protocol"],
  ["providers/command", "providers/vagrant", "providers/qemu", "providers/language"],
  ["providers/early"],
  ["config"],
  ["config.ts"],
  ["machine.ts"],
  ["index.ts"],
  ["lab"],
  ["setup", "report", "watch"],
  ["tools"],
  ["cli"],
  ["tests"],
];

/** For each room the rooms that it may not import from: those beside it and above it. */
const zones = floors.slice(0, -1).flatMap((floor, height) =>
  floor.map((room) => ({
    target: `./${room}`,
    from: [...floor.filter((other) => other !== room), ...floors.slice(height + 1).flat()].map(
      (other) => `./${other}`,
    ),
  })),
);

export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "sdks",
      "lib",
      "reports",
      ".state",
      ".vagrant*",
      "coverage",
      "artifacts",
    ],
  },
  eslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-in-template-literal": "error",
      // Resources are registered by being constructed; many need no name.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    // Declarations of .mjs files, and programs that tests start: no tsconfig has them.
    files: ["**/*.mts"],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
  },
  {
    files: ["**/*.ts", "**/*.tsx", "**/*.mjs", "**/*.mts"],
    plugins: { "import-x": importX },
    settings: {
      // The SDK of @pulumi/vagrant, which npm links into node_modules.
      "import-x/external-module-folders": ["node_modules", "sdks"],
      "import-x/extensions": [".ts", ".tsx", ".mts", ".mjs"],
      "import-x/resolver-next": [
        createNodeResolver({
          extensions: [".ts", ".tsx", ".mts", ".mjs", ".js", ".json"],
          extensionAlias: { ".js": [".ts", ".tsx", ".js"], ".mjs": [".mjs", ".mts"] },
        }),
      ],
    },
    rules: {
      "import-x/no-cycle": ["error", { ignoreExternal: true }],
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones }],
      "import-x/order": [
        "error",
        {
          groups: ["builtin", "external", "parent", "sibling", "index"],
          "newlines-between": "never",
          alphabetize: { order: "asc", caseInsensitive: true },
        },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  { files: ["tests/**/*.ts", "**/*.test.ts"], ...jest.configs["flat/recommended"] },
  {
    // The matrix is made of tables: a case's judge and a scheduler's expected distribution are what a test runs.
    files: ["tests/kernel/**/*.ts"],
    rules: {
      "jest/no-standalone-expect": "off",
      "jest/no-conditional-expect": "off",
      "jest/expect-expect": "off",
    },
  },
  {
    // Waiting until a page shows something is what a test of it expects.
    files: ["tests/browser/*.ts"],
    rules: { "jest/expect-expect": "off" },
  },
  {
    // A program's judge is what a test runs.
    files: ["tests/rest/*.ts"],
    rules: { "jest/no-standalone-expect": "off", "jest/expect-expect": "off" },
  },
  prettier,
);
