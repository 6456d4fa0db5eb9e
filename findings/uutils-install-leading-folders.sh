#!/bin/sh
# `install -D` of uutils (Ubuntu 26.04's coreutils) makes the leading folders by the umask; GNU's makes them 0755.
#
# One would expect the same of a rewrite that replaces GNU coreutils under the same names. `install -D FILE
# /opt/tool/bin/FILE` makes what is missing of /opt/tool/bin. GNU gives these folders mode 0755 whatever the umask is,
# as its manual says; uutils takes the umask away from 0777. Where root's umask is 077, as hardening guides want it,
# the file is 0755 as asked, its folders are 0700, and nobody but root can run it: "Permission denied", on the new
# release only. `install -d`, asked for each folder, is the same with both.
#
# Seen with GNU coreutils 9.7-3 and uutils 0.0.30-2 of Debian 13, umask 077:
#   GNU: install -D: file 755, leading folders 755 755
#   uutils: install -D: file 755, leading folders 700 700
#   uutils: install -d before it: file 755, leading folders 755 755
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
source="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian"
mmdebstrap --quiet --variant=extract --format=directory --include=coreutils=9.7-3,rust-coreutils=0.0.30-2 \
  trixie "$folder/root" "deb $source trixie main" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
echo tool >"$folder/root/tool"

# These links are another package's.
for place in lib lib64; do [ -e "$folder/root/$place" ] || ln -s "usr/$place" "$folder/root/$place"; done
made=$folder/root/opt/made

# seen NAME: the modes of what was made, which goes.
seen() {
  modes=$(stat -c %a "$made/bin/tool" "$made/bin" "$made" | paste -sd ' ')
  echo "$1: file ${modes%% *}, leading folders ${modes#* }"
  rm -r "$made"
}
# install_of PROGRAM WORD…: runs a program of that root under a hardened umask.
install_of() { (umask 077 && exec chroot "$folder/root" "$@"); }

install_of /usr/bin/install -D -m 755 /tool /opt/made/bin/tool
seen "GNU: install -D"
[ "$modes" = "755 755 755" ]
install_of /usr/bin/coreutils install -D -m 755 /tool /opt/made/bin/tool
seen "uutils: install -D"
[ "$modes" = "755 700 700" ]
install_of /usr/bin/coreutils install -d -m 755 /opt/made /opt/made/bin
install_of /usr/bin/coreutils install -m 755 /tool /opt/made/bin/tool
seen "uutils: install -d before it"
[ "$modes" = "755 755 755" ]
