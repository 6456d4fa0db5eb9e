import type { Page } from "playwright-core";
import { loadMessages, loadRequest, sampleAt, up, workshop } from "../../tools/bench/page/workshop";
import type { ChangeMessage } from "../../watch/protocol.js";
import { forAllTests, picture } from "./watching";

const { lab, open } = forAllTests();
let page: Page;

beforeEach(async () => {
  await lab.start(workshop());
  page = await open();
  await lab.say(sampleAt(0, [up, up]));
});

const settings = { scheduler: "wrr", "backend1.weight": 3 };
const diff = [
  "~ command:remote:Command web (update)",
  "    - -A -t 10.10.10.100:80 -s rr",
  "    + -A -t 10.10.10.100:80 -s wrr",
  "      -a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1",
  "    - -a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
  "    + -a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 3",
  "Resources: 1 to update, 29 unchanged",
];

function change(state: ChangeMessage["state"], lines: string[] = [], id = 1): ChangeMessage {
  return { type: "change", id, settings, state, lines };
}

const dialog = () => page.getByRole("dialog");
const button = (name: string) => page.getByRole("button", { name, exact: true });

async function askForPreview(): Promise<void> {
  await page.getByLabel("Scheduler").selectOption("wrr");
  await page.getByLabel("Weight of BACKEND-1").fill("3");
  await button("Preview").click();
  await dialog().getByText("Pulumi is working out what would change").waitFor();
  // The page says so before the order has come.
  await lab.hears("preview");
}

test("a change is previewed, then applied, and the form is as the lab is", async () => {
  await lab.say(...loadMessages(30, [0, 1]));
  expect(await button("Preview").isDisabled()).toBe(true);
  await askForPreview();
  expect(lab.given).toEqual([{ name: "preview", body: settings }]);
  await lab.say(change("previewing"), change("previewed", diff));
  await dialog().getByText("Nothing has been touched yet").waitFor();
  await dialog().getByText("-A -t 10.10.10.100:80 -s wrr").waitFor();
  await dialog().getByText("Weight of BACKEND-1: 3").waitFor();
  expect(await dialog().locator(".removed").count()).toBe(2);
  expect(await dialog().locator(".added").count()).toBe(2);
  await picture(page, "preview", false);

  await dialog().getByRole("button", { name: "Apply" }).click();
  await lab.say(change("applying", ["~ web updating"]));
  await dialog().getByText("Pulumi is making the change").waitFor();
  await lab.say(change("applying", ["~ web updating", "~ web updated (2s)"]));
  await dialog().getByText("~ web updated (2s)").waitFor();
  const now = workshop();
  now.service.scheduler = "wrr";
  now.settings = now.settings.map((setting) => ({
    ...setting,
    value: { scheduler: "wrr", "backend1.weight": 3 }[setting.path] ?? setting.value,
  }));
  await lab.say({ type: "topology", topology: now }, change("applied", ["1 updated"]));
  await dialog().getByText("Done: the lab is as you asked.").waitFor();
  await picture(page, "applied", false);
  await dialog().getByRole("button", { name: "Close" }).click();
  await dialog().waitFor({ state: "hidden" });
  expect(lab.given.at(-1)).toEqual({ name: "apply", body: 1 });
  expect(await page.getByLabel("Scheduler").inputValue()).toBe("wrr");
  await page.getByText("Change something, then preview it.").waitFor();
});

test("a change that is refused says why, and the form keeps it", async () => {
  await askForPreview();
  await lab.say(change("refused", ["error: config ipvs-lab:backend1: weight 3 is too much"]));
  await dialog().getByText("Refused. Nothing has been touched.").waitFor();
  await dialog().getByText("weight 3 is too much").waitFor();
  await picture(page, "refused", false);
  await dialog().getByRole("button", { name: "Close" }).click();
  expect(await page.getByLabel("Weight of BACKEND-1").inputValue()).toBe("3");
  await page.getByText("2 changes to preview").waitFor();
  await button("Reset").click();
  expect(await page.getByLabel("Weight of BACKEND-1").inputValue()).toBe("1");
});

test("a change that fails on the way says so", async () => {
  await askForPreview();
  await lab.say(change("previewed", diff));
  await dialog().getByRole("button", { name: "Apply" }).click();
  await lab.say(change("failed", ["error: machine1 does not answer"]));
  await dialog().getByText("The change did not succeed.").waitFor();
  await dialog().getByText("machine1 does not answer").waitFor();
});

test("Discard and Esc are a no", async () => {
  for (const [id, leave] of [
    [1, () => dialog().getByRole("button", { name: "Discard" }).click()],
    [2, () => page.keyboard.press("Escape")],
  ] as const) {
    await askForPreview();
    await lab.say(change("previewed", diff, id));
    await dialog().getByRole("button", { name: "Apply" }).waitFor();
    await leave();
    await dialog().waitFor({ state: "hidden" });
    await lab.hears("drop", id);
    await lab.say(change("dropped", [], id));
    await button("Preview").and(page.locator(":enabled")).waitFor();
  }
  const drops = lab.given.filter(({ name }) => name === "drop");
  expect(drops.map(({ body }) => body)).toEqual([1, 2]);
  expect(lab.given.some(({ name }) => name === "apply")).toBe(false);
});

