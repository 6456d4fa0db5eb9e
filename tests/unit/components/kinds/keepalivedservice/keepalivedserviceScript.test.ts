import { shell } from "../../../../support/keepalivedScript";

const rr = "-A -t 10.10.10.100:80 -s rr";
const b1 = "-a -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1";
const b2 = "-a -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 1";
const foreign = "-a -t 10.10.10.100:80 -r 10.10.10.9:80 -m -w 1";

function differs(now: string[], desired: string[], gone = ""): string[] {
  return shell(`keepalivedservice_differs '${gone}'`, now, desired);
}

test("a table that is as desired has no differences, and neither have others' members", () => {
  expect(differs([rr, b1, b2, foreign], [rr, b1, b2])).toEqual([]);
});

test("a service that is gone is that, whatever else", () => {
  expect(differs([], [rr, b1])).toEqual(["gone"]);
});

test("who is not there comes after what has other options and who should have left", () => {
  const now = [rr.replace("rr", "lc"), b1.replace("-w 1", "-w 5"), foreign];
  expect(differs(now, [rr, b1, b2], "10.10.10.9:80")).toEqual([
    "edit -E -t 10.10.10.100:80 -s rr",
    "edit -e -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1",
    "stays 10.10.10.9:80",
    "absent 10.10.10.3:80",
  ]);
});

test("weight 0 is a failed check only where a member is inhibited, and only with its other options", () => {
  const failed = b1.replace("-w 1", "-w 0");
  const edit = ["edit -e -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1"];
  const inhibit = "inhibit 10.10.10.2:80";
  expect(differs([rr, failed], [rr, b1])).toEqual(edit);
  expect(differs([rr, failed], [rr, b1, inhibit])).toEqual([]);
  expect(differs([rr, failed.replace("-m", "-g")], [rr, b1, inhibit])).toEqual(edit);
});

test("members that leave stay in keepalived's words for a while, with their weight and without checks", () => {
  const now = [
    rr,
    b1,
    b2.replace("-m", "-g"),
    "-a -t 10.10.10.100:80 -r 10.10.10.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
    "-a -t 10.10.10.100:80 -r [2001:db8::5]:0 -i -w 1 --tun-type ipip",
  ];
  const leaving = ["10.10.10.3:80", "10.10.10.4:80", "[2001:db8::5]:0"].join("\n");
  expect(shell(`keepalivedservice_leaving '${leaving}' "$now"`, now).join("\n")).toBe(
    `  real_server 10.10.10.3 80 {
    weight 1
    lvs_method DR
  }
  real_server 10.10.10.4 80 {
    weight 1
    lvs_method TUN type gue port 6080 csum
  }
  real_server 2001:db8::5 {
    weight 1
    lvs_method TUN type ipip
  }`,
  );
});

test("a file that is new is read anew, without a restart", () => {
  expect(shell("keepalivedservice_put text ''", [rr, b1], [rr, b1])).toEqual([
    "file text",
    "",
    "systemctl reload unit",
  ]);
});

test("keepalived is given time to read its files", () => {
  const line = `slept=0
    sleep() { slept=$((slept + 1)); [ $slept -lt 9 ] || now='${rr}'; }
    keepalivedservice_put text ''; echo "$slept"`;
  expect(shell(line, [], [rr])).toEqual(["file text", "", "systemctl reload unit", "9"]);
});

test("a member whose check fails is said, and no error", () => {
  const line = `keepalivedservice_put text ''; echo "differs $differs"`;
  const said = shell(line, [rr, b1], [rr, b1, b2]);
  expect(said.at(-1)).toBe("differs absent 10.10.10.3:80");
});

test("clients are not turned away while keepalived changes the scheduler", () => {
  const line = `keepalived_reload() { echo reload; now='${rr}'; }; keepalivedservice_put text ''`;
  expect(shell(line, [rr.replace("rr", "lc")], [rr])).toEqual([
    "suppressed",
    "file text",
    "",
    "reload",
    "restored",
  ]);
});

test("what keepalived leaves as it is, is put right", () => {
  const limited = `${b1} -x 100`;
  const line = `service_do() { [ -z "$1" ] || { echo "$1"; now='${rr}\n${limited}'; }; }; keepalivedservice_put text ''`;
  const said = shell(line, [rr, b1], [rr, limited]);
  expect(said.filter((l) => !l.startsWith("sleep"))).toEqual([
    "file text",
    "",
    "systemctl reload unit",
    "-e -t 10.10.10.100:80 -r 10.10.10.2:80 -m -w 1 -x 100",
  ]);
});

test("keepalived is made to forget a service that is gone, and makes it again", () => {
  const line = `put_file() { :; }
    reloads=0
    keepalived_reload() { reloads=$((reloads + 1)); echo reload; [ $reloads -lt 2 ] || now='${rr}'; }
    keepalivedservice_put text ''`;
  expect(shell(line, [], [rr])).toEqual([
    "mv /file /file.away",
    "reload",
    "sleep 1",
    "mv /file.away /file",
    "reload",
  ]);
});

