#!/bin/sh
# packages.sh ROOT: a hook of mmdebstrap that puts packages into the root which the lab installs later: a machine cannot
# reach the Internet.
set -eu

archives=$1/opt/ipvs-lab-packages
mkdir -p "$archives/partial"
APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get --yes -qq --download-only -o Dir::Cache::archives="$archives" \
  install --reinstall nginx-light ipvsadm bird2 frr
