import type { Page } from "playwright-core";
import type { DirectorState, MachinesMessage } from "../../../watch/protocol.js" with {
  "resolution-mode": "import",
};
import { on, plan, up } from "../../support/lab/harness";
import { type OpenPage, openPage, picture } from "../../support/lab/openPage";
import { endShape, leftOfShape, startShape } from "../../support/lab/shapes";
import type { Watching } from "../../support/lab/watchServer";
import { answersToClients } from "../../support/watch/drawnWays";

/** The page on a lab of two directors: what it shows of a failover is compared with the machines' own words. */

const vip = "10.10.10.100";
/** Seconds without an answer, at most, also where the machines are emulated. */
const longest = 3;

let watching: Watching;
let page: Page;
let opened: OpenPage | undefined;

beforeAll(async () => {
  await startShape("pair");
  opened = await openPage();
  ({ watching, page } = opened);
}, 900_000);
afterAll(() => opened?.close());

const button = (name: string) => page.getByRole("button", { name, exact: true });
const director = (name: string) => page.locator(`[data-director="${name}"]`);
const log = () => page.getByRole("log");

/** Waits for a state of a director, from a message on. */
function untilState(
  name: string,
  test: (state: DirectorState) => boolean,
  from = 0,
): Promise<MachinesMessage> {
  const place = watching.topology.machines?.indexOf(name) ?? -1;
  return watching.until(
    "machines",
    ({ machines }) => {
      const state = machines[place]?.director;
      return state !== undefined && test(state);
    },
    from,
  );
}

/** The director that has the address, by the machines themselves, and the other one. */
async function holder(): Promise<[string, string]> {
  const all = ["machine1", "machine2"];
  const has = await Promise.all(
    all.map(async (name) => (await on(name, "ip -o address show")).includes(` ${vip}/`)),
  );
  expect(has.filter(Boolean)).toHaveLength(1);
  return has[0] ? ["machine1", "machine2"] : ["machine2", "machine1"];
}

test("the page has the directors, who has the address, and all machines", async () => {
  expect(watching.topology).toMatchObject({
    director: "machine1",
    moreDirectors: ["machine2"],
    machines: ["machine1", "machine2", "machine3", "machine4"],
    clients: ["machine4"],
    check: { type: "http" },
  });
  const [name, other] = await holder();
  await director(name).getByText("has the address").waitFor();
  await director(other).getByText("takes over next").waitFor();
  await director(other).getByText("synchronised").waitFor();
  await page.locator('tr[data-member="BACKEND-1"]').getByText("http: passes").waitFor();
  expect((await watching.sample()).director).toBe(name);
  expect(await answersToClients(page)).toBe(2);
  await watching.until("machines", ({ machines }) => {
    const isDirector = machines.map((one) => one.director?.isReached === true).join();
    const isOn = machines.every(({ power }) => power === "on");
    return isOn && isDirector === "true,true,false,false";
  });
});

test("a cable that is pulled on the page: the address moves, and open connections live on", async () => {
  const [name, other] = await holder();
  await button("Start").click();
  await page.getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
  await watching.until("lasting", ({ open }) => open === 4);
  const from = watching.messages.length;
  await button(`Pull the cable: ${name}`).click();
  const cut = await untilState(name, ({ hasLink }) => !hasLink, from);
  const moved = await untilState(other, ({ hasAddress }) => hasAddress, from);
  expect(await on(other, "ip -o address show")).toContain(` ${vip}/`);
  await log().getByText(`The address moved to ${other}`).waitFor();
  await log().getByText("4 of 4 open connections live on").waitFor();
  await director(other).getByText("has the address").waitFor();
  await director(name).getByText("cable out").waitFor();
  await picture(page, "failover");
  const seconds = (moved.at - cut.at) / 1000;
  const answers = watching.messages
    .slice(from)
    .flatMap((m) => (m.type === "answers" && m.who.some((who) => who >= 0) ? [m.at] : []));
  const silence = Math.max(...answers.slice(1).map((at, i) => (at - (answers[i] ?? at)) / 1000));
  console.log(`moved after ${seconds.toFixed(2)} s, silence of ${silence.toFixed(2)} s`);
  expect(seconds).toBeLessThan(longest);
  expect(silence).toBeLessThan(longest);
  expect((await watching.sample()).director).toBe(other);

  await button(`Plug in the cable: ${name}`).click();
  await log().getByText(`${name}’s cable is in again`).waitFor();
  await director(name).getByText("takes over next").waitFor();
  await log().getByText("No request lost").waitFor();
  await picture(page, "failover-over");
});

test("a web server that is stopped on the page is taken out by keepalived, and comes back", async () => {
  await button("Stop the server: BACKEND-1").click();
  await log().getByText("BACKEND-1: taken out by its health check (http)").waitFor();
  expect(await on("machine3", "systemctl is-active ipvs-lab-backend-1 || true")).toBe("inactive\n");
  expect(await on((await holder())[0], "ipvsadm -Sn")).not.toContain("-r 10.10.10.3:80");
  await page.locator('tr[data-member="BACKEND-1"]').getByText("http: fails").waitFor();
  await picture(page, "health-check");
  await button("Start the server: BACKEND-1").click();
  await page.locator('tr[data-member="BACKEND-1"]').getByText("http: passes").waitFor();
});

test("a director that is shut down says so, and the page lives on until it is back", async () => {
  const [name, other] = await holder();
  const from = watching.messages.length;
  await button(`Shut down: ${name}`).click();
  await untilState(other, ({ hasAddress }) => hasAddress, from);
  await director(name).getByText("off", { exact: true }).waitFor();
  await log().getByText(`${name} is off`).waitFor();
  await picture(page, "machine-off");
  await watching.sample(({ director: of }) => of === other);
  await button(`Turn on: ${name}`).click();
  await log().getByText(`${name} answers over SSH again`).waitFor({ timeout: 300_000 });
  await director(name).getByText("takes over next").waitFor();
  await button("Stop").click();
  await up();
  expect(await plan()).toEqual({});
}, 600_000);

test("all that costs each director less than a twentieth of a core", () => {
  for (const name of ["machine1", "machine2"]) {
    const costs = watching.messages.flatMap((m) =>
      m.type === "sample" && m.director === name ? [m.cost] : [],
    );
    expect(costs.length).toBeGreaterThan(5);
    expect(costs.reduce((sum, cost) => sum + cost, 0) / costs.length).toBeLessThan(0.05);
  }
});

test("destroyed, nothing of it is left on this computer", async () => {
  await watching.stop();
  await endShape();
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
