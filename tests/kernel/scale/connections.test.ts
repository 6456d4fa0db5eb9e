import { port, vip } from "../directors";
import { connect, type Machine } from "../machine";

/* What connections take of a director's memory, and the size of the table they are in: 50,000 datagrams, one each. */

const count = 50_000;
const flood = `
import socket
for i in range(${count}):
    flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    flow.bind((f"192.0.2.{1 + i // 25000}", 20000 + i % 25000))
    flow.sendto(b"1", ("${vip}", ${port}))
    flow.close()
`;
const rows: string[] = [];
let machine: Machine;

beforeAll(async () => {
  machine = connect();
  await machine.run("", ["modprobe", "ip_vs"]);
  await machine.build({ director: { ip: director } }, []);
});
afterAll(async () => {
  await machine.end();
  process.stdout.write(`\n${rows.join("\n")}\n`);
});

const director = [
  "link add outside type dummy",
  "link set outside up",
  "address add 192.0.2.1/24 dev outside",
  "address add 192.0.2.2/24 dev outside",
  `address add ${vip}/32 dev lo`,
];

async function text(...argv: string[]): Promise<string> {
  return (await machine.run("director", argv)).stdout;
}

/** The number of buckets that ipvsadm says the table has. */
async function buckets(): Promise<number> {
  return Number(/size=(\d+)/.exec(await text("ipvsadm", "-Ln"))?.[1]);
}

/** The slab of connections: how many objects there are, bytes of one, and bytes with what lies between them. */
async function slab() {
  const folder = "/sys/kernel/slab/ip_vs_conn";
  const files = ["objects", "object_size", "objs_per_slab", "order"].map((f) => `${folder}/${f}`);
  const [objects = 0, size = 0, perSlab = 1, order = 0] = (await text("cat", ...files))
    .split("\n")
    .map((line) => Number(line.split(" ")[0]));
  return { objects, size, bytes: (4096 * 2 ** order) / perSlab };
}

test("an entry takes at most 320 bytes, and the table gets no more buckets than conn_tab_bits says", async () => {
  const bits = Number(await text("cat", "/sys/module/ip_vs/parameters/conn_tab_bits"));
  const key = `-u ${vip}:${port}`;
  const lines = [`-A ${key} -s rr`, `-a ${key} -r 192.0.2.11:${port} -g`];
  await machine.run("director", ["ipvsadm", "-R"], `${lines.join("\n")}\n`);
  const first = await buckets();
  const before = await slab();
  await text("python3", "-c", flood);
  // A kernel that resizes its table does so a little later.
  await new Promise((done) => setTimeout(done, 5000));
  const after = await slab();
  const last = await buckets();
  const { stdout: status } = await machine.run(
    "director",
    ["cat", "/proc/net/ip_vs_status"],
    "",
    false,
  );
  rows.push(
    `| kernel | ${(await text("uname", "-r")).trim()} |`,
    `| conn_tab_bits | ${bits} |`,
    `| buckets at first, with ${count} connections | ${first}, ${last} |`,
    `| bytes of an entry, with what lies between them | ${after.size}, ${after.bytes.toFixed(0)} |`,
    status,
  );
  expect(after.objects - before.objects).toBeGreaterThanOrEqual(0.9 * count);
  expect(after.size).toBeLessThanOrEqual(320);
  expect(last).toBe(2 ** bits);
});
