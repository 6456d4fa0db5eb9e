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

/** What the watch announces, and what it holds back, in each of these rounds. */
function watched(rounds: Round[], keepalived?: string[], marks = ""): string[] {
  const root = mkdtempSync(join(tmpdir(), "watch-"));
  for (const folder of [
    "tree/addresses",
    "place/live",
    "place/leaving",
    "keepalived/i",
    "rounds",
  ]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const address = "# ipvs-lab v_10_90_0_1 0A5A0001 10.90.0.1/32\n# route 10.90.0.1/32 blackhole;\n";
  writeFileSync(join(root, "tree/addresses/v_10_90_0_1.conf"), address);
  writeFileSync(join(root, "tree/alive.awk"), awkPrograms.AWK_BGP_ALIVE ?? "");
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
    bgp_watch | sed "s,/proc/net/ip_vs,$ROOT/table,; s,/proc/uptime,$ROOT/uptime,; s,/etc/keepalived/ipvs-lab.d,$ROOT/keepalived," >watch.sh
    ip() { echo "1: lo    inet 10.90.0.1/32 scope host lo"; }
    ls() { echo "$MARKS"; }
    birdcl() { echo Reconfigured; }
    round=0
    next() {
      round=$((round + 1))
      [ -e "rounds/table$round" ] || exit 0
      cp "rounds/table$round" table
      cp "rounds/uptime$round" uptime
    }
    sleep() { echo "round $round: $(cd place && echo live/* coming/*)"; next; }
    next
    set +e -- "$ROOT/tree" "$ROOT/place"
    . ./watch.sh`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script], {
    env: { ...process.env, KINDS: kinds, ROOT: root, MARKS: marks },
    encoding: "utf8",
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
  expect(watched(rounds, both)).toEqual(["coming", "coming", "announced"]);
});

test("those behind a firewall mark, too", () => {
  const rounds = [part, whole].map((table, at) => ({
    table: ["FWM  00000007 mh", ...table.slice(1)],
    at,
  }));
  expect(watched(rounds, marked, "7@10.90.0.1")).toEqual(["coming", "announced"]);
});

test("a dead member holds an address up for a round of checks alone", () => {
  const rounds = [1, 2, 3, 4, 5].map((at) => ({ table: part, at }));
  expect(watched(rounds, both)).toEqual(["coming", "coming", "coming", "announced", "announced"]);
});

test("an address that is announced stays when a member dies", () => {
  const rounds = [whole, part, [tcp], part].map((table, at) => ({ table, at }));
  expect(watched(rounds, both)).toEqual(["announced", "announced", "neither", "coming"]);
});
