import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluated } from "../../support/evaluate";

jest.setTimeout(60_000);

let empty: string;
let withVagrant: string;
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), "ipvs-lab-driver-"));
  withVagrant = mkdtempSync(join(tmpdir(), "ipvs-lab-driver-"));
  symlinkSync("/bin/true", join(withVagrant, "vagrant"));
});
afterAll(() => {
  rmSync(empty, { recursive: true });
  rmSync(withVagrant, { recursive: true });
});

test("the driver depends on packages where nobody chose one and Vagrant is not installed", async () => {
  // A stack that has neither settings nor machines.
  const depends = (PATH: string, IPVS_LAB_DRIVER = "") =>
    evaluated("setup/driver.ts", 'm.dependsOnPackages("none")', { PATH, IPVS_LAB_DRIVER });
  expect(await depends(empty)).toBe(true);
  expect(await depends(withVagrant)).toBe(false);
  expect(await depends(empty, "qemu")).toBe(false);
  expect(await depends(empty, "vagrant")).toBe(false);
});
