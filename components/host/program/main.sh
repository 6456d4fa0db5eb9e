# shellcheck shell=sh

# Waits for the lock as long as the run that has it is alive. That may take long, because connections drain.
wait_for_lock() {
  read -r machine </proc/sys/kernel/hostname
  begin=$(uptime_seconds)
  say "ipvs-lab: waiting for another run of ipvs-lab on $machine"
  until flock -w 30 9; do
    say "ipvs-lab: still waiting for another run of ipvs-lab on $machine, since $(($(uptime_seconds) - begin)) s: $(lock_holder)"
  done
}

# The process that has the lock, and its arguments.
lock_holder() {
  inode=$(stat -c %i "$RUN/lock")
  by=$(awk -v inode="$inode" '$2 == "FLOCK" { n = split($6, file, ":"); if (file[n] == inode) { print $5; exit } }' /proc/locks)
  printf 'process %s (%s)' "$by" "$(tr '\0' ' ' <"/proc/$by/cmdline" 2>/dev/null)"
}

# finish_others: finishes what killed runs have left to the next one.
finish_others() {
  [ ! -e "$RUN/silent" ] || service_restore_icmp
  [ ! -e "$RUN/desired" ] || rm -f "$RUN/desired"
  [ ! -e "$RUN/keepalived.conf" ] || rm -f "$RUN/keepalived.conf"
  finish_installing
}

# told STATUS: ends a run after a signal. A signal that comes twice, from a server (serve_tell) and to the whole process
# group, does not cut off the EXIT traps.
told() {
  trap '' HUP INT TERM
  exit "$1"
}

# call WORD…: runs the program's call, or a call that a server takes ("SERVED").
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
        # If sudo has compared the content, it runs an open file without a name. Whatever the path says, the file is one
        # of our programs.
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
    # It requests whatever address it is given, and needs no rights for that.
    proof) [ -z "${SUDO_UID-}" ] || fail "a proof does not need root: run it without sudo" ;;
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
  # This object's name in its references to shared settings and packages.
  file_name "$OWNER"
  REFERENCE=$KIND:$SWAPPED
  if [ "$VERB" != read ]; then
    private_folders
    # A run goes on to its end even if nobody reads its output. If a signal ends it, EXIT traps remove what it has set
    # up temporarily.
    trap '' PIPE
    trap 'told 129' HUP
    trap 'told 130' INT
    trap 'told 143' TERM
    case $KIND in keepalivedservice | keepalivedtable) keepalived_coming ;; esac
    # Only one change at a time on a machine, because all share apt, records and shared settings.
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
