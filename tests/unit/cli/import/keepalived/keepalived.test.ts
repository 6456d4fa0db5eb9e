import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, imported, run, typeErrors } from "../../../../support/import/imported";
import { command } from "../../../../support/pulumi/mocks";
import { expected } from "./expected";

jest.setTimeout(240_000);

const folder = join(__dirname, "files");
const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
const options: Record<string, { configId?: string; tableFile?: string }> = {
  "conditions.conf": { configId: "main" },
  "checked.conf": { tableFile: "services.yaml" },
  "table.conf": { tableFile: "services.yaml" },
};
let answers: Map<string, Answer>;

beforeAll(() => {
  const orders = names.map((name) => ({ files: [name], options: options[name] }));
  const { answers: all } = imported(folder, orders);
  answers = new Map(all.map((one, i) => [names[i] ?? "", one]));
});

function answer(name: string): Answer {
  const one = answers.get(name);
  if (!one) {
    throw new Error(`${name} was not imported`);
  }
  return one;
}

test("there are files of many kinds", () => {
  expect(names.length).toBeGreaterThanOrEqual(13);
});

test.each(Object.keys(expected))(
  "%s is read as it is meant, and what is left out is named",
  (name) => {
    const { services, omitted, notes } = answer(name);
    expect({ services, omitted, notes }).toEqual(expected[name]);
  },
);

test("every program is right in its types", () => {
  expect(typeErrors(names.map((name) => answer(name).text))).toEqual([]);
});

test.each(names.filter((name) => options[name]?.tableFile === undefined))(
  "the program of %s declares the services that were read, and no others",
  async (name) => {
    const { text, services, omitted } = answer(name);
    const resources = await run(text);
    const wanted = services
      .filter((line) => !/^\d+ {3}/.test(line))
      .map((line) => line.replace(/^\d+ (.*?) scheduler=.*/, "$1"))
      .filter((title) => !omitted.some((line) => line.includes(`${title}: scheduler`)));
    const made = resources
      .filter(({ type }) => type === "ipvs-lab:index:IpvsService")
      .map(({ inputs: { vip, port, protocol, firewallMark, family = "ipv4" } }) => {
        const address = String(vip).includes(":") ? `[${String(vip)}]` : String(vip);
        return vip === undefined
          ? `firewall mark ${String(firewallMark)} of ${String(family)}`
          : `${address}:${String(port)}/${String(protocol)}`;
      });
    expect(made.sort()).toEqual([...new Set(wanted)].sort());
  },
);

test("checks, weights, thresholds, the quorum and the sorry server reach keepalived", async () => {
  const resources = await run(answer("web.conf").text);
  const stdin = resources
    .map(({ inputs }) => String(inputs.stdin))
    .find((s) => /^ *virtual_server/m.test(s));
  for (const line of [
    "quorum 2",
    "sorry_server 198.51.100.9 8080",
    "sorry_server_lvs_method NAT",
    "real_server 198.51.100.22 8080 {",
    "weight 3",
    "uthreshold 900",
    "lthreshold 800",
    "inhibit_on_failure",
    "path /health?full=1",
    "status_code 200",
    "virtualhost www.example.org",
    "connect_timeout 3",
    "delay_loop 6",
    "retry 2",
  ]) {
    expect(stdin).toContain(line);
  }
  const director = command(resources, "director").inputs.stdin;
  expect(director).toContain("timeouts tcp=7200 tcpfin=60");
});

test("directors that share an address are those that heartbeats name, the master first", async () => {
  const resources = await run(answer("turns.conf").text);
  const routers = resources
    .filter(({ inputs }) => String(inputs.stdin).includes("vrrp_instance"))
    .map(({ name, inputs }) => {
      const text = String(inputs.stdin);
      const word = (key: string) => new RegExp(`${key} (\\S+)`).exec(text)?.[1];
      return `${name}: ${word("virtual_router_id")} ${word("priority")} ${word("unicast_src_ip")}`;
    });
  expect(routers.sort()).toEqual([
    "vip-192.0.2.20-lb-192.0.2.20: 21 250 192.0.2.11",
    "vip-192.0.2.20-lb-peer1-192.0.2.20: 21 240 192.0.2.10",
    "vip-192.0.2.200-lb-192.0.2.200: 20 240 192.0.2.11",
    "vip-192.0.2.200-lb-peer1-192.0.2.200: 20 250 192.0.2.10",
    "vip-2001-db8-10--20-lb-2001-db8-10--20: 1 250 192.0.2.11",
    "vip-2001-db8-10--20-lb-peer1-2001-db8-10--20: 1 240 192.0.2.10",
  ]);
});

test("a group of addresses becomes a loop, and its members are written once", () => {
  const { text, services } = answer("groups.conf");
  expect(services).toHaveLength(20);
  expect(text).toContain("for (const vip of [");
  expect(text.match(/new RealServer\(/g)).toHaveLength(1);
});

/** The input of the table that a program makes with the file beside it. */
async function inputOfTable({ text, table = "" }: Answer): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), "table-"));
  const before = process.cwd();
  try {
    writeFileSync(join(place, "services.yaml"), table);
    process.chdir(place);
    return String(command(await run(text), "services").inputs.stdin);
  } finally {
    process.chdir(before);
    rmSync(place, { recursive: true });
  }
}

