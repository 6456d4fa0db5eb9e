#!/bin/sh
# in-root.sh ROOT: a hook of mmdebstrap that runs configure.sh inside the root.
set -eu

chroot "$1" sh /root/configure.sh
rm "$1/root/configure.sh"
