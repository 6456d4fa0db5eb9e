#!/bin/sh
# `read value </proc/sys/…` in dash gets the first digit of a number only, as if the file ended there.
#
# One would expect that a shell's `read` sees the same line of a file as `cat`. dash, which is /bin/sh of Debian and
# Ubuntu, reads input letter by letter, as it must not take more than a line of what others read on. The kernel's
# numbers in /proc/sys are written anew for each read, at the file's start alone: a second read at offset 1 is told
# that the file ends. So the line is over after one digit: 32768 becomes 3, and "4096 131072 6291456" becomes 4. All
# that tells is exit status 1, which is also that of a whole last line without its newline, so that
# `read value <FILE || true` is a common way to write it. Nothing is printed. Texts in the same folders
# (kernel/hostname, kernel/random/boot_id) come whole, as the kernel serves those at any offset, and so do other
# files of /proc; tests with ordinary files see nothing.
# bash reads a block of a file, goes back to the line's end, and gets the whole number.
#
# Seen with dash 0.5.12-2 and bash 5.2.15-2+b13 of Debian 12, on Linux 6.1 and 6.18:
#   dash: kernel/pid_max 32768 is read as 3, with exit status 1
#   dash: kernel/hostname is read whole
#   bash: kernel/pid_max is read whole
#
# What helps: `value=$(cat FILE)`, `sysctl -n`, or awk, which read a block.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get -qq download -o APT::Sandbox::User=root dash=0.5.12-2 bash=5.2.15-2+b13
for package in *.deb; do dpkg-deb --extract "$package" .; done

cat >read.sh <<'EOF'
read -r value <"$1"
printf "%s %s\n" "$?" "$value"
EOF

# seen SHELL FILE: what that shell's read makes of it.
seen() {
  "$(find . -path "*bin/$1" -type f)" read.sh "$2"
}

pid_max=$(cat /proc/sys/kernel/pid_max)
name=$(cat /proc/sys/kernel/hostname)
first=$(printf '%s' "$pid_max" | cut -c1)

[ "$(seen dash /proc/sys/kernel/pid_max)" = "1 $first" ] || { echo "dash reads all of a number now" >&2; exit 1; }
echo "dash: kernel/pid_max $pid_max is read as $first, with exit status 1"
[ "$(seen dash /proc/sys/kernel/hostname)" = "0 $name" ] || { echo "dash does not read a text whole" >&2; exit 1; }
echo "dash: kernel/hostname is read whole"
[ "$(seen bash /proc/sys/kernel/pid_max)" = "0 $pid_max" ] || { echo "bash does not read a number whole any more" >&2; exit 1; }
echo "bash: kernel/pid_max is read whole"
