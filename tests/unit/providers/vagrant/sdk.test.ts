import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../../..");
const committed = join(root, "sdks/vagrant");
// The generator is a part of Pulumi's own language host, a binary; this project's has none.
const host = spawnSync("sh", ["-c", "command -v pulumi-language-nodejs"], {
  encoding: "utf8",
  env: process.env,
}).stdout.trim();
const hasGenerator = host !== "" && !readFileSync(host).subarray(0, 2).equals(Buffer.from("#!"));

/** The files of a folder with their content; what a build adds is left out. */
function content(folder: string, under = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, under))) {
    const path = join(under, name);
    if (statSync(join(folder, path)).isDirectory()) {
      Object.assign(found, ["bin", "node_modules"].includes(name) ? {} : content(folder, path));
    } else {
      found[path] = readFileSync(join(folder, path), "utf8");
    }
  }
  return found;
}

(hasGenerator ? describe : describe.skip)("the SDK (needs a release of pulumi on PATH)", () => {
  let scratch: string;
  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "vagrant-sdk-"));
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true });
  });

  it("is what the schema gives, never edited by hand", () => {
    const fresh = join(scratch, "sdk");
    execFileSync(join(root, "providers/vagrant/generate-sdk.sh"), [fresh], { stdio: "pipe" });
    expect(content(committed)).toEqual(content(fresh));
  }, 60_000);
});
