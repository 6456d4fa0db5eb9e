import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { awkPrograms } from "../../components/host/kernel";

const folder = join(__dirname, "../../components/kinds");

/** What a line for a shell prints, with the kernel's table and what is desired of one service. */
export function shell(line: string, now: string[], desired: string[] = [], config = ""): string[] {
  const world = `
    set -euf
    NEWLINE='\n'
    cd "$1"; . ./service/service.sh; . ./keepalived/keepalived.sh
    . ./bgp/bird.sh; . ./bgp/bgp.sh; . ./bgpaddress/bgpaddress.sh
    . ./keepalivedservice/keepalivedservice.sh; . ./keepalivedservice/keepalivedverdict.sh
    now=$2 desired=$3 config=$4 key=$(service_key) seconds=30 path=/file unit=unit
    unread=/nowhere/unread LIB=/nowhere leaving='' unproven='' lived='' there='' mark='' before='' existed=yes differs=''
    [ -n "$key" ] || key='-t 10.10.10.100:80'
    service_lines() { printf '%s\\n' "$now" | sed '/^$/d'; }
    put_file() { printf 'file %s\\n' "$2"; changed=yes; }
    run() { printf '%s\\n' "$*"; }
    sleep() { printf 'sleep %s\\n' "$1"; }
    service_do() { [ -z "$1" ] || printf '%s\\n' "$1" | sed 's/^/ipvsadm /'; }
    service_suppress_icmp() { echo suppressed; }
    service_restore_icmp() { echo restored; }
    systemctl() { :; }
    flock() { :; }
    release_references() { :; }
    keepalived_fail() { printf 'failed: %s\\n' "$*"; exit; }
    ${line}`;
  const args = [folder, now.join("\n"), desired.join("\n"), config];
  const out = execFileSync("sh", ["-c", world, "sh", ...args], {
    env: { ...process.env, ...awkPrograms },
    encoding: "utf8",
  });
  return out.split("\n").slice(0, -1);
}
