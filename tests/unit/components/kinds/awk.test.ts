import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const components = join(__dirname, "../../../../components");
const files = readdirSync(components, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".awk"))
  .map((file) => [file.replace(/^.*\/(.*\/.*)\.awk$/, "$1"), join(components, file)] as const);
const byName = new Map(files);

/** Runs a program of awk by itself: "service/changes". */
function awk(
  name: string,
  input: string,
  variables: Record<string, string> = {},
  env: Record<string, string> = {},
) {
  const file = byName.get(name) ?? "";
  const isOfTables = dirname(name) === "servicetable" && basename(name) !== "lines";
  const { status, stdout, stderr } = spawnSync(
    "awk",
    [
      ...(isOfTables ? ["-f", join(dirname(file), "lines.awk")] : []),
      ...["-f", file],
      ...Object.entries(variables).flatMap(([key, value]) => ["-v", `${key}=${value}`]),
    ],
    { input, encoding: "utf8", env: { ...process.env, ...env } },
  );
  return { status, stderr, lines: stdout.replace(/\n$/, "").split("\n") };
}

test.each(files.map(([name]) => name))("%s is a program by itself", (name) => {
  expect(awk(name, "")).toMatchObject({ status: 0, stderr: "" });
});

test("service/changes leads from a service as it is to what it shall be", () => {
  const service = "-A -t 10.0.0.1:80 -s rr";
  const member = (last: number, weight: number) =>
    `-a -t 10.0.0.1:80 -r 10.0.0.${last}:80 -m -w ${weight}`;
  const input = [
    ...["@current", service, member(2, 1), member(3, 1), member(4, 1)],
    ...["@ours", service, member(2, 1), member(3, 1)],
    ...["@desired", "-A -t 10.0.0.1:80 -s wrr", member(2, 5), member(5, 1)],
  ].join("\n");
  expect(awk("service/changes", input).lines).toEqual([
    "-E -t 10.0.0.1:80 -s wrr",
    "-e -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 5",
    "-a -t 10.0.0.1:80 -r 10.0.0.5:80 -m -w 1",
    // The fourth is somebody else's.
    "-d -t 10.0.0.1:80 -r 10.0.0.3:80",
  ]);
});

test("service/suppress_icmp has a rule for each address, and both families for a mark", () => {
  const { lines } = awk(
    "service/suppress_icmp",
    "-t 10.0.0.1:80\n-u 10.0.0.1:53\n-t [fd55::1]:80\n-f 7\n",
  );
  expect(lines).toEqual([
    expect.stringMatching(/^ {4}ip saddr 10\.0\.0\.1 icmp type \S+ icmp code \S+ drop$/),
    expect.stringMatching(/^ {4}ip6 saddr fd55::1 icmpv6 type \S+ icmpv6 code \S+ drop$/),
    expect.stringMatching(/^ {4}icmp type .* drop; icmpv6 type .* drop$/),
  ]);
});

test("keepalivedservice/curl_reason says why a check failed", () => {
  const reason = (input: string, codes = "") =>
    awk("keepalivedservice/curl_reason", `${input}\n`, { codes }).lines[0];
  expect(reason("= 503 1 ", "200-299 404")).toBe("status 503, not 200-299 404");
  expect(reason("= 204 1 ", "200-299")).toBe("it answers now, with status 204");
  expect(reason("= 000 1 ")).toBe("it answers now");
  expect(reason("* connect to 10.0.0.2 port 80 failed: Connection refused\n= 000 0 ")).toBe(
    "Connection refused",
  );
});

test("proof/answers has the first line of each page, or why there is none", () => {
  const input = "one\nmore\nEND 200\n\ncurl: (28) timed out after 5 ms: x\nEND 000\ntwo\nEND 503\n";
  expect(awk("proof/answers", input, { end: "END" }).lines).toEqual([
    "one",
    "no answer: curl: (28) timed out: x",
    "no answer: HTTP status 503",
  ]);
});

