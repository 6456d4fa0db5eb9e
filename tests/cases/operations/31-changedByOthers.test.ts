import { Declared } from "../../../components/kinds/detectDrift";
import { Machine, text, verdict } from "../../support/hostState";

const head = "-A -t 192.0.2.100:80 -s rr";
const member = (n: number, weight = 1) => `-a -t 192.0.2.100:80 -r 192.0.2.${n}:80 -g -w ${weight}`;
const declared = [head, member(21), member(22)];
const foreign = member(50);

const kinds: [kind: string, key: string, of: string][] = [
  ["service", "-t 192.0.2.100:80", ""],
  ["keepalivedservice", "-t 192.0.2.100:80", ""],
  ["servicetable", "p:s:x", " of -t 192.0.2.100:80"],
];

describe.each(kinds)("operations 31: a %s that others have changed", (kind, key, of) => {
  const object: Declared = { kind, owner: "p/s/x", desired: text(declared), adopt: false };
  const machine = (services: string[]): Machine => ({
    marks: [{ kind, key, owner: "p/s/x", settings: declared }],
    services,
  });

  test("names a member that they added, which is no drift", () => {
    expect(verdict(object, machine([...declared, foreign]))).toEqual({
      fingerprint: "g new",
      differences: [],
      notes: [
        `real server 192.0.2.50:80${of} was added by somebody else and gets traffic; it stays`,
      ],
    });
    expect(verdict(object, machine([...declared, member(50, 0)])).notes).toEqual([
      `real server 192.0.2.50:80${of} was added by somebody else with weight 0; it stays`,
    ]);
  });

  test("does not call a member its own that is about to leave, or about to come", () => {
    const leaving = { ...object, desired: text(declared.slice(0, 2)) };
    expect(verdict(leaving, machine(declared)).notes).toBeUndefined();
    const coming = { ...object, desired: text([...declared, foreign]) };
    expect(verdict(coming, machine([...declared, foreign])).notes).toBeUndefined();
  });

  test("is refused where they made it anew, unless it is adopted", () => {
    const anew = [head.replace("rr", "wlc"), foreign];
    expect(verdict(object, machine(anew)).conflict).toMatch(
      /virtual service -t 192\.0\.2\.100:80.* was made anew by somebody else \(.*scheduler wlc, not rr.*\).*adopt: true/,
    );
    expect(verdict({ ...object, adopt: true }, machine(anew)).conflict).toBeUndefined();
  });

  test("is repaired where one of its own members is there, or only its members differ", () => {
    expect(
      verdict(object, machine([head.replace("rr", "wlc"), member(21)])).differences,
    ).not.toEqual([]);
    expect(verdict(object, machine([head, foreign])).conflict).toBeUndefined();
  });
});

test("operations 31: a sorry server that has taken over is nobody else's", () => {
  const desired = text(declared);
  const object = {
    kind: "keepalivedservice",
    owner: "p/s/x",
    desired,
    stdin: `${desired}\nvirtual_server 192.0.2.100 80 {\n  sorry_server 192.0.2.50 80\n}\n`,
  };
  const [key, owner] = ["-t 192.0.2.100:80", "p/s/x"];
  const marks = [{ kind: "keepalivedservice", key, owner, settings: declared }];
  expect(verdict(object, { marks, services: [head, foreign] }).notes).toBeUndefined();
});
