import type { BrowserContextOptions, Page } from "playwright-core";
import {
  answered,
  down,
  loadMessages,
  loadRequest,
  sampleAt,
  threeForwardings,
  up,
  workshop,
} from "../../tools/bench/page/workshop";
import type { Topology } from "../../watch/protocol.js";
import { forAllTests, picture } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

async function watch(topology: Topology, options: BrowserContextOptions = {}): Promise<void> {
  await lab.start(topology);
  page = await open(options);
}

const row = (name: string) => page.locator(`tr[data-member="${name}"]`);
const box = (name: string) => page.locator(`[data-target="${name}"]`);

function colourOf(selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .first()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

test("a member that goes down is red and said to be down, and so when it comes back", async () => {
  await watch(workshop());
  await lab.say(...loadMessages(20, [0, 1]));
  await row("BACKEND-1").getByText("up").waitFor();
  const before = await colourOf('[data-target="BACKEND-1"] .sign', "stroke");

  const half = Array.from({ length: 200 }, (_, number) => (number % 2 === 0 ? -1 : 1));
  await lab.say(
    answered(20, "balanced", 400, half),
    answered(21, "redirected", 400, Array<number>(200).fill(-1)),
    sampleAt(30, [down, up]),
  );
  await row("BACKEND-1").getByText("down").waitFor();
  await box("BACKEND-1").getByText("down").waitFor();
  await page.getByRole("log").getByText("BACKEND-1: down").waitFor();
  expect(await colourOf('[data-target="BACKEND-1"] .sign', "stroke")).toBe("rgb(198, 40, 40)");
  expect(await colourOf('tr[data-member="BACKEND-1"] td', "background-color")).toBe(
    "rgb(253, 236, 236)",
  );
  // Told without colour too: another sign, and ways that are cut, the redirection's too.
  expect(await page.locator(".cut").count()).toBe(2);
  await picture(page, "down");

  await lab.say(sampleAt(31, [up, up]));
  await row("BACKEND-1").getByText("up").waitFor();
  await page.getByRole("log").getByText("BACKEND-1: up").waitFor();
  expect(await colourOf('[data-target="BACKEND-1"] .sign', "stroke")).toBe(before);
  expect(await page.locator(".cut").count()).toBe(0);
});

test("weight 0 is drained, a member that the kernel does not have is absent", async () => {
  await watch(workshop());
  await lab.say(
    sampleAt(0, [
      { ...up, weight: 0 },
      { ...up, state: "absent", weight: 0 },
    ]),
  );
  await row("BACKEND-1").getByText("drained").waitFor();
  await row("BACKEND-2").getByText("not in the table").waitFor();
  await box("BACKEND-1").getByText("drained").waitFor();
  await box("BACKEND-2").getByText("not in the table").waitFor();
  await page.getByText("No load. Start one to see who answers.").first().waitFor();
  await picture(page, "no-load");
});

test("each member's figures are the kernel's, and its answers those of the load", async () => {
  await watch(workshop());
  const first = { ...up, weight: 3, active: 7, inactive: 41, connections: 15.4 };
  await lab.say(...loadMessages(5, [0, 1]), sampleAt(5, [first, down]));
  await row("BACKEND-1").getByText("41").waitFor();
  // Answers are counted some times a second, the kernel's figures shown as they come.
  await row("BACKEND-1").getByText("10", { exact: true }).waitFor();
  const cells = await row("BACKEND-1").locator("td").allTextContents();
  // Weight, new connections and answers a second, active, inactive.
  expect(cells.slice(1, 6)).toEqual(["3", "15", "10", "7", "41"]);
});

test("each way of forwarding has wires of its own", async () => {
  await watch(threeForwardings());
  await lab.say(
    { type: "load", load: { ...loadRequest, redirected: false } },
    ...loadMessages(5, [0, 1, 2]),
  );
  await box("web-3").getByText("IP-in-IP tunnel").waitFor();
  expect(await colourOf(".line.tunnel .wire", "stroke")).toBe("rgb(0, 128, 92)");
  // One answer returns through the director beside its request; two go round it to the clients.
  const ends = await page.locator("g.line.answer path.wire").evaluateAll((wires) => {
    const clients = document.querySelector(".frame")?.getBoundingClientRect();
    return wires.map((wire) => {
      const path = wire as SVGPathElement;
      const end = path.getPointAtLength(path.getTotalLength());
      const origin = path.ownerSVGElement?.getBoundingClientRect();
      return end.x + (origin?.left ?? 0) <= (clients?.right ?? 0) + 1;
    });
  });
  // Of the two clients, and of the three members.
  expect(ends).toEqual([true, true, false, true, true]);
  expect(await page.locator(".line .tunnel-wall").count()).toBe(1);
  await page
    .getByRole("listitem")
    .filter({ hasText: "direct routing: the server answers the client itself" })
    .waitFor();
  await picture(page, "three-ways");
});

test("a service over IPv6, too, has answers of its own", async () => {
  const dual = workshop({ stack: "dual", ipv6: { url: "http://[2001:db8:10::100]:80/" } });
  delete dual.redirect;
  await watch(dual);
  await page.getByLabel("Also over IPv6").waitFor();
  const load = { ...loadRequest, redirected: false, ipv6: true };
  await lab.say(
    { type: "load", load },
    ...loadMessages(5, [0, 1]).slice(1),
    answered(5, "ipv6", 0, [0, 1, 0, 1, 1]),
  );
  await page.locator(".director").getByText("[2001:db8:10::100]:80").waitFor();
  const way = page.locator(".way", { has: page.getByRole("heading", { name: "over IPv6" }) });
  await way.getByText("Last 5: BACKEND-1 2, BACKEND-2 3").waitFor();
  await picture(page, "ipv6");
  await page.getByLabel("Also over IPv6").uncheck();
  await page.getByRole("button", { name: "Change" }).click();
  expect(await lab.hears("startLoad")).toMatchObject({ body: { ipv6: false } });
});

test("a lost connection is said, and everything is there again after it", async () => {
  await watch(workshop());
  await lab.say(...loadMessages(5, [0, 1]));
  await page.getByText("Last 20").first().waitFor();
  await lab.hang();
  await page.getByRole("alert").getByText("Connection lost.").waitFor();
  await picture(page, "connection-lost");
  await lab.say(sampleAt(9, [down, up]));
  await lab.answer();
  await page.getByRole("status").getByText("Live").waitFor();
  await row("BACKEND-1").getByText("down").waitFor();
  expect(await page.getByText("Connection lost").count()).toBe(0);
});

test("the language is the browser's, and can be changed", async () => {
  await watch(workshop(), { locale: "fr-FR" });
  await lab.say(...loadMessages(5, [0, 1]));
  await page.getByRole("heading", { name: "Qui a répondu" }).waitFor();
  await page.getByText("20 dernières : BACKEND-1 10, BACKEND-2 10").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("fr");
  await picture(page, "french");
  await page.getByLabel("Langue").selectOption("en");
  await page.getByRole("heading", { name: "Who answered" }).waitFor();
  await page.getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await page.reload();
  await page.getByRole("heading", { name: "Who answered" }).waitFor();
});

test("light and dark are the system's, and can be chosen", async () => {
  await watch(workshop(), { colorScheme: "dark" });
  await lab.say(...loadMessages(60, [0, 1]));
  await page.getByText("Last 20").first().waitFor();
  expect(await colourOf("html", "background-color")).toBe("rgb(14, 18, 24)");
  await picture(page, "dark");
  await page.getByLabel("Colours").selectOption("light");
  expect(await colourOf("html", "background-color")).toBe("rgb(243, 245, 248)");
  await picture(page, "light");
});

test("a member that the stack comes to have is drawn, and the figures begin anew", async () => {
  await watch(workshop());
  await lab.say(...loadMessages(5, [0, 1]));
  const { members } = workshop();
  const third = { name: "BACKEND-3", address: "10.10.10.4", port: 80, forwarding: "masquerade" };
  await lab.say(
    { type: "topology", topology: workshop({ members: [...members, third] }) },
    sampleAt(12, [up, up, up]),
    answered(12, "balanced", 100, [2, 2]),
  );
  await row("BACKEND-3").getByText("up").waitFor();
  await page.getByText("Last 2: BACKEND-3 2").waitFor();
});
