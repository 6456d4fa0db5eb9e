# shellcheck shell=sh
# For renamed stacks, projects and resources: their objects on this machine get the owner's new name, and nothing else
# changes. The program finds the old name in Pulumi's state (components/host/refresh/state/state.ts).
#
#   $LIB/renamed/KIND:PROJECT:STACK:NAME   the owner who has it all now: a run that was cut off leaves the
#                                          old name in the state, whose deletion shall find it

# rename_apply: before anything is made.
rename_apply() {
  # An owner that uses a name which was given up is somebody else.
  [ ! -f "$LIB/renamed/$REFERENCE" ] || rm -f "$LIB/renamed/$REFERENCE"
  case $renamed_from in '' | "$OWNER") return 0 ;; esac
  was=$renamed_from
  file_name "$was"
  old=$SWAPPED
  file_name "$OWNER"
  new=$SWAPPED
  set +f
  set -- "$RUN/$KIND"/* "$LIB/$KIND"/*
  for file in "$@"; do
    [ -f "$file" ] || continue
    # The renaming was done already, and by now somebody else may have the old name.
    { read -r _ whose && read -r _ line; } <"$file" || continue
    [ "$whose" != "$OWNER" ] || [ "$line" != "$GENERATION" ] || { set -f && return; }
  done
  say "ipvs-lab: what $was has is of $OWNER from now on"
  make_folder "$LIB/renamed"
  printf '%s\n' "$OWNER" >"$LIB/renamed/$KIND:$old"
  for file in "$@"; do rename_owner "$file"; done
  for file in "$LIB/objects/$KIND"/*; do rename_owner "$file"; done
  for file in "$RUN"/sysctl/*/holders/"$KIND:$old" "$RUN"/inside/*/*/holders/"$KIND:$old" "$LIB"/packages/*/holders/"$KIND:$old"; do
    [ ! -f "$file" ] || mv -f "$file" "${file%/*}/$REFERENCE"
  done
  set -f
}

# rename_owner FILE: in an ownership record ("owner OWNER") or in a memory that survives a reboot ("made BOOT OWNER").
rename_owner() {
  case $1 in *.new) return 0 ;; esac
  [ -f "$1" ] || return 0
  read -r line <"$1" || return 0
  [ "${line##* }" = "$was" ] || return 0
  # Some objects have their owner in their key.
  to=$1
  [ "${1##*/}" != "$old" ] || to=${1%/*}/$new
  if ! { printf '%s %s\n' "${line% *}" "$OWNER" && sed 1d "$1"; } >"$to.new" || ! mv "$to.new" "$to"; then
    write_failed "$to" "$to.new"
  fi
  [ "$to" = "$1" ] || rm -f "$1"
}

# rename_remove: before anything is removed.
rename_remove() {
  [ -f "$LIB/renamed/$REFERENCE" ] || return 0
  read -r OWNER <"$LIB/renamed/$REFERENCE"
  file_name "$OWNER"
  REFERENCE=$KIND:$SWAPPED
}

# rename_forget: after that.
rename_forget() {
  [ -d "$LIB/renamed" ] || return 0
  set +f
  for file in "$LIB/renamed/$KIND":*; do
    [ -f "$file" ] || continue
    read -r whose <"$file" || true
    [ "$whose" != "$OWNER" ] || rm -f "$file"
  done
  set -f
  rmdir "$LIB/renamed" 2>/dev/null || true # others' may be there
}
