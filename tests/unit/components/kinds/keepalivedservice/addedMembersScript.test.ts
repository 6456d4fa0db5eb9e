import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { awkPrograms } from "../../../../../components/host/kernel";

const folder = join(__dirname, "../../../../../components/kinds");
const key = "-t 192.0.2.100:80";
const member = (n: number) => `-a ${key} -r 192.0.2.${n}:80 -m -w 1`;

/** What `keepalivedservice_drop_added` gives to ipvsadm, where the kernel has these members. */
function dropped(members: number[], scheduler = "rr"): string[] {
  const head = `-A ${key} -s ${scheduler}`;
  const now = [head, ...members.map(member)];
  const script = `
    set -euf
    NEWLINE='\n'
    cd "$1"; . ./service/service.sh; . ./keepalivedservice/keepalivedservice.sh
    . ./keepalivedservice/keepalivedverdict.sh
    now=$2 desired=$3 config=$4 key=$(service_key) head=$5 seconds=30
    service_lines() { printf '%s\\n' "$now"; }
    drain() { printf 'drain %s %s\\n' "$1" "$2"; }
    service_do() { [ -z "$1" ] || printf '%s\\n' "$1"; }
    keepalivedservice_drop_added`;
  const desired = [head, member(21), member(22), "inhibit 192.0.2.21:80"];
  const config = "virtual_server 192.0.2.100 80 {\n  sorry_server 192.0.2.40 80\n}";
  const args = [folder, now.join("\n"), desired.join("\n"), config, head];
  const out = execFileSync("sh", ["-c", script, "sh", ...args], {
    env: { ...process.env, ...awkPrograms },
    encoding: "utf8",
  });
  return out.split("\n").filter(Boolean);
}

test("a member that others added is drained and removed; a sorry server that stands in stays", () => {
  expect(dropped([21, 50])).toEqual(["drain 192.0.2.50:80 30", `-d ${key} -r 192.0.2.50:80`]);
  expect(dropped([40])).toEqual([]);
  expect(dropped([21, 22])).toEqual([]);
});

test("clients are not refused meanwhile under the schedulers that choose by a hash", () => {
  expect(dropped([21, 22, 50], "sh")).toEqual([
    `-E ${key} -s sh -b sh-fallback`,
    "drain 192.0.2.50:80 30",
    `-d ${key} -r 192.0.2.50:80`,
    `-E ${key} -s sh`,
  ]);
  expect(dropped([21, 22, 50], "dh").slice(1)).toEqual([
    "drain 192.0.2.50:80 0",
    `-d ${key} -r 192.0.2.50:80`,
  ]);
});
