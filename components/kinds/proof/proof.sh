# shellcheck shell=sh
# Proof by traffic: requests to an address, and who answered. Changes nothing.

# After the settings: a line "NAME<tab>FIRST LINE OF ITS PAGE" for each backend that must answer at
# least once. Prints one line for each answer. "service" is not used here; it is in the input so that a changed service
# changes the proof.
proof_read() {
  url='' requests='' hide=''
  read_desired url requests service hide
  read_lines
  expected=$INPUT
  needs curl
  answers=$(proof_ask)
  if [ -n "$hide" ]; then
    printf '%s\n' "$answers" | awk -v expected="$expected" "$AWK_PROOF_HIDE"
  else
    printf '%s\n' "$answers"
  fi
  # Other clients may have taken a backend's turns meanwhile, so missing backends get some more requests.
  more='' tries=0
  missing=$(proof_missing)
  while [ -n "$missing" ] && [ "$tries" -lt 30 ]; do
    tries=$((tries + 1))
    body=$(curl -q -sSf --noproxy '*' --max-time 1 "$url" 2>/dev/null) || body="no answer"
    more=$more$NEWLINE${body%%"$NEWLINE"*}
    missing=$(proof_missing)
  done
  [ -z "$missing" ] ||
    fail "$missing never answered in $requests requests from $(uname -n) to $url, nor in $tries more"
}

# The first backend that has not answered yet.
proof_missing() {
  printf '%s\n' "$expected" | while IFS= read -r entry; do
    backend=${entry%%"$TAB"*} line=${entry#*"$TAB"}
    [ -n "$backend" ] || continue
    case $NEWLINE$answers$more$NEWLINE in
      *"$NEWLINE$line$NEWLINE"*) ;;
      *)
        printf '%s' "$backend"
        break
        ;;
    esac
  done
}

# Prints a line for each request, each on a connection of its own: the first line of the page, or why there is none.
# (One curl for many: starting one costs an emulated machine more than a request does.)
proof_ask() {
  read -r end </proc/sys/kernel/random/uuid
  while [ "$requests" -gt 0 ]; do
    set --
    while [ "$requests" -gt 0 ] && [ "$#" -lt 100 ]; do
      set -- "$@" "$url"
      requests=$((requests - 1))
    done
    # Without .curlrc and the environment's proxies: their answers would not be a backend's.
    curl -q -sS --noproxy '*' --stderr - --max-time 10 -H 'Connection: close' -w "\\n$end %{http_code}\\n" "$@" || true
  done | awk -v end="$end" "$AWK_PROOF_ANSWERS"
}