test("while Pulumi works the dialog can be hidden and shown again, and no other change is asked for", async () => {
  await askForPreview();
  await lab.say(change("previewing"));
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "hidden" });
  expect(await button("Preview").isDisabled()).toBe(true);
  await lab.say(change("previewed", diff));
  await button("Show").click();
  await dialog().getByRole("button", { name: "Apply" }).waitFor();
  expect(lab.given.map(({ name }) => name)).toEqual(["preview"]);
});

test("somebody else's change is told without covering the page", async () => {
  await lab.say(change("previewed", diff));
  await page.getByText("A change is under way.").waitFor();
  expect(await dialog().count()).toBe(0);
  await button("Show").click();
  await dialog().getByText("Nothing has been touched yet").waitFor();
});

test("an order that the server does not follow is told", async () => {
  await lab.refuse("another change is under way");
  await page.getByLabel("Scheduler").selectOption("lc");
  await button("Preview").click();
  await page.getByRole("alert").getByText("another change is under way").waitFor();
  await dialog().waitFor({ state: "hidden" });
  await lab.refuse("machine1 does not answer");
  await button("Start").click();
  await page.getByRole("alert").getByText("machine1 does not answer").waitFor();
});

test("the way that packets take is said beside the method that is chosen", async () => {
  const forwarding = page.getByRole("combobox", { name: "Forwarding" });
  const hint = async () => {
    const id = (await forwarding.getAttribute("aria-describedby")) ?? "";
    return page.locator(`#${id}`).textContent();
  };
  expect(await hint()).toContain("the answer returns through the director");
  await forwarding.selectOption("gate");
  expect(await hint()).toContain("the server answers the client itself");
  await button("Preview").click();
  expect(await lab.hears("preview")).toMatchObject({ body: { forwarding: "gate" } });
});

test("a machine that makes no requests any more is not offered, nor asked to", async () => {
  await page.getByLabel("From").selectOption("machine2");
  const members = workshop().members.map((member) => ({ ...member, forwarding: "gate" }));
  await lab.say({ type: "topology", topology: workshop({ clients: ["machine1"], members }) });
  await page.getByRole("log").getByText("Forwarding: direct routing").waitFor();
  await page.getByLabel("From").locator("option", { hasText: "machine2" }).waitFor({
    state: "detached",
  });
  await button("Start").click();
  expect(await lab.hears("startLoad")).toMatchObject({
    body: { ...loadRequest, client: "machine1" },
  });
});

test("a backend is stopped through the settings", async () => {
  await page.getByRole("switch", { name: "Running of BACKEND-2" }).click();
  await page.getByText("running → stopped").waitFor();
  await button("Preview").click();
  await dialog().getByText("Running of BACKEND-2: stopped").waitFor();
  await lab.hears("preview");
  expect(lab.given).toEqual([{ name: "preview", body: { "backend2.running": false } }]);
});

test("a load is started, changed and stopped", async () => {
  await page.getByLabel("From").selectOption("machine1");
  await page.getByLabel("Requests a second").fill("50");
  await page.getByLabel("At once").fill("8");
  await page.getByLabel("Also to the static redirection").uncheck();
  await button("Start").click();
  const load = { client: "machine1", rate: 50, concurrency: 8, redirected: false };
  await lab.say({ type: "load", load });
  await page.getByRole("status").getByText("50 requests a second from machine1").waitFor();
  await page.getByText("Not asked by this load.").waitFor();
  await page.getByLabel("Requests a second").fill("60");
  await button("Change").click();
  await lab.say({ type: "load", load: { ...load, rate: 60 } });
  await button("Stop").click();
  await lab.say({ type: "load" });
  await page.getByText("No load is running.").waitFor();
  expect(lab.given).toEqual([
    { name: "startLoad", body: load },
    { name: "startLoad", body: { ...load, rate: 60 } },
    { name: "stopLoad" },
  ]);
});

test("a rate outside its range is not sent", async () => {
  await page.getByLabel("Requests a second").fill("2001");
  await button("Start").click();
  await page.getByLabel("Requests a second").and(page.locator(":invalid")).waitFor();
  expect(lab.given).toEqual([]);
});

test("a load that ends by itself says why", async () => {
  await lab.say({ type: "load", load: loadRequest });
  await button("Stop").waitFor();
  await lab.say({ type: "load", error: "machine2 does not answer" });
  await page.getByRole("alert").getByText("The load ended: machine2 does not answer").waitFor();
  await button("Start").waitFor();
});