describe("servicetable/plan", () => {
  const key = "-t 10.0.0.1:80";
  const service = (scheduler: string, more = "") => `-A ${key} -s ${scheduler}${more}`;
  const member = (last: number, weight = 1) => `-a ${key} -r 10.0.0.${last}:80 -m -w ${weight}`;
  interface Table {
    desired?: string[];
    ours?: string[];
    theirs?: string[];
    now?: string[];
  }
  const plan = ({ desired = [], ours = [], theirs = [], now = [] }: Table, env = {}) => {
    const input = [
      ...["@desired", ...desired, "@ours", ...ours, "@theirs", ...theirs],
      ...["@now", ...now, "@end", ""],
    ];
    return awk("servicetable/plan", input.join("\n"), {}, env).lines;
  };

  test("is empty where all is as it shall be", () => {
    const lines = [service("rr"), member(2)];
    expect(plan({ desired: lines, ours: lines, now: lines })).toEqual([""]);
  });

  test("adds what is new, and sends away who leaves by its weight first", () => {
    const before = [service("wrr"), member(2), member(3)];
    const after = [service("wrr"), member(2, 5), member(4)];
    expect(plan({ desired: after, ours: before, now: before })).toEqual([
      "has own set drain wait remove ",
      `own ${member(2)}`,
      `own ${member(3)}`,
      `set -e ${key} -r 10.0.0.2:80 -m -w 5`,
      `set ${member(4)}`,
      `drain -e ${key} -r 10.0.0.3:80 -m -w 0`,
      `wait ${key} -r 10.0.0.3:80`,
      `remove -d ${key} -r 10.0.0.3:80`,
    ]);
  });

  test("lets a scheduler that hashes fall back while a member drains, and not one that cannot", () => {
    const leave = (scheduler: string) =>
      plan({
        desired: [service(scheduler)],
        ours: [service(scheduler), member(2)],
        now: [service(scheduler), member(2)],
      }).slice(2);
    expect(leave("mh")).toEqual([
      `original -E ${key} -s mh`,
      `fallback -E ${key} -s mh -b mh-fallback`,
      `drain -e ${key} -r 10.0.0.2:80 -m -w 0`,
      `wait ${key} -r 10.0.0.2:80`,
      `remove -d ${key} -r 10.0.0.2:80`,
    ]);
    expect(leave("dh")).toEqual([`remove -d ${key} -r 10.0.0.2:80`]);
  });

  test("leaves a service that has members of others", () => {
    const ours = [service("rr"), member(2)];
    expect(plan({ ours, now: [...ours, member(9)] }).slice(-2)).toEqual([
      expect.stringMatching(/^note .*10\.0\.0\.1:80 stays: it has members of others$/),
      `remove -d ${key} -r 10.0.0.2:80`,
    ]);
    expect(plan({ ours, now: ours }).at(-1)).toBe(`remove -D ${key}`);
  });

  test("refuses what others own, and transfers what is of the same stack", () => {
    const theirs = (owner: string) => [`${owner}\t/run/x\t${service("rr")}`];
    const asked = (owner: string) =>
      plan({ desired: [service("rr")], theirs: theirs(owner), now: [service("rr")] }, env);
    const env = { OWNER: "lab/dev/mine" };
    expect(asked("lab/dev/other")).toEqual([
      "has transfer own ",
      `transfer /run/x\t${key}`,
      `own ${service("rr")}`,
    ]);
    expect(asked("lab/prod/other")).toEqual([
      "has refuse ",
      expect.stringMatching(/^refuse virtual service .* belongs to lab\/prod\/other/),
    ]);
    expect(plan({ desired: [service("rr")], now: [service("rr")] })[1]).toMatch(
      /^refuse virtual service .* exists on {2}already and was not made by ipvs-lab/,
    );
  });

  test("refuses to plan by half of the input", () => {
    expect(awk("servicetable/plan", "@desired\n@ours\n@now\n").lines[1]).toMatch(/^refuse what is/);
  });
});

test("servicetable/errors says each line once, and how often it came", () => {
  expect(awk("servicetable/errors", "no\nno\nother\nno\n").lines).toEqual([
    "ipvs-lab: 3 times: no",
    "ipvs-lab: 1 times: other",
  ]);
});

test("keepalivedservice/alpha marks the checks of new members alone", () => {
  const block = (address: string, mark = "") =>
    `  real_server ${address} 80 {\n    TCP_CHECK {\n${mark}    }\n  }\n`;
  const input = block("10.0.0.2") + block("fd55::2");
  expect(awk("keepalivedservice/alpha", input, { new: " [fd55::2]:80 " }).lines.join("\n")).toBe(
    (block("10.0.0.2") + block("fd55::2", "      alpha\n")).trimEnd(),
  );
});

test("keepalivedaddress/interface names the device in its two places, and nothing else", () => {
  const input = "interface lan\n\n  10.0.0.9/24 dev lan\n  lan 1\n";
  const env = { DEVICE: "lan", NAME: "eth1" };
  expect(awk("keepalivedaddress/interface", input, {}, env).lines).toEqual([
    ...["interface eth1", "", "  10.0.0.9/24 dev eth1", "  lan 1"],
  ]);
});

test("proof/hide shows expected pages and reasons only", () => {
  const input = "page of a\nsecret\nno answer: HTTP status 503\n";
  expect(awk("proof/hide", input, { expected: "a\\tpage of a" }).lines).toEqual([
    ...["page of a", "(a page that is not shown)", "no answer: HTTP status 503"],
  ]);
});
