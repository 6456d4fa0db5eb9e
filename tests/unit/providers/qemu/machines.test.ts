import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { madeFrom, usualBox } from "../../../../providers/qemu/boxes";
import { Monitor } from "../../../../providers/qemu/process/monitor";

jest.setTimeout(60_000);

const program = join(__dirname, "../../../../providers/qemu/machines");
const address = { address: "10.10.10.1", sshPort: 1, tunnelPort: 2 };
const two = { one: address, two: { ...address, address: "10.10.10.2" } };
const rest = { memory: 512, interface: "enp0s8", prefix: 24 };
let folder: string;
let ports: number[];
beforeEach(async () => {
  // A name that no part may read as anything else.
  folder = mkdtempSync(join(tmpdir(), "qemu, 50% ü "));
  ports = await Promise.all([1, 2, 3, 4].map(freePort));
  const [sshPort, tunnelPort, otherSsh, otherTunnel] = ports;
  const machines = {
    one: { address: "10.10.10.1", sshPort, tunnelPort },
    two: { address: "10.10.10.2", sshPort: otherSsh, tunnelPort: otherTunnel },
  };
  settings({ machines, memory: "512", interface: "enp0s8", prefix: "24" });
  build(usualBox, "01234567");
});
afterEach(async () => {
  await machines("destroy", "--force");
  rmSync(folder, { recursive: true });
});

/** A box as set-up leaves it in the cache; each file says what it is. */
function build(name: string, id: string, text = ""): void {
  const boxes = join(folder, "cache/ipvs-lab/box");
  mkdirSync(join(boxes, id), { recursive: true });
  writeFileSync(join(boxes, `current-${name}`), `ipvs-lab/${name}-${id}\n`);
  for (const file of ["disk.qcow2", "vmlinuz", "initrd"]) {
    writeFileSync(join(boxes, id, file), `${file}${text}`);
  }
}

function settings(values: Record<string, unknown>): void {
  const config = new Map(
    Object.entries(values).map(([key, value]) => [`ipvs-lab:${key}`, value] as const),
  );
  writeFileSync(join(folder, "Pulumi.dev.yaml"), stringify({ config }));
}

const ownFolder = (name: string) => join(folder, ".state/machines/dev/machines", name, "qemu");
const own = (file: string, name = "one") => join(ownFolder(name), file);

/** Runs the program: its exit status, and both outputs together. */
function machines(...args: string[]): Promise<{ code: number; said: string }> {
  return withBox("", ...args);
}

function withBox(box: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const env = {
    ...process.env,
    PATH: [join(__dirname, "../../../support/qemu/fake"), process.env.PATH].join(delimiter),
    XDG_CACHE_HOME: join(folder, "cache"),
    IPVS_LAB_STACK: "dev",
    IPVS_LAB_BOX: box,
    VAGRANT_DOTFILE_PATH: ".state/machines/dev",
  };
  return new Promise((resolve) => {
    execFile(program, args, { cwd: folder, env }, (error, stdout, stderr) => {
      const status: unknown = error?.code ?? 0;
      resolve({ code: Number(status), said: stdout + stderr });
    });
  });
}

/** Shows what was said where it is not so. */
const succeeded = { code: 0, said: expect.any(String) as string };

async function states(): Promise<string[]> {
  const { said } = await machines("status", "--machine-readable");
  return [...said.matchAll(/^\d+,(\w+),state,(\w+)$/gm)].map(
    ([, name, state]) => `${name} ${state}`,
  );
}

