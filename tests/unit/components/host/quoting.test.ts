import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { Director, Host } from "../../../../components";
import { programPath } from "../../../../components/host/kernel";
import { wordsOf as readBack, shellQuote } from "../../../../components/host/quoting";
import { slug } from "../../../../components/host/slug";
import { command, registered } from "../../../support/pulumi/mocks";
import { cases } from "../../../support/randomCases";
import { cut, line, text } from "../../../support/shell/hostileText";
import { host } from "../../../support/workshop";

const folder = mkdtempSync(join(tmpdir(), "ipvs-lab-quote-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The words that a shell makes of a line. */
function wordsOf(line: string, shell = "sh"): string[] {
  const out = execFileSync(shell, ["-c", `env printf '%s\\0' ${line}`], { cwd: folder });
  return out.toString().split("\0").slice(0, -1);
}

const anyText = fc.oneof(fc.constant(""), text);
const ordinary = fc.stringMatching(/^[A-Za-z0-9_./:=@%+~^,-]{1,12}$/);

test.each(["sh", "bash"])("quoted words reach a program of %s as they are, and apart", (shell) => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, ordinary), { minLength: 1, maxLength: 6 }), (words) => {
      expect(wordsOf(words.map(shellQuote).join(" "), shell)).toEqual(words);
      expect(readdirSync(folder)).toEqual([]);
    }),
    cases(30),
  );
});

// IPVS_LAB_TEST_SHELL=/usr/bin/fish asks a real one. Of the shells that are installed everywhere none reads quotes as
// csh and fish do; what is left between them is plain to these, too.
const real = process.env.IPVS_LAB_TEST_SHELL ?? "sh";
test("quoted words of one line reach a program of a login shell that is no POSIX shell", () => {
  const short = fc.oneof(line, ordinary).map((word) => cut(word, 300));
  fc.assert(
    fc.property(fc.array(short, { minLength: 1, maxLength: 6 }), (words) => {
      const quoted = words.map(shellQuote).join(" ");
      expect(quoted.replace(/\\./gu, "")).not.toMatch(/[\\!]/);
      expect(wordsOf(quoted, real)).toEqual(words);
    }),
    cases(30),
  );
});

test("a line of quoted words is read back into them", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, ordinary), { minLength: 1, maxLength: 6 }), (words) => {
      expect(readBack(words.map(shellQuote).join(" "))).toEqual(words);
    }),
    { numRuns: 1000 },
  );
});

const nearly = fc.constantFrom(
  "'",
  "\\",
  " ",
  "!",
  "a",
  "=",
  "$(x)",
  "'a b'",
  "'\\''",
  '"',
  "\n",
  ";",
  "~",
  "*",
);

test("another line is not read, though a shell may take it for the same words", () => {
  for (const other of [
    "a  b",
    " a",
    "a ",
    "'a'",
    "a'b'",
    "'a",
    "a\\ b",
    '"a b"',
    "$x",
    "a;b",
    "~",
    "a\nb",
  ]) {
    expect(readBack(other)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.array(nearly, { minLength: 1, maxLength: 12 }), (parts) => {
      const given = parts.join("");
      const words = readBack(given);
      expect(words === undefined || words.map(shellQuote).join(" ") === given).toBe(true);
      // What is read is what a shell would make of it.
      expect(words).toEqual(words && wordsOf(given));
    }),
    { numRuns: 200 },
  );
});

test("without quotes that test would fail", () => {
  expect(wordsOf("a b", "sh")).not.toEqual(["a b"]);
  expect(wordsOf("$(echo x)", "sh")).not.toEqual(["$(echo x)"]);
});

/** Pulumi has no resources without a name. */
const someName = fc.oneof(text, ordinary).map((name) => cut(name, 300));

test("a slug is fit for the names of a unit and a file, whatever it is made from", () => {
  fc.assert(
    fc.property(someName, (name) => {
      expect(slug(name)).toMatch(/^[a-z0-9-]{1,40}$/);
    }),
    cases(500),
  );
});

const odd = fc.constantFrom(" ", ".", "/", "_", ":", "%", "\n");

