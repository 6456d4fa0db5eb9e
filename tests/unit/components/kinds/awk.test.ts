import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const components = join(__dirname, "../../../../components");
const files = readdirSync(components, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".awk"))
  .map((file) => [file.replace(/^.*\/(.*\/.*)\.awk$/, "$1"), join(components, file)] as const);
const byName = new Map(files);

/** Runs a program of awk by itself: "service/changes". */
function awk(name: string, input: string, variables: Record<string, string> = {}) {
  const file = byName.get(name) ?? "";
  const isOfTables = dirname(name) === "servicetable" && basename(name) !== "lines";
  const { status, stdout, stderr } = spawnSync(
    "awk",
    [
      ...(isOfTables ? ["-f", join(dirname(file), "lines.awk")] : []),
      ...["-f", file],
      ...Object.entries(variables).flatMap(([key, value]) => ["-v", `${key}=${value}`]),
    ],
    { input, encoding: "utf8" },
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
