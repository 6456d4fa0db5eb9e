import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { policies } from "../../../policy/policies";

const root = join(__dirname, "../../..");
const folder = join(root, "policy/examples");
const levels = ["advisory", "mandatory", "remediate", "disabled"];

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

/** The whole of a file for --policy-pack-config, as a JSON schema. */
function configSchema() {
  const level: JsonSchema = { type: "string", enum: levels };
  const entries = policies.map((policy) => [
    policy.name,
    {
      anyOf: [
        level,
        {
          type: "object",
          properties: { enforcementLevel: level, ...policy.configSchema?.properties },
          additionalProperties: false,
        },
      ],
    },
  ]);
  return z.fromJSONSchema({
    type: "object",
    properties: { all: level, ...(Object.fromEntries(entries) as Record<string, JsonSchema>) },
    additionalProperties: false,
  });
}

/** Why a configuration is wrong; nothing if it is right. */
function wrong(config: unknown): string | undefined {
  return configSchema().safeParse(config).error?.message;
}

test.each(readdirSync(folder))("%s names only policies and parameters that exist", (file) => {
  expect(wrong(JSON.parse(readFileSync(join(folder, file), "utf8")))).toBeUndefined();
});

test.each([
  ["a policy that does not exist", { "allowed-port": "advisory" }],
  ["a parameter that does not exist", { "allowed-ports": { port: ["80"] } }],
  ["a value of the wrong type", { "minimum-members": { members: "3" } }],
  ["a port that is none", { "allowed-ports": { ports: ["http"] } }],
  ["a level that does not exist", { "allowed-ports": { enforcementLevel: "strict" } }],
  ["an empty list of networks", { "allowed-networks": { vips: [] } }],
])("%s is found in a configuration", (_, config) => {
  expect(wrong(config)).toBeDefined();
});

test("every default fits the schema that it stands in", () => {
  const defaults = policies.map((policy) => [
    policy.name,
    Object.fromEntries(
      Object.entries(policy.configSchema?.properties ?? {}).map(([key, p]) => [key, p.default]),
    ),
  ]);
  expect(wrong(Object.fromEntries(defaults))).toBeUndefined();
});

test("every parameter has a type, a description and a default", () => {
  for (const policy of policies) {
    for (const parameter of Object.values(policy.configSchema?.properties ?? {})) {
      expect(parameter).toEqual(
        expect.objectContaining({
          type: expect.any(String) as unknown,
          description: expect.stringMatching(/\.$/) as unknown,
          default: expect.anything() as unknown,
        }),
      );
    }
  }
});

test("policies have different names and each its own level", () => {
  const names = policies.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(policies.every(({ enforcementLevel = "" }) => levels.includes(enforcementLevel))).toBe(
    true,
  );
});

test("the documentation's table has every policy with its level and parameters", () => {
  const text = readFileSync(join(root, "docs/policies.md"), "utf8");
  const rows = text
    .split("\n")
    .filter((line) => /^\| `[a-z-]+` /.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name = "", , level, parameters = ""]) => ({
      name: name.replaceAll("`", ""),
      level,
      parameters: [...parameters.matchAll(/`(\w+)`/g)].map(([, parameter]) => parameter),
    }));
  expect(rows).toEqual(
    policies.map((policy) => ({
      name: policy.name,
      level: policy.enforcementLevel,
      parameters: Object.keys(policy.configSchema?.properties ?? {}),
    })),
  );
});
