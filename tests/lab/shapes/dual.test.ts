import type { Answers } from "../../../components";
import { npm, on, output, plan, succeeds, up } from "../../support/lab/harness";
import { openPage, picture, startLoad } from "../../support/lab/openPage";
import { endShape, leftOfShape, startShape } from "../../support/lab/shapes";
import { alternates } from "../../support/lab/traffic";
import { answersToClients, drawnWays } from "../../support/watch/drawnWays";

const vip6 = "fd00:10:10::100";
const backend6 = "fd00:10:10::3";

interface Balanced {
  ipv6: { url: string; answers: Record<string, Answers> };
}

let printed = "";

beforeAll(async () => {
  printed = await startShape("dual");
}, 900_000);

test("both web servers take turns over IPv4 and over IPv6, for both machines", async () => {
  const four = await output<Record<string, Answers>>("answers");
  const { url, answers: six } = (await output<Balanced>("balanced")).ipv6;
  expect(url).toBe(`http://[${vip6}]:80/`);
  for (const answers of [four, six]) {
    expect(Object.keys(answers)).toEqual(["machine1", "machine2"]);
    for (const { order } of Object.values(answers)) {
      expect(alternates(order)).toBe(true);
    }
  }
  expect(printed).toMatch(/^machine2, IPv6( +BACKEND-1 +BACKEND-2| +BACKEND-2 +BACKEND-1){3}/m);
  expect(await on("machine1", "ipvsadm -Sn")).toContain(
    `-a -t [${vip6}]:80 -r [${backend6}]:80 -m -w 1\n`,
  );
});

test("the page draws both addresses, and the answers of each in their order", async () => {
  const { watching, page, close } = await openPage();
  try {
    await startLoad(page);
    for (const way of ["balanced", "ipv6"] as const) {
      const [first, second, ...rest] = await watching.answers(20, way);
      expect(new Set([first, second])).toEqual(new Set(["BACKEND-1", "BACKEND-2"]));
      expect(rest).toEqual(rest.map((_, i) => (i % 2 === 0 ? first : second)));
    }
    for (const heading of ["Balanced", "Balanced over IPv6"]) {
      const way = page.locator(".way", {
        has: page.getByRole("heading", { name: heading, exact: true }),
      });
      await way.getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
    }
    const director = page.locator('[data-director="machine1"]');
    await director.getByText("10.10.10.100:80").waitFor();
    await director.getByText(`[${vip6}]:80`).waitFor();
    expect(await drawnWays(page)).toEqual({ request: 3, tunnel: 0, answer: 3 });
    expect(await answersToClients(page)).toBe(2);
    await picture(page, "dual");
  } finally {
    await close();
  }
});

test("a preview after it shows nothing", async () => {
  expect(await plan()).toEqual({});
});

test("what somebody takes from the namespace's IPv6 is named by the preview, and up puts it back", async () => {
  await on(
    "machine1",
    `ip neigh del proxy ${backend6} dev enp0s8
     ip -6 route del ${backend6}/128 dev veth1
     ip -n ns-backend2 -6 route del default
     ip -n ns-backend2 -6 addr del ${backend6}/128 dev veth0`,
  );
  const { all } = await succeeds(npm("preview"));
  for (const difference of [
    `enp0s8 does not answer for ${backend6}`,
    `the route to ${backend6} by veth1 is gone`,
    "the default route of ns-backend2 by fe80::1 is gone",
    `address ${backend6}/128 is gone from veth0 in ns-backend2`,
  ]) {
    expect(all).toContain(difference);
  }
  await up();
  expect(await plan()).toEqual({});
  expect(await on("machine2", `curl -sgm 10 'http://[${backend6}]/'`)).toContain("BACKEND-2");
});

test("destroyed, nothing of it is left", async () => {
  await succeeds(npm("destroy", "--keep-machines"));
  expect(await on("machine1", "ip -6 neigh show proxy; ip netns; ipvsadm -Sn")).toBe("");
  await endShape();
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
