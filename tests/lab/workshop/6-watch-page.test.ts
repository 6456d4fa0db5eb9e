import type { Page } from "playwright-core";
import { configure, on, plan } from "../../support/lab/harness";
import { type OpenPage, openPage, picture, startLoad } from "../../support/lab/openPage";
import { stoppedAt, twoSamples } from "../../support/lab/stopTime";
import type { Watching } from "../../support/lab/watchServer";

/** The page itself, in a browser, on a real lab. */

let watching: Watching;
let page: Page;
let opened: OpenPage | undefined;

beforeAll(async () => {
  configure();
  opened = await openPage();
  ({ watching, page } = opened);
});
afterAll(() => opened?.close());

const button = (name: string) => page.getByRole("button", { name, exact: true });
const dialog = () => page.getByRole("dialog");
const server = (name: string) => page.locator(`tr[data-member="${name}"]`);
const balanced = () =>
  page.locator(".way", { has: page.getByRole("heading", { name: "Balanced" }) });

/** Previews what stands in the form, says yes and waits for its end. */
async function apply(): Promise<void> {
  await button("Preview").click();
  await dialog().getByText("Nothing has been touched yet").waitFor();
  await dialog().getByRole("button", { name: "Apply" }).click();
  await dialog().getByText("Done: the lab is as you asked.").waitFor({ timeout: 180_000 });
  await dialog().getByRole("button", { name: "Close" }).click();
}

test("the page shows the lab, and after a load who answered, in the true order", async () => {
  await server("BACKEND-1").getByText("up").waitFor();
  await server("BACKEND-2").getByText("up").waitFor();
  await page.getByLabel("From").selectOption("machine2");
  await startLoad(page);
  await balanced().getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
  await picture(page, "load");
  const from = watching.messages.length;
  await button("Stop").click();
  await watching.until("load", ({ load }) => load === undefined, from);
  // All that came since the load began, as others heard it, is what the page says of the last of them.
  const who = watching.messages.flatMap((m) =>
    m.type === "answers" && m.way === "balanced" ? m.who : [],
  );
  const last = who.slice(-20).map((i) => i + 1);
  expect(new Set(last)).toEqual(new Set([1, 2]));
  expect(last).toEqual(last.map((_, i) => (i % 2 === 0 ? last[0] : last[1])));
  await balanced()
    .getByText(`In order, oldest first: ${last.join(" ")}`, { exact: true })
    .waitFor();
});

test("a backend that is stopped on the page turns red within two samples, and the scheduler is the kernel's", async () => {
  const from = watching.messages.length;
  await page.getByRole("switch", { name: "Running of BACKEND-1" }).click();
  await page.getByLabel("Scheduler").selectOption("lc");
  const red = server("BACKEND-1").getByText("down").waitFor({ timeout: 180_000 });
  const turned = red.then(() => Date.now());
  await apply();
  await page.getByRole("log").getByText("BACKEND-1: down").waitFor();
  await picture(page, "down");
  expect(await on("machine2", "systemctl is-active ipvs-lab-backend-1 || true")).toBe("inactive\n");
  expect(await on("machine1", "ipvsadm -Sn")).toContain("-A -t 10.10.10.100:80 -s lc\n");
  const { at, sure } = await stoppedAt();
  const samples = watching.messages.slice(from).flatMap((m) => (m.type === "sample" ? [m] : []));
  const down = samples.findIndex(({ members }) => members[0]?.state === "down");
  expect((await turned) - at).toBeLessThan(twoSamples(samples, down) + sure);
  expect((await turned) - at).toBeGreaterThan(-sure);
});

test("it comes back, and the method is the kernel's: a machine that has the virtual address itself asks no more", async () => {
  await button("Start").click();
  await watching.until("load", ({ load }) => load?.client === "machine2");
  await page.getByRole("switch", { name: "Running of BACKEND-1" }).click();
  await page.getByLabel("Scheduler").selectOption("rr");
  await page.getByRole("combobox", { name: "Forwarding" }).selectOption("gate");
  await apply();
  await server("BACKEND-1").getByText("up").waitFor();
  const table = await on("machine1", "ipvsadm -Sn");
  expect(table).toContain("-A -t 10.10.10.100:80 -s rr\n");
  expect(table.match(/ -g -w 1$/gm)).toHaveLength(2);
  await page.getByRole("alert").getByText('"machine2" is no client').waitFor();
  await page.getByRole("log").getByText("Forwarding: direct routing").waitFor();
  expect(await page.getByLabel("From").inputValue()).toBe("machine1");
  await button("Start").click();
  await balanced().getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
  await picture(page, "gate");
  await button("Stop").click();
});

test("all is as it was when it is set back on the page", async () => {
  await page.getByRole("combobox", { name: "Forwarding" }).selectOption("masquerade");
  await apply();
  expect(await page.getByLabel("From").locator("option").allTextContents()).toEqual([
    "machine1",
    "machine2",
  ]);
  expect((await on("machine1", "ipvsadm -Sn")).match(/ -m -w 1$/gm)).toHaveLength(2);
  configure();
  expect(await plan()).toEqual({});
});
