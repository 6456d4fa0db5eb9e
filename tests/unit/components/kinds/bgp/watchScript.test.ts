import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awkPrograms } from "../../../../../components/host/kernel";

const kinds = join(__dirname, "../../../../../components/kinds");

const tcp = "TCP  0A5A0001:0050 mh";
const member = (last: number, weight = 1) =>
  `  -> 0A0A0A0${last}:0050      Masq    ${weight}      0          0`;

const both = ["virtual_server 10.90.0.1 80 {", ...[2, 3].flatMap(realServer), "}"];
const marked = ["virtual_server fwmark 7 {", ...[2, 3].flatMap(realServer), "}"];

function realServer(last: number): string[] {
  return [
    `  real_server 10.10.10.${last} 80 {`,
    "    weight 1",
    "    TCP_CHECK {",
    "      delay_loop 2",
    "    }",
    "  }",
  ];
}

/** A round of the watch: what the kernel has, and the seconds of uptime. */
interface Round {
  table: string[];
  at: number;
}

interface Machine {
  keepalived?: string[];
  marks?: string[];
  /** The address, as BIRD's file of it and `ip` have it. */
  address?: { file: string; shown: string };
  /** A line for the shell, before the first round. */
  before?: string;
}

const ipv4 = {
  file: "# ipvs-lab v_1 0A5A0001 10.90.0.1/32\n# route 10.90.0.1/32 blackhole;\n",
  shown: "1: lo    inet 10.90.0.1/32 scope host lo",
};

/** Each round's state of the address: "announced", "coming" or "neither". */
function watched(
  rounds: Round[],
  { keepalived, marks = [], address = ipv4, before = "" }: Machine = {},
): string[] {
  const root = mkdtempSync(join(tmpdir(), "watch-"));
  for (const folder of [
    "tree/addresses",
    "place/live",
    "place/leaving",
    "keepalived/i",
    "rounds",
    "marks",
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (const mark of marks) {
    writeFileSync(join(root, "marks", mark), "");
  }
  writeFileSync(join(root, "tree/addresses/v_1.conf"), address.file);
  const { AWK_BGP_HEX: hex = "", AWK_BGP_ALIVE: alive = "" } = awkPrograms;
  writeFileSync(join(root, "tree/alive.awk"), hex + alive);
  if (keepalived !== undefined) {
    writeFileSync(join(root, "keepalived/i/web.conf"), keepalived.join("\n"));
  }
  rounds.forEach(({ table, at }, index) => {
    writeFileSync(
      join(root, `rounds/table${index + 1}`),
      table.map((line) => `${line}\n`).join(""),
    );
    writeFileSync(join(root, `rounds/uptime${index + 1}`), `${at}.50 0.0\n`);
  });
  const script = `
    set -e; cd "$ROOT"; . "$KINDS/bgp/bird.sh"; . "$KINDS/bgp/bgp.sh"
    bgp_watch | sed "s,/proc/net/ip_vs,$ROOT/table,; s,/proc/uptime,$ROOT/uptime,
      s,/etc/keepalived/ipvs-lab.d,$ROOT/keepalived,; s,/run/ipvs-lab/firewallmark,$ROOT/marks," >watch.sh
    ip() { echo "$SHOWN"; }
    birdcl() { echo Reconfigured; }
    turn=0
    next() {
      turn=$((turn + 1))
      [ -e "rounds/table$turn" ] || exit 0
      cp "rounds/table$turn" table
      cp "rounds/uptime$turn" uptime
    }
    sleep() { echo "round $turn: $(cd place && echo live/* coming/*)"; next; }
    next
    mkdir place/coming
    ${before}
    set +e -- "$ROOT/tree" "$ROOT/place"
    . ./watch.sh`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script], {
    env: { ...process.env, KINDS: kinds, ROOT: root, SHOWN: address.shown },
    encoding: "utf8",
    timeout: 20_000,
  });
  rmSync(root, { recursive: true });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("round "))
    .map((line) => line.replace(/^round \d+: /, "").replace("live/* coming/*", "neither"))
    .map((line) => (line.includes("live/v") ? "announced" : line === "neither" ? line : "coming"));
}

const part = [tcp, member(2)];
const whole = [...part, member(3)];

test("an address comes as soon as it has a member, where keepalived adds none", () => {
  const rounds = [
    { table: [tcp], at: 1 },
    { table: part, at: 2 },
    { table: [tcp], at: 3 },
  ];
  expect(watched(rounds)).toEqual(["neither", "announced", "neither"]);
});

test("keepalived's members have all to be there", () => {
  const rounds = [
    { table: part, at: 1 },
    { table: [...part, member(3, 0)], at: 2 },
    { table: whole, at: 3 },
  ];
  expect(watched(rounds, { keepalived: both })).toEqual(["coming", "coming", "announced"]);
});

test("those behind a firewall mark, too", () => {
  const rounds = [part, whole].map((table, at) => ({
    table: ["FWM  00000007 mh", ...table.slice(1)],
    at,
  }));
  expect(watched(rounds, { keepalived: marked, marks: ["7@10.90.0.1"] })).toEqual([
    "coming",
    "announced",
  ]);
});

test("a dead member holds an address up for a round of checks alone", () => {
  const rounds = [1, 2, 3, 4, 5].map((at) => ({ table: part, at }));
  expect(watched(rounds, { keepalived: both })).toEqual([
    "coming",
    "coming",
    "coming",
    "announced",
    "announced",
  ]);
});

test("an address that is announced stays when a member dies", () => {
  const rounds = [whole, part, [tcp], part].map((table, at) => ({ table, at }));
  expect(watched(rounds, { keepalived: both })).toEqual([
    "announced",
    "announced",
    "neither",
    "coming",
  ]);
});

test("a sorry server is no member that the others need not wait for", () => {
  const sorry = [tcp, "  -> 0A0A0A63:0050      Masq    1      0          0"];
  const rounds = [sorry, whole].map((table, at) => ({ table, at }));
  const keepalived = ["virtual_server 10.90.0.1 80 {", ...realServer(2), "}"];
  expect(watched(rounds, { keepalived })).toEqual(["coming", "announced"]);
});

test("an address of IPv6, and a service of all ports", () => {
  const address = {
    file: "# ipvs-lab v_1 fd90:0000:0000:0000:0000:0000:0000:0001 fd90::1/128\n# route fd90::1/128 blackhole;\n",
    shown: "1: lo    inet6 fd90::1/128 scope global lo",
  };
  const keepalived = ["virtual_server fd90::1 {", "  real_server fd80::2 {", "    weight 1", "}"];
  const service = "TCP  [fd90:0000:0000:0000:0000:0000:0000:0001]:0000 mh";
  const there = (last: number) =>
    `  -> [fd80:0000:0000:0000:0000:0000:0000:000${last}]:0000      Route   1      0          0`;
  const rounds = [
    { table: [service, there(3)], at: 1 },
    { table: [service, there(3), there(2)], at: 1 },
  ];
  expect(watched(rounds, { keepalived, address })).toEqual(["coming", "announced"]);
});

test("a wait that was cut off while it was written begins again, and ends", () => {
  const rounds = [1, 2, 3, 4, 5, 6].map((at) => ({ table: part, at }));
  // The watch itself empties the folder as it begins.
  const before = 'rm() { command rm "$@"; : >place/coming/v_1; unset -f rm; }';
  const seen = watched(rounds, { keepalived: both, before });
  expect(seen.slice(0, 3)).toEqual(["coming", "coming", "coming"]);
  expect(seen.at(-1)).toBe("announced");
});