/** False for a process that has ended and that nobody has taken note of. */
function isRunning(pid: string): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, "utf8") !== "";
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("machines are made, shut down, started again and taken away", async () => {
  expect(await states()).toEqual(["one not_created", "two not_created"]);
  expect(await machines("up")).toEqual(succeeded);
  expect(await states()).toEqual(["one running", "two running"]);
  const id = readFileSync(own("id"), "utf8");
  const pid = readFileSync(own("qemu.pid"), "utf8");
  // Running already: nothing is done.
  expect(await machines("up", "one")).toEqual(succeeded);
  expect(readFileSync(own("qemu.pid"), "utf8")).toBe(pid);
  expect(await machines("halt", "one")).toEqual(succeeded);
  expect(await states()).toEqual(["one halted", "two running"]);
  expect(await machines("reload", "one")).toEqual(succeeded);
  expect(await states()).toEqual(["one running", "two running"]);
  expect(readFileSync(own("id"), "utf8")).toBe(id);
  expect(await machines("destroy", "--force")).toEqual(succeeded);
  expect(await states()).toEqual(["one not_created", "two not_created"]);
  expect(existsSync(join(folder, ".state/machines/dev"))).toBe(false);
  expect(isRunning(pid.trim())).toBe(false);
});

test("a switch joins more than two machines until the last of them is taken away", async () => {
  const more = await Promise.all([1, 2, 3, 4, 5].map(freePort));
  const [sshPort, tunnelPort, ...switchPorts] = more;
  const all = {
    one: { address: "10.10.10.1", sshPort: ports[0], tunnelPort: ports[1] },
    two: { address: "10.10.10.2", sshPort: ports[2], tunnelPort: ports[3] },
    three: { address: "10.10.10.3", memory: 256, sshPort, tunnelPort },
  };
  const machinesOfThree = Object.entries(all).map(
    ([name, machine], i) => [name, { ...machine, switchPort: switchPorts[i] }] as const,
  );
  settings({ machines: Object.fromEntries(machinesOfThree), ...rest });
  expect(await machines("up")).toEqual(succeeded);
  const words = (folder: string) =>
    (JSON.parse(readFileSync(join(folder, "arguments.json"), "utf8")) as string[]).join(" ");
  for (const [name, { tunnelPort: own, switchPort }] of machinesOfThree) {
    const network = `udp=127.0.0.1:${switchPort},localaddr=127.0.0.1:${own}`;
    expect(words(ownFolder(name))).toContain(`socket,id=lab,${network}`);
  }
  expect(words(ownFolder("three"))).toContain("-m 256");
  const folderOfSwitch = join(folder, ".state/machines/dev/switch");
  for (const [i, [, { tunnelPort: own, switchPort }]] of machinesOfThree.entries()) {
    const network = `udp=127.0.0.1:${own},localaddr=127.0.0.1:${switchPort}`;
    expect(words(folderOfSwitch)).toContain(`socket,id=machine${i},${network}`);
  }
  const pid = readFileSync(join(folderOfSwitch, "qemu.pid"), "utf8").trim();
  await machines("destroy", "--force", "one", "two");
  // A machine that comes back finds the same switch.
  expect(isRunning(pid)).toBe(true);
  expect(await machines("up", "one")).toEqual(succeeded);
  expect(readFileSync(join(folderOfSwitch, "qemu.pid"), "utf8").trim()).toBe(pid);
  expect(await machines("destroy", "--force")).toEqual(succeeded);
  expect(isRunning(pid)).toBe(false);
  expect(existsSync(join(folder, ".state/machines/dev"))).toBe(false);
});

test("a cable is pulled and plugged in through the monitor of a machine that runs", async () => {
  expect((await machines("pull", "one")).said).toContain(
    "one does not run, so its cable cannot be moved",
  );
  await machines("up", "one");
  expect(await machines("pull", "one")).toEqual(succeeded);
  expect(await machines("plug", "one")).toEqual(succeeded);
  expect(readFileSync(own("links"), "utf8")).toBe("lab false\nlab true\n");
});

test("two that start the same machine wait for each other", async () => {
  const [first, second] = await Promise.all([machines("up", "one"), machines("up", "one")]);
  expect([first, second]).toMatchObject([{ code: 0 }, { code: 0 }]);
  const starts = (first.said + second.said).match(/Starting the machine/g);
  expect(starts).toHaveLength(1);
});

