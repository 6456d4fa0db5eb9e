import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { evaluated } from "../../support/evaluate";

/** A Vagrant that prints its words, or what a test has it say. */
function vagrant(script: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-power-"));
  writeFileSync(join(folder, "vagrant"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "vagrant"), 0o755);
  return {
    PATH: `${folder}${delimiter}${process.env.PATH ?? ""}`,
    IPVS_LAB_DRIVER: "vagrant",
  };
}

const status = [
  "1,machine1,metadata,provider,libvirt",
  "1,machine1,provider-name,libvirt",
  "1,machine1,state,running",
  "1,machine2,state,shutoff",
  "1,machine3,state,running",
  "1,,ui,info,Current machine states",
];

test("the machines that are on are those that the driver says run", async () => {
  const script = `[ "$*" = "status --machine-readable" ] && printf '%s\\n' ${status.map((l) => `'${l}'`).join(" ")}`;
  const on = "m.poweredOn('pair').then((all) => [...all])";
  expect(await evaluated("lab/machines.ts", on, vagrant(script))).toEqual(["machine1", "machine3"]);
});

test.each([
  ["on", "up machine2"],
  ["off", "halt machine2"],
])("a machine is turned %s by the driver", async (to, words) => {
  const script = `echo "$* of $IPVS_LAB_STACK"; exit 1`;
  const turn = `m.turn('pair', 'machine2', '${to}')`;
  expect(await evaluated("lab/machines.ts", turn, vagrant(script))).toBe(`${words} of pair`);
});
