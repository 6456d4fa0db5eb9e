import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHostState } from "../../../../../components/drift/hostState";
import { awkPrograms } from "../../../../../components/host/kernel";
import { detectDrift } from "../../../../../components/kinds/detectDrift";

/** The preview and the script on a machine where others have the sockets of BGP and BFD: both say the same. */

const kinds = join(__dirname, "../../../../../components/kinds");

// Printed by ss of iproute2 6.1 beside FRRouting 8.4.4, but for the number of the process.
const bgpd = [
  'tcp LISTEN 0      4096   0.0.0.0:179  0.0.0.0:* users:(("bgpd",pid=1,fd=22)) ',
  'tcp LISTEN 0      4096      [::]:179     [::]:* users:(("bgpd",pid=1,fd=23)) ',
];
const bfdd = [
  'udp UNCONN 0      0      0.0.0.0:4784 0.0.0.0:* users:(("bfdd",pid=1,fd=11)) ',
  'udp UNCONN 0      0      0.0.0.0:3784 0.0.0.0:* users:(("bfdd",pid=1,fd=10)) ',
  'udp UNCONN 0      0         [::]:4784    [::]:* users:(("bfdd",pid=1,fd=13)) ',
  'udp UNCONN 0      0         [::]:3784    [::]:* users:(("bfdd",pid=1,fd=12)) ',
];
const one = (at: string) => [`tcp LISTEN 0 8 ${at} 0.0.0.0:* users:(("bird",pid=1,fd=15))`];
const ipv4 = "own 10.80.4.11\n";
const ipv6 = "own fd80:4::11\n";

const taken = (program: string, place: string, port = 179) =>
  `${program} (process 1) listens on TCP port ${port} of ${place}, so BIRD cannot: set port of announce.bgp to another, or have ${program} listen on addresses of its own`;
const shared = (own: string, port = 3784) =>
  `bfdd (process 1) has UDP port ${port} of all addresses too: BIRD gets the BFD packets to ${own}, unless bfd of the neighbour is false`;

interface Said {
  conflict?: string;
  notes?: string[];
}
const cases: [string, string[], string, Said][] = [
  ["BGP of all addresses", bgpd, ipv4, { conflict: taken("bgpd", "all addresses") }],
  ["the same of IPv6", bgpd, ipv6, { conflict: taken("bgpd", "all addresses") }],
  ["BGP of IPv6 alone", bgpd.slice(1), ipv4, {}],
  [
    "BGP of both families in one socket",
    one("*:179"),
    ipv4,
    { conflict: taken("bird", "all addresses") },
  ],
  [
    "BGP of the director's address",
    one("10.80.4.11:179"),
    ipv4,
    { conflict: taken("bird", "10.80.4.11") },
  ],
  [
    "BGP of the director's IPv6 address",
    one("[fd80:4::11]:179"),
    ipv6,
    { conflict: taken("bird", "fd80:4::11") },
  ],
  ["BGP of another address", one("10.80.4.12:179"), ipv4, {}],
  ["BGP, and another port is asked for", bgpd, `${ipv4}port 1179\n`, {}],
  ["BFD", bfdd, `${ipv4}bfd 300 3\n`, { notes: [shared("10.80.4.11")] }],
  ["BFD over routers", bfdd, `${ipv6}hops 3\nbfd 300 3\n`, { notes: [shared("fd80:4::11", 4784)] }],
  ["BFD, and none is asked for", bfdd, ipv4, {}],
  ["nothing", [], `${ipv4}bfd 300 3\n`, {}],
];

/** Runs a function of the script where ss prints this. */
function run(listed: string[], call: string, desired: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "listeners-"));
  const settings = { hops: "", bfd: "", port: "", own: "", instance: "i", ...desired };
  const script = `
    . "$KINDS/bgp/bird.sh"; . "$KINDS/bgp/bgp.sh"; . "$KINDS/bgpsession/bgpsession.sh"
    ss() { case $2 in *:3784*|*:4784*|*:179*) printf '%s' "$LISTED" ;; esac; }
    say() { echo "say $*"; }
    fail() { echo "fail $*"; exit 1; }
    uname() { echo lb; }
    ${call}`;
  const { stdout, stderr } = spawnSync("sh", ["-c", script], {
    env: {
      ...{ ...process.env, ...awkPrograms, ...settings, KINDS: kinds, RUN: folder },
      LISTED: listed.map((line) => `${line}\n`).join(""),
    },
    encoding: "utf8",
  });
  rmSync(folder, { recursive: true });
  expect(stderr).toBe("");
  return stdout.split("\n").filter(Boolean);
}

/** What a preview says of a session that was made, where these sockets are there. */
function previewed(listed: string[], desired: string): Said {
  const text = `instance i\nneighbor 10.80.4.1\n${desired}`;
  const state = [
    ...["@@ host", "name lb", "boot b", "last 1", "@@ marks"],
    ...["@ /var/lib/ipvs-lab/bgpsession/i:10.80.4.1", "= owner p/s/n", "= generation g", "= "],
    ...text
      .trim()
      .split("\n")
      .map((line) => `= ${line}`),
    ...["@@ listeners", ...run(listed, "bgp_listeners all:179")],
    ...["@@ end", ""],
  ].join("\n");
  const object = { kind: "bgpsession", owner: "p/s/n", desired: text, adopt: false };
  const { conflict, notes, differences } = detectDrift(object, parseHostState(state), "lb");
  expect(differences).toEqual([]);
  return { conflict, notes };
}

/** The same of the script. */
function updated(listed: string[], desired: string): Said {
  const words = desired
    .trim()
    .split("\n")
    .map((line) => /^(\S+) (.*)$/.exec(line) ?? []);
  const settings = Object.fromEntries(words.map(([, key = "", value = ""]) => [key, value]));
  const said = run(listed, "bgpsession_port_free", settings);
  const conflict = said.find((line) => line.startsWith("fail "))?.slice(5);
  const notes = said
    .filter((line) => line.startsWith("say "))
    .map((line) => line.replace("say ipvs-lab: ", ""));
  return { conflict, ...(notes.length > 0 && { notes }) };
}

test.each(cases)(
  "%s: the preview and the update say who has it, and what to set",
  (_, listed, desired, wanted) => {
    const conflict = wanted.conflict && `lb: ${wanted.conflict}`;
    expect(previewed(listed, desired)).toEqual({ ...wanted, conflict });
    expect(updated(listed, desired)).toEqual({ ...wanted, conflict });
  },
);
