import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { places } from "../../../providers/qemu/network/places";
import { evaluated } from "../../support/evaluate";

const root = join(__dirname, "../../..");
let shapes: { name: string; stack: string }[];

beforeAll(async () => {
  const expression = "m.shapeNames.map((name) => ({ name, stack: m.stackOf(name) }))";
  shapes = (await evaluated("lab/shapes.ts", expression)) as typeof shapes;
});

interface Machine {
  address: string;
  sshPort: number;
  tunnelPort: number;
  switchPort: number;
}

function machinesOf(stack: string): Record<string, Machine> {
  const text = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(text) as { config: Record<string, Record<string, Machine>> };
  return config["ipvs-lab:machines"] ?? {};
}

test("each shape's settings are there, and help has a line for each", async () => {
  expect(shapes.map(({ name }) => name)).toContain("workshop");
  const lines = await evaluated("lab/shapes.ts", "m.shapeLines()");
  for (const { name, stack } of shapes) {
    expect(readdirSync(root)).toContain(`Pulumi.${stack}.yaml`);
    expect(lines).toContain(`  ${name} `);
  }
});

test("labs of all shapes can be up at once: no two machines have a port in common", () => {
  const ports = shapes.flatMap(({ stack }) => {
    const placed = places(machinesOf(stack));
    return typeof placed === "string"
      ? [placed]
      : [...placed.values()].flatMap(({ sshPort, tunnelPort, framesTo, hasSwitch }) => [
          `TCP ${sshPort}`,
          `UDP ${tunnelPort}`,
          ...(hasSwitch ? [`UDP ${framesTo}`] : []),
        ]);
  });
  expect(ports).toEqual([...new Set(ports)]);
  expect(ports.length).toBeGreaterThan(30);
});
