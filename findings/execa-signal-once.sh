#!/bin/sh
# A listener that process.once() adds for SIGTERM does not keep a program alive while execa runs something.
#
# A program that has to clean up when it is interrupted listens for the signal, and so is not ended by it: that is
# what Node.js promises, for once() as for on(). But while a child of execa's runs, its module signal-exit listens
# too, so that children end with their parent. It compares how many listeners the signal has with how many are its
# own; where there are no others it ends the process by the same signal. Node.js takes away a once() listener
# before it calls it, and it was added first, so it is called first, and is gone when signal-exit counts. The clean-up
# begins, and is cut off at its first await; with on(), it goes on to its end. Nothing is said in either case.
#
# Seen with execa 9.6.1, signal-exit 4.1.0 and Node.js 20.20.2:
#   once, no child: cleaned up
#   on, a child runs: cleaned up
#   once, a child runs: ended by SIGTERM
#
# What helps: process.on(), and process.off() when all is done.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund execa@9.6.1 signal-exit@4.1.0

cat >program.mjs <<'PROGRAM'
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

const [listen, child] = process.argv.slice(2);
process[listen]("SIGTERM", async () => {
  await sleep(200);
  process.stdout.write("cleaned up\n", () => process.exit(0));
});
if (child === "child") {
  // It waits for the end of its input.
  execa("cat", { stdin: "pipe", reject: false });
}
setTimeout(() => {}, 30_000);
process.kill(process.pid, "SIGTERM");
PROGRAM

# how WORDS…: how the program ended.
how() {
  status=0
  said=$(node program.mjs "$@") || status=$?
  case $status in
    0) echo "$said" ;;
    143) echo "ended by SIGTERM" ;;
    *) echo "status $status" ;;
  esac
}
{
  echo "once, no child: $(how once)"
  echo "on, a child runs: $(how on child)"
  echo "once, a child runs: $(how once child)"
} | tee seen

diff - seen <<'SEEN'
once, no child: cleaned up
on, a child runs: cleaned up
once, a child runs: ended by SIGTERM
SEEN
