# shellcheck shell=sh
# The programs that a machine needs, and the names of their packages in its package manager.

# needs PROGRAM…: fails, and names those that are missing with the command that installs them.
needs() {
  absent=
  for program in "$@"; do
    command -v "$program" >/dev/null || absent="$absent $program"
  done
  [ -z "$absent" ] || fail "$(uname -n) has no$absent: $(how_to_install "$absent")"
}

# has_apt: true on Debian and its derivatives. Only there packages are installed; elsewhere the programs must be there
# already.
has_apt() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null
}

# program_of PACKAGE: sets "program" to the program for which a Debian package is needed.
program_of() {
  case $1 in
    iproute2) program=ip ;;
    iputils-arping) program=arping ;;
    bird2) program=bird ;;
    nftables) program=nft ;;
    nginx-*) program=nginx ;;
    *) program=$1 ;;
  esac
}

# has_program_of PACKAGE
has_program_of() {
  program_of "$1"
  command -v "$program" >/dev/null
}

# needs_programs_of PACKAGE…: the check on systems where nothing is installed.
needs_programs_of() {
  for package in "$@"; do
    program_of "$package"
    shift
    set -- "$@" "$program"
  done
  needs "$@"
}

# how_to_install PROGRAMS: prints the command for root on this system.
how_to_install() {
  manager=
  for tool in apt-get dnf pacman zypper apk; do
    if command -v "$tool" >/dev/null; then
      manager=$tool
      break
    fi
  done
  case $manager in
    '') printf 'install it there, by whatever this system installs with' && return ;;
    pacman) printf 'run there, as root: pacman -S' ;;
    apk) printf 'run there, as root: apk add' ;;
    *) printf 'run there, as root: %s install' "$manager" ;;
  esac
  named=' '
  for program in $1; do
    package_of "$program" "$manager"
    case $named in *" $package "*) continue ;; esac
    named="$named$package "
    printf ' %s' "$package"
  done
}

# package_of PROGRAM MANAGER: sets "package" to the one of that manager that has the program.
package_of() {
  case $2:$1 in
    dnf:ip) package=iproute ;;
    *:ip) package=iproute2 ;;
    apt-get:arping | apk:arping) package=iputils-arping ;;
    *:arping) package=iputils ;;
    dnf:sysctl | pacman:sysctl | apk:sysctl) package=procps-ng ;;
    *:sysctl) package=procps ;;
    apk:flock) package=flock ;;
    apt-get:bird) package=bird2 ;;
    *:flock) package=util-linux ;;
    *:nft) package=nftables ;;
    *:modprobe) package=kmod ;;
    *:cmp) package=diffutils ;;
    *:awk) package=gawk ;;
    *:find) package=findutils ;;
    *:install | *:sha256sum) package=coreutils ;;
    *:systemctl) package=systemd ;;
    *) package=$1 ;;
  esac
}
