import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const components = join(__dirname, "../../../../components");
const files = readdirSync(components, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".awk"))
  .map((file) => [file.replace(/^.*\/(.*\/.*)\.awk$/, "$1"), join(components, file)] as const);
const byName = new Map(files);

/** The programs whose functions another one needs. */
function beginningsOf(name: string): string[] {
  const kind = dirname(name);
  const program = basename(name);
  const ofChecks = program === "checks" ? ["keepalivedservice/firstresult"] : [];
  if (kind === "keepalivedservice") {
    return ofChecks;
  }
  if (kind === "keepalivedtable" && !["expand", "blocks"].includes(program)) {
    return ["differs", "lives", "open"].includes(program)
      ? ["servicetable/lines"]
      : ["keepalivedtable/blocks", ...ofChecks];
  }
  if (name === "bgp/alive") {
    return ["bgp/hex"];
  }
  return kind === "servicetable" && program !== "lines" ? ["servicetable/lines"] : [];
}

/** Runs a program of awk by itself: "service/changes". */
function awk(
  name: string,
  input: string,
  variables: Record<string, string> = {},
  env: Record<string, string> = {},
  operands: string[] = [],
) {
  const file = byName.get(name) ?? "";
  const { status, stdout, stderr } = spawnSync(
    "awk",
    [
      ...beginningsOf(name).flatMap((first) => ["-f", byName.get(first) ?? ""]),
      ...["-f", file],
      ...Object.entries(variables).flatMap(([key, value]) => ["-v", `${key}=${value}`]),
      ...operands,
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

describe("servicetable/confirmed", () => {
  const plan = [
    "has own set remove ",
    "own -a -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 1",
    "set -e -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 5",
    "set -a -u 10.0.0.1:53 -r 10.1.0.31:5353 -g -w 1",
    "remove -d -t 10.0.0.1:80 -r 10.1.0.4:80",
    "remove -D --sctp-service 10.0.0.9:80",
  ];
  const kernel = [
    "IP Virtual Server version 1.2.1 (size=4096)",
    "Prot LocalAddress:Port Scheduler Flags",
    "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn",
    "TCP  0A000001:0050 rr  ",
    "  -> 0A010003:0050      Masq    1      0          0",
    "  -> 0A010002:0050      Masq    5      0          0",
    "UDP  0A000001:0035 rr  ",
    "  -> 0A01001F:14E9      Route   1      0          0",
  ];
  const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-awk-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function confirmed(lines: string[], shown: string[]): string {
    const file = join(folder, "ip_vs");
    writeFileSync(file, shown.map((line) => `${line}\n`).join(""));
    const {
      status,
      stderr,
      lines: out,
    } = awk("servicetable/confirmed", lines.join("\n"), {}, {}, ["-", file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return out.join("\n");
  }

  test("is sure when the kernel's file has all that was changed", () => {
    expect(confirmed(plan, kernel)).toBe("confirmed");
  });

  const changed = (from: string, to: string) =>
    [plan, kernel].map((lines) => lines.map((line) => line.replace(from, to)));
  test.each([
    ["a weight that is another", "Masq    5", "Masq    4"],
    ["a member that is forwarded to otherwise", "Masq    5", "Route   5"],
    ["a member that is not there", "0A01001F:14E9", "0A01001F:14EA"],
    ["a member of another service", "0A000001:0035", "0A000001:0036"],
    ["a service of another protocol", "UDP  0A", "TCP  0A"],
    ["a member that is still there", "0A010003:0050", "0A010004:0050"],
    ["a service that is still there", "UDP  0A000001:0035", "SCTP 0A000009:0050"],
    ["a service that changes", "set -e -t 10.0.0.1:80", "edit -E -t 10.0.0.1:80 -s rr"],
    ["a new service", "set -a -u 10.0.0.1:53", "set -A -u 10.0.0.1:53 -s rr"],
    ["a tunnel", "-g -w 1", "-i -w 1 --tun-type gue"],
    ["a tunnel without options", "-g -w 1", "-i -w 1"],
    ["a threshold", "-g -w 1", "-g -w 1 -x 9"],
    ["an address of IPv6", "-u 10.0.0.1:53", "-u [fd55::1]:53"],
    ["a firewall mark", "-u 10.0.0.1:53", "-f 53"],
    ["a mark's member", "-D --sctp-service 10.0.0.9:80", "-D -f 7 -6"],
  ])("leaves to ipvsadm: %s", (_, from, to) => {
    const [lines = [], shown = []] = changed(from, to);
    expect([lines, shown]).not.toEqual([plan, kernel]);
    expect(confirmed(lines, shown)).toBe("");
  });

  test("is not sure of a file that has nothing", () => {
    expect(confirmed(["has own ", "own -A -t 10.0.0.1:80 -s rr"], [])).toBe("");
  });
});
