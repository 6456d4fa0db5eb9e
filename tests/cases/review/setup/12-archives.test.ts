import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe } from "@jest/globals";
import { expect, jest, test } from "@jest/globals";
import { evaluated } from "../../../support/evaluate";
import { Proxy } from "../../../support/proxy";

jest.setTimeout(60_000);

const cli = "pulumi-v3.230.0-linux-x64.tar.gz";
const plugin = "pulumi-resource-command-v1.2.1-linux-amd64.tar.gz";
const digest = createHash("sha256").update("content").digest("hex");
const noProxy = { HTTPS_PROXY: "", https_proxy: "", HTTP_PROXY: "", http_proxy: "" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ipvs-lab-downloads-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/**
 * Fetches an archive into a folder of its own.
 * @param digests What is known of it; what the project has, where it is left out.
 */
function fetched(
  kind: string,
  name: string,
  environment: Record<string, string>,
  digests?: object,
): Promise<unknown> {
  const args = [kind, name, join(folder, "target")].map((arg) => JSON.stringify(arg)).join(", ");
  const known = digests ? `, ${JSON.stringify(digests)}` : "";
  // Nothing can be reached without a proxy, whatever network this is.
  const stub = `globalThis.fetch = () => Promise.reject(new Error("offline"));`;
  return evaluated(
    "setup/steps/pulumi/mirror.ts",
    `(async () => { ${stub} return await m.fetchArchive(${args}, () => {}${known}); })()`,
    { ...noProxy, IPVS_LAB_MIRROR: "", ...environment },
  );
}

describe("review 12: an archive from a mirror", () => {
  let mirror: string;
  beforeEach(() => {
    mirror = join(folder, "mirror");
    mkdirSync(mirror);
    writeFileSync(join(mirror, cli), "content");
    writeFileSync(join(mirror, plugin), "content");
  });

  test.each([
    ["cli", cli],
    ["plugin", plugin],
  ])(
    "that the project does not know is refused, whatever its SHA256SUMS say: %s",
    async (...args) => {
      const [kind, name] = args;
      writeFileSync(join(mirror, "SHA256SUMS"), `${digest}  ${name}\n`);
      const said = String(await fetched(kind, name, { IPVS_LAB_MIRROR: mirror }));
      expect(said).toContain(
        `${name} from ${mirror}: it is not the archive that this project knows`,
      );
      expect(said).toMatch(/\n {2}SHA-256 expected: [0-9a-f]{64}( or [0-9a-f]{64})?\n/);
      expect(said).toContain(`\n  SHA-256 found:    ${digest}`);
      expect(readdirSync(join(folder, "target"))).toEqual([]);
    },
  );

  test("is taken where the project knows it", async () => {
    const environment = { IPVS_LAB_MIRROR: mirror };
    const path = await fetched("cli", cli, environment, { rebuilt: [digest] });
    expect(path).toBe(join(folder, "target", cli));
    expect(readFileSync(String(path), "utf8")).toBe("content");
    expect(readdirSync(join(folder, "target"))).toEqual([cli]);
  });

  test("is not even fetched where nothing is known of it", async () => {
    const said = await fetched("cli", "other.tar.gz", { IPVS_LAB_MIRROR: mirror });
    expect(said).toContain("other.tar.gz is not fetched, because this project has no digest of it");
    expect(existsSync(join(folder, "target"))).toBe(false);
  });
});

describe("review 12: through a proxy", () => {
  const proxy = new Proxy("content");
  beforeAll(() => proxy.start());
  afterAll(() => {
    proxy.end();
  });
  beforeEach(() => {
    proxy.asked.length = 0;
  });

  test.each(["HTTP_PROXY", "http_proxy"])("of %s comes a mirror's archive", async (variable) => {
    const environment = { IPVS_LAB_MIRROR: "http://mirror.example", [variable]: proxy.url };
    const path = await fetched("cli", cli, environment, { rebuilt: [digest] });
    expect(path).toBe(join(folder, "target", cli));
    expect(readFileSync(String(path), "utf8")).toBe("content");
    expect(proxy.asked.join()).toMatch(
      /^(GET http:\/\/mirror\.example\/|CONNECT mirror\.example:80)/,
    );
  });

  test("of HTTPS_PROXY the official place is asked, and what the proxy says is said", async () => {
    const said = await fetched("cli", cli, { HTTPS_PROXY: proxy.url });
    expect(proxy.asked).toEqual(["CONNECT get.pulumi.com:443"]);
    expect(said).toMatch(/ {2}https:\/\/get\.pulumi\.com\/releases\/sdk: .*403/);
  });

  test("goes nothing that NO_PROXY names", async () => {
    const environment = { HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
    const path = await fetched(
      "cli",
      cli,
      { ...environment, IPVS_LAB_MIRROR: proxy.serverUrl },
      { rebuilt: [digest] },
    );
    expect(path).toBe(join(folder, "target", cli));
    expect(proxy.asked).toEqual([]);
  });

  test("the official place's archive has to be the official one, not one that others made", async () => {
    const digests = { official: "0".repeat(64), rebuilt: [digest] };
    const said = await evaluated(
      "setup/steps/pulumi/mirror.ts",
      `(async () => {
        globalThis.fetch = () => Promise.resolve(new Response("content"));
        return await m.fetchArchive("cli", ${JSON.stringify(cli)}, ${JSON.stringify(folder)}, () => {},
          ${JSON.stringify(digests)});
      })()`,
      { ...noProxy, IPVS_LAB_MIRROR: "" },
    );
    expect(said).toContain(
      `\n  SHA-256 expected: ${"0".repeat(64)}\n  SHA-256 found:    ${digest}`,
    );
  });
});

test("review 12: every archive of the pinned versions that set-up asks for has a digest", async () => {
  const names = (await evaluated("setup/steps/pulumi/digests.ts", "m.pinned")) as Record<
    string,
    { official?: string }
  >;
  for (const platform of ["x64", "arm64"]) {
    const official = names[`pulumi-v3.230.0-linux-${platform}.tar.gz`]?.official;
    expect(official).toMatch(/^[0-9a-f]{64}$/);
  }
  const needed = /^go (\S+)$/m.exec(
    readFileSync(join(__dirname, "../../../../setup/go/go.mod"), "utf8"),
  );
  const sums = await evaluated("setup/steps/pulumi/digests.ts", "m.toolchainSums");
  expect(Object.keys(sums as object)).toContain(`v0.0.1-go${needed?.[1] ?? ""}.linux-amd64`);
});

test("review 12: a Go toolchain with another sum is not used", async () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const go = `#!/bin/sh
    [ "$1" = env ] && { echo go1.19.8; exit; }
    printf '{"Dir":"%s","Sum":"h1:other"}' "$PWD"`;
  writeFileSync(join(bin, "go"), go, { mode: 0o755 });
  const [work, bins] = [folder, [bin]].map((value) => JSON.stringify(value));
  const said = String(
    await evaluated(
      "setup/steps/pulumi/goToolchain.ts",
      `m.toolchain(${work}, () => {}, () => ${bins})`,
    ),
  );
  expect(said).toMatch(/^golang\.org\/toolchain@v0\.0\.1-go1\.25\.8\.linux-amd64 is not the one/);
  expect(said).toContain("\n  sum expected: h1:MkNvPo+gHdMv6KJDtF7Ut6u/EG5iJRIfJv5eKmh7bNM=\n");
  expect(said).toContain("\n  sum found:    h1:other");
});
