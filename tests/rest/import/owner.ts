import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { realFolder, tableOf } from "../../support/import/realFiles";
import { partsOf } from "../machines";
import type { Machine } from "../machines";

/*
 * What the owner of a file of tests/import has on a director: the table, by the file's own keepalived where it is
 * keepalived's, and the addresses, at the places that people choose for them.
 */

/** What is looked at, by parts. */
export type State = Record<string, unknown>;

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

/** A director as its owner has it, on a machine of the tests. */
export class OwnedDirector {
  constructor(readonly machine: Machine) {}

  /**
   * Puts there what the owner of a file has, and returns the state.
   * @param index A number for the places of addresses.
   * @param edit What is different about the machine's own file.
   */
  async have(file: string, index: number, edit = (text: string) => text): Promise<State> {
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
    return this.put(addresses, isKeepalived(file) ? keepalived(text) : table(file), tableOf(file));
  }

  /**
   * Puts addresses and a table there, and returns the state.
   * @param addresses In the words of ip.
   * @param script What makes the table.
   * @param lines The table, in any order.
   */
  async put(addresses: string[], script: string, lines: string[]): Promise<State> {
    const add = addresses.map((address) => `ip address add ${address}`);
    return this.hasTable(lines, ["set -e", ...add, script, watch].join("\n"));
  }

  /** Waits until the kernel has a table, in any order, after a script. */
  async hasTable(lines: string[], script = ""): Promise<State> {
    // ipvsadm lists thresholds elsewhere.
    const wanted = lines.map((line) => line.replace(/ -[xy] \d+/g, "")).sort();
    const state = await this.state(`${script}
LC_ALL=C sort >/run/table <<'END'\n${wanted.join("\n")}\nEND
for _ in $(seq 300); do
  ipvsadm -Sn | LC_ALL=C sort | cmp -s - /run/table && break
  sleep 0.2
done
rm /run/table`);
    const [shall, is] = [wanted, (state.table as string[]).toSorted()].map((all) => all.join("\n"));
    if (shall !== is) {
      throw new Error(`the table is\n${is}\nand not\n${shall}`);
    }
    return state;
  }

  /** Ends the keepalived of the package, which leaves what it has made (docs/import.md), and returns the state. */
  async handOver(): Promise<State> {
    return this.state(`set -e
systemctl mask --quiet keepalived
systemctl kill --signal=STOP keepalived
systemctl kill --signal=KILL keepalived
for _ in $(seq 50); do
  grep -qs . /sys/fs/cgroup/system.slice/keepalived.service/cgroup.procs || break
  sleep 0.1
done`);
  }

  /** What must be the same before and after. @param script What is run first. */
  async state(script = ""): Promise<State> {
    const parts = partsOf(await this.machine.run(`${script}\n(set +e\n${director})`));
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

  /** Takes away what the owner has had, whatever became of it. Returns what the program has left, which is gone. */
  async clear(): Promise<string> {
    return this.machine.run(`${left}\n(${haveNothing}) >/dev/null 2>&1`);
  }
}

/** Writes down from now on which addresses come and go. */
const watch = `ip -o monitor address </dev/null >/run/address-events 2>/dev/null &
echo $! >/run/address-events.pid`;

/** The table as `ipvsadm-restore` makes it, and timeouts that are not the kernel's own. */
function table(file: string): string {
  return `ipvsadm --set 1200 90 240\nipvsadm -R <<'END'\n${tableOf(file).join("\n")}\nEND`;
}

/** The addresses that a configuration gives to its machine. */
function ownAddresses(text: string): string[] {
  return text.includes("state BACKUP")
    ? []
    : [...text.matchAll(/^ +(\S+)\/\d+ dev /gm)].flatMap(([, address]) => address ?? []);
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
    ...ownAddresses(text).map(
      (address) =>
        `for _ in $(seq 300); do ip -o address show to ${address} | grep -q . && break; sleep 0.2; done`,
    ),
  ].join("\n");
}

const director = readFileSync(join(__dirname, "../machine/director.sh"), "utf8");

/** What is left of a program that is gone. */
const left = `ipvsadm -Sn
systemctl list-units --all --plain --no-legend 'keepalived-*'
find /run/ipvs-lab /var/lib/ipvs-lab /etc/keepalived/ipvs-lab.d -mindepth 1 2>/dev/null || true`;

const haveNothing = `kill $(cat /run/address-events.pid)
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
