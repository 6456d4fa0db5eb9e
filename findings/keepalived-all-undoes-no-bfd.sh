#!/bin/sh
# keepalived --no_bfd --all runs the BFD process that --no_bfd forbids; --all --no_bfd does not.
#
# --all is documented to start all parts even if the configuration has nothing for them, and --no_bfd not to start that
# one; one would expect that the word about one part counts, wherever it stands. But --all sets all parts at once, so it
# undoes a --no_bfd before it, in silence.
# The BFD process has no session here, and is not harmless: with keepalived 2.2.7 of Debian 12, it took the port of
# single-hop BFD (UDP 3784) from a routing daemon of the same machine, whose sessions came up and looked healthy. Only
# when a neighbour died, that was noticed by BGP's hold time, after seconds or minutes, and not by BFD.
#
# Seen with keepalived 2.3.3-1 of Debian 13, the configuration "global_defs { }":
#   keepalived --no_bfd --all: starts Healthcheck VRRP BFD
#   keepalived --all --no_bfd: starts Healthcheck VRRP
# What helps: --no_bfd behind --all.
set -eu

"$(dirname "$0")/with-kernel" keepalived=1:2.3.3-1 <<'MACHINE'
echo 'global_defs { }' >/keepalived.conf
mount -o bind /dev/null /dev/console # its messages, once more

# try OPTION…
try() {
  keepalived --dont-fork --log-console "$@" -f /keepalived.conf >/log 2>&1 &
  sleep 8
  kill $!
  wait $! || true
  parts=$(sed -n 's/.*: Starting \(.*\) child process.*/\1/p' /log | xargs)
  echo "keepalived $*: starts $parts"
}
try --no_bfd --all
[ "$parts" = "Healthcheck VRRP BFD" ]
try --all --no_bfd
[ "$parts" = "Healthcheck VRRP" ]
MACHINE
