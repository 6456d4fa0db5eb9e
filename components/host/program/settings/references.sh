# shellcheck shell=sh
# Shared settings, which several objects of the machine may need. Each object that needs one adds a reference to it. The
# setting stays as long as it has a reference, and is then restored to what it was before. sysctls.sh, ipvs.sh and
# links.sh have the kinds of settings; their keys say which: "net.ipv4.vs.conntrack", "timeout tcp", "link ipvs-gre".
#
#   $RUN/sysctl/KEY/before             KEY=VALUE, what it was before; nothing after "=" where it was not there
#   $RUN/sysctl/KEY/holders/REFERENCE  the value that this object needs
#   $RUN/inside/NAMESPACE/KEY/…        the same of a network namespace

SETTING_NAMESPACE='' # the namespace of the settings that are asked for now; empty for the machine itself
REQUESTED=''        # the folders of all settings that this run has asked for
RETURNED=''          # "yes" where this object came back after a reboot, without this program
REMOVED_VIP=''       # the virtual address that this run removes: ARP for it is suppressed until it is gone

# add_reference KEY VALUE NOW [THING]: adds this object's reference. THING is what a person calls a setting that is
# either there or not: one that others made is not taken over without --adopt. Sets "needed_before" to the value that
# this object needed until now.
add_reference() {
  check_reference "$@"
  write_reference "$2"
}

# check_reference KEY VALUE NOW [THING]: the same without writing the new value, so that a caller can undo something
# between check_reference and write_reference.
check_reference() {
  find_setting_folder "$1"
  needed_before=
  set +f
  for file in "$setting_folder"/holders/*; do
    [ -f "$file" ] || continue
    IFS= read -r theirs <"$file" || true
    # A run was cut off while it wrote this file. References are written first, so nothing was set for it.
    [ -n "$theirs" ] || continue
    if [ "${file##*/}" = "$REFERENCE" ]; then
      needed_before=$theirs
    # Of several numbers of connections to track, the largest is enough for all.
    elif [ "$theirs" != "$2" ] && [ "$1" != net.netfilter.nf_conntrack_max ]; then
      fail "$1 on $(uname -n)${SETTING_NAMESPACE:+ in $SETTING_NAMESPACE} is \"$theirs\" for ${file##*/}, so it cannot be \"$2\" for $REFERENCE"
    fi
  done
  set -f
  if [ ! -s "$setting_folder/before" ]; then
    [ -z "${4-}" ] || [ -z "$3" ] || [ -n "$ADOPT$RETURNED" ] ||
      fail "$4 exists on $(uname -n)${SETTING_NAMESPACE:+ in $SETTING_NAMESPACE} already and was not made by ipvs-lab: remove it there, or choose another"
    make_folder "$setting_folder/holders"
    value=$3
    [ -z "${4-}" ] || value=
    printf '%s=%s\n' "$1" "$value" >"$setting_folder/before" || write_failed "$setting_folder/before" "$setting_folder/before"
  fi
}

# find_setting_folder KEY: sets "setting_folder".
find_setting_folder() {
  file_name "$1"
  setting_folder=$RUN/sysctl/$SWAPPED
  [ -z "$SETTING_NAMESPACE" ] || setting_folder=$RUN/inside/$SETTING_NAMESPACE/$SWAPPED
}

# write_reference VALUE: writes it into the folder that check_reference has found. An existing equal value is not
# rewritten.
write_reference() {
  make_folder "$setting_folder/holders"
  note=$setting_folder/holders/$REFERENCE
  if [ -z "$needed_before" ]; then
    printf '%s\n' "$1" >"$note" || write_failed "$note" "$note"
  elif [ "$needed_before" != "$1" ]; then
    if ! printf '%s\n' "$1" >"$setting_folder/holder.new" || ! mv "$setting_folder/holder.new" "$note"; then
      write_failed "$note" "$setting_folder/holder.new"
    fi
  fi
  REQUESTED=$REQUESTED$NEWLINE$setting_folder$NEWLINE
}

