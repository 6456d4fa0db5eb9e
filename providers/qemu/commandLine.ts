import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import hardware from "./hardware.json";
import type { MachineSettings } from "./settings";

/** Files of a machine, in its own folder. QEMU is started there, so the folder may have any name. */
export const files = {
  disk: "disk.qcow2",
  // The machine's own links to its box, which set-up may replace in the meantime.
  base: "base.qcow2",
  kernel: "vmlinuz",
  initrd: "initrd",
  monitor: "monitor.sock",
  agent: "agent.sock",
  pid: "qemu.pid",
  console: "console.log",
  log: "qemu.log",
} as const;

export const program = "qemu-system-x86_64";

/** The name of a machine's connection to the lab's network, in its QEMU. */
export const labNetwork = "lab";

/** By default QEMU keeps a GiB of translated code, and these machines are as fast with an eighth of that. */
const emulation = "tcg,tb-size=128";

const sandbox = [
  "-sandbox",
  "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
];

/**
 * The arguments of QEMU for one machine. The only ways in or out are SSH, forwarded from 127.0.0.1, and the lab's
 * network, whose frames go to a UDP port on 127.0.0.1: the other machine's, or the switch's.
 */
export function qemuArguments(machine: MachineSettings, kvm: boolean): string[] {
  return [
    ...["-name", machine.title, "-no-user-config", "-nodefaults", "-display", "none"],
    ...["-machine", "q35", "-accel", kvm ? "kvm" : emulation, "-cpu", kvm ? "host" : "max"],
    ...["-smp", String(hardware.cpus), "-m", String(machine.memory)],
    ...["-kernel", files.kernel, "-initrd", files.initrd, "-append", kernelCommandLine(machine)],
    // The disk is temporary, so writes are not flushed.
    ...["-blockdev", JSON.stringify(disk(files.disk))],
    ...["-device", "virtio-blk-pci,drive=disk,addr=0x3"],
    ...["-device", "virtio-rng-pci,addr=0x4"],
    ...["-netdev", tunnel(labNetwork, machine.tunnelPort, machine.framesTo)],
    ...["-device", nic(labNetwork, hardware.labNetworkSlot, `${machine.title} lab`)],
    ...["-netdev", `user,id=ssh,restrict=on,hostfwd=tcp:127.0.0.1:${machine.sshPort}-:22`],
    ...["-device", nic("ssh", hardware.sshSlot, `${machine.title} ssh`)],
    ...["-chardev", `file,id=console,path=${files.console}`, "-serial", "chardev:console"],
    ...["-qmp", `unix:${files.monitor},server=on,wait=off`],
    ...["-device", "virtio-serial-pci,addr=0x5"],
    ...["-chardev", `socket,id=agent,path=${files.agent},server=on,wait=off`],
    ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    ...sandbox,
    ...["-pidfile", files.pid],
  ];
}

/**
 * The arguments of QEMU for the switch of more than two machines: no machine, only sockets on 127.0.0.1 that one hub
 * joins. Each frame goes to all other machines; their cards drop what is not for them.
 */
export function switchArguments(title: string, machines: MachineSettings[]): string[] {
  return [
    ...["-name", title, "-no-user-config", "-nodefaults", "-display", "none"],
    ...["-machine", "none"],
    ...machines.flatMap(({ tunnelPort, framesTo }, i) => [
      ...["-netdev", tunnel(`machine${i}`, framesTo, tunnelPort)],
      ...["-netdev", `hubport,id=port${i},hubid=0,netdev=machine${i}`],
    ]),
    ...["-qmp", `unix:${files.monitor},server=on,wait=off`],
    ...sandbox,
    ...["-pidfile", files.pid],
  ];
}

/** True when the processor's virtualisation can be used. The device alone does not prove that. */
export function hasKvm(): boolean {
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return /^flags\b.* (vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return false;
  }
}

function kernelCommandLine(machine: MachineSettings): string {
  const { address6 } = machine;
  const more = address6 === undefined ? "" : ` lab.address6=${address6}`;
  const words = hardware.kernelCommandLine.replaceAll(/%\{(\w+)\}/g, (_all, key: string) =>
    String(machine[key as keyof MachineSettings]),
  );
  return `${words}${more}`;
}

function disk(filename: string) {
  const file = { driver: "file", filename, locking: "on", discard: "unmap" };
  const cache = { direct: false, "no-flush": true };
  return { driver: "qcow2", "node-name": "disk", discard: "unmap", cache, file };
}

/** A tunnel of frames between two UDP ports on 127.0.0.1. */
function tunnel(id: string, own: number, other: number): string {
  return `socket,id=${id},udp=127.0.0.1:${other},localaddr=127.0.0.1:${own}`;
}

/** A network card. Its MAC address is the same at each start of the machine. */
function nic(netdev: string, slot: string, seed: string): string {
  const bytes = createHash("sha256").update(seed).digest("hex").slice(0, 6);
  const mac = `52:54:00:${(bytes.match(/../g) ?? []).join(":")}`;
  return `virtio-net-pci,netdev=${netdev},addr=${slot},mac=${mac},romfile=`;
}
