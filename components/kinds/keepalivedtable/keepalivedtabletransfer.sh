# shellcheck shell=sh
# Services that change hands while keepalived has them: into a table from another one or from a keepalivedservice, and
# from a table into a keepalivedservice. keepalived reads with one reload that they are in one file and not in the other
# any more, so nothing changes in the kernel. At the end are tables whose director changes its engine.

# keepalived_file_of RECORD: prints the file that keepalived reads of this record's object.
keepalived_file_of() {
  sed -n '/^$/q; s/^also [^ ]* *//p' "$1"
}

# Sets "taken" to the services that other records lose to this table: "RECORD<tab>KEY" each. Adds what keepalived has of
# them until now to the file "earlier", and copies the files that lose them to "others".
keepalivedtable_take() {
  taken=$(servicetable_part transfer) moved=
  make_folder "$work/others"
  keepalivedtable_losers | while IFS= read -r record; do
    from=$(keepalived_file_of "$record")
    case $from in
      '') continue ;; # the other engine's
      "$KEEPALIVED/$instance"/*) ;;
      *) fail "virtual service $(servicetable_first "$(keepalivedtable_taken_from "$record")") is in another keepalived ($from): remove it there with an update of its own" ;;
    esac
    [ -f "$from" ] || continue
    cp "$from" "$work/others/"
    keepalivedtable_blocks "$(keepalivedtable_taken_from "$record")" only <"$from" >>"$work/earlier"
  done
}

# Prints the records that lose services.
keepalivedtable_losers() {
  printf '%s\n' "$taken" | awk -F "$TAB" 'NF == 2 && !($1 in seen) { seen[$1] = 1; print $1 }'
}

# keepalivedtable_taken_from RECORD: prints the keys of the services that it loses.
keepalivedtable_taken_from() {
  printf '%s\n' "$taken" | FROM=$1 awk -F "$TAB" '$1 == ENVIRON["FROM"] { print $2 }'
}

# keepalivedtable_blocks KEYS [only]: prints a configuration without these services, or these alone.
keepalivedtable_blocks() {
  { echo @keys && printf '%s\n' "$1" && echo @config && cat; } |
    awk -v only="${2-}" "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDTABLE_WITHOUT"
}

# Takes the services out of the other files, after this table's file has them and before keepalived reads either.
keepalivedtable_take_files() {
  moved=yes
  keepalivedtable_losers | while IFS= read -r record; do
    from=$(keepalived_file_of "$record")
    if [ -z "$from" ] || [ ! -f "$from" ]; then continue; fi
    case $record in
      */keepalivedservice/*) run rm -f "$from" ;;
      *) keepalived_drop_blocks "$from" "$(keepalivedtable_taken_from "$record")" ;;
    esac
  done
}

# keepalived_drop_blocks FILE KEYS
keepalived_drop_blocks() {
  { keepalivedtable_blocks "$2" <"$1" >"$1.new" && mv "$1.new" "$1"; } || write_failed "$1" "$1.new"
  say "+ write $1"
}

# keepalived_give_back COPY FILE KEYS: undoes that. The file's own object may have been changed meanwhile.
keepalived_give_back() {
  if [ -f "$2" ] && ! keepalivedtable_blocks "$3" <"$1" | cmp -s - "$2"; then
    keepalivedtable_blocks "$3" only <"$1" >>"$2"
  else
    cp "$1" "$2"
  fi
}

keepalivedtable_give_back() {
  keepalivedtable_losers | while IFS= read -r record; do
    from=$(keepalived_file_of "$record")
    copy=$work/others/${from##*/}
    if [ -n "$from" ] && [ -f "$copy" ]; then keepalived_give_back "$copy" "$from" "$(keepalivedtable_taken_from "$record")"; fi
  done
  taken=
}

