import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { awkPrograms } from "../../../../../components/host/kernel";

const script = join(__dirname, "../../../../../components/kinds/service/service.sh");

/** The ipvsadm lines with which kinds/service/service.sh would lead from one state to another. */
function changes(current: string[], ours: string[], desired: string[]): string[] {
  const words = [current, ours, desired].map((lines) => lines.join("\n"));
  const out = execFileSync("sh", ["-c", `. "$0"; service_changes "$@"`, script, ...words], {
    env: { ...process.env, ...awkPrograms },
    encoding: "utf8",
  });
  return out.split("\n").filter(Boolean);
}

const rr = "-A -t 10.10.10.100:80 -s rr";
const b1 = "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1";
const b2 = "-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1";
const foreign = "-a -t 10.10.10.100:80 -r 10.10.10.9:80 -m -w 1";

test("a new service is added with its members, in order", () => {
  expect(changes([], [], [rr, b1, b2])).toEqual([rr, b1, b2]);
});

test("a service in place is left alone", () => {
  expect(changes([rr, b1, b2], [rr, b1, b2], [rr, b1, b2])).toEqual([]);
});

test("a changed weight is one edit of that member", () => {
  const heavier = b2.replace("-w 1", "-w 3");
  expect(changes([rr, b1, b2], [rr, b1, b2], [rr, b1, heavier])).toEqual([
    "-e -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 3",
  ]);
});

test("a changed scheduler is one edit of the service", () => {
  const wrr = rr.replace("rr", "wrr");
  expect(changes([rr, b1], [rr, b1], [wrr, b1])).toEqual(["-E -t 10.10.10.100:80 -s wrr"]);
});

test("a member that is no longer wanted is removed, one that others added is not", () => {
  expect(changes([rr, b1, b2, foreign], [rr, b1, b2], [rr, b1])).toEqual([
    "-d -t 10.10.10.100:80 -r 10.10.10.3:80",
  ]);
});

test("what was changed or removed by hand is put right", () => {
  expect(changes([rr, b1.replace("-w 1", "-w 5")], [rr, b1, b2], [rr, b1, b2])).toEqual([
    "-e -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
    b2,
  ]);
});

test("thresholds are set and taken back in place", () => {
  const limited = `${b1} -x 100 -y 50`;
  expect(changes([rr, b1], [rr, b1], [rr, limited])).toEqual([limited.replace("-a", "-e")]);
  expect(changes([rr, limited], [rr, limited], [rr, limited])).toEqual([]);
  expect(changes([rr, limited], [rr, limited], [rr, b1])).toEqual([b1.replace("-a", "-e")]);
});

test("a run that was cut off before its mark was written is taken up again", () => {
  expect(changes([rr, b1], [], [rr, b1, b2])).toEqual([b2]);
});

test.each([
  ["IPv6", "-t [2001:db8::1]:80", "[2001:db8::2]:80"],
  ["SCTP", "--sctp-service 192.0.2.1:80", "198.51.100.1:80"],
  ["a firewall mark", "-f 1", "198.51.100.1:0"],
  ["a firewall mark for IPv6", "-f 1 -6", "[2001:db8::2]:0"],
])("a service of %s and its members are known by their own words", (_, key, server) => {
  const [head, member] = [`-A ${key} -s rr -p 60`, `-a ${key} -r ${server} -m -w 1`];
  expect(changes([head, member], [head, member], [head, member])).toEqual([]);
  expect(changes([head, member], [head, member], [head.replace("60", "90")])).toEqual([
    `-E ${key} -s rr -p 90`,
    `-d ${key} -r ${server}`,
  ]);
  const out = execFileSync("sh", [
    "-c",
    `. "$0"; NEWLINE='\n'; desired=$1; service_key; members_of "$1"`,
    script,
    `${head}\n${member}`,
  ]);
  expect(out.toString()).toBe(`${key}\n${server}\n`);
});

test("a mark for IPv4 is not that for IPv6", () => {
  const [v4, v6] = ["-A -f 1 -s rr", "-A -f 1 -6 -s rr"];
  expect(changes([v4, v6], [], [v4])).toEqual([]);
});
