import { ActiveDirectors } from "./active/activeDirectors";
import { up } from "./active/program";
import { directors, members, vips } from "./active/topology";
import { kept, Traffic } from "./active/traffic";

/** Several active directors that announce an address by BGP: real daemons, in namespaces of a real kernel. */

jest.setTimeout(10 * 60_000);
const [first = "", second = "", third = ""] = directors;
const many = Number(process.env.IPVS_LAB_CONNECTIONS ?? 3000);
const rows: string[] = [];
let lab: ActiveDirectors;
let traffic: Traffic;

beforeAll(async () => {
  lab = await ActiveDirectors.start();
  traffic = new Traffic(lab);
});
afterAll(async () => {
  await lab.end();
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

/** All packets of the network that directors and router share are dropped; no interface goes down. */
const cut =
  'table inet cut { chain i { type filter hook input priority -300; iifname "eth0" drop; }; chain f { type filter hook prerouting priority -300; iifname "eth0" drop; }; chain o { type filter hook output priority -300; oifname "eth0" drop; }; }';

function note(what: string, said: string): void {
  rows.push(`| ${what} | ${said} |`);
}

async function changes(director: string): Promise<string[]> {
  return (await lab.preview(director)).differences;
}

describe("an address that several directors announce", () => {
  test("is at the router's disposal, and a second preview finds nothing", async () => {
    await up(lab);
    await lab.untilNextHops(directors);
    await lab.untilNextHops(directors, "ipv6");
    expect(await lab.preview(first)).toEqual({ differences: [], warnings: [], notes: [] });
  });

  test("is withdrawn while its service has no live member", async () => {
    await up(lab, { weight: 0 });
    await lab.untilNextHops([]);
    const { differences, notes } = await lab.preview(first);
    expect(differences).toEqual([]);
    expect(notes.join()).toContain(
      `${vips.ipv4}/32 is not announced: no service of it has a live member`,
    );
    await up(lab);
    await lab.untilNextHops(directors);
  });

  test("gets another metric and communities without the session ending", async () => {
    const since = await lab.bird(first, "show protocols n_10_80_4_1");
    await up(lab, { bgp: { med: 50, communities: ["65001:100", "65001:1:7"] } });
    const route = await lab.routerSays(`show bgp ipv4 unicast ${vips.ipv4}/32`);
    expect(route).toMatch(/metric 50/);
    expect(route).toContain("65001:100");
    expect(route).toContain("65001:1:7");
    expect(await lab.bird(first, "show protocols n_10_80_4_1")).toBe(since);
    await up(lab);
    expect(await lab.routerSays(`show bgp ipv4 unicast ${vips.ipv4}/32`)).not.toMatch(/metric 50/);
  });
});

describe(`${many} connections are held`, () => {
  let before: (string | undefined)[];
  beforeAll(async () => {
    before = await traffic.hold(many);
    expect(new Set(before)).toEqual(new Set(members));
  });
  afterAll(async () => {
    await traffic.release();
  });

  test("a link is cut without a carrier that is lost: BFD finds it, and they live on", async () => {
    const probed = await traffic.meanwhile(async () => {
      // Before nft starts, in the same shell: what nft takes counts too, what the shell's start takes does not.
      const at = await lab.script(third, `date +%s.%N; nft '${cut}'`);
      await lab.untilNextHops([first, second]);
      return Number(at);
    });
    const after = kept(before, await traffic.again());
    note("a link is cut: kept", `${after.same} of ${after.of}`);
    note("a link is cut: new ones lost", `${probed.lost} of ${probed.requests}`);
    note("a link is cut: seconds to the last that was lost", probed.silence.toFixed(2));
    expect(after).toEqual({ same: many, of: many });
    expect(probed.silence).toBeLessThan(3);
    expect(await lab.preview(third).then(({ warnings }) => warnings.join())).toContain(
      "the BGP session with 10.80.4.1 is down",
    );
  });

  test("the link is back: they live on", async () => {
    await lab.script(third, "nft delete table inet cut");
    await lab.untilNextHops(directors);
    const after = kept(before, await traffic.again());
    note("the link is back: kept", `${after.same} of ${after.of}`);
    expect(after.same).toBe(many);
  });

  test("a director goes into maintenance: none is lost, and no request", async () => {
    let said = "";
    const probed = await traffic.meanwhile(async () => {
      said = await up(lab, { maintenance: second });
      return undefined;
    });
    expect(said).toContain("announced as worse for 3 s, then withdrawn");
    expect(await lab.nextHops()).toEqual([first, third]);
    expect(await changes(second)).toEqual([]);
    const after = kept(before, await traffic.again());
    note("maintenance: kept", `${after.same} of ${after.of}`);
    note("maintenance: new ones lost", `${probed.lost} of ${probed.requests}`);
    expect(after.same).toBe(many);
    expect(probed.lost).toBe(0);
  });

  test("the maintenance ends: none is lost, and no request", async () => {
    const probed = await traffic.meanwhile(async () => {
      await up(lab);
      await lab.untilNextHops(directors);
      return undefined;
    });
    const after = kept(before, await traffic.again());
    note("maintenance ends: kept, new ones lost", `${after.same}, ${probed.lost}`);
    expect([after.same, probed.lost]).toEqual([many, 0]);
  });

  test("a director is taken out of the program: withdrawn before its service goes, none is lost", async () => {
    let said = "";
    const probed = await traffic.meanwhile(async () => {
      said = await up(lab, { among: [first, second] });
      return undefined;
    });
    expect(said).toContain(`${vips.ipv4}/32 is withdrawn before members drain`);
    const after = kept(before, await traffic.again());
    note("a director is taken out: kept, new ones lost", `${after.same}, ${probed.lost}`);
    expect([after.same, probed.lost]).toEqual([many, 0]);
    expect(await lab.left(third)).toBe("");
    await up(lab);
    await lab.untilNextHops(directors);
    expect(kept(before, await traffic.again()).same).toBe(many);
  });

  test("a member is lost, and then a director", async () => {
    const gone = members[3];
    await up(lab, { without: gone });
    const alone = kept(before, await traffic.again(), gone);
    await lab.script(third, `nft '${cut}'`);
    await lab.untilNextHops([first, second]);
    const both = kept(before, await traffic.again(), gone);
    await lab.script(third, "nft delete table inet cut");
    await lab.untilNextHops(directors);
    note("a member is lost: others kept", `${alone.same} of ${alone.of}`);
    note("and then a director: others kept", `${both.same} of ${both.of}`);
    expect(alone.same).toBe(alone.of);
    expect(both.same / both.of).toBeGreaterThan(0.9);
    await up(lab);
  });
});

describe("what others change", () => {
  test.each([
    ["the address is gone from lo", `ip address del ${vips.ipv4}/32 dev lo`, "is gone from lo"],
    [
      "its route is disabled",
      "birdcl -s /run/bgp-*director1/control disable v_10_90_0_1",
      "is gone",
    ],
    ["the watch has ended", "kill $(cat /run/unit-announce-*director1.service.pid)", "is inactive"],
    ["BIRD has ended", "kill $(cat /run/unit-bgp-*director1.service.pid)", "is inactive"],
    [
      "a file is changed",
      "sed -i s/hold.time.9/hold\\ time\\ 90/ /etc/bird/ipvs-lab.d/*director1/neighbors/n_10_80_4_1.conf",
      "n_10_80_4_1.conf has been changed",
    ],
  ])("%s: the preview says so, and up repairs it", async (_, change, said) => {
    await lab.script(first, change);
    await lab.script("", "sleep 1");
    expect((await changes(first)).join("\n")).toContain(said);
    for (const kind of ["bgp", "bgpsession", "bgpaddress"]) {
      await lab.repair(first, kind);
    }
    await lab.untilNextHops(directors);
    expect(await changes(first)).toEqual([]);
  });
});

test("destroy leaves nothing on the directors", async () => {
  await lab.down();
  await lab.untilNextHops([]);
  for (const director of directors) {
    expect(await lab.left(director)).toBe("");
  }
});
