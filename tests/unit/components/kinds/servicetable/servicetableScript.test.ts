import * as fc from "fast-check";
import { cases } from "../../../../support/randomCases";
import { cut, line, text } from "../../../../support/shell/hostileText";
import { IpvsMachine } from "../../../../support/shell/ipvsMachine";

/** kinds/servicetable/servicetable.sh with an ipvsadm that behaves as the real one does. */

const machine = new IpvsMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const table = "ipvs-lab/dev/table";
const kind = "servicetable";
const head = (n: number, rest = "-s rr") => `-A -t 10.0.0.${n}:80 ${rest}`;
const member = (n: number, m: number, rest = "-m -w 1") =>
  `-a -t 10.0.0.${n}:80 -r 10.1.0.${m}:80 ${rest}`;
const two = [head(1), member(1, 1), member(1, 2), head(2), member(2, 3)];

function applied(lines: string[], options = {}, owner = table) {
  const outcome = machine.apply(kind, owner, lines, options);
  expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status: 0, stderr: "" });
  return outcome;
}

test("a new table is there as it is wanted, and the same once more sends nothing", () => {
  applied(two);
  expect(machine.saved()).toEqual([...two].sort());
  expect(machine.sent()).toEqual(two);
  applied(two);
  expect(machine.sent()).toEqual([]);
});

test("only what changed is sent: a weight, a scheduler, who comes and who leaves", () => {
  applied(two);
  machine.sent();
  const next = [
    head(1, "-s wrr"),
    member(1, 1, "-m -w 5"),
    member(1, 4),
    head(2),
    member(2, 3),
    head(3),
  ];
  applied(next);
  expect(machine.sent()).toEqual([
    "-E -t 10.0.0.1:80 -s wrr",
    "-e -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 5",
    member(1, 4),
    head(3),
    "-d -t 10.0.0.1:80 -r 10.1.0.2:80",
  ]);
  expect(machine.saved()).toEqual([...next].sort());
});

test("while a scheduler changes nobody is told that nobody is there, at these services only", () => {
  const six = "-A -t [2001:db8::1]:80 -s rr";
  applied([head(1), head(2), six, "-A -f 7 -s rr"]);
  const wrr = (line: string) => line.replace("-s rr", "-s wrr");
  const { calls } = applied([wrr(head(1)), head(2), wrr(six), "-A -f 7 -s rr"]);
  const rules = calls.find(([name, text = ""]) => name === "stdin" && text.includes("saddr"))?.[1];
  expect(rules?.match(/ip6? saddr \S+/g)).toEqual(["ip saddr 10.0.0.1", "ip6 saddr 2001:db8::1"]);
});

test("all that leaves drains together, and is gone after its connections have ended", () => {
  applied([...two, "-A -u 10.0.0.9:53 -s rr", "-a -u 10.0.0.9:53 -r 10.1.0.9:53 -m -w 1"]);
  machine.sent();
  machine.change({
    busy: { "-t 10.0.0.1:80 -r 10.1.0.2:80": 2, "-t 10.0.0.2:80 -r 10.1.0.3:80": 3 },
  });
  const { stdout, calls } = applied([head(1), member(1, 1)], { seconds: 30 });
  expect(machine.sent()).toEqual([
    "-e -t 10.0.0.1:80 -r 10.1.0.2:80 -m -w 0",
    "-e -t 10.0.0.2:80 -r 10.1.0.3:80 -m -w 0",
    "-d -t 10.0.0.1:80 -r 10.1.0.2:80",
    "-D -t 10.0.0.2:80",
    "-D -u 10.0.0.9:53",
  ]);
  expect(calls.filter(([name]) => name === "sleep")).toEqual([
    ["sleep", "1"],
    ["sleep", "0.5"],
    ["sleep", "0.5"],
  ]);
  expect(stdout).toContain(
    "draining -t 10.0.0.1:80 -r 10.1.0.2:80; -t 10.0.0.2:80 -r 10.1.0.3:80: 2 active connections",
  );
  expect(machine.saved()).toEqual([head(1), member(1, 1)].sort());
});

test("whoever leaves without any connection is not waited for", () => {
  applied(two);
  const { calls } = applied([head(1), member(1, 1)], { seconds: 30 });
  expect(calls.filter(([name]) => name === "sleep")).toEqual([]);
});

test("a threshold that somebody set by hand goes, once a look has seen it", () => {
  applied(two);
  machine.ipvsadm([`${member(1, 1).replace("-a", "-e")} -x 9`]);
  machine.sent();
  applied(two, { generation: "1a2b real server has upper threshold 9" });
  expect(machine.sent()).toEqual([member(1, 1).replace("-a", "-e")]);
});

