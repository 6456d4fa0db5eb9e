import * as fc from "fast-check";
import { cases } from "../../../support/randomCases";
import { differences, harmless, outcomes, wholeValues } from "../../../support/shell/compareRuns";
import { Call, FakeMachine } from "../../../support/shell/fakeMachine";
import { text } from "../../../support/shell/hostileText";
import { scripts } from "../../../support/shell/scriptCases";
import { harmlessValues, Script } from "../../../support/shell/valuePlaces";

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});

/** What a script starts in addition where a value makes it fail, or ends its settings early. */
const perhaps = ["awk", "uname", "journalctl", "ss", "curl", "ln", "nft"];

/** What a script starts where a harmless value has a colon, and is taken for an address of IPv6. */
function ofIpv6(script: Script): Call[] {
  const asked = Object.entries(script.places).filter(([, { whole }]) => whole?.("X:") === false);
  return asked.flatMap(([key, { harmless: plain }]) =>
    outcomes(machine, script, { ...harmlessValues(script), [key]: `${plain}:` }).flatMap(
      ({ calls }) => calls,
    ),
  );
}

describe.each(scripts)("$name", (script) => {
  test("values without line ends arrive as they are, and nothing of them is run", () => {
    const before = harmless(machine, script);
    fc.assert(
      fc.property(wholeValues(script), (values) => {
        expect(differences(machine, script, values, before)).toEqual([]);
      }),
      cases(3),
    );
  });

  test("nothing of a value is run, whatever it is and wherever it stands", () => {
    const known = new Set([...harmless(machine, script), ...ofIpv6(script)].map(([name]) => name));
    perhaps.forEach((name) => known.add(name));
    const places = fc.constantFrom(...Object.entries(script.places));
    fc.assert(
      fc.property(places, text, ([key, { isPath }], value) => {
        const after = outcomes(machine, script, { ...harmlessValues(script), [key]: value });
        expect(after.flatMap((o) => o.executed)).toEqual([]);
        const started = after.flatMap((o) => o.calls.map(([name]) => name));
        const allowed = (name = "") => known.has(name) || (isPath === true && name === "refused");
        expect(started.filter((name) => !allowed(name))).toEqual([]);
      }),
      cases(4),
    );
  });
});

test("what looks like a variable of keepalived's starts nothing more than another value", () => {
  const script = scripts.find(({ name }) => name === "keepalivedaddress");
  if (!script) {
    throw new Error("there is no script keepalivedaddress");
  }
  const before = harmless(machine, script);
  const values = { ...harmlessValues(script), config: "a $b=c" };
  expect(differences(machine, script, values, before)).toEqual([]);
});

test.each(["/", "a/", "/a", "a//b", "a.", "a/."])(
  "the slashes of %s are colons in the name of its mark, wherever they stand",
  (vip) => {
    machine.reset();
    const { calls } = machine.run(["nat", "apply", "p/s/n"], `vip ${vip}\nnetwork n\n`);
    const marks = calls.flatMap(([name, , to]) => (name === "mv" ? [to] : []));
    expect(marks[0]).toMatch(/\/nat\/[^/]*$/);
    expect(marks[0]?.split("/").at(-1)).toBe(vip.replaceAll("/", ":"));
  },
);

describe("the tests notice", () => {
  test.each<[string, string, string, string, Record<string, string>]>([
    ["a value that is evaluated", '\\$value" #', '$value" #', "nat", { network: "$(canary)" }],
    [
      "commands that are evaluated",
      '\n  "$@"\n}\n\n# make_folder',
      '\n  eval "$*"\n}\n\n# make_folder',
      "address",
      { address: "1;canary" },
    ],
    [
      "a file that is written by a value",
      '\n  "$@"\n}\n\n# make_folder',
      '\n  eval "$*"\n}\n\n# make_folder',
      "address",
      { address: "1>PWNED" },
    ],
    [
      "words that are split",
      'name=$(interface_name "$interface")',
      "name=$(interface_name $interface)",
      "address",
      { interface: "a b" },
    ],
    ["patterns that find files", "set -euf", "set -eu", "service", { vip: "GLOB*" }],
    [
      "a value in a program for sed",
      'say_each "+ ipvsadm" "$1"',
      `printf '%s\\n' "$1" | sed "s/^/+ ipvsadm $1 /"`,
      "service",
      { weight: "e canary" },
    ],
    [
      "a value in a shell's program",
      "curl -q -sS ",
      'curl -q -sS "$(eval "echo $url")" ',
      "proof",
      { url: "$(canary)" },
    ],
    [
      "a name that is no program's",
      '"${KIND}_$VERB" "$@"',
      '$OWNER; "${KIND}_$VERB" "$@"',
      "table",
      { OWNER: "sh" },
    ],
  ])("%s", (_, from, to, name, values) => {
    const script = scripts.find((s) => s.name === name);
    if (!script) {
      throw new Error(`no script is called ${name}`);
    }
    const spoiled = new FakeMachine((program) => {
      expect(program).toContain(from);
      return program.replaceAll(from, () => to);
    });
    try {
      const all = { ...harmlessValues(script), ...values };
      const before = harmless(machine, script).map((call) =>
        call.map((word) => word.replaceAll(machine.folder, spoiled.folder)),
      );
      expect(differences(machine, script, all, harmless(machine, script))).toEqual([]);
      expect(differences(spoiled, script, all, before)).not.toEqual([]);
    } finally {
      spoiled.close();
    }
  });
});
