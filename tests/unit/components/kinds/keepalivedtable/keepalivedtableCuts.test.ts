import { type Example, examples, type Run } from "../../../../cuts/examples";
import { Scene } from "../../../../support/shell/fakeMachine";
import { files, KeepalivedMachine } from "../../../../support/shell/keepalivedMachine";

/**
 * Runs for tables with keepalived that are killed behind each line that they print, then run once more: the machine is
 * as behind a run that was not killed. tests/cuts does the same on a real machine.
 */

/** Kills itself behind the line that CUT counts. */
const machine = new KeepalivedMachine((program) => {
  const say = `say() {\n  printf '%s\\n' "$*" 2>/dev/null || discard_output\n`;
  expect(program).toContain(say);
  return program.replace(
    say,
    `${say}  count=$((\${count:-0} + 1))\n  [ "$count" != "\${CUT-}" ] || kill -9 $$\n`,
  );
});
afterAll(() => {
  machine.close();
});

const run = ({ words, stdin }: Run, scene: Scene & { CUT?: string } = {}) =>
  machine.run(["--generation", "g", ...words], stdin, scene);

function must(one: Run): string {
  const { status, stdout, stderr } = run(one);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** All that the program may have changed. */
function left(): string[] {
  const folders = [files, "var/lib/ipvs-lab", "run/ipvs-lab"].map((one) => machine.path(one));
  const all = folders.join(" ");
  const look = `find ${all} -type f ! -name last ! -name lock ! -path '*/.table/*' | sort | while read -r f; do printf '== %s\\n' "$f"; cat "$f"; done`;
  return [...machine.saved(), ...machine.shell(look).stdout.split("\n")];
}

function runsOf({ kind, options = [], needs = [], made, changed }: Example) {
  const one = (verb: string, stdin: string): Run => ({
    words: [kind, verb, "cuts/test/object", ...options],
    stdin,
  });
  const make = one("apply", made);
  const again = changed === undefined ? [] : [one("apply", changed)];
  return [
    { name: "made", before: needs, last: make },
    ...again.map((last) => ({ name: "changed", before: [...needs, make], last })),
    { name: "removed", before: [...needs, make, ...again], last: one("remove", changed ?? made) },
  ];
}

const names = Object.keys(examples).filter((name) =>
  /keepalivedtable|service out of a table|had engine keepalived/.test(name),
);
const cases = names.flatMap((name) =>
  runsOf(examples[name] ?? { kind: "", made: "" }).map((one) => ({
    what: `${name} ${one.name}`,
    ...one,
  })),
);

/** The runs that were killed: what a subshell prints counts for itself, so not every number is reached. */
let killed = 0;

test.each(cases)(
  "$what, cut at each line and run again, ends as one that was not",
  ({ before, last }) => {
    const begin = () => {
      machine.reset();
      before.forEach(must);
    };
    begin();
    const lines = must(last).split("\n").length - 1;
    const uncut = left();
    for (let cut = 1; cut <= lines; cut++) {
      begin();
      const { status } = run(last, { CUT: String(cut) });
      killed += status === 0 ? 0 : 1;
      must(last);
      expect({ cut, left: left() }).toEqual({ cut, left: uncut });
    }
  },
  240_000,
);

test("runs were killed at many lines", () => {
  expect(killed).toBeGreaterThan(30);
});
