#!/bin/sh
# in-root.sh ROOT: a hook of mmdebstrap's, which runs configure.sh inside a root.
set -eu

chroot "$1" sh /root/configure.sh
rm "$1/root/configure.sh"
