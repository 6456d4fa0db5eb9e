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

/**
 * The arguments of QEMU for one machine. The only ways in or out are SSH, forwarded from 127.0.0.1, and the lab's
 * network, whose frames go to the other machine's UDP port on 127.0.0.1.
 */
export function qemuArguments(machine: MachineSettings, kvm: boolean): string[] {
  return [
    ...["-name", machine.title, "-no-user-config", "-nodefaults", "-display", "none"],
    ...["-machine", "q35", "-accel", kvm ? "kvm" : "tcg", "-cpu", kvm ? "host" : "max"],
    ...["-smp", String(hardware.cpus), "-m", String(machine.memory)],
    ...["-kernel", files.kernel, "-initrd", files.initrd, "-append", kernelCommandLine(machine)],
    // The disk is temporary, so writes are not flushed.
    ...["-blockdev", JSON.stringify(disk(files.disk))],
    ...["-device", "virtio-blk-pci,drive=disk,addr=0x3"],
    ...["-device", "virtio-rng-pci,addr=0x4"],
    ...["-netdev", labNetwork(machine)],
    ...["-device", nic("lab", hardware.labNetworkSlot, `${machine.title} lab`)],
    ...["-netdev", `user,id=ssh,restrict=on,hostfwd=tcp:127.0.0.1:${machine.sshPort}-:22`],
    ...["-device", nic("ssh", hardware.sshSlot, `${machine.title} ssh`)],
    ...["-chardev", `file,id=console,path=${files.console}`, "-serial", "chardev:console"],
    ...["-qmp", `unix:${files.monitor},server=on,wait=off`],
    ...["-device", "virtio-serial-pci,addr=0x5"],
    ...["-chardev", `socket,id=agent,path=${files.agent},server=on,wait=off`],
    ...["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"],
    ...["-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"],
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
  return hardware.kernelCommandLine.replaceAll(/%\{(\w+)\}/g, (_all, key: string) =>
    String(machine[key as keyof MachineSettings]),
  );
}

function disk(filename: string) {
  const file = { driver: "file", filename, locking: "on", discard: "unmap" };
  const cache = { direct: false, "no-flush": true };
  return { driver: "qcow2", "node-name": "disk", discard: "unmap", cache, file };
}

function labNetwork({ tunnelPort, peerTunnelPort }: MachineSettings): string {
  return `socket,id=lab,udp=127.0.0.1:${peerTunnelPort},localaddr=127.0.0.1:${tunnelPort}`;
}

/** A network card. Its MAC address is the same at each start of the machine. */
function nic(netdev: string, slot: string, seed: string): string {
  const bytes = createHash("sha256").update(seed).digest("hex").slice(0, 6);
  const mac = `52:54:00:${(bytes.match(/../g) ?? []).join(":")}`;
  return `virtio-net-pci,netdev=${netdev},addr=${slot},mac=${mac},romfile=`;
}
