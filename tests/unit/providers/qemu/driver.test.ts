import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driverOf, machinesOf } from "../../../../providers/qemu/driver";

let folder: string;
const { PATH, IPVS_LAB_DRIVER } = process.env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "driver-"));
  process.env.PATH = join(folder, "bin");
  mkdirSync(join(folder, "bin"));
  delete process.env.IPVS_LAB_DRIVER;
});
afterEach(() => {
  Object.assign(process.env, { PATH });
  if (IPVS_LAB_DRIVER !== undefined) {
    process.env.IPVS_LAB_DRIVER = IPVS_LAB_DRIVER;
  }
  rmSync(folder, { recursive: true });
});

function installVagrant(): void {
  writeFileSync(join(folder, "bin/vagrant"), "");
  chmodSync(join(folder, "bin/vagrant"), 0o755);
}

test("Vagrant is taken where it is, QEMU alone where not", () => {
  expect(driverOf(folder, "dev")).toBe("qemu");
  installVagrant();
  expect(driverOf(folder, "dev")).toBe("vagrant");
});

test("machines that QEMU runs stay with it when Vagrant comes, those of other stacks do not", () => {
  installVagrant();
  mkdirSync(join(folder, machinesOf("qemu", "dev").environment.VAGRANT_DOTFILE_PATH ?? ""), {
    recursive: true,
  });
  expect(driverOf(folder, "dev")).toBe("qemu");
  expect(driverOf(folder, "other")).toBe("vagrant");
});

test("the setting decides, and the variable before it", () => {
  installVagrant();
  expect(driverOf(folder, "dev", "qemu")).toBe("qemu");
  process.env.IPVS_LAB_DRIVER = "vagrant";
  expect(driverOf(folder, "dev", "qemu")).toBe("vagrant");
});

test("a driver that does not exist is refused where it was given", () => {
  expect(() => driverOf(folder, "dev", "xen")).toThrow(
    'ipvs-lab:driver: "xen" is no driver; there are auto, vagrant, qemu',
  );
  process.env.IPVS_LAB_DRIVER = "kvm";
  expect(() => driverOf(folder, "dev", "qemu")).toThrow('IPVS_LAB_DRIVER: "kvm" is no driver');
});
