# shellcheck shell=sh
GENERATION='' ADOPT='' SELF=$0
while :; do
  # shellcheck disable=SC2034 # read where objects are marked
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
if [ "$1" = observe ]; then
  observe
  exit
fi
KIND=$1
VERB=$2
shift 2

case $KIND in
  host)
    "host_$VERB" "$@"
    exit
    ;;
  director | address | firewallmark | netns | webserver | nat | realserver | redirect | service | servicetable | keepalived | keepalivedaddress | keepalivedservice | proof | table) ;;
  *) fail "unknown kind of object \"$KIND\"" ;;
esac

# shellcheck disable=SC2034 # read by the objects
OWNER=$1
shift
# Who holds a setting or a package that several need.
file_name "$OWNER"
# shellcheck disable=SC2034
HOLDER=$KIND:$SWAPPED
if [ "$VERB" != read ]; then
  private_folders
  # One change at a time on a machine: apt, marks and held settings are shared.
  exec 9>"$RUN/lock"
  if ! flock -n 9; then
    read -r machine </proc/sys/kernel/hostname
    printf 'ipvs-lab: waiting for another run of ipvs-lab on %s\n' "$machine"
    flock -w 600 9 || fail "another run of ipvs-lab on $(uname -n) does not end"
  fi
fi
case $VERB in apply | remove) "rename_$VERB" ;; esac
"${KIND}_$VERB" "$@"
[ "$VERB" != remove ] || rename_forget