test("one that was killed is halted, and starts again with what it left behind", async () => {
  await machines("up", "one");
  process.kill(Number(readFileSync(own("qemu.pid"), "utf8")), "SIGKILL");
  await sleep(100);
  expect(await states()).toEqual(["one halted", "two not_created"]);
  expect(await machines("up", "one")).toEqual(succeeded);
  expect(await states()).toEqual(["one running", "two not_created"]);
});

test("a process number that another program has by now is not ended", async () => {
  await machines("up", "one");
  process.kill(Number(readFileSync(own("qemu.pid"), "utf8")), "SIGKILL");
  await sleep(100);
  writeFileSync(own("qemu.pid"), `${process.pid}\n`);
  expect(await machines("destroy", "--force")).toEqual(succeeded);
});

test("one that was made from a box that is no more starts with its own disk and kernel", async () => {
  await machines("up", "one");
  await machines("halt", "one");
  const box = join(folder, "cache/ipvs-lab/box");
  rmSync(box, { recursive: true });
  expect(await machines("up", "one")).toEqual(succeeded);
  const words = JSON.parse(readFileSync(own("arguments.json"), "utf8")) as string[];
  for (const option of ["-kernel", "-initrd"]) {
    const file = words[words.indexOf(option) + 1] ?? "";
    expect(readFileSync(own(file), "utf8")).toBe(file);
  }
  expect(readFileSync(own("disk.qcow2"), "utf8")).toContain(" -b base.qcow2 ");
  expect(readFileSync(own("base.qcow2"), "utf8")).toBe("disk.qcow2");
});

test("one that is paused goes on", async () => {
  await machines("up", "one");
  const before = process.cwd();
  process.chdir(own(""));
  const monitor = await Monitor.open("monitor.sock");
  process.chdir(before);
  await monitor.execute("stop");
  monitor.close();
  expect(await states()).toEqual(["one paused", "two not_created"]);
  expect(await machines("up", "one")).toEqual(succeeded);
  expect(await states()).toEqual(["one running", "two not_created"]);
});

test("QEMU's own reason is shown, for each machine under its name", async () => {
  for (const name of ["one", "two"]) {
    mkdirSync(join(own("", name), ".."), { recursive: true });
    writeFileSync(join(own("", name), "../fault"), "refuse");
  }
  const { code, said } = await machines("up", "--machine-readable");
  expect(code).toBe(1);
  const [, text = ""] = /^\d+,,error-exit,QemuError,(.*)$/m.exec(said) ?? [];
  for (const name of ["one", "two"]) {
    expect(text).toContain(`executing the action on the '${name}'\\nmachine.`);
  }
  expect(text).toContain(
    "qemu-system-x86_64 ended (exit status 1): qemu-system-x86_64: no such machine",
  );
  const alone = await machines("up", "one");
  expect(alone.said).toMatch(/\nqemu-system-x86_64 ended \(exit status 1\): .*no such machine\n$/);
});

test("one that dies while it boots is said with what its console showed", async () => {
  mkdirSync(join(own(""), ".."), { recursive: true });
  writeFileSync(join(own(""), "../fault"), "die");
  const { code, said } = await machines("up", "one");
  expect(code).toBe(1);
  expect(said).toMatch(/one ended while it booted[^]*Kernel panic - not syncing\n$/);
});

test("a port that another program has is named with the setting that gives another one", async () => {
  const server: Server = createServer().listen(ports[0], "127.0.0.1");
  const { code, said } = await machines("up", "one");
  await new Promise((resolve) => server.close(resolve));
  expect(code).toBe(1);
  expect(said).toMatch(
    new RegExp(
      `TCP port ${ports[0]} of 127\\.0\\.0\\.1 is taken.*: give ipvs-lab:machines another sshPort for one\\.\n$`,
    ),
  );
});

