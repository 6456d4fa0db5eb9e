import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { realFolder, tableOf } from "../../support/import/realFiles";
import { partsOf } from "../machines";
import type { Machine } from "../machines";

/*
 * What the owner of a file of tests/import has on a director: the table, by the file's own keepalived where it is
 * keepalived's, and the addresses, at the places that people choose for them.
 */

/** The places of addresses that no file names; each file has one of them. */
const places = [
  { device: "eth0", prefix: 24 },
  { device: "eth0", prefix: 32 },
  { device: "lo", prefix: 32 },
  { device: "dummy0", prefix: 32 },
];

/** The virtual addresses of a table. */
function virtualAddresses(table: string[]): string[] {
  const all = table.map((line) => /^-A (?:-t|-u|--sctp-service) \[?(.*?)\]?:\d+ /.exec(line)?.[1]);
  return [...new Set(all.flatMap((address) => address ?? []))];
}

/** The addresses of all real servers, those that say sorry too. */
export function realServersOf(files: string[]): string[] {
  const members = files
    .flatMap(tableOf)
    .map((line) => / -r \[?(.*?)\]?:\d+ /.exec(line)?.[1] ?? "");
  return [...new Set(members)].filter((address) => address !== "");
}

/** True for a file whose table the file's own keepalived makes. */
export function isKeepalived(file: string): boolean {
  return file.startsWith("keepalived/");
}

/**
 * Puts on a machine what the owner of a file has there.
 * @param index A number for the places of addresses.
 * @param edit What is different about the machine's own file.
 */
export async function have(
  machine: Machine,
  file: string,
  index: number,
  edit = (text: string) => text,
): Promise<void> {
  const text = edit(readFileSync(join(realFolder, file), "utf8"));
  const { device, prefix } = places[index % places.length] ?? { device: "lo", prefix: 32 };
  // Those that the file has itself are keepalived's, and a service may be at the machine's own.
  const addresses = virtualAddresses(tableOf(file))
    .filter((address) => address !== "192.0.2.10" && !text.includes(`  ${address}/`))
    .map((address) =>
      address.includes(":")
        ? `${address}/${prefix === 24 ? 64 : 128} dev ${device} nodad preferred_lft 0`
        : `${address}/${address.startsWith("192.0.2.") ? prefix : 32} dev ${device}`,
    );
  await put(machine, addresses, isKeepalived(file) ? keepalived(text) : table(file));
}

/**
 * Puts addresses and a table on a machine.
 * @param addresses In the words of ip.
 * @param script What makes the table.
 */
export async function put(machine: Machine, addresses: string[], script: string): Promise<void> {
  const add = addresses.map((address) => `ip address add ${address}`);
  await machine.run(["set -e", ...add, script, watch].join("\n"));
}

/** Writes down from now on which addresses come and go. */
const watch = `ip -o monitor address </dev/null >/run/address-events 2>/dev/null &
echo $! >/run/address-events.pid`;

/** The table as `ipvsadm-restore` makes it, and timeouts that are not the kernel's own. */
function table(file: string): string {
  return `ipvsadm --set 1200 90 240\nipvsadm -R <<'END'\n${tableOf(file).join("\n")}\nEND`;
}

/** Runs keepalived as its package does. @param text Its configuration. */
export function keepalived(text: string): string {
  const files = readdirSync(join(realFolder, "keepalived/conf.d")).map((name) => `conf.d/${name}`);
  const included = files.map((name) => [
    name,
    readFileSync(join(realFolder, "keepalived", name), "utf8"),
  ]);
  return [
    ...[["keepalived.conf", text] as const, ...included].map(([name = "", inside = ""]) => {
      const path = `/etc/keepalived/${name}`;
      return `mkdir -p ${dirname(path)}\ncat >${path} <<'END OF FILE'\n${inside}\nEND OF FILE`;
    }),
    "systemctl start keepalived",
  ].join("\n");
}

/** Ends the keepalived of the package, and leaves what it has made (docs/import.md). */
export const handOver = `set -e
systemctl mask --quiet keepalived
systemctl kill --signal=STOP keepalived
systemctl kill --signal=KILL keepalived`;

/** What must be the same before and after. */
export async function directorState(machine: Machine): Promise<Record<string, unknown>> {
  const parts = partsOf(await machine.run(director));
  const addresses = JSON.parse(parts.addresses?.join("") ?? "[]") as {
    addr_info: Record<string, unknown>[];
  }[];
  for (const one of addresses.flatMap((link) => link.addr_info)) {
    // They count down.
    if (one.dynamic === true) {
      delete one.valid_life_time;
      delete one.preferred_life_time;
    }
  }
  return { ...parts, addresses };
}

const director = readFileSync(join(__dirname, "../machine/director.sh"), "utf8");

/** Waits until the kernel has a table, in any order. */
export async function waitForTable(machine: Machine, lines: string[]): Promise<void> {
  const wanted = lines.toSorted().join("\n");
  let now = "";
  for (let times = 0; times < 30; times++) {
    now = (await machine.run("ipvsadm -Sn; sleep 0.5")).trim().split("\n").sort().join("\n");
    if (now === wanted) {
      return;
    }
  }
  throw new Error(`the table is\n${now}\nand not\n${wanted}`);
}

/** What is left of a program that is gone. */
export const left = `ipvsadm -Sn
systemctl list-units --all --plain --no-legend 'keepalived-*'
find /run/ipvs-lab /var/lib/ipvs-lab /etc/keepalived/ipvs-lab.d -mindepth 1 2>/dev/null || true`;

/** Takes away what the owner has had, whatever became of it. */
export const haveNothing = `kill $(cat /run/address-events.pid)
systemctl kill --signal=KILL 'keepalived*' 2>/dev/null
systemctl unmask --quiet keepalived
systemctl reset-failed 'keepalived*' 2>/dev/null
rm -rf /etc/keepalived/keepalived.conf /etc/keepalived/conf.d
ipvsadm -C
ipvsadm --stop-daemon master 2>/dev/null
ipvsadm --stop-daemon backup 2>/dev/null
ipvsadm --set 900 120 300
ip -o address show | while read -r _ device _ address _; do
  case $device:$address in
    eth0:192.0.2.10/24 | eth0:192.0.2.11/24 | eth0:2001:db8:10::1[01]/64 | eth0:fe80:* | lo:127.* | lo:::1/*) ;;
    eth0:* | lo:* | dummy0:*) ip address delete "$address" dev "$device" ;;
  esac
done
true`;
