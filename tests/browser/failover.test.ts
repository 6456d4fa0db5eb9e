import type { BrowserContextOptions, Page } from "playwright-core";
import {
  answers,
  cut,
  failover,
  holder,
  lastingAt,
  on,
  pair,
  pairLoad,
  pluggedIn,
  routing,
  standby,
  states,
} from "../../tools/bench/page/pair";
import type { Topology } from "../../watch/protocol.js";
import { answersToClients } from "../support/watch/drawnWays";
import { forAllTests, picture, story } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

async function watch(topology: Topology = pair(), options: BrowserContextOptions = {}) {
  await lab.start(topology);
  page = await open(options);
}

const director = (name: string) => page.locator(`[data-director="${name}"]`);
const log = () => page.getByRole("log");
const button = (name: string) => page.getByRole("button", { name, exact: true });

test("who has the address and who would take it is drawn, with the synchronised connections", async () => {
  await watch();
  await lab.say(states(0), ...answers(0, 3, 0, "machine1"));
  await director("machine1").getByText("has the address").waitFor();
  await director("machine1").getByText("10.10.10.100:80").waitFor();
  await director("machine1").getByText("rr · 34 connections").waitFor();
  await director("machine1").getByText("cable in").waitFor();
  await director("machine2").getByText("takes over next").waitFor();
  await director("machine2").getByText("31 connections").waitFor();
  await director("machine2").getByText("synchronised").waitFor();
  expect(await director("machine2").getByText("10.10.10.100:80").count()).toBe(0);
  // The web servers are inside their machine, the client is a machine of its own.
  await page.locator('[data-machine="machine3"]').getByText("machine3").waitFor();
  const words = /machine1: has the address; machine2: takes over next/;
  await page.getByRole("img", { name: words }).waitFor();
  // Answers pass the directors by: those of both servers end at the clients.
  expect(await page.locator("g.line.answer").count()).toBe(2);
  expect(await page.locator(".synchronised-line").count()).toBe(1);
  await picture(page, "pair");
});

test("a pulled cable, the address that moves, and what it cost are told by their times", async () => {
  await watch();
  await lab.say(...failover());
  await director("machine2").getByText("has the address").waitFor();
  await director("machine1").getByText("no link: cannot take over").waitFor();
  await director("machine1").getByText("cable out").waitFor();
  await director("machine2").getByText("rr · 36 connections").waitFor();
  await log().getByText("4 of 4 open connections live on").waitFor();
  // A director without a link hears of no connections.
  expect(await page.locator(".synchronised-line").count()).toBe(0);
  const [[, cause] = [], ...effects] = await story(page);
  expect(cause).toBe("machine1’s cable was pulled");
  expect(effects).toEqual([
    ["+1.2 s", "The address moved to machine2"],
    ["+1.4 s", "Answers again, after 1.5 s without any"],
    ["+2.0 s", "3 requests lost"],
    ["+4.1 s", "4 of 4 open connections live on"],
  ]);
  await picture(page, "failover");

  await lab.say(...pluggedIn());
  await director("machine1").getByText("takes over next").waitFor();
  await log().getByText("No request lost").waitFor();
  await log().getByText("4 of 4 open connections live on").nth(1).waitFor();
  expect((await story(page)).map(([, words]) => words)).toEqual([
    "machine1’s cable is in again",
    "No request lost",
    "4 of 4 open connections live on",
  ]);
  await picture(page, "failover-over");
});

test("while nobody has the address, the way there is cut", async () => {
  await watch();
  await lab.say(states(0), ...answers(0, 1, 0, "machine1"), states(2, cut, standby));
  await director("machine1").getByText("no link: cannot take over").waitFor();
  expect(await page.locator(".wires .cut").count()).toBe(1);
  await picture(page, "failover-between");
  await lab.say(states(3.2, cut, holder));
  await director("machine2").getByText("has the address").waitFor();
  expect(await page.locator(".wires .cut").count()).toBe(0);
});