test("thresholds, tunnels, IPv6 and marks are compared as they are", () => {
  const all = [
    "-A --sctp-service [2001:db8::1]:80 -s sh -b sh-fallback,sh-port",
    "-a --sctp-service [2001:db8::1]:80 -r [2001:db8::2]:80 -m -w 3 -x 100 -y 50",
    "-A -f 1 -s rr -p 60",
    "-a -f 1 -r 10.1.0.1:0 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
    "-A -f 1 -6 -s rr -p 60 -M 64",
    "-a -f 1 -6 -r [2001:db8::2]:0 -m -w 1 -x 9",
  ];
  applied(all);
  machine.sent();
  applied(all);
  expect(machine.sent()).toEqual([]);
  applied(all.map((line) => line.replace(" -x 9", "")));
  expect(machine.sent()).toEqual(["-e -f 1 -6 -r [2001:db8::2]:0 -m -w 1"]);
});

test("what somebody changed, took away or added is put right, but for members of others", () => {
  applied(two);
  machine.ipvsadm([
    "-e -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 7 -x 5",
    "-D -t 10.0.0.2:80",
    member(1, 9),
  ]);
  machine.sent();
  applied(two);
  expect(machine.sent()).toEqual([
    "-e -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 1",
    head(2),
    member(2, 3),
  ]);
  expect(machine.saved()).toEqual([...two, member(1, 9)].sort());
});

test("others' services are neither touched nor taken, unless that is asked for", () => {
  machine.ipvsadm([head(2, "-s lc"), member(2, 7)]);
  const { status, stderr } = machine.apply(kind, table, two);
  expect(status).toBe(1);
  expect(stderr).toBe(
    "ipvs-lab: virtual service -t 10.0.0.2:80 exists on machine already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true\n",
  );
  expect(machine.saved()).toEqual([head(2, "-s lc"), member(2, 7)].sort());
  applied(two, { adopt: true });
  // Its members stay: what is not declared is somebody else's.
  expect(machine.saved()).toEqual([...two, member(2, 7)].sort());
  const { stdout } = machine.remove(kind, table, two);
  expect(stdout).toContain("virtual service -t 10.0.0.2:80 stays: it has members of others");
  expect(machine.saved()).toEqual([head(2), member(2, 7)].sort());
});

test("a service of another stack is refused by its owner's name", () => {
  machine.apply("service", "other/dev/web", [head(2), member(2, 3)]);
  expect(machine.apply(kind, table, two).stderr).toContain(
    "virtual service -t 10.0.0.2:80 belongs to other/dev/web, so ipvs-lab/dev/table cannot have it",
  );
  machine.reset();
  applied(two, {}, "other/dev/table");
  expect(machine.apply("service", "ipvs-lab/dev/web", [head(2)]).stderr).toContain(
    "virtual service -t 10.0.0.2:80 belongs to other/dev/table, so ipvs-lab/dev/web cannot have it",
  );
});

test("a service that moves from a table to a service of the same program stays there", () => {
  applied(two);
  machine.sent();
  const web = machine.apply("service", "ipvs-lab/dev/web", [head(2), member(2, 4)]);
  expect(web.stderr).toBe("");
  expect(machine.sent()).toEqual([member(2, 4), "-d -t 10.0.0.2:80 -r 10.1.0.3:80"]);
  applied(two.slice(0, 3));
  expect(machine.sent()).toEqual([]);
  machine.remove(kind, table, two);
  expect(machine.saved()).toEqual([head(2), member(2, 4)].sort());
});

test("a service that moves to a table, or from one to another, stays there", () => {
  machine.apply("service", "ipvs-lab/dev/web", [head(2), member(2, 3), member(2, 5)]);
  applied([head(1), member(1, 1), head(3), member(3, 1)], {}, "ipvs-lab/dev/first");
  machine.sent();
  applied([head(2), member(2, 3), head(3), member(3, 1)]);
  // Of those that it had, one is not wanted any more.
  expect(machine.sent()).toEqual(["-d -t 10.0.0.2:80 -r 10.1.0.5:80"]);
  machine.remove("service", "ipvs-lab/dev/web", [head(2), member(2, 3), member(2, 5)]);
  machine.remove(kind, "ipvs-lab/dev/first", [head(1), head(3)]);
  expect(machine.saved()).toEqual([head(2), member(2, 3), head(3), member(3, 1)].sort());
  expect(machine.sent()).toEqual(["-D -t 10.0.0.1:80"]);
});

