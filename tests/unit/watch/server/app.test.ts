import { get } from "node:http";
import { connect } from "node:net";
import { ask, Answer } from "../../../support/lab/httpRequest";
import { Lines } from "../../../support/watch/modules";

/** The server as it is, listening, with a source that notes what it is told. */
const server = `
import { listen, watchApp } from "@watch/server/app.ts";
import { bufferLimits } from "@watch/server/stream.ts";
import { RequestError } from "@watch/server/requestError.ts";
const print = (value) => console.log(JSON.stringify(value));
const note = (name) => async (body) => {
  print({ told: name, body });
  if (body === 404) throw new RequestError("id: there is no change 404", 409);
  if (body === 500) throw new Error("the lab is gone");
};
const subscribers = new Set();
const source = {
  topology: async () => ({}),
  subscribe: (send) => {
    subscribers.add(send);
    send({ type: "load", error: "sent at once" });
    return () => { subscribers.delete(send); print({ told: "unsubscribe", left: subscribers.size }); };
  },
  startLoad: note("startLoad"), stopLoad: note("stopLoad"), preview: note("preview"),
  apply: note("apply"), drop: note("drop"), act: note("act"), close: note("close"),
};
const assets = new Map([
  ["/", { type: "text/html; charset=utf-8", body: "<p>the page" }],
  ["/page.js", { type: "text/javascript", body: new TextEncoder().encode("the script") }],
]);
const app = watchApp({ source, token: "t".repeat(43), oneTimeToken: "o".repeat(43), assets });
// What a test asks of a source: messages in a number and a size.
app.get("/test/send", async (request) => {
  const { type, count, size } = request.query;
  for (let i = 0; i < Number(count); i++) {
    for (const send of subscribers) send({ type, lines: ["x".repeat(Number(size))], number: i });
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { subscribers: subscribers.size, memory: process.memoryUsage().rss, bufferLimits };
});
print({ url: await listen(app, 0, "t".repeat(43)) });
`;

let lines: Lines;
let url: string;
let origin: string;
let cookie: string;
/** Where the page is: the origin and a path that is a secret. */
let base: string;

beforeAll(async () => {
  lines = new Lines(server);
  ({ url } = await lines.next<{ url: string }>());
  origin = new URL(url).origin;
  const { headers } = await ask(url);
  cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  base = origin + String(headers.location).slice(0, -1);
}, 120_000);
afterAll(() => lines.end());

function post(path: string, body: unknown, headers: Record<string, string | undefined> = {}) {
  const all: typeof headers = {
    ...{ cookie, origin, "content-type": "application/json" },
    ...headers,
  };
  const given = Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return ask(
    `${base}${path}`,
    "POST",
    typeof body === "string" ? body : JSON.stringify(body),
    given,
  );
}

const errorOf = ({ body }: Answer) => (JSON.parse(body) as { error: string }).error;

test("the token is exchanged for a cookie that no script and no other site gets", async () => {
  const { status, headers } = await ask(url);
  const path = base.slice(origin.length);
  expect(path).toMatch(/^\/[\w-]{43}$/);
  expect({ status, location: headers.location }).toEqual({ status: 303, location: `${path}/` });
  const [set = ""] = headers["set-cookie"] ?? [];
  expect(set).toMatch(
    new RegExp(`^ipvs-lab-watch-\\d+=[\\w-]{43}; Path=${path}/; HttpOnly; SameSite=Strict$`),
  );
  expect(set).not.toContain("ttt");
  expect(await ask(`${base}/`, "GET", "", { cookie })).toMatchObject({
    status: 200,
    body: "<p>the page",
  });
});

test("a token for once opens once", async () => {
  const once = url.replace(/t{43}/, "o".repeat(43));
  const { status, body, headers } = await ask(once);
  expect(status).toBe(200);
  expect(body).toContain(`content="0;url=${base.slice(origin.length)}/"`);
  expect(String(headers["set-cookie"])).toContain(cookie);
  expect((await ask(once)).status).toBe(403);
  expect((await ask(url)).status).toBe(303);
});