/** Two names that differ in little. */
const twoNames = fc.oneof(
  fc.tuple(someName, someName),
  fc.tuple(someName, text, someName).map(([a, b, c]) => [a + c, a + b + c] as const),
  fc
    .tuple(ordinary, odd, fc.oneof(odd, fc.constant("-")))
    .map(([a, b, c]) => [`${a}${b}`, `${a}${c}`] as const),
  fc
    .tuple(fc.stringMatching(/^[a-z0-9-]{31,60}$/), ordinary, ordinary)
    .map(([a, b, c]) => [a + b, a + c] as const),
);

test("two names that differ in more than case have two slugs", () => {
  fc.assert(
    fc.property(twoNames, ([one, other]) => {
      fc.pre(one.toLowerCase() !== other.toLowerCase());
      expect(slug(one)).not.toBe(slug(other));
    }),
    cases(1000),
  );
});

// A plain name is its own slug, unless it looks like one that was made with a hash.
test("no plain name is the slug of another name", () => {
  expect(slug("a b")).not.toBe(slug(slug("a b")));
});

test("a name becomes an owner without anything that a shell, a pattern or a line would split", async () => {
  const owners = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(someName, async (name) => {
      const resources = await registered(() => new Director(name, { host: host() }));
      const { inputs } = command(resources, name);
      const [, , , , , owner = "", ...more] = wordsOf(String(inputs.create));
      expect(owner).toMatch(/^ipvs-lab\/dev\/[A-Za-z0-9._%-]+$/);
      const whole = Buffer.byteLength(name) < 50;
      expect(!whole || decodeURIComponent(owner) === `ipvs-lab/dev/${name}`).toBe(true);
      expect(more).toEqual([]);
      expect(owners.get(owner) ?? name).toBe(name);
      owners.set(owner, name);
    }),
    cases(10),
  );
}, 60_000);

test("whatever a component hands to Host.run, a shell on the machine gets word by word", async () => {
  const given = fc.record({
    name: someName,
    kind: anyText,
    options: fc.array(anyText, { maxLength: 3 }),
    adopt: fc.boolean(),
    desired: text,
  });
  await fc.assert(
    fc.asyncProperty(given, async ({ name, ...object }) => {
      // The owner of a longer one is cut; the test above sees to those.
      fc.pre(Buffer.byteLength(name) < 45);
      const resources = await registered(() => {
        const on = host();
        on.run(name, object, {});
        on.run(`${name}-read`, { ...object, readOnly: true }, {});
      });
      const words = (verb: string, of = name) => {
        const owner = `ipvs-lab/dev/${encodeURIComponent(of)}`;
        return [object.kind, verb, owner, ...object.options];
      };
      const adopt = object.adopt ? ["--adopt"] : [];
      const made = command(resources, name).inputs;
      expect(asEncoded(wordsOf(String(made.create)))).toEqual(
        asEncoded([programPath, "--generation", "new", ...adopt, ...words("apply")]),
      );
      expect(asEncoded(wordsOf(String(made.delete)))).toEqual(
        asEncoded([programPath, ...words("remove")]),
      );
      expect(made.stdin).toBe(object.desired);
      const read = command(resources, `${name}-read`).inputs;
      expect(asEncoded(wordsOf(String(read.create)))).toEqual(
        asEncoded([programPath, ...words("read", `${name}-read`)]),
      );
      expect(read.delete).toBeUndefined();
    }),
    cases(10),
  );
}, 60_000);

/** Owners have more letters encoded than encodeURIComponent encodes; what they stand for counts. */
function asEncoded(words: string[]): string[] {
  return words.map((word) => (word.startsWith("ipvs-lab/dev/") ? decodeURIComponent(word) : word));
}

test("the line that puts the program in place has no value but an interface's plain name", async () => {
  const resources = await registered(() => [host(), new Host("b", { ...plainHost })]);
  for (const name of ["machine1-tools", "b-tools"]) {
    const line = String(command(resources, name).inputs.create);
    expect(line).toContain(`sh "$t" host check enp0s8 && `);
    expect(line).toMatch(
      / host install \/var\/lib\/ipvs-lab\/bin\/ipvs-lab-[0-9a-f]{12} '\\'''\\'''$/,
    );
  }
});

const plainHost = { machine: { name: "b" }, interface: "enp0s8", address: "10.10.10.2/24" };
