# shellcheck shell=sh
# Debian packages: installed only if missing, and purged only if this program installed them and was asked to. Without
# apt nothing is installed: the programs must be there already.
#
#   $LIB/packages/NAME/holders/REFERENCE an object that needs it
#   $LIB/packages/NAME/brought           all packages that its installation brought, one a line
#   $LIB/packages/NAME/units             units of theirs that systemd would have started at boot, and shall not
#   $LIB/installing                      an installation under way: what it is for, then what was there before

# install_packages NAME…: also records the packages that apt brings in for them, for release_packages.
install_packages() {
  allowed_packages "$@"
  new=
  for package in "$@"; do
    [ -d "$LIB/packages/$package/holders" ] || new="$new $LIB/packages/$package/holders"
  done
  [ -z "$new" ] || with_words "$new" mkdir -p
  for package in "$@"; do
    note=$LIB/packages/$package/holders/$REFERENCE
    [ -e "$note" ] || : >"$note" || write_failed "$note"
  done
  has_apt || {
    needs_programs_of "$@"
    return 0
  }
  missing=
  there=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' "$@" 2>/dev/null || true)"
  for package in "$@"; do
    case $there in *" $package=installed "*) disable_again "$package" ;; *) missing="$missing $package" ;; esac
  done
  [ -n "$missing" ] || return 0

  wait_for_apt
  repair_dpkg
  { printf 'for%s\n' "$missing" && installed_list; } >"$LIB/installing.new" || write_failed "$LIB/installing" "$LIB/installing.new"
  mv "$LIB/installing.new" "$LIB/installing"
  prevent_service_starts
  apt update || true # an installation from what it has may go well all the same
  with_words "$missing" apt install --no-install-recommends || {
    finish_installing
    fail "cannot install$missing on $(uname -n): see apt's own words above"
  }
  finish_installing
}

# finish_installing: finishes an installation that is under way or whose run was killed, at any point. The new packages
# are recorded, and systemd does not start their units at boot. Debian starts a server with its package, but this
# program starts each server itself.
finish_installing() {
  if [ -e "$LIB/installing" ]; then
    wait_for_apt
    repair_dpkg
    allow_service_starts
    read -r _ missing <"$LIB/installing" || true
    brought=$(installed_list | awk 'NR == FNR { had[$0] = 1; next } !($0 in had)' "$LIB/installing" -)
    units=$(enabled_units "$brought")
    for package in $missing; do
      case $NEWLINE$brought$NEWLINE in
        *"$NEWLINE$package$NEWLINE"*)
          make_folder "$LIB/packages/$package"
          # Some units of this very installation may be recorded, and disabled, already.
          known=
          [ ! -f "$LIB/packages/$package/units" ] || known=$(cat "$LIB/packages/$package/units")
          write_list "$LIB/packages/$package/units" "$known${known:+${units:+$NEWLINE}}$units"
          write_list "$LIB/packages/$package/brought" "$brought"
          ;;
      esac
    done
    disable_units "$units"
    rm -f "$LIB/installing"
  # From a version that kept no record.
  elif [ -e /usr/sbin/policy-rc.d ]; then
    allow_service_starts
  fi
}

# disable_again NAME: an earlier version kept no record of units, and disabled only the one with the package's name.
# This disables the package's other units, unless somebody has begun to use them.
disable_again() {
  [ -f "$LIB/packages/$1/brought" ] && [ ! -f "$LIB/packages/$1/units" ] || return 0
  units=
  for unit in $(enabled_units "$(cat "$LIB/packages/$1/brought")"); do
    systemctl -q is-active "$unit" || units=$units${units:+$NEWLINE}$unit
  done
  before=$(disabled_before "$1")
  write_list "$LIB/packages/$1/units" "$before${before:+${units:+$NEWLINE}}$units"
  disable_units "$units"
}

# disabled_before NAME: the unit that such a version disabled.
disabled_before() {
  [ ! -e "/lib/systemd/system/$1.service" ] || printf '%s\n' "$1.service"
}

