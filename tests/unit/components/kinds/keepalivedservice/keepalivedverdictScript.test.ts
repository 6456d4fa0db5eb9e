import { shell } from "../../../../support/keepalivedScript";

const rr = "-A -t 10.10.10.100:80 -s rr";
const block = (checker: string, ...lines: string[]) =>
  [
    "virtual_server 10.10.10.100 80 {",
    "  real_server 10.10.10.2 80 {",
    "    weight 1",
    `    ${checker} {`,
    ...[...lines, "connect_timeout 2", "retry 1"].map((line) => `      ${line}`),
    "    }",
    "  }",
    "}",
  ].join("\n");

test.each([
  ["DNS_CHECK", 7],
  ["UDP_CHECK", 7],
  ["PING_CHECK", 7],
  // The connection, the greeting, HELO and QUIT may take their time each.
  ["SMTP_CHECK", 19],
])("the first result of %s may take %i s", (checker, seconds) => {
  const line = `keepalivedservice_checks "$config"`;
  const [said = ""] = shell(line, [rr], [], block(checker));
  expect(said.split(" ").slice(0, 2)).toEqual(["10.10.10.2:80", String(seconds)]);
});

test.each([
  [
    block("DNS_CHECK", "type A", "name www.example.org"),
    "its name server does not answer A www.example.org without an error",
  ],
  [block("UDP_CHECK"), "ICMP says that it cannot be reached over UDP"],
  [block("UDP_CHECK", "require_reply"), "no answer over UDP within 2 s"],
  [
    block("UDP_CHECK", "require_reply 0aXx", "min_reply_length 2"),
    "no answer over UDP that begins with 0aXx",
  ],
  [block("PING_CHECK"), "no answer to a ping within 2 s"],
])("a failing check is said in words: %s", (config, why) => {
  const line = `desired='${rr}
-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1'; keepalivedservice_reasons; echo`;
  expect(shell(line, [rr], [], config)).toEqual([`10.10.10.2:80 (${why})`]);
});

test.each([
  ["* connect to 10.10.10.2 port 25 failed: Connection refused", "Connection refused"],
  ["= 000 0.001 ", "it accepts connections, and does not greet as a mail server does"],
])("a mail server's failure is that of its connection, or of its greeting: %s", (said, why) => {
  const line = `curl() { echo '${said}'; }
    desired='${rr}
-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1'; keepalivedservice_reasons; echo`;
  expect(shell(line, [rr], [], block("SMTP_CHECK"))).toEqual([`10.10.10.2:80 (${why})`]);
});

const fails = `fail() { printf '%s\\n' "$*"; exit; }; RUN=$(mktemp -d); trap 'rm -r "$RUN"' EXIT; uname() { echo lb; }`;

test.each([
  ["UDP_CHECK", "udp"],
  ["PING_CHECK", "ping"],
])("a keepalived too old for %s is said to be so", (checker, type) => {
  const line = `${fails}
    unshare() { shift; "$@"; }
    keepalived() { [ "$1" != --version ] || { echo 'Keepalived v2.0.20 (01/22,2020)'; return; }; echo "(f: Line 7) Unknown keyword '${checker}'"; return 5; }
    keepalived_test "$config" it`;
  expect(shell(line, [], [], block(checker))).toEqual([
    `keepalived on lb refuses it: a check of type ${type} needs keepalived 2.1.0 or later, and this is 2.0.20; (f: Line 7) Unknown keyword '${checker}'`,
  ]);
});

test("a ping is tested where keepalived cannot change who may ping, anything else as ever", () => {
  const line = `${fails}
    unshare() { echo "apart"; return 1; }; keepalived() { echo "as ever"; return 1; }
    keepalived_test "$config" it`;
  const said = (checker: string) => shell(line, [], [], block(checker));
  expect(said("PING_CHECK")).toEqual(["keepalived on lb refuses it: apart"]);
  expect(said("DNS_CHECK")).toEqual(["keepalived on lb refuses it: as ever"]);
});

test.each([
  ["1\t0", ["share net.ipv4.ping_group_range 0 0 instead of 1 0"]],
  ["0\t2147483647", ["share net.ipv4.ping_group_range 0 2147483647 instead of 0 2147483647"]],
])("root's group may ping as long as a check does: %s", (value, said) => {
  const line = `TAB='\t'
    read_sysctl() { now='${value}'; }
    swap() { SWAPPED=$(printf '%s' "$1" | tr "$2" "$3"); }
    share_known_sysctl() { echo "share $1 $2 instead of $now"; }
    keepalivedservice_ping; [ "$now" = '${rr}' ] || echo "now $now"`;
  expect(shell(line, [rr], [], block("PING_CHECK"))).toEqual(said);
  expect(shell(line, [rr], [], block("DNS_CHECK"))).toEqual([]);
});

const member = "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1";
const run = `
  keepalivedservice_desired() { :; }
  keepalivedservice_test() { :; }
  keepalivedservice_reasons() { echo why; }
  cut_off() { return 1; }
  find_record() { RECORD_FILE=/nowhere/mark; }
  recorded_settings() { printf '%s\\n' "$desired"; }
  yes_if() { :; }
  acquire() { :; }
  commit() { echo committed; }
  sha256sum() { :; }
  release() { :; }
  fail() { echo "failed: $*"; exit; }
  release_references() { echo "released all but '$REQUESTED'"; now=4; }
  KEEPALIVED=$(mktemp -d) instance=one REQUESTED=/run/setting
  trap 'rm -r "$KEEPALIVED"' EXIT
  : >"$KEEPALIVED/one.conf"`;

test("a setting that is restored is not taken for the service's members", () => {
  const line = `${run}
    keepalivedservice_put() { :; }
    keepalivedservice_apply one file 30`;
  expect(shell(line, [rr, member], [rr, member])).toEqual([
    "released all but '/run/setting'",
    "committed",
  ]);
});

test("a new service that is withdrawn needs no setting any more", () => {
  const line = `${run}
    keepalivedservice_put() { :; }
    keepalivedservice_unproven() { :; }
    systemctl() { return 1; }
    service_lines() { :; }
    recorded_settings() { :; }
    keepalivedservice_apply one file 30`;
  expect(shell(line, [], [rr, member]).slice(-2)).toEqual([
    "released all but ''",
    "failed: no member of virtual service -t 10.10.10.100:80 lives, so it is not made: why",
  ]);
});