test("what the kernel does not take is named, and taken up again by the next run", () => {
  machine.change({ refused: ["-s twos"] });
  const lines = [head(1), member(1, 1), head(2, "-s twos"), member(2, 3), head(3)];
  const { status, stdout, stderr } = machine.apply(kind, table, lines);
  expect(status).toBe(1);
  expect(stdout).toContain("1 times: Scheduler or persistence engine not found");
  expect(stderr).toBe(
    `ipvs-lab: the kernel of machine did not take: ${head(2, "-s twos")}; ${member(2, 3)}` +
      "; scheduler twos is not in this Linux 6.1.0: Debian 12 builds it without, Debian 13 has it\n",
  );
  machine.sent();
  applied([head(1), member(1, 1), head(2), member(2, 3), head(3)]);
  expect(machine.sent()).toEqual([head(2), member(2, 3)]);
});

test("where marks cannot be read, nothing is changed", () => {
  const spoiled = new IpvsMachine((program) =>
    program.replace(/("\$AWK_SERVICETABLE_THEIRS" \{\} \+)$/m, "$1 && false"),
  );
  try {
    spoiled.apply("service", "ipvs-lab/dev/web", [head(9)]);
    spoiled.sent();
    expect(spoiled.apply(kind, table, two)).toMatchObject({
      status: 1,
      stderr: "ipvs-lab: what is on machine cannot be read\n",
    });
    expect(spoiled.sent()).toEqual([]);
  } finally {
    spoiled.close();
  }
});

test("a run that was cut off leaves nothing behind once the table is removed", () => {
  applied(two);
  // The kernel refuses one, so the mark stays unfinished, with what was of before and of now.
  machine.change({ refused: ["10.0.0.4:80"] });
  expect(machine.apply(kind, table, [head(3), member(3, 1), head(4)]).status).toBe(1);
  machine.ipvsadm([head(9)]);
  machine.remove(kind, table, two);
  expect(machine.saved()).toEqual([head(9)]);
});

test("a table that was cut off while it took a service over is removed with it, and nobody has it any more", () => {
  const cut = new IpvsMachine((program) => {
    const take = 'servicetable_transfer "$(servicetable_part transfer)"\n  case';
    expect(program).toContain(take);
    return program.replace(take, "exit 9\n  case");
  });
  try {
    cut.ipvsadm([head(9)]);
    cut.apply("service", "ipvs-lab/dev/web", [head(2), member(2, 4)]);
    expect(cut.apply(kind, table, two).status).toBe(9);
    expect(cut.remove(kind, table, two).stderr).toBe("");
    expect(cut.saved()).toEqual([head(9)]);
    expect(cut.observe()).not.toContain("ipvs-lab/dev/");
  } finally {
    cut.close();
  }
});

test("removed, its services are gone, and nothing of it is remembered", () => {
  machine.ipvsadm([head(9), member(9, 1)]);
  applied(two);
  expect(machine.remove(kind, table, two).status).toBe(0);
  expect(machine.saved()).toEqual([head(9), member(9, 1)].sort());
  expect(machine.observe()).not.toContain(table);
  expect(machine.remove(kind, table, two).status).toBe(0);
});

test("nothing of a value is run, whatever it is and wherever it stands", () => {
  const short = line.map((value) => cut(value, 60)).filter((value) => value !== "");
  fc.assert(
    fc.property(short, text, short, short, (name, why, vip, server) => {
      machine.reset();
      // An owner has a project and a stack before its name: alone, ".." would be a folder.
      const owner = `p/s/${name}`;
      const lines = `-A -t ${vip} -s ${why.split("\n")[0]}\n-a -t ${vip} -r ${server} -m -w ${why}\n`;
      const runs = [
        machine.run(["--generation", why, kind, "apply", owner, "0"], lines),
        machine.run(["--generation", "new", "service", "apply", `${owner}2`, "0"], lines),
        machine.run(["--generation", why, "--adopt", kind, "apply", `${owner}3`, "0"], lines),
        machine.run([kind, "remove", owner, "0"], lines),
      ];
      expect(runs.flatMap(({ executed }) => executed)).toEqual([]);
      expect(runs.flatMap(({ calls }) => calls.filter(([name]) => name === "refused"))).toEqual([]);
    }),
    cases(4),
  );
}, 60_000);

test("an empty table is a table", () => {
  applied([]);
  applied(two);
  applied([]);
  expect(machine.saved()).toEqual([]);
});