# The other records lose the services.
keepalivedtable_take_records() {
  servicetable_transfer "$taken"
  keepalivedtable_losers | while IFS= read -r record; do
    case $record in */keepalivedtable/*) keepalivedtable_drop "$record" "$(keepalivedtable_taken_from "$record")" ;; esac
  done
}

# keepalivedtable_drop RECORD KEYS: the record of a table loses these services, which its file has lost.
keepalivedtable_drop() {
  [ -f "$1" ] || return 0
  from=$(keepalived_file_of "$1")
  sum=
  if [ -n "$from" ] && [ -f "$from" ]; then sum=$(sha256sum "$from"); fi
  {
    printf '%s\n' "$2" | sed 's/^/drop /' && cat "$1"
  } | awk "$AWK_SERVICETABLE_LINES$AWK_SERVICETABLE_DROP" |
    SUM=$sum awk '/^also / && ENVIRON["SUM"] != "" { $0 = "also " ENVIRON["SUM"] } { print }' >"$1.new" || write_failed "$1" "$1.new"
  mv "$1.new" "$1"
}

# What another object is to take ("kept") stays with keepalived until then. That may have been meanwhile, while this run
# was waiting for checks.
keepalivedtable_keep() {
  [ -n "$kept" ] || return 0
  keys=$(keepalivedtable_kept_keys)
  kept=$(printf '%s\n' "$kept" | grep -xFf "$RECORD_FILE" || true)
  keys=$(printf '%s\n' "$keys" | grep -vxF -- "$(keepalivedtable_kept_keys)" || true)
  [ -n "$keys" ] || return 0
  for file in between config; do keepalived_drop_blocks "$work/$file" "$keys" >/dev/null; done
}

keepalivedtable_kept_keys() {
  printf '%s\n' "$kept" | service_keys
}

# The director had engine "ipvsadm": the table's services are ours already. Sets "plain" to their record.
keepalivedtable_find_plain() {
  file_name "$OWNER"
  plain=$RUN/servicetable/$SWAPPED whose=
  [ ! -f "$plain" ] || read -r _ whose <"$plain"
  [ "$whose" = "$OWNER" ] || plain=
}

# Once the new record has them, the old one goes.
keepalivedtable_end_plain() {
  [ -n "$plain" ] || return 0
  table_references servicetable
  rm -f "$plain" "$LIB/objects/servicetable/${plain##*/}"
}

# table_references KIND: the references of the table of the other engine are this one's.
table_references() {
  set +f
  for file in "$RUN"/sysctl/*/holders/"$1:${REFERENCE#*:}"; do
    [ ! -f "$file" ] || mv -f "$file" "${file%/*}/$REFERENCE"
  done
  set -f
}

# The director had engine "keepalived": keepalived forgets the services of this table, and leaves them in the kernel as
# one that is killed does. Sorry servers leave as members do.
servicetable_from_keepalived() {
  file_name "$OWNER"
  record=$LIB/keepalivedtable/$SWAPPED whose=
  [ ! -f "$record" ] || read -r _ whose <"$record"
  [ "$whose" = "$OWNER" ] || return 0
  from=$(keepalived_file_of "$record")
  find_record "$OWNER"
  make_folder "${RECORD_FILE%/*}"
  servicetable_of_keepalived >"$RECORD_FILE.new" || write_failed "$RECORD_FILE" "$RECORD_FILE.new"
  mv "$RECORD_FILE.new" "$RECORD_FILE"
  if [ -n "$from" ]; then
    run rm -f "$from" "$from.new"
    unit=${from%/*}
    unit=keepalived-${unit##*/}.service
    # Stopped first, as keepalived's other processes take away what they have made as soon as the first one is gone.
    for signal in STOP KILL; do
      run systemctl kill --signal=$signal "$unit" 2>/dev/null || true # may not run
    done
  fi
  table_references keepalivedtable
  rm -f "$record" "$LIB/objects/keepalivedtable/${record##*/}"
}

# Prints the record of a table that keepalived had; fails if any of it could not be written. A weight that a check gave
# was not set by hand.
servicetable_of_keepalived() {
  printf 'owner %s\ngeneration unfinished\n\n' "$OWNER" || return
  sed -n 's/^inhibit \(.*\)/-a \1 -m -w 0/p; /^-/p' "$record" || return
  [ ! -f "$from" ] || awk "$AWK_KEEPALIVEDTABLE_BLOCKS$AWK_KEEPALIVEDTABLE_SORRY" "$from" | sed 's/.*/-a & -m -w 1/'
}
