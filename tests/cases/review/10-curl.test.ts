import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const proof = `${spec({ url: "http://192.0.2.100:80/", requests: 2 })}\na\tpage\n`;
const web = `${spec({ server: "apache", instance: "a", address: "192.0.2.2", port: 80 })}\npage\n`;

test.each([
  ["a proof", ["proof", "read", "p/s/p"], proof],
  ["a web server", ["webserver", "apply", "p/s/a"], web],
])("review 10: %s is asked without a proxy and without a .curlrc", (_, words, stdin) => {
  const { calls } = machine.run(words, stdin, { BODY: "page" });
  const asked = calls.filter(([name]) => name === "curl");
  expect(asked.length).toBeGreaterThan(0);
  for (const call of asked) {
    expect(call[1]).toBe("-q");
    expect(call.join(" ")).toContain(" --noproxy * ");
  }
});

test("review 10: a page with the status of an error is no answer", () => {
  machine.tool("curl", curl(503));
  const { status, stdout } = machine.run(["proof", "read", "p/s/p"], proof);
  expect(status).toBe(1);
  expect(stdout).toBe("no answer: HTTP status 503\nno answer: HTTP status 503\n");
  const { stderr } = machine.run(["webserver", "apply", "p/s/a"], web);
  expect(stderr).toContain("http://192.0.2.2:80/ answers with status 503");
});

test("review 10: whoever asks with curl does so without a proxy and without a .curlrc", () => {
  const root = join(__dirname, "../../..");
  const asking = ["components", "setup", "lab", "cli", "report", "watch"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => /\.(ts|sh)$/.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .map((line) => `${file}: ${line.trim()}`),
    )
    // A call with the options that a function was given counts where it is called.
    .filter((line) => /\bcurl(", "-| -|`, `-)/.test(line) && !/^[^:]+: (#|\*|\/\/)/.test(line));
  expect(asking.length).toBeGreaterThan(5);
  expect(
    asking.filter((line) => !(/curl("?,? "?)-q\b/.test(line) && line.includes("--noproxy"))),
  ).toEqual([expect.stringMatching(/curl --version/)]);
});

/** Answers each of two requests with the page, or fails where it is told to (-f). */
const curl = (status: number) => `case "$*" in
  *-sSf*) exit 22 ;;
  *"%{http_code} http"*) printf ${status} ;;
  *) for n in 1 2; do printf 'page\\n\\n0123-4567 ${status}\\n'; done ;;
esac`;
