import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluated } from "../../../support/evaluate";

jest.setTimeout(60_000);

const root = join(__dirname, "../../../..");
const keys = join(root, "setup/box/keys");

const places = (lines: string[], environment: Record<string, string> = {}) =>
  evaluated(
    "setup/steps/archives.ts",
    `m.archiveAddresses("debian", () => ${JSON.stringify(lines)})`,
    {
      IPVS_LAB_DEBIAN_MIRROR: "",
      ...environment,
    },
  );

const usual = {
  main: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

test("a box is built from the mirror that a Debian host itself uses", async () => {
  const lines = [
    "https://other.example/debian/|nodistro|Other",
    "https://mirror.example/debian/|trixie-updates|Debian",
    "https://mirror.example/debian/|trixie|Debian",
    "https://security.example/debian-security/|trixie-security|Debian",
  ];
  expect(await places(lines)).toEqual({
    main: "https://mirror.example/debian",
    security: "https://security.example/debian-security",
  });
});

test.each([
  ["of another distribution", ["http://archive.ubuntu.com/ubuntu/|resolute|Ubuntu"]],
  ["that mmdebstrap cannot reach", ["mirror+file:/etc/apt/mirrors/debian.list|trixie|Debian"]],
  ["without sources", [""]],
])("a host %s takes everybody's mirror", async (_host, lines) => {
  expect(await places(lines)).toEqual(usual);
});

test.each([
  ["https://a.example/debian/", "https://a.example/debian", "https://a.example/debian-security"],
  ["http://a.example/d http://b.example/s", "http://a.example/d", "http://b.example/s"],
])("IPVS_LAB_DEBIAN_MIRROR=%j goes before the host's own", async (value, main, security) => {
  const lines = ["https://mirror.example/debian/|trixie|Debian"];
  const environment = { IPVS_LAB_DEBIAN_MIRROR: value };
  expect(await places(lines, environment)).toEqual({ main, security });
});

test.each(["mirror.example", "ftp://a.example/debian", "http://a http://b http://c"])(
  "IPVS_LAB_DEBIAN_MIRROR=%j is refused by name, with an example",
  async (value) => {
    expect(await places([], { IPVS_LAB_DEBIAN_MIRROR: value })).toBe(
      `IPVS_LAB_DEBIAN_MIRROR: "${value}" is no address of a mirror: give the archive's, and behind a space that of its security updates if it is another than usual (IPVS_LAB_DEBIAN_MIRROR="https://mirror.example/debian https://mirror.example/debian-security").`,
    );
  },
);

const trixie = {
  archive: "debian",
  suites: ["trixie", "trixie-updates"],
  security: "trixie-security",
};

test("apt's sources hold the release, its updates and the archive's keys", async () => {
  const text = String(
    await evaluated("setup/steps/archives.ts", `m.aptSources(${JSON.stringify(trixie)})`, {
      IPVS_LAB_DEBIAN_MIRROR: "http://a.example/debian",
    }),
  );
  expect(text.split(/\n\n/).map((part) => part.split("\n").slice(0, 7))).toEqual([
    [
      "Types: deb",
      "URIs: http://a.example/debian",
      "Suites: trixie trixie-updates",
      "Components: main",
      "Signed-By:",
      " -----BEGIN PGP PUBLIC KEY BLOCK-----",
      " .",
    ],
    expect.arrayContaining([
      "URIs: http://a.example/debian-security",
      "Suites: trixie-security",
      " -----BEGIN PGP PUBLIC KEY BLOCK-----",
    ]),
  ]);
});

/** The fingerprints of the primary keys in an armoured file, as RFC 4880 computes them for version 4. */
function fingerprints(file: string): string[] {
  const [, body = ""] =
    /-----BEGIN[^\n]*\n(?:[^\n]+\n)*\n([\s\S]+?)\n=/.exec(readFileSync(file, "utf8")) ?? [];
  const bytes = Buffer.from(body, "base64");
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const { tag, start, length } = packet(bytes, at);
    if (tag === 6) {
      const head = Buffer.from([0x99, length >> 8, length & 0xff]);
      const content = bytes.subarray(start, start + length);
      const hash = createHash("sha1").update(head).update(content).digest("hex").toUpperCase();
      found.push((hash.match(/.{4}/g) ?? []).join(" "));
    }
    at = start + length;
  }
  return found;
}

/** The packet at a place: what it is, and where its content lies. */
function packet(bytes: Buffer, at: number) {
  const first = bytes[at] ?? 0;
  if (first & 0x40) {
    const size = bytes[at + 1] ?? 0;
    return size < 192
      ? { tag: first & 0x3f, start: at + 2, length: size }
      : {
          tag: first & 0x3f,
          start: at + 3,
          length: ((size - 192) << 8) + (bytes[at + 2] ?? 0) + 192,
        };
  }
  const width = 1 << (first & 3);
  return {
    tag: (first >> 2) & 0xf,
    start: at + 1 + width,
    length: bytes.readUIntBE(at + 1, width),
  };
}

test("the archives' keys are those whose fingerprints the documentation has", () => {
  const text = readFileSync(join(root, "docs/hosts.md"), "utf8");
  const documented = text.match(/\b(?:[0-9A-F]{4} ){9}[0-9A-F]{4}\b/g) ?? [];
  const found = readdirSync(keys).flatMap((name) => fingerprints(join(keys, name)));
  expect(documented.length).toBeGreaterThan(5);
  expect([...found].sort()).toEqual([...documented].sort());
});