test("the address on two directors at once is told", async () => {
  await watch();
  await lab.say(states(0), states(5, holder, holder));
  await log().getByText("Several have the address: machine1, machine2").waitFor();
  await lab.say(states(6.5, standby, holder));
  await log().getByText("machine2 alone has the address, after 1.5 s").waitFor();
});

test("the news of two directors may overtake each other", async () => {
  await watch();
  const stopping = { power: "stopping", director: holder } as const;
  await lab.say(states(0), states(5, stopping));
  await lab.say(states(8, stopping, holder));
  await page.waitForTimeout(100);
  await lab.say(
    states(8.1, { ...stopping, director: standby }, holder),
    // The link of a machine that shuts down is not a cable that is pulled.
    states(8.2, { ...stopping, director: cut }, holder),
  );
  await log().getByText("The address moved to machine2").waitFor();
  expect(await story(page)).toEqual([
    ["09:00:05", "machine1 shuts down"],
    ["+3.0 s", "The address moved to machine2"],
  ]);
});

test("connections that break off are counted", async () => {
  await watch();
  await lab.say(
    { type: "load", load: pairLoad },
    states(0),
    lastingAt(0, 4),
    ...answers(0, 2, 0, "machine1"),
    states(2, cut, standby),
    states(3, cut, holder),
    lastingAt(4, 1, 0, 3),
    ...answers(4, 8, 20, "machine2"),
  );
  await log().getByText("1 of 4 open connections live on").waitFor();
});

test("a load of this lab keeps connections open", async () => {
  await watch();
  await lab.say(states(0));
  await page.getByLabel("Connections kept open").fill("3");
  await button("Start").click();
  expect(await lab.hears("startLoad")).toEqual({
    name: "startLoad",
    body: { ...pairLoad, lasting: 3 },
  });
});

test.each([["masquerade"], ["gate"], ["ipip"]])(
  "%s: the way back is drawn as it is, past the director or through it",
  async (forwarding) => {
    await watch(routing(forwarding));
    const first = { power: "on", director: holder } as const;
    await lab.say(
      { type: "load", load: { client: "machine4", rate: 10, concurrency: 4, redirected: false } },
      { ...states(0, first, on) },
      ...answers(0, 2, 0, "machine1"),
    );
    await director("machine1").getByText("has the address").waitFor();
    expect(await answersToClients(page)).toBe(forwarding === "masquerade" ? 1 : 2);
    await picture(page, `routing-${forwarding}`);
  },
);

test.each([
  ["a phone", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }],
  ["a projector", { viewport: { width: 1024, height: 768 } }],
  ["a wall in the dark", { viewport: { width: 1920, height: 1080 }, colorScheme: "dark" }],
] satisfies [string, BrowserContextOptions][])(
  "on %s nothing is cut off",
  async (name, options) => {
    await watch(pair(), options);
    await lab.say(...failover());
    await log().getByText("4 of 4 open connections live on").waitFor();
    await page.getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
    const isTooWide = () =>
      page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(await isTooWide()).toBe(false);
    await picture(page, `failover-${name.replaceAll(" ", "-")}`);
    await page.getByLabel("Large text").check();
    expect(await isTooWide()).toBe(false);
    await picture(page, `failover-${name.replaceAll(" ", "-")}-large`);
  },
);

test("all of it is said in French", async () => {
  await watch(pair(), { locale: "fr-FR" });
  await lab.say(...failover());
  await log().getByText("L’adresse est passée à machine2").waitFor();
  await log().getByText("4 connexions ouvertes sur 4 continuent").waitFor();
  await log().getByText("3 requêtes perdues").waitFor();
  await director("machine2").getByText("a l’adresse").waitFor();
  await button("Rebrancher le câble : machine1").waitFor();
  expect((await story(page))[1]).toEqual(["+1,2 s", "L’adresse est passée à machine2"]);
  await picture(page, "failover-french");
});
