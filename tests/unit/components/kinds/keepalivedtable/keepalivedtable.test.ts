import { Recorded, verdict } from "../../../../support/hostState";

const owner = "ipvs-lab/dev/t";
const head = (port: number) => `-A -t 10.0.0.1:${port} -s rr`;
const member = (port: number, n: number, weight = 1) =>
  `-a -t 10.0.0.1:${port} -r 10.1.0.${n}:80 -m -w ${weight}`;
const made = [head(80), member(80, 1), member(80, 2), head(81), member(81, 1)];
const inhibit = "inhibit -t 10.0.0.1:80 -r 10.1.0.2:80";
const settings = [...made, inhibit];
const body = "define a\nsorry_server 10.9.0.1 80\nvirtual_server 10.0.0.1 80 as a\n";
const table = {
  kind: "keepalivedtable",
  owner,
  desired: `${settings.join("\n")}\n`,
  stdin: `${settings.join("\n")}\n\n${body}`,
};
const record: Recorded = { kind: "keepalivedtable", key: "ipvs-lab:dev:t", owner, settings };

/** What the preview says of the table with these services in the kernel. */
const preview = (services: string[], more: Recorded[] = [], adopt = false) =>
  verdict({ ...table, adopt }, { marks: [record, ...more], services });

test("a table that is as it was made keeps the fingerprint of its record", () => {
  expect(preview(made)).toEqual({ fingerprint: "g new", differences: [] });
});

test("a member that a check has removed or inhibited is no difference", () => {
  const failed = [head(80), member(80, 1), member(80, 2, 0), head(81), member(81, 1)];
  expect(preview(failed).differences).toEqual([]);
  expect(preview([head(80), member(80, 1), head(81), member(81, 1)]).differences).toEqual([]);
});

test("what somebody changed is said of each service", () => {
  const changed = [head(80).replace("rr", "wlc"), member(80, 1, 0), member(80, 2, 7)];
  expect(preview(changed).differences).toEqual([
    "virtual service -t 10.0.0.1:80 has scheduler wlc, not rr",
    "real server 10.1.0.1:80 of -t 10.0.0.1:80 has weight 0, not 1",
    "real server 10.1.0.2:80 of -t 10.0.0.1:80 has weight 7, not 1",
    "virtual service -t 10.0.0.1:81 is gone",
  ]);
});

test("each preview warns of a service without a live member, and names members of others, but no sorry server", () => {
  const sorry = "-a -t 10.0.0.1:80 -r 10.9.0.1:80 -m -w 1";
  const { warnings, notes, differences } = preview([
    ...[head(80), member(80, 2, 0), sorry],
    ...[head(81), member(81, 1), member(81, 9)],
  ]);
  expect(differences).toEqual([]);
  expect(warnings).toEqual(["no member of virtual service -t 10.0.0.1:80 lives"]);
  expect(notes).toEqual([
    "real server 10.1.0.9:80 of -t 10.0.0.1:81 was added by somebody else and gets traffic; it stays",
  ]);
});

test("a new table takes no service of others, unless it adopts what has no owner", () => {
  const new_ = (marks: Recorded[], adopt = false) =>
    verdict({ ...table, adopt }, { marks, services: made }).conflict;
  expect(new_([])).toBe(
    [80, 81]
      .map(
        (port) =>
          `lb: virtual service -t 10.0.0.1:${port} exists already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true`,
      )
      .join("\n"),
  );
  expect(new_([], true)).toBeUndefined();
  const single: Recorded = {
    ...{ kind: "keepalivedservice", key: "-t 10.0.0.1:81", owner: "ipvs-lab/dev/web" },
    settings: [head(81)],
  };
  expect(new_([single], true)).toBe(
    "lb: virtual service -t 10.0.0.1:81 belongs to ipvs-lab/dev/web: remove it there first",
  );
});

test("a single service does not take one out of a table, adopted or not", () => {
  const web = { kind: "keepalivedservice", owner: "ipvs-lab/dev/web", adopt: true };
  const desired = `${[head(81), member(81, 1)].join("\n")}\n`;
  expect(verdict({ ...web, desired }, { marks: [record], services: made }).conflict).toBe(
    "lb: virtual service -t 10.0.0.1:81 belongs to ipvs-lab/dev/t: remove it there first",
  );
});
