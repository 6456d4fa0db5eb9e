#!/bin/sh
# Generates the provider's SDK from its schema, as `pulumi package add` does, but without that command's
# edits to Pulumi.yaml and package.json. Needs `pulumi` on PATH. Usage: generate-sdk.sh [FOLDER]
# FOLDER is replaced; without it, sdks/vagrant of this project is.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
target=${1:-$here/../../sdks/vagrant}
scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

# Pulumi asks the provider itself for the schema, as it would for anybody else. Not in the project's
# folder, whose Pulumi.yaml says where plugins are relative to the folder that Pulumi runs in.
(cd -- "$scratch" && pulumi package gen-sdk "$here/pulumi-resource-vagrant" --language nodejs --local --out sdk) >&2
# Pulumi makes the files for their owner alone.
chmod -R go=rX -- "$scratch/sdk"
rm -rf -- "$target"
mkdir -p -- "$(dirname -- "$target")"
cp -R -- "$scratch/sdk/nodejs" "$target"
