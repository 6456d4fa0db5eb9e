import { ActiveDirectors } from "./activeDirectors";
import { up } from "./program";
import { directors, memberAddress, members } from "./topology";

/** Directors whose machines have BGP and BFD daemons of their own, with sessions of their own. */

jest.setTimeout(10 * 60_000);
const [first = "", second = ""] = directors;
const [neighbor = ""] = members;
const port = 1179;
let lab: ActiveDirectors;

beforeAll(async () => {
  lab = await ActiveDirectors.start();
  await lab.script("", "mkdir -p /tmp/own && chmod 777 /tmp/own");
  await startNeighbor();
  await startFrr();
  await startBird();
});
afterAll(async () => {
  await lab.end();
});

/** A BIRD, in the members' network, that the machines' own daemons have sessions with. */
async function startNeighbor(): Promise<void> {
  const sessions = [first, second].map(
    (_, i) =>
      `protocol bgp own${i} { local ${memberAddress(neighbor)} as 65200; neighbor 10.80.2.${1 + i} as 65100; ${i === 0 ? "bfd;" : ""} connect delay time 1; ipv4 { import none; export none; }; }`,
  );
  const text = `router id 10.80.2.11;\nprotocol device { }\nprotocol bfd { }\n${sessions.join("\n")}\n`;
  await lab.machine.write("/tmp/neighbor.conf", text);
  await lab.script(
    neighbor,
    "bird -c /tmp/neighbor.conf -s /run/neighbor.ctl -P /run/neighbor.pid 2>/tmp/neighbor.log",
  );
}

/** FRRouting as it is usual: sockets of all addresses. */
async function startFrr(): Promise<void> {
  await lab.machine.write(
    "/tmp/own/frr.conf",
    `hostname own
router bgp 65100
 bgp router-id 10.80.2.1
 no bgp ebgp-requires-policy
 neighbor ${memberAddress(neighbor)} remote-as 65200
 neighbor ${memberAddress(neighbor)} bfd
bfd
`,
  );
  await lab.script(first, "zebra bfdd bgpd".split(" ").map(daemon).join("\n"));
}

function daemon(name: string): string {
  return (
    `/usr/lib/frr/${name} -d -f /tmp/own/frr.conf --vty_socket /tmp/own -z /tmp/own/zserv.api -i /tmp/own/${name}.pid ` +
    `--log file:/tmp/own/${name}.log ${name === "bfdd" ? "--bfdctl /tmp/own/bfdd.sock" : ""} >/dev/null 2>&1 || exit 1`
  );
}

/** A BIRD as it is usual: one socket of all addresses, without BFD. */
async function startBird(): Promise<void> {
  await lab.machine.write(
    "/tmp/own/bird.conf",
    `router id 10.80.2.2;
protocol device { }
protocol bgp own { local as 65100; neighbor ${memberAddress(neighbor)} as 65200; ipv4 { import none; export none; }; }
`,
  );
  await lab.script(
    second,
    "bird -c /tmp/own/bird.conf -s /tmp/own/bird.ctl -P /tmp/own/bird.pid 2>/tmp/own/bird.log",
  );
}

/** Waits until the neighbour says this of its sessions. */
async function untilNeighborSays(command: string, wanted: RegExp): Promise<string> {
  for (let tries = 0; ; tries++) {
    const said = await lab.script(neighbor, `birdcl -s /run/neighbor.ctl ${command}`);
    if (wanted.test(said)) {
      return said;
    }
    if (tries === 60) {
      throw new Error(said);
    }
    await new Promise((done) => setTimeout(done, 500));
  }
}

const bothUp = /own0 .*Established[^]*own1 .*Established/;
const since = (said: string) => said.match(/^own\d .*$/gm);

test("their sessions are there, and an update with the usual port is refused before it makes one", async () => {
  await untilNeighborSays("show protocols", bothUp);
  await untilNeighborSays("show bfd sessions", /10\.80\.2\.1 .* Up /);
  await expect(up(lab)).rejects.toThrow(
    /bgpd \(process \d+\) listens on TCP port 179 of all addresses, so BIRD cannot: set port of announce.bgp to another/,
  );
  const files = await lab.script(first, "ls /etc/bird/ipvs-lab.d/*/neighbors");
  expect(files).not.toContain(".conf");
});

test("with another port the router has all directors, and their own sessions go on", async () => {
  const before = await untilNeighborSays("show protocols", bothUp);
  const said = await up(lab, { bgp: { port } });
  expect(said).toMatch(/bfdd \(process \d+\) has UDP port 3784 of all addresses too/);
  await lab.untilNextHops(directors);
  await lab.untilNextHops(directors, "ipv6");
  expect(since(await untilNeighborSays("show protocols", bothUp))).toEqual(since(before));
  await untilNeighborSays("show bfd sessions", /10\.80\.2\.1 .* Up /);
  expect(await lab.bird(first, "show bfd sessions")).toMatch(/10\.80\.4\.1 .* Up /);
});

test("a preview finds nothing but a BFD daemon, which it notes", async () => {
  const { notes, ...others } = await lab.preview(first);
  expect(others).toEqual({ differences: [], warnings: [] });
  expect(notes.join("\n")).toContain("BIRD gets the BFD packets to 10.80.4.11, unless");
  expect(await lab.preview(second)).toEqual({ differences: [], warnings: [], notes: [] });
});

test("a BFD daemon that starts later takes nothing away", async () => {
  const session = await lab.bird(first, "show protocols n_10_80_4_1");
  await lab.script(first, `kill $(cat /tmp/own/bfdd.pid); sleep 1\n${daemon("bfdd")}`);
  await untilNeighborSays("show bfd sessions", /10\.80\.2\.1 .* Up /);
  await lab.script("", "sleep 3");
  expect(await lab.bird(first, "show protocols n_10_80_4_1")).toBe(session);
  expect(session).toContain("Established");
});

test("destroy leaves theirs alone", async () => {
  await lab.down();
  expect(await lab.left(first)).toBe("");
  await untilNeighborSays("show protocols", bothUp);
});
