# shellcheck shell=sh
# The limits of what a login may ask for. A login that may run this program as root may do so with any words, past
# Pulumi and what the preview refuses there. So what would run something of the login's own, or write
# outside of this program's places, is refused here too.

# allowed_packages NAME…: Debian's own names (policy 5.6.1), and nothing else that apt would understand: an
# option (-o …), a file (./x.deb), a version (x=1), a release (x/sid), an architecture (x:i386), a removal (x-).
allowed_packages() {
  for package in "$@"; do
    case $package in
      ? | [!a-z0-9]* | *[!a-z0-9+.-]* | *-)
        fail "packages: \"$package\" is not the name of a Debian package: small letters, digits, \"+\", \"-\" and \".\", such as nginx-light; no option, path or version"
        ;;
    esac
  done
}

# allowed_program PATH: of the program itself; another one's place would be written over by it.
allowed_program() {
  case $1 in
    "$LIB/bin/"*/* | "$LIB/bin/" | "$LIB/bin/." | "$LIB/bin/..") ;;
    "$LIB/bin/"*) return 0 ;;
  esac
  fail "\"$1\" is no place of this program, which is put into $LIB/bin alone"
}

# allowed_checks TEXT: keepalived may run, as root, only root's programs that nobody else can change.
# keepalived leaves a check out whose program it may not run, and takes the member to live. Root may narrow them
# down to those in /etc/ipvs-lab/checks, a path a line.
allowed_checks() {
  other=$(printf '%s\n' "$1" | awk "$AWK_PROGRAM_NOT_ALLOWED")
  [ -z "$other" ] || fail "keepalived would run or read something else than a check here, which ipvs-lab never asks for: $other"
  printf '%s\n' "$1" | sed -n 's/^ *misc_path "\([^ "]*\).*/\1/p' | while IFS= read -r checker; do
    { [ -f "$checker" ] && [ -x "$checker" ]; } || fail "check.command: $(uname -n) has no program $checker"
    [ ! -f /etc/ipvs-lab/checks ] || grep -qxF -- "$checker" /etc/ipvs-lab/checks ||
      fail "check.command: $checker is not one of those that /etc/ipvs-lab/checks on $(uname -n) allows"
    roots_alone "$checker" "$checker"
    # What a link leads to may be in other folders.
    real=$(readlink -f "$checker")
    [ "$real" = "$checker" ] || roots_alone "$real" "$checker"
  done
}

# roots_alone PATH PROGRAM: neither that nor a folder above it is anybody else's to change.
roots_alone() {
  part=$1
  while :; do
    [ -z "$(find -L "${part:-/}" -maxdepth 0 \( ! -user root -o -perm /022 \))" ] ||
      fail "check.command: others than root can change ${part:-/} on $(uname -n), so keepalived does not run $2: chown root:root ${part:-/} && chmod go-w ${part:-/}, or choose a program below /usr/local/lib"
    [ -n "$part" ] || break
    part=${part%/*}
  done
}
