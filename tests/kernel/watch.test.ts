import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shellQuote } from "../../components/host/quoting";
import { Sandbox } from "../support/kernel/sandbox";

/** The programs of the watching page, in the real kernel. */

const sandbox = new Sandbox();
beforeAll(() => sandbox.start());
afterAll(() => sandbox.end());

/** A program of watch/server/machine as a command line, with the parts before it. */
function python(...files: string[]): string {
  const folder = join(__dirname, "../../watch/server/machine");
  const program = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n\n");
  return `python3 -c ${shellQuote(program)}`;
}

/** The lines of JSON that a program prints while a script gives it its input. */
async function lines(script: string, program: string): Promise<Record<string, unknown>[]> {
  const { status, stdout, stderr } = await sandbox.inside(`(${script}) | ${program}`);
  expect([status, stderr]).toEqual([0, ""]);
  const all = stdout.split("\n").filter((line) => line !== "");
  return all.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A line of the script itself among those of the program. It comes a fifth of a second after a step. */
const mark = (name: string) => `sleep 0.2; echo '{"mark":"${name}"}' >&2`;

test("the sampler tells at once that the address or the cable has come or gone", async () => {
  const service = {
    ...{ address: "198.51.100.100", port: 80, protocol: "tcp", interface: "w0" },
    members: [{ address: "198.51.100.1", port: 9 }],
  };
  const script = `ip link add w0 type veth peer name w1
ip address add 198.51.100.1/24 dev w0; ip link set w0 up; ip link set w1 up; sleep 0.5
echo '${JSON.stringify(service)}'; sleep 2; ${mark("begun")}
ip address add 198.51.100.100/24 dev w0; ${mark("came")}
ip link set w1 down; ${mark("cut")}
ip address delete 198.51.100.100/24 dev w0; ${mark("went")}
ip link set w1 up; ${mark("in")}
ip address add 198.51.100.101/24 dev w0; ${mark("another")}; ip link delete w0`;
  const marked = await sandbox.inside(
    `exec 2>&1; { ${script}\n} | ${python("ipvs.py", "link.py", "sampler.py")}`,
  );
  const told = marked.stdout
    .split("\n")
    .filter((line) => /"(mark|carrier)"/.test(line))
    .map((line) => JSON.parse(line) as object);
  expect(told.slice(0, 10)).toEqual([
    { address: false, carrier: true },
    { mark: "begun" },
    { address: true, carrier: true },
    { mark: "came" },
    { address: true, carrier: false },
    { mark: "cut" },
    { address: false, carrier: false },
    { mark: "went" },
    { address: false, carrier: true },
    { mark: "in" },
  ]);
  // An address that is not the service's is none of its news.
  expect(told[10]).toEqual({ mark: "another" });
  expect(marked.stdout).toContain('"scheduler":null');
});

test("the load's lasting connections are counted: late ones wait, and broken ones are replaced", async () => {
  const load = {
    targets: [{ way: "balanced", address: "127.0.0.1", port: 8081 }],
    ...{ rate: 5, concurrency: 5, lasting: 3, pages: {} },
  };
  const serve = `python3 -c ${shellQuote(`
import http.server
class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
http.server.ThreadingHTTPServer(("127.0.0.1", 8081), Handler).serve_forever()`)} >/dev/null 2>&1 &`;
  const script = `cd /var/empty 2>/dev/null || cd /tmp; mkdir -p empty-$$; cd empty-$$
${serve}
sleep 2; echo '${JSON.stringify(load)}'; sleep 2
kill -STOP $!; sleep 3; kill -CONT $!; sleep 2
kill -KILL $!; sleep 2
${serve}
sleep 4; kill -KILL $!; cd ..; rmdir empty-$$`;
  const told = (await lines(script, python("load.py"))).filter((line) => "open" in line);
  const steps = told.map(({ open, waiting, broken }) => [open, waiting, broken]);
  expect(steps).toContainEqual([3, 0, 0]);
  expect(steps).toContainEqual([3, 3, 0]);
  // They lived on when the server answered again.
  const late = steps.findIndex(([, waiting]) => waiting === 3);
  expect(steps.slice(late)).toContainEqual([3, 0, 0]);
  expect(steps).toContainEqual([0, 0, 3]);
  expect(steps).toContainEqual([3, 0, 3]);
}, 60_000);
