# shellcheck shell=sh
# Limits of what a login may request. A login that may run this program as root may pass it any arguments, without
# Pulumi and the preview's checks. So this file also refuses whatever would run something of the login's own, or write
# outside of this program's folders.

# allowed_packages NAME…: allows only package names by Debian's rules (policy 5.6.1), and nothing else that apt would
# understand: an option (-o …), a file (./x.deb), a version (x=1), a release (x/sid), an architecture (x:i386), a
# removal (x-).
allowed_packages() {
  for package in "$@"; do
    case $package in
      ? | [!a-z0-9]* | *[!a-z0-9+.-]* | *-)
        fail "packages: \"$package\" is not the name of a Debian package: small letters, digits, \"+\", \"-\" and \".\", such as nginx-light; no option, path or version"
        ;;
    esac
  done
}

# allowed_words WORD…: allows only letters, digits and ".:/_-" in what is written into a configuration.
allowed_words() {
  for allowed in "$@"; do
    case $allowed in *[!A-Za-z0-9.:/_-]*) fail "\"$allowed\" has characters other than letters, digits and .:/_-" ;; esac
  done
}

# allowed_program PATH: allows only the path of this very program; it would overwrite any other file.
allowed_program() {
  case $1 in
    "$LIB/bin/"*/* | "$LIB/bin/" | "$LIB/bin/." | "$LIB/bin/..") ;;
    "$LIB/bin/"*) return 0 ;;
  esac
  fail "\"$1\" is no place of this program, which is put into $LIB/bin alone"
}

# allowed_checks TEXT: lets keepalived run, as root, only root's programs that nobody else can change. (keepalived
# itself skips a check whose program it may not run, and assumes that the member is alive.) Root may restrict them to
# those in /etc/ipvs-lab/checks, one path a line.
allowed_checks() {
  other=$(printf '%s\n' "$1" | awk "$AWK_PROGRAM_NOT_ALLOWED")
  [ -z "$other" ] || fail "keepalived would run or read something else than a check here, which ipvs-lab never asks for: $other"
  printf '%s\n' "$1" | sed -n 's/^ *misc_path "\([^ "]*\).*/\1/p' | sort -u | while IFS= read -r checker; do
    { [ -f "$checker" ] && [ -x "$checker" ]; } || fail "check.command: $(uname -n) has no program $checker"
    [ ! -f /etc/ipvs-lab/checks ] || grep -qxF -- "$checker" /etc/ipvs-lab/checks ||
      fail "check.command: $checker is not one of those that /etc/ipvs-lab/checks on $(uname -n) allows"
    roots_alone "$checker" "$checker"
    # The target of a link may be in other folders.
    real=$(readlink -f "$checker")
    [ "$real" = "$checker" ] || roots_alone "$real" "$checker"
  done
}

# roots_alone PATH PROGRAM: nobody but root may change the path or a folder above it.
roots_alone() {
  part=$1
  while :; do
    [ -z "$(find -L "${part:-/}" -maxdepth 0 \( ! -user root -o -perm /022 \))" ] ||
      fail "check.command: others than root can change ${part:-/} on $(uname -n), so keepalived does not run $2: chown root:root ${part:-/} && chmod go-w ${part:-/}, or choose a program below /usr/local/lib"
    [ -n "$part" ] || break
    part=${part%/*}
  done
}
