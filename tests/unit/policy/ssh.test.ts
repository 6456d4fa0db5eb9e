import { pinnedHostKeys } from "../../../policy/ssh";
import { ask, command, notKnown, secret } from "../../support/askPolicy";

const hostKey = "ssh-ed25519 AAAA";
const over = (connection: unknown) => command({ connection: secret(connection), create: "true" });

test("a connection without a host key is reported", () => {
  expect(ask(pinnedHostKeys, over({ host: "lb1", user: "root" }))).toEqual([
    'Command "web": connection.hostKey of host "lb1" is missing; allowed is a pinned key such as "ssh-ed25519 AAAA…".',
  ]);
});

test("an empty host key is none", () => {
  expect(ask(pinnedHostKeys, over({ host: "lb1", hostKey: " " }))).toHaveLength(1);
});

test("a pinned connection passes", () => {
  expect(ask(pinnedHostKeys, over({ host: "lb1", hostKey }))).toEqual([]);
});

test("the proxy on the way needs its key as well", () => {
  const proxied = (proxy: object) => over({ host: "lb1", hostKey, proxy });
  expect(ask(pinnedHostKeys, proxied({ host: "jump", hostKey }))).toEqual([]);
  expect(ask(pinnedHostKeys, proxied({ host: "jump" }))).toEqual([
    'Command "web": connection.proxy.hostKey of host "jump" is missing; allowed is a pinned key such as "ssh-ed25519 AAAA…".',
  ]);
});

test("a connection and its proxy are reported one by one", () => {
  expect(ask(pinnedHostKeys, over({ host: "lb1", proxy: { host: "jump" } }))).toHaveLength(2);
});

test("copies of files go over SSH too; local commands do not", () => {
  const of = (type: string) => ({ type, props: { connection: { host: "lb1" } } });
  expect(ask(pinnedHostKeys, of("command:remote:CopyToRemote"))).toHaveLength(1);
  expect(ask(pinnedHostKeys, of("command:local:Command"))).toEqual([]);
});

test.each([
  ["connection", notKnown],
  ["host key", { host: "lb1", hostKey: notKnown }],
  ["proxy", { host: "lb1", hostKey, proxy: notKnown }],
  ["proxy's host key", { host: "lb1", hostKey, proxy: { host: "jump", hostKey: notKnown } }],
])("a %s that is not known yet is not reported", (_, connection) => {
  expect(ask(pinnedHostKeys, over(connection))).toEqual([]);
});

test("a key that is missing is missing, even where the host is not known yet", () => {
  expect(ask(pinnedHostKeys, over({ host: notKnown }))).toEqual([
    'Command "web": connection.hostKey is missing; allowed is a pinned key such as "ssh-ed25519 AAAA…".',
  ]);
  expect(ask(pinnedHostKeys, over({ host: notKnown }), { except: ["lb1"] })).toEqual([]);
});

test("exceptions need no key, others do", () => {
  const config = { except: ["127.0.0.1"] };
  expect(ask(pinnedHostKeys, over({ host: "127.0.0.1" }), config)).toEqual([]);
  expect(ask(pinnedHostKeys, over({ host: "lb1" }), config)).toHaveLength(1);
});

test("a violation stops the preview", () => {
  expect(pinnedHostKeys.enforcementLevel).toBe("mandatory");
});
