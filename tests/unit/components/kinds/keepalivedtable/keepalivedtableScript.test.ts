import { execFileSync } from "node:child_process";
import { awkPrograms } from "../../../../../components/host/kernel";

/** What programs of awk print, one joined to the other, of the parts of an input ("@now" and its lines). */
function awk(names: string[], input: Record<string, string[]>): string[] {
  const program = names.map((name) => awkPrograms[`AWK_${name}`] ?? "").join("");
  const text = Object.entries(input)
    .flatMap(([part, lines]) => [`@${part}`, ...lines])
    .map((line) => `${line}\n`)
    .join("");
  const said = execFileSync("awk", [program], { input: text, encoding: "utf8" });
  return said.split("\n").slice(0, -1);
}

const blocks = (name: string, input: Record<string, string[]>) =>
  awk(
    ["KEEPALIVEDTABLE_BLOCKS", "KEEPALIVEDSERVICE_FIRSTRESULT", `KEEPALIVEDTABLE_${name}`],
    input,
  );
const lines = (name: string, input: Record<string, string[]>) =>
  awk(["SERVICETABLE_LINES", `KEEPALIVEDTABLE_${name}`], input);

const member = (address: string, check = "TCP_CHECK", weight = 1) => [
  `  real_server ${address} 80 {`,
  `    weight ${weight}`,
  `    ${check} {`,
  "      connect_timeout 2",
  "      retry 1",
  "    }",
  "  }",
];
const service = (port: number, ...members: string[][]) => [
  `virtual_server 10.0.0.1 ${port} {`,
  "  protocol TCP",
  "  lvs_sched rr",
  ...members.flat(),
  "}",
];
const [a, b, c] = ["10.1.0.1", "10.1.0.2", "10.1.0.3"] as const;
const head = (port: number) => `-A -t 10.0.0.1:${port} -s rr`;
const line = (port: number, address: string, weight = 1) =>
  `-a -t 10.0.0.1:${port} -r ${address}:80 -m -w ${weight}`;
const name = (port: number, address: string) => `-t 10.0.0.1:${port} -r ${address}:80`;
const tcp = "TCP_CHECK {|connect_timeout 2|retry 1|}|";

test("a check is new where the kernel lacks the service, or its file had another check or none", () => {
  const said = blocks("CHECKS", {
    now: [head(80), line(80, a)],
    before: [...service(80, member(a), member(b)), ...service(81, member(a))],
    config: [
      ...service(
        80,
        member(a),
        member(b, "HTTP_GET"),
        member(c),
        member("10.1.0.4", "TCP_CHECK", 0),
      ),
      ...service(81, member(a)),
    ],
  });
  expect(said).toEqual([
    `${name(80, a)}\t7\t${tcp}\t`,
    `${name(80, b)}\t11\t${tcp.replace("TCP_CHECK", "HTTP_GET")}\tnew`,
    `${name(80, c)}\t7\t${tcp}\tnew`,
    `${name(81, a)}\t7\t${tcp}\tnew`,
  ]);
});

test("services of marks, of IPv6 and of every port are called as ipvsadm does", () => {
  const config = [
    ...["virtual_server fwmark 7 {", "  ip_family inet6", "  real_server 2001:db8::2 {"],
    ...member(a).slice(1),
    ...["}", "virtual_server 2001:db8::1 53 {", "  protocol UDP", ...member("2001:db8::3"), "}"],
    ...["virtual_server 10.0.0.1 {", "  protocol SCTP", ...member(a), "}"],
  ];
  const said = blocks("CHECKS", { now: [], before: [], config });
  expect(said.map((one) => one.split("\t")[0])).toEqual([
    "-f 7 -6 -r [2001:db8::2]:0",
    "-u [2001:db8::1]:53 -r [2001:db8::3]:80",
    "--sctp-service 10.0.0.1:0 -r 10.1.0.1:80",
  ]);
});