# release_packages PURGE NAME…: with PURGE "true", the last object that needs a package purges what was installed for
# it. The records go last. Packages that stay are not started at boot as long as any object of this program needs a
# package.
release_packages() {
  purge=$1
  shift
  allowed_packages "$@"
  gone='' brought=''
  for package in "$@"; do
    if referenced_by_others "$package"; then
      [ ! -e "$LIB/packages/$package/holders/$REFERENCE" ] || rm -f "$LIB/packages/$package/holders/$REFERENCE"
    elif [ -d "$LIB/packages/$package" ]; then
      gone="$gone $package"
      [ ! -f "$LIB/packages/$package/brought" ] || brought=$brought$NEWLINE$(cat "$LIB/packages/$package/brought")
    fi
  done
  [ -n "$gone" ] || return 0
  if [ "$purge" = true ] && [ -n "$brought" ] && has_apt; then purge_packages "$brought"; fi
  if any_package_referenced; then
    for package in $gone; do
      [ ! -f "$LIB/packages/$package/brought" ] || disable_again "$package"
      if [ -s "$LIB/packages/$package/units" ]; then
        rm -rf "$LIB/packages/$package/brought" "$LIB/packages/$package/holders"
      else
        rm -rf "$LIB/packages/$package"
      fi
    done
  else
    enable_units
    rm -rf "$LIB/packages"
  fi
}

# any_package_referenced: true when an object needs a package that is not among "gone".
any_package_referenced() {
  set +f
  for file in "$LIB"/packages/*/holders/*; do
    [ -e "$file" ] || continue
    package=${file%/holders/*}
    case " $gone " in *" ${package##*/} "*) continue ;; esac
    set -f
    return 0
  done
  set -f
  return 1
}

# referenced_by_others NAME: true when another object needs that package.
referenced_by_others() {
  set +f
  for file in "$LIB/packages/$1"/holders/*; do
    set -f
    [ ! -e "$file" ] || [ "${file##*/}" = "$REFERENCE" ] || return 0
  done
  set -f
  return 1
}

# purge_packages LINES: purges those of them that no other object and nothing else on the machine needs.
purge_packages() {
  wait_for_apt
  repair_dpkg
  purged='' stays=''
  for name in $(with_words "$1" package_states | sed -n 's/ not-installed$//; s/ [a-z-]*$//p' | sort -u); do
    if referenced_by_others "$name"; then
      stays="$stays $name"
    else
      purged="$purged $name"
    fi
  done
  along=$(purged_with "$purged")
  if [ -n "$along" ]; then
    say "ipvs-lab: other packages need some of what would go: $along"
    all=$purged purged=
    for name in $all; do
      along=$(purged_with "$name" "$all")
      if [ -z "$along" ]; then
        purged="$purged $name"
      else
        stays="$stays $name"
      fi
    done
  fi
  [ -z "$stays" ] || say "ipvs-lab: these stay, as others need them:$stays"
  # The object that still needs one of them purges the rest when it is removed.
  for name in $stays; do
    if referenced_by_others "$name"; then
      had=
      [ ! -f "$LIB/packages/$name/brought" ] || had=$(cat "$LIB/packages/$name/brought")
      write_list "$LIB/packages/$name/brought" "$(with_words "$stays" printf '%s\n' "$had" | sed '/^$/d' | sort -u)"
    fi
  done
  [ -z "$purged" ] || with_words "$purged" apt purge || fail "cannot purge$purged on $(uname -n): see apt's own words above"
}

# purged_with NAMES [MAY]: prints the packages that apt would remove, or install in exchange, besides these and those of
# MAY.
purged_with() {
  [ -n "$1" ] || return 0
  with_words "$1" apt-get -s purge 2>/dev/null | awk -v may=" $1 ${2-} " '
    /^(Purg|Remv|Inst) / { sub(/:.*/, "", $2); if (!index(may, " " $2 " ") && !said[$2]++) printf "%s%s", (n++ ? " " : ""), $2 }'
}

# write_list FILE LINES: writes the file atomically.
write_list() {
  if ! printf '%s' "$2${2:+$NEWLINE}" >"$1.new" || ! mv "$1.new" "$1"; then write_failed "$1" "$1.new"; fi
}
