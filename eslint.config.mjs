import eslint from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import prettier from "eslint-config-prettier";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

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
    files: ["**/*.mjs"],
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly" } },
  },
  { files: ["tests/**/*.ts", "**/*.test.ts"], ...jest.configs["flat/recommended"] },
  {
    // The matrix is made of tables: a case's judge and a scheduler's promise are what a test runs.
    files: ["tests/kernel/*.ts"],
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
