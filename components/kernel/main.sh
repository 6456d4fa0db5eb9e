# shellcheck shell=sh
KIND=$1
VERB=$2
shift 2

case $KIND in
  host)
    "host_$VERB" "$@"
    exit
    ;;
  director | address | netns | webserver | nat | service | proof | table) ;;
  *) fail "unknown kind of object \"$KIND\"" ;;
esac

if [ "$(id -u)" -ne 0 ]; then
  exec sudo -n "$0" "$KIND" "$VERB" "$@"
fi
umask 022
# shellcheck disable=SC2034 # read by the objects
OWNER=$1
shift
# Who holds a setting or a package that several need.
# shellcheck disable=SC2034
HOLDER=$KIND:$(file_name "$OWNER")
make_folder "$RUN"
make_folder "$LIB"
if [ "$VERB" != read ]; then
  # One change at a time on a machine: apt, marks and held settings are shared.
  exec 9>"$RUN/lock"
  flock -w 600 9 || fail "another run of ipvs-lab on $(uname -n) does not end"
fi
"${KIND}_$VERB" "$@"
