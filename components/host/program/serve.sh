# shellcheck shell=sh
# One process for many calls. So sudo and the shell that reads this program are started once for each connection, not
# once for each call.
#
#   ipvs-lab serve
#
# It prints a greeting, then takes calls from its standard input, one after the other, until that ends:
#
#   END                     a line that the client makes up; the server prints it back, as it is ready
#   the number of words     and each word on a line: [--generation WHY] [--adopt] KIND apply|remove OWNER [OPTION…]
#   the number of lines     and each line: the call's standard input, split at its line ends
#
# The call's output is passed on at once, followed by "END STATUS" on standard output and END on standard error. Nothing
# that is read here is evaluated: a login that may run only this program gets no shell through it.

serve() {
  printf 'ipvs-lab: taking calls\n'
  serve_ended=
  while IFS= read -r serve_end; do
    printf '%s\n' "$serve_end"
    set --
    serve_number
    while [ $# -lt "$serve_number" ]; do
      serve_line
      set -- "$@" "$serve_line"
    done
    serve_number
    serve_input='' serve_between=''
    while [ "$serve_number" -gt 0 ]; do
      serve_line
      serve_input=$serve_input$serve_between$serve_line serve_between=$NEWLINE
      serve_number=$((serve_number - 1))
    done
    serve_call "$@"
    printf '%s %s\n' "$serve_end" "$serve_status"
    printf '%s\n' "$serve_end" >&2
    [ -z "$serve_ended" ] || exit "$serve_status"
  done
}

# serve_line: reads a line of a call. If the input ends too early, the client is gone, and the call is not run.
serve_line() {
  IFS= read -r serve_line || exit 0
}

# serve_number: sets "serve_number" to the number of lines that follow.
serve_number() {
  serve_line
  case $serve_line in
    '' | 0?* | *[!0-9]* | ??????*) fail "serve: not a number of lines" ;;
  esac
  serve_number=$serve_line
}

# serve_call WORD…: runs a call in a shell of its own, which finds everything as it was when the server started, and
# sets "serve_status". It runs in the background because a shell that waits notices signals at once, and because errexit
# has no effect in a condition. Its input goes through a pipe, as it may hold secrets.
serve_call() {
  serve_call='' serve_told=''
  trap serve_tell HUP INT TERM
  printf '%s' "$serve_input" 2>/dev/null | serve_run "$@" &
  serve_call=$!
  [ -z "$serve_told" ] || serve_tell
  serve_status=0
  wait "$serve_call" || serve_status=$?
  # A signal ends the wait, not the call, which first removes what it has set up temporarily.
  while [ -n "$serve_told" ]; do
    serve_told='' serve_again=0
    wait "$serve_call" || serve_again=$?
    # It had ended already.
    [ "$serve_again" -eq 127 ] || serve_status=$serve_again
  done
  trap - HUP INT TERM
}

# serve_tell: a signal to the server ends the call that runs, then the server. (In the background shells ignore INT.)
serve_tell() {
  serve_told=yes serve_ended=yes
  [ -z "$serve_call" ] || kill -s TERM "$serve_call" 2>/dev/null || true
}

serve_run() {
  SERVED=yes
  call "$@"
}

# served KIND VERB: refuses calls that a server must not run, because they take no lock or must not run as root.
served() {
  case $1:$2 in
    proof:* | host:*) ;;
    *:apply | *:remove) return 0 ;;
  esac
  fail "serve: takes apply and remove of objects alone, and not \"$1 $2\""
}