test("the ways in and out are on 127.0.0.1 alone", async () => {
  await machines("up", "one");
  const words = JSON.parse(readFileSync(own("arguments.json"), "utf8")) as string[];
  const networks = words.filter((_, i) => words[i - 1] === "-netdev");
  const [ssh, tunnel, , peer] = ports;
  expect(networks).toEqual([
    `socket,id=lab,udp=127.0.0.1:${peer},localaddr=127.0.0.1:${tunnel}`,
    `user,id=ssh,restrict=on,hostfwd=tcp:127.0.0.1:${ssh}-:22`,
  ]);
  expect(words[words.indexOf("-append") + 1]).toContain(
    " systemd.hostname=one ip=10.10.10.1:::255.255.255.0::enp0s8:none",
  );
});

test("a disk that was damaged in the cache is told before a machine is made of it", async () => {
  const disk = join(folder, "cache/ipvs-lab/box/01234567/disk.qcow2");
  writeFileSync(`${disk}.sha256`, createHash("sha256").update("disk.qcow2").digest("hex"));
  expect(await machines("up", "one")).toEqual(succeeded);
  writeFileSync(disk, "dusk");
  const { code, said } = await machines("up", "two");
  expect(code).toBe(1);
  expect(said).toMatch(
    /disk\.qcow2 is damaged .*: run `IPVS_LAB_BOX=debian13 npm run setup`, which builds it anew\.\n$/,
  );
  // So that set-up does.
  expect(existsSync(join(folder, "cache/ipvs-lab/box/current-debian13"))).toBe(false);
});

test("a machine is made from the box that is asked for, and keeps it when another is", async () => {
  build("debian12", "89abcdef", " of Debian 12");
  expect(await withBox("debian12", "up", "one")).toEqual(succeeded);
  const kernels = () => ["one", "two"].map((name) => readFileSync(own("vmlinuz", name), "utf8"));
  expect(await machines("up")).toEqual(succeeded);
  expect(kernels()).toEqual(["vmlinuz of Debian 12", "vmlinuz"]);
  expect(await machines("reload", "one")).toEqual(succeeded);
  expect(kernels()).toEqual(["vmlinuz of Debian 12", "vmlinuz"]);
  const made = ["one", "two"].map((name) =>
    madeFrom(join(folder, ".state/machines/dev/machines", name)),
  );
  expect(made).toEqual(["debian12", "debian13"]);
  // One of before there was a choice.
  rmSync(own("box", "two"));
  expect(madeFrom(join(folder, ".state/machines/dev/machines/two"))).toBe("debian12");
  await machines("destroy", "two", "--force");
  expect(madeFrom(join(folder, ".state/machines/dev/machines/two"))).toBeUndefined();
});

test("a box that is not built or does not exist is named with what helps", async () => {
  expect((await withBox("ubuntu2604", "up", "one")).said).toContain(
    "box ubuntu2604 is not built yet: run `IPVS_LAB_BOX=ubuntu2604 npm run setup`.",
  );
  expect((await withBox("debian11", "status")).said).toContain(
    'IPVS_LAB_BOX: "debian11" is no box; there are auto, debian12, debian13, debian13-backports, ubuntu2604',
  );
  // What exists needs no box to be reached.
  expect((await withBox("ubuntu2604", "ssh-config", "one")).code).toBe(0);
});

test.each([
  [{ box: "debian11", machines: two, ...rest }, /ipvs-lab:box: "debian11" is no box; there are /],
  [{}, /ipvs-lab:machines: .*ipvs-lab:memory: /],
  [
    { machines: {}, memory: 512, interface: "x", prefix: 24 },
    /there are 0; a lab has 2 to 8 machines/,
  ],
])("settings that are not right are named: %j", async (values, said) => {
  settings(values);
  expect((await machines("status")).said).toMatch(said);
});

test("what nobody knows is said with what there is", async () => {
  expect((await machines("status", "three")).said).toContain(
    'no machine "three" in Pulumi.dev.yaml, which has one, two',
  );
  expect((await machines("fly")).said).toContain('no command "fly"\nusage: machines COMMAND');
});
