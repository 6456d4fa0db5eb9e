import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { IpvsMachine } from "../../support/shell/ipvsMachine";

const machine = new IpvsMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const said =
  "ipvs-lab: weight 0 takes no new flows of UDP; one under way stays until nothing has come for timeouts.udp";

/** What the update of a member's weight prints. */
function printed(kind: "service" | "servicetable", head: string, weight: number): string {
  const key = head.replace(/^-A (\S+ \S+).*/, "$1");
  const apply = (w: number) =>
    machine.apply(kind, "p/s/n", [head, `-a ${key} -r 198.51.100.22:514 -m -w ${w}`]);
  expect(apply(2).status).toBe(0);
  const { status, stdout, stderr } = apply(weight);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`+ ipvsadm -e ${key} -r 198.51.100.22:514 -m -w ${weight}\n`);
  return stdout;
}

test.each(["service", "servicetable"] as const)(
  "operations 15: the update of a %s says what weight 0 does not do to UDP",
  (kind) => {
    expect(printed(kind, "-A -u 192.0.2.100:514 -s rr", 0)).toContain(said);
  },
);

test.each([
  ["another weight", "-A -u 192.0.2.100:514 -s rr", 1],
  ["TCP", "-A -t 192.0.2.100:514 -s rr", 0],
  ["one packet at a time", "-A -u 192.0.2.100:514 -s rr -o", 0],
] as const)("operations 15: nothing of it is said with %s", (_, head, weight) => {
  expect(printed("service", head, weight)).not.toContain("flows of UDP");
});

test("operations 15, 26: the docs say so, and from when a persistent client's time counts", () => {
  const docs = readFileSync(join(__dirname, "../../../docs/features.md"), "utf8");
  expect(docs).toMatch(/\*\*Weight 0 of UDP\*\*: .*`timeouts\.udp` \(300 s\).*`onePacket: true`/);
  expect(docs).toMatch(/\*\*`persistence\.timeout`\*\* .*`timeouts\.tcpFin` \(120 s\).*60 s/);
});