test("more than ten services that nothing checks become a table with a file, each list of members once", async () => {
  const { text, table = "" } = answer("table.conf");
  expect(text).toContain('file: "services.yaml"');
  expect(table.match(/address: 198\.51\.100\.21/g)).toHaveLength(1);
  const farm = (n: number) => [
    `-A -t 203.0.113.${n}:80 -s wrr -p 300`,
    `-a -t 203.0.113.${n}:80 -r 198.51.100.21:8080 -m -w 10`,
    `-a -t 203.0.113.${n}:80 -r 198.51.100.22:8080 -m -w 1`,
  ];
  expect((await inputOfTable(answer("table.conf"))).trim().split("\n")).toEqual([
    ...Array.from({ length: 12 }, (_, i) => farm(i + 1)).flat(),
    "-A -u 203.0.113.1:53 -s wlc",
    "-a -u 203.0.113.1:53 -r 198.51.100.53:53 -g -w 1 -x 1000",
  ]);
});

test("services with checks become a table, too, each check once", async () => {
  const { text, table = "", omitted } = answer("checked.conf");
  expect(omitted).toEqual([]);
  expect(text).toContain('engine: "keepalived"');
  expect(text).not.toContain("new IpvsService");
  expect(table.match(/path: \/alive/g)).toHaveLength(1);
  const input = await inputOfTable(answer("checked.conf"));
  expect(input.match(/path \/alive/g)).toHaveLength(1);
  expect(input.match(/sorry_server 198\.51\.100\.9 8080/g)).toHaveLength(1);
  const places = input.split("\n").filter((line) => / as \w+$/.test(line));
  const [site, first, last] = places.slice(-3).map((line) => line.split(" as "));
  expect([site, first, last].map((one) => one?.[0])).toEqual([
    "virtual_server 203.0.113.12 80",
    "real_server 198.51.100.21 8080",
    "real_server 198.51.100.23 8080",
  ]);
  const definition = (name = "") => input.split(`define ${name}\n`)[1]?.split("\ndefine ")[0];
  expect(definition(site?.[1])).toContain("quorum 2");
  expect(definition(first?.[1])).toContain("path /alive");
  expect(definition(last?.[1])).toMatch(/inhibit_on_failure\nTCP_CHECK/);
});

describe("a file that cannot be read is refused with file, line and column", () => {
  const texts: [name: string, text: string, error: RegExp][] = [
    [
      "circle.conf",
      "include circle.conf",
      /^circle\.conf:1:9: a circle of includes: circle\.conf includes circle\.conf$/,
    ],
    [
      "open.conf",
      "global_defs {\n}\nvirtual_server 192.0.2.1 80 {\n  lb_algo rr\n",
      /^open\.conf:3:29: this block is not closed$/,
    ],
    ["stray.conf", "global_defs {\n}\n }\n", /^stray\.conf:3:2: this brace closes no block$/],
    [
      "nameless.conf",
      "global_defs {\n  {\n  }\n}\n",
      /^nameless\.conf:2:3: a block without a name$/,
    ],
    [
      "quote.conf",
      'global_defs {\n  router_id "lb\n}\n',
      /^quote\.conf:2:13: a quote that is not closed$/,
    ],
    [
      "binary.conf",
      "global_defs {\n  rou\0ter_id lb\n}\n",
      /^binary\.conf:2:6: not a text: it has a byte of value 0$/,
    ],
    [
      "missing.conf",
      "global_defs {\n}\n  include  more/web.conf\n",
      /^missing\.conf:3:12: more\/web\.conf cannot be read: no such file or directory$/,
    ],
    [
      "endless.conf",
      "$A=${A} x\nglobal_defs {\n  router_id $A\n}\n",
      /^endless\.conf:3:3: replacements do not end: /,
    ],
    [
      "loop.conf",
      "global_defs {\n  ~SEQ(N, 1, 0, 5) router_id lb\n}\n",
      /^loop\.conf:2:3: not a loop that ends: /,
    ],
    [
      "many.conf",
      "~SEQ(A, 1, 90000) ~SEQ(B, 1, 9) virtual_server 192.0.2.1 80\n",
      /^many\.conf:1:1: the configuration has more than 300000 lines here$/,
    ],
    [
      "other.conf",
      "listen 80;\n",
      /^other\.conf:1:1: no line of it tells its format; name it with --format: keepalived/,
    ],
    [
      "huge.conf",
      "global_defs {\n",
      /^huge\.conf:1:1: the file has 50\.0 MiB; import reads at most 16\.0 MiB$/,
    ],
    ["none.conf", "global_defs {\n}\n", /^there is nothing that can be declared$/],
  ];
  let errors: Answer[];

  beforeAll(() => {
    const place = mkdtempSync(join(tmpdir(), "wrong-"));
    for (const [name, text] of texts) {
      writeFileSync(join(place, name), text);
    }
    truncateSync(join(place, "huge.conf"), 50 * 2 ** 20);
    errors = imported(
      place,
      texts.map(([name]) => ({ files: [name] })),
    ).answers;
    rmSync(place, { recursive: true });
  });

  test.each(texts.map(([name, , error], i) => ({ name, error, i })))("$name", ({ error, i }) => {
    expect(errors[i]?.error).toMatch(error);
  });
});

// How long it takes is measured by `npm run bench -- import`.
test("5,000 lines take less than 300 MB", () => {
  const member = (n: number) =>
    `  real_server 198.51.100.${n} 443 {\n    weight ${n}\n    SSL_GET {\n      url {\n        path /\n      }\n    }\n  }\n`;
  const server = (n: number) =>
    `virtual_server 203.0.113.${n} 443 {\n  lb_algo wrr\n  delay_loop 6\n${member(1)}${member(2)}${member(3)}}\n`;
  const text = Array.from({ length: 180 }, (_, i) => server(i + 1)).join("");
  expect(text.split("\n").length).toBeGreaterThan(5000);
  const place = mkdtempSync(join(tmpdir(), "large-"));
  try {
    writeFileSync(join(place, "large.conf"), text);
    const { megabytes } = imported(place, [{ files: ["large.conf"] }]);
    expect(megabytes).toBeLessThan(300);
  } finally {
    rmSync(place, { recursive: true });
  }
});
