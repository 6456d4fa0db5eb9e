import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Answer, imported, run } from "../../../../support/import/imported";

jest.setTimeout(120_000);

const names = ["saved.rules", "named.rules", "listed.txt"];
let answers: Map<string, Answer>;

beforeAll(() => {
  const orders = names.map((name) => ({ files: [name] }));
  const { answers: all } = imported(join(__dirname, "files"), orders);
  answers = new Map(all.map((one, i) => [names[i] ?? "", one]));
});

/** The lines of ipvsadm that a program declares, sorted. */
async function linesOf(name: string): Promise<string[]> {
  const resources = await run(answers.get(name)?.text ?? "");
  return resources
    .filter(({ type }) => type === "command:remote:Command")
    .map(({ inputs }) => String(inputs.stdin))
    .filter((stdin) => stdin.startsWith("-A "))
    .flatMap((stdin) => stdin.trim().split("\n"))
    .sort();
}

test("the program of saved lines declares these very lines", async () => {
  expect(answers.get("saved.rules")?.omitted).toEqual([]);
  expect(await linesOf("saved.rules")).toEqual(
    [
      "-A -t 192.0.2.1:80 -s rr",
      "-a -t 192.0.2.1:80 -r 198.51.100.2:8080 -m -w 65535",
      "-a -t 192.0.2.1:80 -r 198.51.100.3:80 -g -w 1",
      "-a -t 192.0.2.1:80 -r 198.51.100.5:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-csum",
      "-A -t 192.0.2.1:81 -s sh -b sh-fallback,sh-port",
      "-A -u 192.0.2.1:5060 -s rr -p 60 --pe sip -o",
      "-A -t [2001:db8::1]:443 -s wlc -p 300 -M 64",
      "-a -t [2001:db8::1]:443 -r [2001:db8::2]:443 -g -w 3 -x 100 -y 50",
      "-A -f 9 -6 -s mh",
      "-a -f 9 -6 -r [2001:db8::2]:0 -m -w 1",
    ].sort(),
  );
});

test("long options, names of ports and members before their service are read; the rest is named", async () => {
  expect(await linesOf("named.rules")).toEqual([
    "-A -t 192.0.2.1:80 -s wrr -p 360",
    "-a -t 192.0.2.1:80 -r 198.51.100.2:8080 -m -w 5",
  ]);
  expect(answers.get("named.rules")?.omitted).toEqual([
    "named.rules:3: www.example.org is a name, not an address (ipvsadm-save -n writes addresses)",
    "named.rules:5: firewall mark -1 is not a whole number from 1 to 2147483647",
    "named.rules:6: nosuchport is not a port (ipvsadm-save -n writes numbers)",
    "named.rules:7: --set 900 120 300: it adds neither a service nor a member",
    "named.rules:4: 192.0.2.9:80/tcp: no such service for its member 198.51.100.2",
  ]);
});

test("what ipvsadm -Ln prints is read, completed by its thresholds", async () => {
  expect(await linesOf("listed.txt")).toEqual(
    [
      "-A -t 192.0.2.1:80 -s wrr -p 300 -M 255.255.255.0",
      "-a -t 192.0.2.1:80 -r 198.51.100.2:8080 -m -w 10 -x 900 -y 800",
      "-a -t 192.0.2.1:80 -r 198.51.100.3:8080 -m -w 0",
      "-A -u 192.0.2.1:53 -s rr -o",
      "-a -u 192.0.2.1:53 -r 198.51.100.4:53 -g -w 1",
      "-A -t [2001:db8::1]:443 -s sh -b sh-port",
      "-a -t [2001:db8::1]:443 -r [2001:db8::2]:443 -i -w 1 --tun-type ipip",
      "-A -f 7 -6 -s rr",
      "-a -f 7 -6 -r [2001:db8::3]:0 -g -w 1",
    ].sort(),
  );
  expect(answers.get("listed.txt")?.omitted).toEqual([]);
  expect(answers.get("listed.txt")?.notes).toContain(
    "listed.txt:10: [2001:db8::2]:443: ipvsadm -Ln does not say which tunnel; it becomes IP in IP",
  );
});

describe("--out", () => {
  const services = Array.from({ length: 11 }, (_, i) => `-A -t 192.0.2.${i + 1}:80 -s rr\n`).join(
    "",
  );
  let place: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "out-"));
    mkdirSync(join(place, "lb"));
    writeFileSync(join(place, "Pulumi.yaml"), "");
    writeFileSync(join(place, "saved.rules"), services);
  });
  afterEach(() => {
    rmSync(place, { recursive: true });
  });

  test("writes the program, and a large table beside it, which it names from the project's folder", () => {
    imported(place, [{ files: ["saved.rules"], options: { out: "lb/program.ts" } }]);
    expect(readdirSync(join(place, "lb")).sort()).toEqual(["program.ts", "services.yaml"]);
    expect(readFileSync(join(place, "lb/program.ts"), "utf8")).toContain(
      'file: "lb/services.yaml"',
    );
  });

  test("leaves a file that is there as it is, and then writes nothing", () => {
    writeFileSync(join(place, "lb/services.yaml"), "mine");
    const { answers: all } = imported(place, [
      { files: ["saved.rules"], options: { out: "lb/program.ts" } },
    ]);
    expect(all[0]?.error).toMatch(/^lb\/services\.yaml is there already, and stays as it is/);
    expect(readFileSync(join(place, "lb/services.yaml"), "utf8")).toBe("mine");
    expect(existsSync(join(place, "lb/program.ts"))).toBe(false);
  });

  test.each([
    [
      "none/deep/program.ts",
      "--out none/deep/program.ts: the folder none/deep does not exist; make it first (mkdir -p none/deep), or name another file",
    ],
    [
      "saved.rules/program.ts",
      "--out saved.rules/program.ts: saved.rules is a file, not a folder; name another file",
    ],
  ])("%s, which is in no folder, is refused before anything is written", (out, error) => {
    const { answers: all } = imported(place, [{ files: ["saved.rules"], options: { out } }]);
    expect(all[0]?.error).toBe(error);
    expect(readdirSync(place).sort()).toEqual(["Pulumi.yaml", "lb", "saved.rules"]);
  });

  test("writes nothing when a file is wrong", () => {
    writeFileSync(join(place, "wrong.conf"), "virtual_server 192.0.2.1 80 {\n");
    imported(place, [{ files: ["saved.rules", "wrong.conf"], options: { out: "lb/program.ts" } }]);
    expect(readdirSync(join(place, "lb"))).toEqual([]);
  });
});
