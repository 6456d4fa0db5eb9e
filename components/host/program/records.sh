# shellcheck shell=sh
# An ownership record has the owner of an object and the settings that were last applied; observe.sh prints it:
#   owner PROJECT/STACK/NAME
#   generation WHY       the drift fingerprint of the last apply; "unfinished" while one is under way, or was cut off
#   also LINE            what the object's own script wants to remember
#   (an empty line, then the settings that were applied)

# find_record KEY: sets "RECORD_FILE" to the file of an object of this kind.
find_record() {
  file_name "$1"
  case $KIND in
    webserver | keepalived* | bgp*) RECORD_FILE=$LIB/$KIND/$SWAPPED ;;
    *) RECORD_FILE=$RUN/$KIND/$SWAPPED ;;
  esac
}

# read_owner KEY: sets "whose" to the owner that the record names; empty where there is no record.
read_owner() {
  whose=
  find_record "$1"
  [ ! -f "$RECORD_FILE" ] || read -r _ whose <"$RECORD_FILE" || true
}

# cut_off KEY: true when the last apply of an object was cut off.
cut_off() {
  recorded_generation "$1"
  [ "$made_for" = unfinished ]
}

# recorded_generation KEY: sets "made_for" to the fingerprint of an object's record; empty where there is none.
recorded_generation() {
  made_for=
  find_record "$1"
  [ -f "$RECORD_FILE" ] || return 0
  { read -r _ && read -r _ made_for; } <"$RECORD_FILE" || true
}

# recorded_settings KEY: prints the settings that were applied last.
recorded_settings() {
  find_record "$1"
  [ -f "$RECORD_FILE" ] || return 0
  {
    while IFS= read -r line && [ -n "$line" ]; do :; done
    read_input
  } <"$RECORD_FILE"
  printf '%s' "$INPUT"
}

# acquire KEY WHAT EXISTS [SETTINGS] [FILE]: from here on the object is ours. The record is written before the object is
# made, so the next run continues where this one is cut off between the two. EXISTS is "yes" where the machine has the
# object now. An object that others made is taken over only with --adopt, or if it was ours before a reboot and a
# configuration file of the machine's own has brought it back: then "RETURNED" is "yes".
acquire() {
  read_owner "$1"
  detect_return "$1"
  if [ "$whose" != "$OWNER" ] && [ -z "$ADOPT" ]; then
    [ -z "$whose" ] || fail "$2 belongs to $whose, so $OWNER cannot have it: choose another, or set adopt: true"
    [ "$3" != yes ] || [ -n "$RETURNED" ] || fail "$2 exists on $(uname -n) already and was not made by ipvs-lab: remove it there, choose another, or set adopt: true"
  fi
  if [ -s "$RECORD_FILE" ]; then
    write_record "$1" unfinished "${4-$(recorded_settings "$1")}" '' "${5-}"
  else
    # No record exists yet that an interrupted write could damage.
    find_memory "$1"
    make_folder "${RECORD_FILE%/*}" "${MEMORY_FILE%/*}"
    print_record unfinished "${4-}" '' "${5-}" >"$RECORD_FILE" || write_failed "$RECORD_FILE" "$RECORD_FILE"
  fi
}

# commit KEY SETTINGS [ALSO] [FILE]: records that the object now has these settings. The memory that survives a reboot,
# and the count of changes, are written first: if that fails, the object stays unfinished and the next run tries again.
commit() {
  remember "$1"
  count_change
  write_record "$1" "$GENERATION" "$2" "${3-}" "${4-}"
}

# The number of changes only grows, so it is overwritten in place: a full disk cannot damage it.
count_change() {
  serial=
  [ ! -f "$LIB/last" ] || read -r serial <"$LIB/last" || true
  case $serial in '' | *[!0-9]*) serial=0 ;; esac
  printf '%s\n' $((serial + 1)) 1<>"$LIB/last" || write_failed "$LIB/last"
}

write_record() {
  find_record "$1"
  make_folder "${RECORD_FILE%/*}"
  if ! print_record "$2" "$3" "$4" "$5" >"$RECORD_FILE.new" || ! mv "$RECORD_FILE.new" "$RECORD_FILE"; then
    write_failed "$RECORD_FILE" "$RECORD_FILE.new"
  fi
}

# print_record FINGERPRINT SETTINGS ALSO FILE: long settings are in a file, and come before the others.
print_record() {
  also=
  [ -z "$3" ] || prefixed also "$3"
  printf 'owner %s\ngeneration %s\n%s\n' "$OWNER" "$1" "$also" &&
    { [ -z "$4" ] || cat "$4"; } && { [ -z "$2" ] || printf '%s\n' "$2"; }
}

# mine KEY: true when the object is ours to remove: its record is ours, or it was ours before a reboot and is back.
mine() {
  read_owner "$1"
  [ "$whose" = "$OWNER" ] || { [ -z "$whose" ] && was_ours_before_boot "$1"; }
}

# detect_return KEY: sets "RETURNED" to "yes" for an object that is back. It stays so until commit.
detect_return() {
  RETURNED=
  case $whose in "$OWNER" | '') ! was_ours_before_boot "$1" || RETURNED=yes ;; esac
}

# was_ours_before_boot KEY: true when the object was this owner's in an earlier boot of the machine.
was_ours_before_boot() {
  read_memory "$1"
  read -r boot </proc/sys/kernel/random/boot_id
  [ "$remembered" = "$OWNER" ] && [ "$made" != "$boot" ]
}

# release KEY: removes the record of an object of ours, once nothing is left to undo. It also removes an empty record,
# which a run has left that was cut off while writing it.
release() {
  read_owner "$1"
  read_memory "$1"
  set --
  case $whose in "$OWNER" | '') [ ! -e "$RECORD_FILE" ] || set -- "$RECORD_FILE" ;; esac
  case $remembered in "$OWNER" | '') [ ! -e "$MEMORY_FILE" ] || set -- "$@" "$MEMORY_FILE" ;; esac
  [ ! -e "$RECORD_FILE.new" ] || set -- "$@" "$RECORD_FILE.new"
  [ ! -e "$MEMORY_FILE.new" ] || set -- "$@" "$MEMORY_FILE.new"
  [ $# -eq 0 ] || rm -f "$@"
}

# find_memory KEY: sets "MEMORY_FILE" to the file that survives a reboot: it has the object's owner and the boot in
# which it was made.
find_memory() {
  file_name "$1"
  MEMORY_FILE=$LIB/objects/$KIND/$SWAPPED
}

# read_memory KEY: sets "made" to the boot in which the object was made, and "remembered" to its owner.
read_memory() {
  made='' remembered=''
  find_memory "$1"
  [ ! -f "$MEMORY_FILE" ] || read -r _ made remembered <"$MEMORY_FILE" || true
}

# remember KEY: writes that file. The first write cannot damage anything; unchanged content is not written again.
remember() {
  read_memory "$1"
  read -r boot </proc/sys/kernel/random/boot_id
  [ "$made $remembered" != "$boot $OWNER" ] || return 0
  make_folder "${MEMORY_FILE%/*}"
  to=$MEMORY_FILE
  [ ! -s "$MEMORY_FILE" ] || to=$MEMORY_FILE.new
  printf 'made %s %s\n' "$boot" "$OWNER" >"$to" || write_failed "$MEMORY_FILE" "$to"
  [ "$to" = "$MEMORY_FILE" ] || mv "$to" "$MEMORY_FILE" || write_failed "$MEMORY_FILE" "$to"
}