test("until first results are known, new members are alpha, and members and services that leave stay", () => {
  const said = blocks("BETWEEN", {
    alpha: [name(80, c)],
    leaving: [name(80, b), name(82, a)],
    before: [
      ...service(80, member(a), member(b)),
      ...service(82, member(a), member(b)),
      ...service(83, member(a)),
    ],
    config: service(80, member(a), member(c)),
  });
  const alpha = member(c).flatMap((one) =>
    one.includes("TCP_CHECK") ? [one, "      alpha"] : one,
  );
  expect(said).toEqual([...service(80, member(a), alpha, member(b)), ...service(82, member(a))]);
});

test("what differs is said of each service, and a failed check is no difference", () => {
  const said = lines("DIFFERS", {
    limits: ["TCP  10.0.0.1:80 rr", "  -> 10.1.0.1:80  5  0  0  0"],
    now: [
      ...[head(80).replace("rr", "wlc"), line(80, a), line(80, b, 0), line(80, c, 0)],
      ...[head(82), line(82, a)],
      ...[head(83), line(83, b)],
    ],
    gone: [name(82, a), "-t 10.0.0.1:83"],
    desired: [
      ...[head(80), `${line(80, a)} -x 5`, line(80, b), line(80, c)],
      ...[head(81), line(81, a)],
      ...[head(82), line(82, b)],
      `inhibit ${name(80, b)}`,
    ],
  });
  expect(said).toEqual([
    "edit -E -t 10.0.0.1:80 -s rr",
    `edit -e ${line(80, c).slice(3)}`,
    "gone -t 10.0.0.1:81",
    `absent ${name(82, b)}`,
    ...["stays -t 10.0.0.1:83", `stays ${name(82, a)}`],
  ]);
});

test("a service is dead without a live member, and lost if it had one before its members changed", () => {
  const said = lines("LIVES", {
    new: [name(80, b), name(81, a), name(82, a)],
    was: [line(80, a), line(82, a, 0), line(83, a)],
    now: [line(80, a), line(81, a), line(82, a, 0)],
    desired: [
      ...[head(80), line(80, b)],
      ...[head(81), line(81, a)],
      ...[head(82), line(82, a)],
      ...[head(83), line(83, a)],
      ...[head(84), line(84, a, 0)],
    ],
  });
  expect(said).toEqual([
    ...["dead -t 10.0.0.1:80", "lost -t 10.0.0.1:80"],
    "dead -t 10.0.0.1:82",
    "dead -t 10.0.0.1:83",
  ]);
});

test.each([
  ["a new member that is not in the kernel yet", [], [], ["open"]],
  ["a new member that has passed", [], [line(80, a)], []],
  ["one with another check that is still there", [line(80, a)], [line(80, a)], ["open"]],
  ["one with another check that has failed", [line(80, a)], [line(80, a, 0)], []],
])("a result is missing: %s", (_, was, now, said) => {
  expect(lines("OPEN", { new: [name(80, a)], was, now })).toEqual(said);
});

test("services are left out of the file by their names", () => {
  const config = [...service(80, member(a)), ...service(81, member(a)), ...service(82, member(a))];
  expect(blocks("WITHOUT", { keys: ["-t 10.0.0.1:81"], config })).toEqual([
    ...service(80, member(a)),
    ...service(82, member(a)),
  ]);
});

test("sorry servers are named as members of their services", () => {
  const sorry = service(80, member(a)).toSpliced(3, 0, "  sorry_server 10.9.0.1 81");
  const marked = [
    "virtual_server fwmark 7 {",
    "  ip_family inet6",
    "  sorry_server 2001:db8::9 80",
  ];
  const program = ["KEEPALIVEDTABLE_BLOCKS", "KEEPALIVEDTABLE_SORRY"];
  expect(awk(program, { config: [...sorry, ...service(81, member(a)), ...marked] })).toEqual([
    "-t 10.0.0.1:80 -r 10.9.0.1:81",
    "-f 7 -6 -r [2001:db8::9]:80",
  ]);
});
