import late from "./setup/lateModules.cjs";

const common = {
  transform: {
    "^.+\\.ts$": "<rootDir>/tests/support/transform.cjs",
  },
  // Pulumi's SDK keeps state on the global object across test files.
  testEnvironmentOptions: { globalsCleanup: "off" },
  // The SDK's build copies its package.json beside itself.
  modulePathIgnorePatterns: ["<rootDir>/sdks/vagrant/bin/package.json"],
  testPathIgnorePatterns: ["/node_modules/", "/sdks/", "/.state/"],
};

export default {
  projects: [
    {
      ...common,
      displayName: "unit",
      // Every test file loads Pulumi's SDK anew.
      moduleNameMapper: {
        [late.source]: "<rootDir>/tests/support/unused.cjs",
      },
      setupFilesAfterEnv: ["<rootDir>/tests/support/timeout.ts"],
      testMatch: [
        "<rootDir>/tests/unit/**/*.test.ts",
        "<rootDir>/tests/cases/!(kernel)/**/*.test.ts",
      ],
    },
    {
      ...common,
      displayName: "browser",
      testMatch: ["<rootDir>/tests/browser/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/tests/browser/timeout.ts"],
    },
    {
      ...common,
      displayName: "language",
      testMatch: ["<rootDir>/tests/language/**/*.test.ts"],
    },
    {
      ...common,
      displayName: "official",
      testMatch: ["<rootDir>/tests/official/**/*.test.ts", "<rootDir>/tests/language/**/*.test.ts"],
    },
    {
      ...common,
      displayName: "registry",
      testMatch: ["<rootDir>/tests/registry/**/*.test.ts"],
    },
    {
      ...common,
      displayName: "lab",
      testMatch: ["<rootDir>/tests/lab/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/tests/lab/timeout.ts"],
    },
    {
      ...common,
      displayName: "kernel",
      testMatch: [
        "<rootDir>/tests/kernel/**/*.test.ts",
        "<rootDir>/tests/cases/kernel/**/*.test.ts",
      ],
      setupFilesAfterEnv: ["<rootDir>/tests/lab/timeout.ts"],
    },
    {
      ...common,
      displayName: "cuts",
      testMatch: ["<rootDir>/tests/cuts/**/*.test.ts"],
      setupFilesAfterEnv: ["<rootDir>/tests/lab/timeout.ts"],
    },
    {
      ...common,
      displayName: "rest",
      testMatch: ["<rootDir>/tests/rest/**/*.test.ts"],
    },
    {
      ...common,
      displayName: "runtimes",
      testMatch: ["<rootDir>/tests/runtimes/**/*.test.ts"],
    },
  ],
};
