import { existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import { loadMessages, workshop } from "../../tools/bench/page/workshop";
import { forAllTests, isListening } from "./watching";

// A name that somebody else has led to this computer.
const { lab, open, visit } = forAllTests("--host-resolver-rules=MAP lab.example 127.0.0.1");
let page: Page;
/** Another site of the same computer: to a browser its requests are of the same site. */
let other: Server;
let otherOrigin: string;

function answer(_: IncomingMessage, response: ServerResponse): void {
  response.setHeader("content-type", "text/html").end("<!doctype html><title>other</title>");
}

beforeAll(async () => {
  other = createServer(answer);
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  otherOrigin = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
afterAll(() => {
  other.close();
});
beforeEach(async () => {
  await lab.start(workshop());
  page = await open();
});

test("without the token there is nothing to see", async () => {
  const context = await visit();
  const stranger = await context.newPage();
  const { pathname } = new URL(page.url());
  for (const path of ["/", "/?token=wrong", "/page.js", "/events", pathname]) {
    const response = await stranger.goto(`${lab.origin}${path}`);
    expect(response?.status()).toBe(403);
  }
  await context.close();
});

test("review 13: another port of this computer gets no cookie", async () => {
  const got: (string | undefined)[] = [];
  other.on("request", ({ headers }) => got.push(headers.cookie));
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(otherOrigin);
  await elsewhere.goto(`${otherOrigin}/page.js`);
  other.removeAllListeners("request").on("request", answer);
  expect(got.length).toBeGreaterThan(1);
  expect(got.filter((cookie) => cookie !== undefined)).toEqual([]);
  expect(await page.context().cookies(page.url())).toHaveLength(1);
});

test("review 13: a private file opens the page, is nobody else's to read, and is gone then", async () => {
  const [file, folder] = [lab.file, dirname(lab.file)].map((path) => statSync(path).mode & 0o777);
  expect([file, folder]).toEqual([0o600, 0o700]);
  const context = await visit();
  const opened = await context.newPage();
  await opened.goto(`file://${lab.file}`);
  await isListening(opened);
  expect(opened.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/$/);
  expect(existsSync(dirname(lab.file))).toBe(false);
  await context.close();
});

test("under another name there is nothing to see, even with the token", async () => {
  const { port, search } = new URL(lab.address);
  const response = await page.goto(`http://lab.example:${port}/${search}`);
  expect(response?.status()).toBe(421);
});

test("another site's page in the same browser can neither read the stream nor give orders", async () => {
  const elsewhere = await page.context().newPage();
  await elsewhere.goto(otherOrigin);
  // Even where somebody has betrayed the secret path.
  const outcomes = await elsewhere.evaluate(
    async (origin) => {
      const tried = async (work: Promise<unknown>) => {
        try {
          await work;
          return "done";
        } catch {
          return "refused";
        }
      };
      const post = (mode: RequestMode, type: string) =>
        fetch(`${origin}/load/stop`, {
          ...{ method: "POST", mode, credentials: "include", body: "{}" },
          headers: { "content-type": type },
        });
      const stream = new Promise<void>((resolve, reject) => {
        const events = new EventSource(`${origin}/events`, { withCredentials: true });
        events.onmessage = () => {
          resolve();
        };
        events.onerror = () => {
          events.close();
          reject(new Error("closed"));
        };
      });
      const sent = post("no-cors", "text/plain");
      await sent.catch(() => undefined);
      return {
        stream: await tried(stream),
        read: await tried(fetch(`${origin}/events`, { credentials: "include" })),
        opaque: await tried(fetch(`${origin}/events`, { mode: "no-cors", credentials: "include" })),
        order: await tried(post("cors", "application/json")),
      };
    },
    page.url().replace(/\/$/, ""),
  );
  expect(outcomes).toEqual({
    ...{ stream: "refused", read: "refused", opaque: "refused", order: "refused" },
  });
  expect(lab.given).toEqual([]);
});

test("the page's own orders are followed", async () => {
  await page.getByRole("button", { name: "Start" }).click();
  await expect(lab.hears("startLoad")).resolves.toMatchObject({ name: "startLoad" });
});

test("the page asks nobody else for anything, and its policy forbids nothing that it needs", async () => {
  const context = await visit({ locale: "fr" });
  const watching = await context.newPage();
  const asked = new Set<string>();
  const complaints: string[] = [];
  watching.on("request", (request) => asked.add(new URL(request.url()).origin));
  watching.on("console", (message) => complaints.push(message.text()));
  watching.on("pageerror", (error) => complaints.push(error.message));
  await watching.goto(lab.address);
  await isListening(watching);
  await lab.say(...loadMessages(5, [0, 1]));
  await watching.getByText("20 dernières").first().waitFor();
  await watching.getByLabel("Couleurs").selectOption("dark");
  await watching.getByLabel("Mesure").selectOption("connections");
  expect([...asked]).toEqual([lab.origin]);
  expect(complaints).toEqual([]);
  await context.close();
});
