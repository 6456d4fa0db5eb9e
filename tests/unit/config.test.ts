import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import * as zod from "zod";
import * as components from "../../components";
import * as validate from "../../components/args/validate";
import { Args, Case, casesOf, goodOf, messageOf } from "../support/refusals/cases";
import { contradictoryRouter, routed } from "../support/refusals/routerSettings";
import { contradictory, right, settings } from "../support/refusals/settings";

beforeAll(async () => {
  const nothing = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(nothing, "ipvs-lab", "dev");
});

/** As Pulumi hands a value on: a text as it is, all else as JSON. */
function written(value: unknown) {
  return typeof value === "string" ? value : JSON.stringify(value);
}

interface Config {
  lab: Args;
  localClients: (machine: string) => boolean;
  announcement: object;
}

/** Reads the settings as a program does at its start. */
function load(values: unknown): Config {
  const entries = Object.entries(values as Args).map(([key, value]) => [
    `ipvs-lab:${key}`,
    written(value),
  ]);
  const given = entries.filter(([, value]) => value !== undefined);
  pulumi.runtime.setAllConfig(Object.fromEntries(given) as Record<string, string>);
  let config: Config = { lab: {}, localClients: () => false, announcement: {} };
  jest.isolateModules(() => {
    // All but the settings themselves is loaded once.
    jest.doMock("@pulumi/pulumi", () => pulumi);
    jest.doMock("zod", () => zod);
    jest.doMock("../../components", () => components);
    jest.doMock("../../components/args/validate", () => validate);
    config = jest.requireActual("../../config");
  });
  return config;
}

function refusal(values: unknown): string {
  try {
    load(values);
  } catch (error) {
    return messageOf(error);
  }
  return "nothing was refused";
}

/** Whether YAML can say it, and it is not another way to write what is right. */
function isWrongInYaml({ at, args }: Case): boolean {
  const value = (args(right) as Args)[at.split(/[.[]/)[0] ?? ""];
  const kind = settings[at]?.kind;
  if (!canBeYaml(value) || !kind) {
    return canBeYaml(value);
  }
  // Where any text is right, every other word is one, too.
  const isText = kind.good.every((good) => typeof good === "string") && isWord(value);
  return !isText && !kind.good.map(written).includes(written(value));
}

function isWord(value: unknown): boolean {
  return value === null || ["number", "boolean"].includes(typeof value);
}

function canBeYaml(value: unknown): boolean {
  if (typeof value === "object" && value !== null) {
    const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
    return isPlain && Object.values(value).every(canBeYaml);
  }
  return typeof value === "number"
    ? Number.isFinite(value)
    : value === null || ["undefined", "string", "boolean"].includes(typeof value);
}

// A key that is misspelt is only warned of; see below.
const cases = casesOf(settings).filter(
  (c) => !(c.allowed.startsWith("no such") && !c.at.includes(".")) && isWrongInYaml(c),
);

test("settings without a mistake are accepted", () => {
  expect(load(right).lab).toMatchObject({ memory: 512, backend1: { weight: 1 } });
});

test.each(cases)(
  "$at: $what is refused with the key and what is allowed",
  ({ at, allowed, args }) => {
    const message = refusal(args(right));
    const start = `config ipvs-lab:${at}: `;
    expect(message.startsWith(start) ? start : message).toBe(start);
    expect(message).toContain(allowed);
    // Nothing else is blamed.
    expect(message.split("\n")).toHaveLength(1);
  },
);

test.each([...contradictory, ...contradictoryRouter])(
  "%s is refused with the key and what is allowed",
  (_, changed, message) => {
    expect(refusal({ ...right, ...changed })).toBe(`config ipvs-lab:${message}`);
  },
);

test.each(goodOf(settings))("$what is accepted", ({ args }) => {
  // Some methods leave a client out, which is said.
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  expect(load(args(right)).lab).toEqual(expect.anything());
  warn.mockRestore();
});

test("a lab with a router announces the address to it, from the directors' autonomous system", () => {
  expect(load({ ...right, ...routed }).announcement).toEqual({
    announce: { bgp: { asn: 65001, neighbors: [{ address: "10.10.10.4", asn: 65000 }] } },
  });
  expect(load(right).announcement).toEqual({});
});

test("every key of Pulumi.yaml is tried, and missing, of a wrong type, or out of range", () => {
  const file = readFileSync(join(__dirname, "../../Pulumi.yaml"), "utf8");
  const { config } = parse(file) as { config: Args };
  expect(Object.keys(settings).sort()).toEqual(Object.keys(config).sort());
  for (const key of Object.keys(config)) {
    const ofKey = cases.filter(({ at }) => at === key).map(({ what }) => what);
    expect(ofKey.includes("missing")).toBe(settings[key]?.optional === false);
    expect(cases.filter(({ at }) => at.startsWith(key)).length).toBeGreaterThan(3);
  }
});

test.each(["redirect", "check"])("an empty object is no %s, as is nothing", (key) => {
  for (const none of [{}, undefined]) {
    expect(load({ ...right, [key]: none }).lab[key]).toBeUndefined();
  }
});

test("all mistakes are reported at once, each with its key", () => {
  expect(refusal({ ...right, port: 0, scheduler: "fastest", memory: undefined })).toBe(
    [
      "config ipvs-lab:memory: missing; it must be a whole number from 256 to 65536",
      "config ipvs-lab:port: 0 is not a whole number from 1 to 65535",
      `config ipvs-lab:scheduler: "fastest" is not one of ${components.schedulers.join(", ")}`,
    ].join("\n"),
  );
});

test("a key that the lab does not know is warned of", () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  load({ ...right, schedular: "wrr" });
  expect(warn.mock.calls).toEqual([
    [
      `config ipvs-lab:schedular: the lab has no such setting; it has ${Object.keys(right).join(", ")}`,
    ],
  ]);
  warn.mockRestore();
});

test.each(["gate", "ipip"])(
  "with %s the first backend's machine makes no requests, which is warned of",
  (forwarding) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const config = load({ ...right, forwarding });
    expect(config.lab).toMatchObject({ clients: ["machine1"] });
    expect(config.localClients("machine1")).toBe(true);
    expect(warn.mock.calls).toEqual([
      [
        `config ipvs-lab:clients: machine2 makes no requests: with forwarding ${forwarding} it has 10.10.10.100 itself, and its requests would not leave it`,
      ],
    ]);
    expect(load({ ...right, forwarding, clients: [] }).localClients("machine1")).toBe(false);
    const masquerade = load(right);
    expect(masquerade.lab).toMatchObject({ clients: ["machine1", "machine2"] });
    expect(masquerade.localClients("machine1")).toBe(false);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  },
);
