import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Switch } from "../../../../../providers/qemu/network/switch";
import type { Lab, MachineSettings } from "../../../../../providers/qemu/settings";

/*
 * The switch as it is: a QEMU without a machine. In the place of the machines are sockets, which send and get frames as
 * their cards would.
 */

const folder = mkdtempSync(join(tmpdir(), "ipvs-lab switch "));
const files = join(folder, "switch");
const working = process.cwd();
let cards: Socket[] = [];
let lab: Lab;
let labSwitch: Switch;

beforeAll(async () => {
  cards = await Promise.all([1, 2, 3].map(() => bound()));
  const ends = await Promise.all(cards.map(() => bound()));
  const machines = cards.map((card, i) => {
    const name = `machine${i + 1}`;
    const framesTo = portOf(ends[i]);
    return [name, { name, tunnelPort: portOf(card), framesTo } as MachineSettings] as const;
  });
  await Promise.all(ends.map((end) => once(end.close(), "close")));
  lab = { machines: new Map(machines), switchTitle: `switch of ${folder}` };
  labSwitch = new Switch(lab, files);
});
afterAll(async () => {
  await labSwitch.end();
  process.chdir(working);
  await Promise.all(cards.map((card) => once(card.close(), "close")));
  rmSync(folder, { recursive: true });
});

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

function portOf(socket: Socket | undefined): number {
  return socket?.address().port ?? 0;
}

/** A frame to everybody. */
function frame(text: string): Buffer {
  const body = Buffer.alloc(60);
  body.write("ffffffffffff525400000001", "hex");
  body.write(text, 14);
  return body;
}

test("a frame from one machine reaches all others, and the switch leaves nothing", async () => {
  await labSwitch.start();
  const [first, ...others] = cards;
  const arrived = Promise.all(others.map((card) => once(card, "message")));
  first?.send(frame("hello"), lab.machines.get("machine1")?.framesTo ?? 0, "127.0.0.1");
  for (const [message] of (await arrived) as [Buffer][]) {
    expect(message.toString("latin1", 14, 19)).toBe("hello");
  }
  // A second start finds the first.
  await labSwitch.start();
  await labSwitch.end();
  expect(existsSync(files)).toBe(false);
});

test("a port that is taken is named with the setting that chooses another", async () => {
  const other = await bound();
  const machines = new Map(
    [...lab.machines].map(([name, machine]) => [name, { ...machine, framesTo: portOf(other) }]),
  );
  const elsewhere = new Switch({ ...lab, machines }, join(folder, "other"));
  await expect(elsewhere.start()).rejects.toThrow(
    /^UDP port \d+ of 127\.0\.0\.1 is taken.*: give ipvs-lab:machines another switchPort for machine1\./,
  );
  await once(other.close(), "close");
});