test.each([
  ["nothing", "/", {}],
  ["another token", `/?token=${"u".repeat(43)}`, {}],
  ["a part of the token", `/?token=${"t".repeat(42)}`, {}],
  ["an empty token", "/?token=", {}],
  ["the token at another path", `/page.js?token=${"t".repeat(43)}`, {}],
  ["another cookie", "/", { cookie: "ipvs-lab-watch-1=x" }],
  ["the token as a cookie", "/", { cookie: `ipvs-lab-watch-PORT=${"t".repeat(43)}` }],
  ["nothing, for the stream", "/events", {}],
  ["nothing, where nothing is", "/nothing", {}],
])("with %s nobody gets in", async (_, path, headers: { cookie?: string }) => {
  const port = new URL(origin).port;
  const given: Record<string, string> = headers.cookie
    ? { cookie: headers.cookie.replace("PORT", port) }
    : {};
  for (const at of [origin, base]) {
    expect((await ask(`${at}${path}`, "GET", "", given)).status).toBe(403);
  }
});

test.each(["evil.example", "127.0.0.1", "10.10.10.1:PORT", "localhost.evil.example:PORT"])(
  "a name that leads here, %s, is refused, cookie or not",
  async (host) => {
    const given = { cookie, host: host.replace("PORT", new URL(origin).port) };
    expect((await ask(`${base}/`, "GET", "", given)).status).toBe(421);
  },
);

test("localhost is this computer, too", async () => {
  const host = `localhost:${new URL(origin).port}`;
  expect((await ask(`${base}/`, "GET", "", { cookie, host })).status).toBe(200);
});

test.each([
  "http://evil.example",
  "http://127.0.0.1:1",
  "null",
  "https://HERE",
  "http://localhost:PORT",
])("what a page of %s asks is refused", async (from) => {
  const { host, port } = new URL(origin);
  const other = from.replace("HERE", host).replace("PORT", port);
  expect((await post("/load/stop", {}, { origin: other })).status).toBe(403);
  const stream = await ask(`${base}/events`, "GET", "", { cookie, origin: other });
  expect(stream.status).toBe(403);
});

test("an order without an origin, without a cookie, or as a form is refused", async () => {
  expect((await post("/load/stop", {}, { origin: undefined })).status).toBe(403);
  expect((await post("/load/stop", {}, { cookie: undefined })).status).toBe(403);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    expect((await post("/load/stop", "{}", { "content-type": type })).status).toBe(415);
  }
  expect((await post("/load/stop", "{", {})).status).toBe(400);
  expect((await post("/load/stop", "x".repeat(100_000), {})).status).toBe(413);
});

test("the page may load nothing from elsewhere, and nobody may show it", async () => {
  const { headers } = await ask(`${base}/page.js`, "GET", "", { cookie });
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|http|\*/);
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-type": "text/javascript",
  });
});

const order = { client: "machine1", rate: 20, concurrency: 2, redirected: false };

test("orders reach the source as they were given", async () => {
  for (const [path, body, told, as] of [
    ["/load", order, "startLoad", order],
    ["/load/stop", {}, "stopLoad", undefined],
    ["/changes", { settings: { scheduler: "wrr", w: 3, r: true } }, "preview", undefined],
    ["/changes/apply", { id: 7 }, "apply", 7],
    ["/changes/drop", { id: 8 }, "drop", 8],
    ["/load", { ...order, lasting: 4 }, "startLoad", { ...order, lasting: 4 }],
    ["/actions", { action: "pull", on: "m1" }, "act", { action: "pull", on: "m1" }],
  ] as const) {
    expect(await post(path, body)).toMatchObject({ status: 204, body: "" });
    const noted = await lines.next<{ told: string; body: unknown }>();
    const given = path === "/changes" ? body.settings : as;
    expect(noted).toEqual(given === undefined ? { told } : { told, body: given });
  }
});

test("what the source refuses is said, with its status; the rest as a bad request", async () => {
  const refused = await post("/changes/apply", { id: 404 });
  expect([refused.status, errorOf(refused)]).toEqual([409, "id: there is no change 404"]);
  const failed = await post("/changes/apply", { id: 500 });
  expect([failed.status, errorOf(failed)]).toEqual([400, "the lab is gone"]);
  await lines.next();
  await lines.next();
});

