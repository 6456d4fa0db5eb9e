#!/bin/sh
# Starts a program of this project that Pulumi looks for by its name. Set-up puts a copy of this there under that
# name, and beside it index.cjs, which holds the whole program.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
exec node "$here/index.cjs" "$@"