# release_references: removes the references that this object has and has not asked for in this run, and settings that
# a run which was cut off left without a reference. They go in the order of their names: so an address goes before
# the settings that suppress ARP for it, and an interface before its settings.
release_references() {
  set +f
  set -- "$RUN"/inside/*/* "$RUN"/sysctl/*
  for setting_folder in "$@"; do
    [ -d "$setting_folder" ] || continue
    case $REQUESTED in *"$NEWLINE$setting_folder$NEWLINE"*) continue ;; esac
    others='' mine=
    for file in "$setting_folder"/holders/*; do
      [ -e "$file" ] || continue
      if [ "${file##*/}" = "$REFERENCE" ]; then mine=yes; else others=yes; fi
    done
    [ -z "$mine" ] || [ -z "$others" ] || rm -f "$setting_folder/holders/$REFERENCE"
    # Others need it: it stays as it is.
    [ -n "$others" ] || drop_setting
  done
  for setting_folder in "$RUN"/inside/*; do
    [ ! -d "$setting_folder" ] || { set -- "$setting_folder"/* && [ -e "$1" ]; } || rmdir "$setting_folder"
  done
  set -f
}

# drop_setting: restores the setting in "setting_folder", which nobody needs any more. Its files go last, so the next
# run repeats this if it is cut off.
drop_setting() {
  setting=
  [ ! -f "$setting_folder/before" ] || IFS= read -r setting <"$setting_folder/before" || true
  was_in=$SETTING_NAMESPACE SETTING_NAMESPACE=
  case $setting_folder in
    "$RUN/inside/"*)
      SETTING_NAMESPACE=${setting_folder#"$RUN/inside/"}
      SETTING_NAMESPACE=${SETTING_NAMESPACE%%/*}
      ;;
  esac
  kept=
  # Nothing is changed before it is recorded. Settings of a namespace went with the namespace.
  if [ -n "$setting" ] && { [ -z "$SETTING_NAMESPACE" ] || [ -e "/run/netns/$SETTING_NAMESPACE" ]; }; then
    set -f
    restore_setting "${setting%%=*}" "${setting#*=}"
    set +f
  fi
  SETTING_NAMESPACE=$was_in
  if [ -z "$kept" ]; then
    rm -rf "$setting_folder"
  elif [ -n "$mine" ]; then
    rm -f "$setting_folder/holders/$REFERENCE"
  fi
}

# restore_setting KEY VALUE: sets it to what it was before any reference. It may be gone already. Sets "kept" if it has
# to wait.
restore_setting() {
  case $1 in
    *.arp_ignore | *.arp_announce) needs_arp_suppression "$1" || write_sysctl "$1" "$2" ;;
    "timeout "*) ! ipvs_timeouts >/dev/null || set_timeout "${1#* }" "$2" ;;
    "daemon "*) [ -z "$(daemon_now "${1#* }")" ] || run ipvsadm --stop-daemon "${1#* }" ;;
    "address "*) [ -z "$(loopback_now "${1#* }")" ] || in_setting_namespace run ip address del "${1#* }" dev lo ;;
    "link "*) [ -z "$(link_now "${1#* }")" ] || in_setting_namespace run ip link del "${1#* }" ;;
    "fou "*) [ -z "$(fou_now "${1#* }")" ] || fou del "${1#* }" ;;
    # Its interface may be gone.
    *) ! read_sysctl "$1" >/dev/null 2>&1 || write_sysctl "$1" "$2" ;;
  esac
}

# needs_arp_suppression KEY: true when the setting, or its interface, is gone, or is still needed: a machine that has
# a virtual address must not answer ARP for it.
needs_arp_suppression() {
  read_sysctl "$1" >/dev/null 2>&1 || return 0
  place=${setting_folder%/*}
  if [ -z "$mine" ]; then
    # References do not say which address the setting was for.
    set +f
    for address in "$place/address "*.*; do
      [ ! -d "$address" ] || kept=yes
    done
    set -f
  # (Where there is none, another interface has taken this one's place.)
  elif [ -n "$REMOVED_VIP" ] && in_setting_namespace ip -o -4 address show dev lo | grep -qF " $REMOVED_VIP/"; then
    [ -d "$place/address $REMOVED_VIP:32" ] ||
      fail "$REMOVED_VIP is still on lo of $(uname -n)${SETTING_NAMESPACE:+ in $SETTING_NAMESPACE}, and without $1 the machine would answer for it: remove it there"
    kept=yes
  fi
  [ -n "$kept" ]
}

# in_setting_namespace [run] COMMAND…
in_setting_namespace() {
  show=
  if [ "$1" = run ]; then
    show=run
    shift
  fi
  case ${SETTING_NAMESPACE:+$1} in
    '') $show "$@" ;;
    ip)
      shift
      $show ip -n "$SETTING_NAMESPACE" "$@"
      ;;
    *) $show ip netns exec "$SETTING_NAMESPACE" "$@" ;;
  esac
}