test.each([
  ["/load", { ...order, rate: 0 }, "rate: 0 is not a whole number from 1 to 2000"],
  ["/load", { ...order, rate: 2001 }, "rate: 2001 is not a whole number from 1 to 2000"],
  ["/load", { ...order, concurrency: 51 }, "concurrency: 51 is not a whole number from 1 to 50"],
  ["/load", { ...order, redirected: 1 }, "redirected: 1 is not true or false"],
  ["/load", { ...order, client: undefined }, "client: missing; it must be a text"],
  ["/load", { ...order, clients: 1 }, "clients: no such property; there are client, rate"],
  ["/changes", {}, "settings: missing; it must be an object"],
  ["/changes", { settings: { a: [1] } }, "settings.a: must be a text, a number, true or false"],
  ["/changes/apply", { id: "1" }, 'id: "1" is not a whole number'],
  ["/load", { ...order, lasting: 21 }, "lasting: 21 is not a whole number from 0 to 20"],
  ["/actions", { action: "cut", on: "m1" }, 'action: "cut" is not one of pull, plug, off, on'],
  ["/changes/drop", {}, "id: missing; it must be a whole number"],
])("%s refuses %j by name", async (path, body, words) => {
  const refused = await post(path, body);
  expect(refused.status).toBe(400);
  expect(errorOf(refused)).toContain(words);
});

test("what is not there is said to be so", async () => {
  const missing = await post("/loads", {});
  expect([missing.status, errorOf(missing)]).toEqual([404, "there is no POST /loads here"]);
});

/** What the test's own path of the server is asked. */
async function send(type: string, count: number, size: number) {
  const { body } = await ask(
    `${base}/test/send?type=${type}&count=${count}&size=${size}`,
    "GET",
    "",
    {
      cookie,
    },
  );
  return JSON.parse(body) as {
    subscribers: number;
    memory: number;
    bufferLimits: { dropAbove: number; disconnectAbove: number };
  };
}

test("the stream begins with what is known, goes on, and ends for the source when it is left", async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const asked = get(`${base}/events`, { headers: { cookie } }, (response) => {
      expect(response.headers["content-type"]).toBe("text/event-stream");
      let all = "";
      response.setEncoding("utf8").on("data", (data: string) => {
        all += data;
        if (all.includes("sent at once") && !all.includes("sample")) {
          send("sample", 1, 1).catch(reject);
        } else if (all.includes("sample")) {
          asked.destroy();
          resolve(all);
        }
      });
    });
    asked.on("error", () => undefined);
  });
  const messages = text.split("\n\n").flatMap((part) => /^data: (.*)$/.exec(part)?.[1] ?? []);
  expect(messages.map((message) => JSON.parse(message) as unknown)).toEqual([
    { type: "load", error: "sent at once" },
    { type: "sample", lines: ["x"], number: 0 },
  ]);
  expect(await lines.next()).toEqual({ told: "unsubscribe", left: 0 });
});

/** A reader that takes nothing, once the source knows of it. */
async function sleeper() {
  const { hostname, port, host } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET ${base.slice(origin.length)}/events HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`,
  );
  socket.pause();
  while ((await send("sample", 0, 0)).subscribers === 0);
  return socket;
}

test("a reader that sleeps misses what is soon out of date, and is let go for nothing of it", async () => {
  const socket = await sleeper();
  const { memory } = await send("sample", 0, 0);
  // Kernel buffers take some megabytes before the server's own begin to fill.
  const after = await send("answers", 5000, 20_000);
  expect(after.subscribers).toBe(1);
  expect(after.memory - memory).toBeLessThan(60e6);
  socket.destroy();
  expect(await lines.next()).toEqual({ told: "unsubscribe", left: 0 });
}, 60_000);

test("a reader that sleeps while there is more to say than it may miss is let go", async () => {
  const socket = await sleeper();
  const { memory } = await send("sample", 0, 0);
  const after = await send("change", 5000, 20_000);
  expect(await lines.next()).toEqual({ told: "unsubscribe", left: 0 });
  expect(after.memory - memory).toBeLessThan(60e6);
  socket.destroy();
}, 60_000);
