import { parseHostState } from "../../../../../components/drift/hostState";
import { detectDrift } from "../../../../../components/kinds/detectDrift";
import { KeepalivedMachine } from "../../../../support/shell/keepalivedMachine";
import { checkedTable, vip } from "../../../../support/shell/services";

/** What a machine prints of a table with keepalived, which may be long: where all is in place, its services alone. */

const machine = new KeepalivedMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.begin();
});

const member = (port: number, n: number, weight = 1) =>
  `-t ${vip}:${port} -r 198.51.100.${n}:${port} -m -w ${weight}`;
const withInhibit = (text: string) =>
  text.replace("\n\n", `\ninhibit -t ${vip}:80 -r 198.51.100.22:80\n\n`);
const text = withInhibit(checkedTable("rr", { 80: [21, 22], 81: [21] }));

/** What the preview says of the table with this input, which the state has. */
function preview(stdin = text) {
  const owner = "ipvs-lab/dev/shops";
  const object = { kind: "keepalivedtable", owner, desired: stdin, stdin, adopt: false };
  const seen = parseHostState(machine.observe());
  return detectDrift({ ...object, recorded: { owner, stdin } }, seen, "lb");
}

test("no member of a table that is in place is printed, and the preview is empty", () => {
  machine.checked("keepalivedtable", "apply", "shops", text);
  expect(machine.observe()).not.toContain("-r 198.51.100.21");
  expect(machine.observe()).toContain("= in-place");
  expect(preview()).toEqual({ fingerprint: "new", differences: [] });
});

test("members that others changed, added or removed are seen among those that are in place", () => {
  machine.checked("keepalivedtable", "apply", "shops", text);
  machine.ipvsadm([`-a ${member(80, 29)}`]);
  expect(preview()).toEqual({
    fingerprint: "new",
    differences: [],
    notes: [
      `real server 198.51.100.29:80 of -t ${vip}:80 was added by somebody else and gets traffic; it stays`,
    ],
  });
  machine.ipvsadm([`-e ${member(80, 21, 7)}`, `-d -t ${vip}:81 -r 198.51.100.21:81`]);
  expect(preview()).toMatchObject({
    differences: [`real server 198.51.100.21:80 of -t ${vip}:80 has weight 7, not 1`],
    warnings: [`no member of virtual service -t ${vip}:81 lives`],
  });
});

test("a member that a check has inhibited is no difference", () => {
  machine.checked("keepalivedtable", "apply", "shops", text);
  machine.ipvsadm([`-e ${member(80, 22, 0)}`]);
  expect(preview()).toEqual({ fingerprint: "new", differences: [] });
});

test("another declaration is a change, also where it differs in a member or in what inhibits alone", () => {
  machine.checked("keepalivedtable", "apply", "shops", text);
  for (const other of [
    checkedTable("rr", { 80: [21, 22], 81: [21] }),
    withInhibit(checkedTable("rr", { 80: [21, 22], 81: [22] })),
  ]) {
    expect(preview(other).fingerprint).not.toBe("new");
  }
});
