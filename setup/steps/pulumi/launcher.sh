#!/bin/sh
# Starts a program of this project that Pulumi looks for by its name. Set-up copies this file under that name, and puts
# index.cjs beside it, which holds the whole program.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
exec node "$here/index.cjs" "$@"
