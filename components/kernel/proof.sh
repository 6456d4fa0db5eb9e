# shellcheck shell=sh
# Proof by traffic: requests to an address, and who answered. Changes nothing.

# After the settings: a line "NAME<tab>FIRST LINE OF ITS PAGE" for each backend that must answer at
# least once. Prints one line an answer. "service" is not used here: it makes a changed service a
# changed proof.
proof_read() {
  # shellcheck disable=SC2034
  url='' requests='' service='' hide=''
  read_desired url requests service hide
  expected=$(cat)
  command -v curl >/dev/null || fail "curl is not installed on $(uname -n)"
  answers=$(
    i=0
    while [ "$i" -lt "$requests" ]; do
      i=$((i + 1))
      body=$(curl -sS --max-time 10 "$url" 2>&1) || body="no answer: $(without_time "$body")"
      printf '%s\n' "$body" | head -n 1
    done
  )
  printf '%s\n' "$answers" | if [ -n "$hide" ]; then
    awk -v expected="$expected" '
      BEGIN { n = split(expected, lines, "\n"); for (i = 1; i <= n; i++) { sub(/^[^\t]*\t/, "", lines[i]); shown[lines[i]] = 1 } }
      { print ($0 in shown || /^no answer: /) ? $0 : "(a page that is not shown)" }'
  else
    cat
  fi
  # Others that ask at the same time may have had a backend's turns: what is missing gets some more.
  more='' tries=0
  missing=$(proof_missing)
  while [ -n "$missing" ] && [ "$tries" -lt 30 ]; do
    tries=$((tries + 1))
    body=$(curl -sS --max-time 1 "$url" 2>/dev/null) || body="no answer"
    more=$more$NEWLINE$(printf '%s\n' "$body" | head -n 1)
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
    printf '%s\n' "$answers$more" | grep -qxF -- "$line" || {
      printf '%s' "$backend"
      break
    }
  done
}

# curl says after how many milliseconds; without them, equal failures are counted together.
without_time() {
  case $1 in
    *" after "*" ms: "*) printf '%s: %s' "${1%% after *}" "${1#* ms: }" ;;
    *) printf '%s' "$1" ;;
  esac
}
