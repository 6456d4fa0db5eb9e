import { KeepalivedTestbed, m1, m2, vip } from "../../support/kernel/keepalivedTestbed";

/*
 * A new member counts only after its first check passed: one that fails its check, but would answer clients, never gets
 * a request. That needs no option; `alpha` of a service is for the start of keepalived itself.
 */

jest.setTimeout(600_000);

const check = { type: "http", path: "/up", interval: 1, timeout: 1, retries: 0 } as const;
const live = { address: m2, port: 80 };
/** Its server says that it is not ready, and would answer all other requests. */
const dead = { address: m1, port: 90, check };
let testbed: KeepalivedTestbed;

const server = `import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open("/run/klcases/asked", "a").write(self.path + "\\n")
        self.send_response(503 if self.path == "/up" else 200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("", 90), Handler).serve_forever()
`;
const client = `import os, time, urllib.request
while not os.path.exists("/run/klcases/over"):
  urllib.request.urlopen("http://${vip}/", timeout=20).read()
  time.sleep(0.02)`;

beforeAll(async () => {
  testbed = await KeepalivedTestbed.build();
  await testbed.must("cat >/run/klcases/dead.py", server);
  await testbed.must(
    "ip netns exec klcase1 setsid python3 /run/klcases/dead.py >/dev/null 2>&1 </dev/null & sleep 2",
  );
});
afterAll(() => testbed.end());

test.each(["service", "table"] as const)(
  "a dead member that is added to a %s never gets a request, whatever clients ask meanwhile",
  async (kind) => {
    const apply = (members: object[]) => {
      const all = members as (typeof live)[];
      return kind === "service"
        ? testbed.service("apply", 80, all)
        : testbed.services("apply", { 80: all });
    };
    expect((await apply([live])).code).toBe(0);
    await testbed.must("rm -f /run/klcases/over /run/klcases/asked");
    const asking = testbed.must("python3 -", client);
    const { code, text } = await apply([live, dead]);
    await testbed.must("sleep 3; touch /run/klcases/over");
    await asking;
    expect(code === 0 ? "" : text).toBe("");
    expect(text).toMatch(
      /taken out, as (its check fails|their checks fail): .*198\.51\.100\.21:90/,
    );
    const asked = (await testbed.must("cat /run/klcases/asked")).trim().split("\n");
    expect([...new Set(asked)]).toEqual(["/up"]);
    await (kind === "service"
      ? testbed.service("remove", 80, [live])
      : testbed.services("remove", {}));
  },
);
