#!/bin/sh
# A row of test.each() that is shorter than the test's parameters does not leave the rest undefined: Jest puts its
# callback `done` there, and the test then ends only when somebody calls that.
#
# A table of cases often has a last column that only some rows fill. TypeScript agrees with a row whose last element is
# optional and with a parameter that may be undefined. But Jest compares the length of the row with the function's own
# count of parameters, takes a difference for the old style of asynchronous tests, and passes a function. An `if
# (other)` is true then; `${other}` is the text of a function, which in our case went to a kernel as a setting's
# value; and a test that returned is waited for until its timeout, even one that is async, which Jest otherwise refuses to
# combine with `done`. Only in one of several rows, and only where the column is empty.
#
# Seen with Jest 30.5.2 and Node.js 20.20.2:
#   full row: string
#   short row: function
#   short row, the parameter has a default: undefined
#   Exceeded timeout of 500 ms for a test while waiting for `done()` to be called.
#
# What helps: a whole row, with undefined in it; or a default value (`other = undefined`), which the function's count
# of parameters leaves out.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund jest@30.5.2

cat >rows.test.js <<'TEST'
const { appendFileSync } = require("node:fs");
const see = (what, value) => appendFileSync("seen", `${what}: ${typeof value}\n`);

test.each([["full row", "there"], ["short row"]])(
  "%s",
  async (name, other) => see(name, other),
  500,
);
test.each([["short row, the parameter has a default"]])(
  "%s",
  async (name, other = undefined) => see(name, other),
  500,
);
TEST
npx --no-install jest --ci >log 2>&1 || true
grep -o 'Exceeded timeout of .* to be called\.' log | sort -u >>seen || true
cat seen

diff - seen <<'SEEN'
full row: string
short row: function
short row, the parameter has a default: undefined
Exceeded timeout of 500 ms for a test while waiting for `done()` to be called.
SEEN
