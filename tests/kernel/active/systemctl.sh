#!/bin/sh
# Stands in for systemd in a network namespace: starts and ends the units of the program under test in there, by their
# files. systemd itself runs them in the suites rest and lab.
quiet() { case $1 in -q | -*quiet) return 0 ;; esac; return 1; }
while quiet "${1-}"; do shift; done
verb=$1
shift
while quiet "${1-}"; do shift; done
setting() { sed -n "s/^$1=//p" "/etc/systemd/system/$2"; }
pid() { cat "/run/unit-$1.pid" 2>/dev/null; }
# A process that has ended and that nobody has waited for has no command line.
active() { [ -n "$(pid "$1")" ] && [ -n "$(tr -d '\0' </proc/"$(pid "$1")"/cmdline 2>/dev/null)" ]; }
start() {
  active "$1" && return 0
  for folder in $(setting RuntimeDirectory "$1"); do mkdir -p "/run/$folder" && chmod 755 "/run/$folder"; done
  before=$(setting ExecStartPre "$1")
  [ -z "$before" ] || sh -c "${before#+}" || return 1
  # shellcheck disable=SC2086 # its words
  setsid $(setting ExecStart "$1") </dev/null >>"/run/unit-$1.log" 2>&1 9>&- &
  echo $! >"/run/unit-$1.pid"
}
stop() {
  active "$1" && kill "$(pid "$1")" && while active "$1"; do sleep 0.1; done
  rm -f "/run/unit-$1.pid"
}
case $verb in
  start | stop | restart | reload)
    for unit in "$@"; do
      case $verb in
        start) start "$unit" || exit 1 ;;
        stop) stop "$unit" ;;
        restart) stop "$unit" && start "$unit" ;;
        reload) sh -c "$(setting ExecReload "$unit" | sed "s/\$MAINPID/$(pid "$unit")/")" ;;
      esac
    done
    ;;
  is-active) active "$1" ;;
  is-enabled) echo disabled ;;
  show)
    while [ "${1-}" = -p ]; do shift 2; done
    for unit in "$@"; do
      state=inactive
      if active "$unit"; then state=active; fi
      printf 'MainPID=%s\nId=%s\nLoadState=loaded\nNeedDaemonReload=no\nActiveState=%s\n\n' "$(pid "$unit")" "$unit" "$state"
    done
    ;;
esac
