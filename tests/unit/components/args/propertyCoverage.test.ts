import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import {
  announcementProperties,
  bfdProperties,
  bgpProperties,
  neighborProperties,
} from "../../../support/refusals/announcementKinds";
import { Properties } from "../../../support/refusals/cases";
import { checkProperties, sorryServerProperties } from "../../../support/refusals/checkKinds";
import {
  machineProperties,
  loginProperties,
  sharedAddressProperties,
  sshProperties,
  table,
} from "../../../support/refusals/components";
import { syncDaemonProperties, timeoutsProperties } from "../../../support/refusals/directorKinds";
import {
  persistenceProperties,
  plainRealServerProperties,
  tableRealServerProperties,
  tableServiceProperties,
  tunnelProperties,
} from "../../../support/refusals/serviceKinds";

const root = join(__dirname, "../../../..");

/** The interfaces and classes of a TypeScript file. */
function declarations(file: string) {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  return {
    interfaces: source.statements.filter(ts.isInterfaceDeclaration),
    classes: source.statements.filter(ts.isClassDeclaration),
  };
}

const sources = readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => declarations(`components/${file}`));
const interfaces = new Map(
  [...sources, declarations("sdks/vagrant/machine.ts")]
    .flatMap((source) => source.interfaces)
    .map((declaration) => [declaration.name.text, declaration]),
);

/** "port?" for each property of an interface, inherited ones included. */
function propertiesOf(name: string): string[] {
  const declaration = interfaces.get(name);
  if (!declaration) {
    throw new Error(`no interface ${name}`);
  }
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => [...types]);
  return [
    ...declaration.members.map(
      (m) =>
        `${m.name?.getText() ?? ""}${m.kind === ts.SyntaxKind.PropertySignature && (m as ts.PropertySignature).questionToken ? "?" : ""}`,
    ),
    ...bases.flatMap(({ expression }) => propertiesOf(expression.getText())),
  ];
}

function tried(properties: Properties): string[] {
  return Object.entries(properties).map(([name, { optional }]) => `${name}${optional ? "?" : ""}`);
}

test("every component is tried", () => {
  const components = sources
    .flatMap(({ classes }) => classes)
    .filter((c) => c.heritageClauses?.some((h) => h.getText().includes("ComponentResource")))
    .map((c) => c.name?.text);
  expect(components.length).toBeGreaterThan(0);
  expect(table.map(({ type }) => type.name).sort()).toEqual(components.sort());
});

const all: [string, Properties][] = [
  ...table.map(({ type, properties }): [string, Properties] => [`${type.name}Args`, properties]),
  ["SshArgs", sshProperties],
  ["SshLoginArgs", loginProperties],
  ["SharedAddressArgs", sharedAddressProperties],
  ["Announcement", announcementProperties],
  ["BgpAnnouncement", bgpProperties],
  ["BgpNeighbor", neighborProperties],
  ["BfdTimers", bfdProperties],
  ["MachineArgs", machineProperties],
  ["Tunnel", tunnelProperties],
  ["TableService", tableServiceProperties],
  ["TableRealServer", tableRealServerProperties],
  ["PlainRealServer", plainRealServerProperties],
  ["Persistence", persistenceProperties],
  ["Timeouts", timeoutsProperties],
  ["SyncDaemon", syncDaemonProperties],
  ["Check", checkProperties],
  ["SorryServer", sorryServerProperties],
];

test.each(all)(
  "every property of %s is tried, and missing where it is required",
  (name, properties) => {
    expect(tried(properties).sort()).toEqual(propertiesOf(name).sort());
  },
);

test("there are no arguments besides", () => {
  const shared = ["WebServerArgs"];
  const known = [...all.map(([name]) => name), ...shared].filter((name) => name.endsWith("Args"));
  expect([...interfaces.keys()].filter((name) => name.endsWith("Args")).sort()).toEqual(
    known.sort(),
  );
});
