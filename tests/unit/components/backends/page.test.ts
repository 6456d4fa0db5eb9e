import * as fc from "fast-check";
import { BackendVm } from "../../../../components";
import { programPath, spec } from "../../../../components/host/kernel";
import { slug } from "../../../../components/host/slug";
import { command, registered } from "../../../support/pulumi/mocks";
import { cases } from "../../../support/randomCases";
import { FakeMachine } from "../../../support/shell/fakeMachine";
import { cut, text } from "../../../support/shell/hostileText";
import { host } from "../../../support/workshop";

const machine = new FakeMachine();
afterAll(() => {
  machine.close();
});

const lineEnds = fc.constantFrom("", "\n", "\n\n", "\r\n", "\n ");
const page = fc.oneof(
  fc.tuple(lineEnds, text, lineEnds).map((parts) => parts.join("")),
  // Bytes that dash keeps for its own use, in many letters.
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }).map((s) => s.replaceAll("\0", "?")),
  fc.constantFrom("\n", " ", "\\", "-n", "EOF\n", "$(canary)", "owner x\n\n", "server nginx\n"),
);

test("a page arrives in its file byte for byte, with a line end if it has none", async () => {
  await fc.assert(
    fc.asyncProperty(
      page,
      text.map((name) => cut(name, 30)),
      fc.constantFrom("apache", "nginx"),
      async (written, name, webServer) => {
        const resources = await registered(
          () => new BackendVm(name, { host: host(), page: written, webServer }),
        );
        const { create, delete: remove, stdin } = command(resources, `${name}-web`).inputs;
        const file = `var/lib/ipvs-lab/web/${slug(name)}/htdocs/index.html`;
        const run = (line: unknown) =>
          machine.shell(String(line).replace(programPath, machine.program), String(stdin));

        machine.reset();
        const made = run(create);
        expect(made.executed).toEqual([]);
        expect(made.stderr).toBe("");
        const wanted = written.endsWith("\n") ? written : `${written}\n`;
        expect(machine.read(file).equals(Buffer.from(wanted))).toBe(true);

        const again = run(create);
        expect(again.stdout).not.toContain("+ write");
        expect(again.executed).toEqual([]);

        const gone = run(remove);
        expect(gone.executed).toEqual([]);
        expect(machine.exists(file)).toBe(false);
      },
    ),
    cases(8),
  );
}, 60_000);

const asked = spec({ url: "http://10.10.10.100:80/", requests: "1" });

test.each(["", "-n", "a\tb", "$(canary)", "*", "\\"])(
  "a proof knows a page by its first line: %j",
  (first) => {
    const scene = { BODY: first };
    const ran = machine.run(["proof", "read", "p/s/n"], `${asked}\nweb\t${first}\n`, scene);
    expect(ran).toMatchObject({ status: 0, stdout: `${first}\n`, executed: [] });
  },
);

// The script reads "NAME<tab>LINE" with IFS=<tab>, which takes the tabs at both ends of the line off.
test.each(["\ta", "a\t"])("a proof knows a page by its first line: %j", (first) => {
  const scene = { BODY: first };
  const ran = machine.run(["proof", "read", "p/s/n"], `${asked}\nweb\t${first}\n`, scene);
  expect(ran).toMatchObject({ status: 0, stdout: `${first}\n` });
});
