import { FakeMachine } from "../../../../support/shell/fakeMachine";
import { files, KeepalivedMachine } from "../../../../support/shell/keepalivedMachine";
import { checkedTable, kept, service, vip } from "../../../../support/shell/services";

/**
 * Services that change hands while keepalived has them, with a keepalived that does to the kernel what the real one
 * does. The kernel never loses them.
 */

const machine = new KeepalivedMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.begin();
});

const key = `-t ${vip}:80`;
const table = (services: Record<number, number[]>, scheduler = "rr") =>
  checkedTable(scheduler, services);

function done({ status, stdout, stderr }: ReturnType<FakeMachine["run"]>): string {
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}
const apply = (kind: "keepalivedtable" | "keepalivedservice", ...rest: [string, string, string?]) =>
  done(machine.checked(kind, "apply", ...rest));

/** The services that each of keepalived's files has, and each record. */
function owned(): Record<string, string[]> {
  const list = `cd ${machine.path(files)}; for f in *.conf; do sed -n "s/^virtual_server \\(.*\\) {/$f \\1/p" "$f"; done
cd ${machine.path("var/lib/ipvs-lab")}; for f in keepalivedservice/* keepalivedtable/*; do [ ! -f "$f" ] || sed -n "s|^-A \\(.*\\) -s .*|\${f%%/*} \\1|p" "$f"; done
cd ${machine.path("run/ipvs-lab")}; for f in service/* servicetable/*; do [ ! -f "$f" ] || sed -n "s|^-A \\(.*\\) -s .*|\${f%%/*} \\1|p" "$f"; done
for f in ${machine.path("var/lib/ipvs-lab")}/keepalived*/*; do sed -n 's/^also //p' "$f"; done | sha256sum -c 2>&1 | grep -v ': OK$'`;
  const found: Record<string, string[]> = {};
  for (const line of machine.shell(list).stdout.split("\n").filter(Boolean)) {
    const [where = "", ...what] = line.split(" ");
    (found[where] ??= []).push(what.join(" "));
  }
  return found;
}

const inService = {
  "web.conf": [`${vip} 80`],
  "shops.conf": [`${vip} 81`],
  keepalivedservice: [key],
  keepalivedtable: [`-t ${vip}:81`],
};
const inTable = {
  "shops.conf": [`${vip} 80`, `${vip} 81`],
  keepalivedtable: [key, `-t ${vip}:81`],
};
const gives = `0a0b0c0d gives ${key}`;

test.each([["table"], ["service"]])(
  "a service leaves a table for one of its own and comes back, where the %s is run first",
  (first) => {
    apply("keepalivedtable", "shops", table({ 80: [21, 22], 81: [21] }));
    expect(owned()).toEqual(inTable);
    machine.written();
    const runs = [
      () => apply("keepalivedtable", "shops", table({ 81: [21] }), gives),
      () => apply("keepalivedservice", "web", kept("rr", [21, 22])),
    ];
    for (const run of first === "table" ? runs : runs.reverse()) {
      run();
    }
    expect(machine.written()).toEqual([]);
    expect(owned()).toEqual(inService);
    apply("keepalivedtable", "shops", table({ 80: [21, 22], 81: [21] }));
    done(machine.checked("keepalivedservice", "remove", "web", kept("rr", [21, 22])));
    expect(machine.written()).toEqual([]);
    expect(owned()).toEqual(inTable);
  },
);

test("a service moves to another table with other members, which come before the others leave", () => {
  apply("keepalivedtable", "shops", table({ 80: [21, 22], 81: [21] }));
  machine.written();
  apply("keepalivedtable", "more", table({ 80: [22, 23], 82: [21] }, "wrr"));
  const written = machine.written();
  expect(written).toContain(`-a ${key} -r 198.51.100.23:80 -m -w 1`);
  expect(written.filter((line) => line.includes(key) && /^-[dD]/.test(line))).toEqual([
    `-d ${key} -r 198.51.100.21:80`,
  ]);
  apply("keepalivedtable", "shops", table({ 81: [21] }), gives);
  expect(owned()).toEqual({
    "more.conf": [`${vip} 80`, `${vip} 82`],
    "shops.conf": [`${vip} 81`],
    keepalivedtable: [key, `-t ${vip}:82`, `-t ${vip}:81`],
  });
});

test("what nobody takes stays with the table until it is run again", () => {
  apply("keepalivedtable", "shops", table({ 80: [21], 81: [21] }));
  apply("keepalivedtable", "shops", table({ 81: [21] }), gives);
  expect(machine.saved()).toContain(`-A ${key} -s rr`);
  apply("keepalivedtable", "shops", table({ 81: [21] }));
  expect(machine.saved()).not.toContain(`-A ${key} -s rr`);
  expect(owned()).toEqual({ "shops.conf": [`${vip} 81`], keepalivedtable: [`-t ${vip}:81`] });
});

test("nothing is taken from another stack, or from another keepalived", () => {
  const text = table({ 80: [21] });
  const run = (name: string, owner: string, words: string[]) =>
    machine.run(["--generation", "g", name, "apply", owner, ...words, "0"], text);
  apply("keepalivedtable", "shops", text);
  expect(run("keepalivedtable", "ipvs-lab/prod/t", ["k1", "t"]).stderr).toContain(
    `virtual service ${key} belongs to ipvs-lab/dev/shops`,
  );
  machine.run(
    ["--generation", "g", "keepalived", "apply", "ipvs-lab/dev/other"],
    "instance k2\npurge false\n",
  );
  const refused = "is in another keepalived";
  expect(run("keepalivedtable", "ipvs-lab/dev/t", ["k2", "t"]).stderr).toContain(refused);
  const one = ["--generation", "g", "keepalivedservice", "apply", "ipvs-lab/dev/s", "k2", "s", "0"];
  expect(machine.run(one, kept("rr", [21])).stderr).toContain(refused);
  expect(owned()).toEqual({ "shops.conf": [`${vip} 80`], keepalivedtable: [key] });
});

test("a table whose director changes its engine goes on in place, there and back", () => {
  const lines = (service("rr", [21, 22]) + service("rr", [21], 81)).trim().split("\n");
  machine.apply("servicetable", "ipvs-lab/dev/shops", lines);
  machine.sent();
  apply("keepalivedtable", "shops", table({ 80: [21, 22], 81: [21] }));
  expect(machine.written().filter((line) => !line.startsWith("-A"))).toEqual(
    lines.filter((line) => !line.startsWith("-A")),
  );
  expect(owned()).toEqual(inTable);
  expect(machine.saved()).toEqual([...lines].sort());
  machine.sent();
  const back = done(machine.apply("servicetable", "ipvs-lab/dev/shops", lines));
  expect(back).toContain("+ systemctl kill --signal=KILL keepalived-k1.service");
  expect([machine.sent(), machine.written()]).toEqual([[], []]);
  expect(owned()).toEqual({ servicetable: [key, `-t ${vip}:81`] });
});