/** A run of "apply" or "remove", with what it does instead of doing it. */
function runs(verb: string, now: string[], ours: string[], desired: string[]): string[] {
  const stubs = `
    keepalivedservice_desired() { :; }
    keepalivedservice_test() { echo tested; }
    keepalivedservice_put() { printf 'put %s; gone: %s\\n' "$1" "$2"; now=$desired; }
    cut_off() { return 1; }
    find_record() { RECORD_FILE=/nowhere/mark; }
    mine() { :; }
    recorded_settings() { printf '%s\\n' '${ours.join("\n")}'; }
    yes_if() { :; }
    acquire() { echo acquired; }
    release() { echo released; }
    commit() { echo committed; }
    sha256sum() { :; }
    drain() { printf 'drain %s for %s\\n' "$1" "$2"; }
    service_do() { [ -z "$1" ] || printf 'ipvsadm %s\\n' "$1"; now=; }
    KEEPALIVED=$(mktemp -d) instance=one
    : >"$KEEPALIVED/one.conf"
    keepalivedservice_${verb} one file 30
    rm -r "$KEEPALIVED"`;
  return shell(stubs, now, desired, "virtual_server {\n  new\n}");
}

test("members that leave are drained after those that come are there, and before they go", () => {
  expect(runs("apply", [rr, b1], [rr, b1], [rr, b2])).toEqual([
    "tested",
    "acquired",
    "put virtual_server {",
    "  new",
    "  real_server 10.10.10.2 80 {",
    "    weight 1",
    "    lvs_method NAT",
    "  }",
    "}; gone: ",
    "drain 10.10.10.2:80 for 30",
    "put virtual_server {",
    "  new",
    "}; gone: 10.10.10.2:80",
    "committed",
  ]);
});

test("members of others are not drained, and do not go", () => {
  expect(runs("apply", [rr, b1, foreign], [rr, b1], [rr, b1])).toEqual([
    "tested",
    "acquired",
    "put virtual_server {",
    "  new",
    "}; gone: ",
    "committed",
  ]);
});

test("a service goes with its file, after its own members are drained", () => {
  expect(runs("remove", [], [rr, b1], [rr, b1])).toEqual([
    "drain  for 30",
    "rm -f /file /file.new /file.away",
    "systemctl reload unit",
    "released",
  ]);
});

test("what a killed keepalived left behind goes, too", () => {
  const said = runs("remove", [rr, b1, foreign], [rr, b1], [rr, b1]);
  expect(said.filter((line) => !line.startsWith("sleep"))).toEqual([
    "drain 10.10.10.2:80 for 30",
    "rm -f /file /file.new /file.away",
    "systemctl reload unit",
    "ipvsadm -D -t 10.10.10.100:80",
    "released",
  ]);
});

test("a service that does not come is an error that names it", () => {
  const said = shell("keepalivedservice_put text ''", [], [rr]);
  expect(said.at(-1)).toMatch(
    /^failed: the kernel of .* does not have virtual service -t 10.10.10.100:80$/,
  );
});

const words = (member: string, check: string, more = "") => `  real_server ${member} 80 {
    weight 1
    lvs_method NAT
    ${check} {
${more}      connect_timeout 2
      retry 1
      delay_before_retry 1
    }
  }`;
const text = (...members: string[]) => `virtual_server 10.10.10.100 80 {\n${members.join("\n")}\n}`;
const [tcp, http] = [words("10.10.10.2", "TCP_CHECK"), words("10.10.10.2", "HTTP_GET")];

function unproven(before: string, config: string, now = [rr]): string[] {
  const line = `before='${before}'; keepalivedservice_unproven`;
  return shell(line, now, [], config).map((said) => said.split(" ").slice(0, 2).join(" "));
}

test("6a: a first verdict is due on members that come, and on those with another check", () => {
  const other = words("10.10.10.3", "TCP_CHECK");
  expect(unproven(text(tcp), text(tcp, other))).toEqual(["10.10.10.3:80 7"]);
  // Every connection of a page's check may take its time.
  expect(unproven(text(tcp), text(http))).toEqual(["10.10.10.2:80 11"]);
  expect(unproven(text(tcp), text(tcp.replace("weight 1", "weight 5")))).toEqual([]);
  // Of a service that is gone nothing is known, and who gets no connections has nothing to prove.
  expect(unproven(text(tcp), text(tcp), [])).toEqual(["10.10.10.2:80 7"]);
  expect(unproven("", text(tcp.replace("weight 1", "weight 0")))).toEqual([]);
});

test("6a: until then who is not there yet is taken to be dead, and who is there to live", () => {
  const line = `there='10.10.10.2:80'; unproven='10.10.10.2:80 7 x\n10.10.10.3:80 7 x'; keepalivedservice_alpha "$config" "$(words_of "$unproven")"`;
  const came = words("10.10.10.3", "TCP_CHECK");
  expect(shell(line, [rr], [], text(http, came)).join("\n")).toBe(
    text(http, words("10.10.10.3", "TCP_CHECK", "      alpha\n")),
  );
});
