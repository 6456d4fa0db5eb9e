# shellcheck shell=sh

# The lock is held for as long as another run lives, and that may be long: connections drain.
wait_for_lock() {
  read -r machine </proc/sys/kernel/hostname
  begin=$(uptime_seconds)
  say "ipvs-lab: waiting for another run of ipvs-lab on $machine"
  until flock -w 30 9; do
    say "ipvs-lab: still waiting for another run of ipvs-lab on $machine, since $(($(uptime_seconds) - begin)) s: $(lock_holder)"
  done
}

# The process that has the lock, and what it was called with.
lock_holder() {
  inode=$(stat -c %i "$RUN/lock")
  by=$(awk -v inode="$inode" '$2 == "FLOCK" { n = split($6, file, ":"); if (file[n] == inode) { print $5; exit } }' /proc/locks)
  printf 'process %s (%s)' "$by" "$(tr '\0' ' ' <"/proc/$by/cmdline" 2>/dev/null)"
}

# finish_others: takes up what runs that were killed have left for the next one.
finish_others() {
  [ ! -e "$RUN/silent" ] || service_restore_icmp
  [ ! -e "$RUN/desired" ] || rm -f "$RUN/desired"
  [ ! -e "$RUN/keepalived.conf" ] || rm -f "$RUN/keepalived.conf"
  finish_installing
}

# told STATUS: ends a run that was told to end. A signal that comes twice, from a server (serve_tell) and to the whole
# process group, does not cut off what the EXIT traps do.
told() {
  trap '' HUP INT TERM
  exit "$1"
}

# call WORD…: what the program was called for, or a call that a server takes ("SERVED").
call() {
  GENERATION='' ADOPT=''
  while :; do
    case $1 in
      --generation)
        GENERATION=$2
        shift 2
        ;;
      --adopt)
        ADOPT=yes
        shift
        ;;
      --self)
        # Where sudo has compared the content, it runs an open file of no name. Whatever is said, it is
        # one of ours.
        SELF=$LIB/bin/${2##*/}
        shift 2
        ;;
      *) break ;;
    esac
  done
  umask 077
  [ -z "$SERVED" ] || served "$1" "${2-}"
  case $1 in
    observe | serve)
      "$1" "${2-}"
      exit
      ;;
  esac
  KIND=$1
  VERB=$2
  shift 2

  case $KIND in
    # It asks for whatever address it is given, and needs no rights for that.
    proof) [ -z "${SUDO_UID-}" ] || fail "a proof is no work for root: run it without sudo" ;;
    host)
      "host_$VERB" "$@"
      exit
      ;;
    *)
      case " $OBJECT_KINDS " in *" $KIND "*) ;; *) fail "unknown kind of object \"$KIND\"" ;; esac
      ;;
  esac

  OWNER=$1
  shift
  # The name of this object's references to shared settings and packages.
  file_name "$OWNER"
  REFERENCE=$KIND:$SWAPPED
  if [ "$VERB" != read ]; then
    private_folders
    # A run comes to its end even where nobody reads what it prints, and what it has set up for a moment only
    # (EXIT traps) is taken down where it is told to end.
    trap '' PIPE
    trap 'told 129' HUP
    trap 'told 130' INT
    trap 'told 143' TERM
    [ "$KIND" != keepalivedservice ] || keepalived_coming
    # One change at a time on a machine: apt, records and shared settings are everybody's.
    exec 9>"$RUN/lock"
    flock -n 9 || wait_for_lock
    finish_others
  fi
  fingerprint_decode
  case $VERB in apply | remove) "rename_$VERB" ;; esac
  # address_remove of kinds/address/address.sh, for example.
  "${KIND}_$VERB" "$@"
  [ "$VERB" != remove ] || rename_forget
}

SELF=$0 SERVED=''
call "$@"
