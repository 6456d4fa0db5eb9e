import type { Traffic } from "../../../components/proof/traffic";
import { configure, on, output, plan } from "../../support/lab/harness";
import { openPage, picture, startLoad } from "../../support/lab/openPage";
import { guideOf, leftOfShape, type } from "../../support/lab/shapes";
import { answersToClients, drawnWays } from "../../support/watch/drawnWays";

/* The guide's chapter "Past the director", typed as it stands, and more of the lab that it makes. */

const client = "10.10.10.4";

async function traffic(): Promise<Traffic> {
  return (await output<{ traffic: Traffic }>("balanced")).traffic;
}

/** What the page draws while a load from its form is under way. */
async function drawn(name: string) {
  const { page, close } = await openPage();
  try {
    await startLoad(page);
    await page.getByText("Last 20: BACKEND-1 10, BACKEND-2 10").waitFor();
    await picture(page, `routing-${name}`);
    return {
      ...(await drawnWays(page)),
      toClients: await answersToClients(page),
      hint: await page.locator(".ways li").allTextContents(),
    };
  } finally {
    await close();
  }
}

const { chapter, end } = guideOf("routing");

beforeAll(() => {
  configure({}, "routing");
});

test.each(chapter.slice(0, 1))("$commands", async (block) => {
  expect(await type(block)).toMatchObject({ missing: [] });
});

test("with direct routing each server's log has the client's own address, and answers pass the director by", async () => {
  const { clients, director } = await traffic();
  expect(clients).toEqual({ "BACKEND-1": { [client]: 3 }, "BACKEND-2": { [client]: 3 } });
  expect(director).toMatchObject({ connections: 6, packetsOut: 0, bytesOut: 0 });
  expect(director.bytesIn).toBeGreaterThan(0);
  expect(await plan()).toEqual({});
});

test.each(chapter.slice(1, 2))("$commands", async (block) => {
  expect(await type(block)).toMatchObject({ missing: [] });
});

// The guide's block before this one counts requests.
test("the page draws requests that pass the director, and answers that pass it by", async () => {
  expect(await drawn("gate")).toEqual({
    ...{ request: 3, tunnel: 0, answer: 2, toClients: 2 },
    hint: ["direct routing: the server answers the client itself"],
  });
});

test("the director's counters grow by requests alone, however large the answers are", async () => {
  const make = (name: string) => {
    const file = `/var/lib/ipvs-lab/web/${name}/htdocs/big`;
    return `truncate -s 1000000 ${file}; chmod 644 ${file}`;
  };
  await on("machine2", make("backend-1"));
  await on("machine3", make("backend-2"));
  const counters = "ipvsadm -Ln --stats --exact -t 10.10.10.100:80 | awk '/^TCP/ { print $6, $7 }'";
  const bytes = async () => (await on("machine1", counters)).trim().split(" ").map(Number);
  const [before = 0] = await bytes();
  const size = await on(
    "machine4",
    "curl -sS -o /dev/null -w '%{size_download}' http://10.10.10.100/big",
  );
  expect(Number(size)).toBe(1_000_000);
  // The kernel adds up its counters every two seconds.
  await on("machine1", "sleep 2.5");
  const [after = 0, out] = await bytes();
  expect(out).toBe(0);
  expect(after - before).toBeGreaterThan(0);
  expect(after - before).toBeLessThan(100_000);
});

test.each(chapter.slice(2, 3))("$commands", async (block) => {
  expect(await type(block)).toMatchObject({ missing: [] });
});

test("the page draws tunnels from the director, and answers that pass it by", async () => {
  expect(await drawn("ipip")).toMatchObject({ request: 1, tunnel: 2, answer: 2, toClients: 2 });
});

test.each(chapter.slice(3))("$commands", async (block) => {
  expect(await type(block)).toMatchObject({ missing: [] });
});

test("by masquerade answers pass the director, whose source NAT hides the client", async () => {
  const { clients, director } = await traffic();
  expect(Object.keys(clients["BACKEND-1"] ?? {})).toContain("10.10.10.1");
  expect(director.bytesOut).toBeGreaterThan(0);
  expect(await plan()).toEqual({});
});

test("the page draws answers that return through the director", async () => {
  expect(await drawn("masquerade")).toMatchObject({
    ...{ request: 3, tunnel: 0, answer: 3, toClients: 1 },
  });
});

test("destroyed, nothing of it is left on this computer", async () => {
  await type(end);
  expect(await leftOfShape()).toEqual([]);
}, 300_000);
