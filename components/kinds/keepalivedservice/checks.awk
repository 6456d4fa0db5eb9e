# Reads a virtual_server block; prints "MEMBER SECONDS CHECK" of each that gets connections.
$1 == "real_server" { member = ($2 ~ /:/ ? "[" $2 "]" : $2) ":" (NF > 3 ? $3 : 0); check = ""; slow = retry = 0 }
$1 == "weight" { weight = $2 }
# Each step of a conversation may take the whole time: SMTP has the connection, the greeting, HELO and QUIT.
/^    [A-Z_]+ \{$/ { turns = /_GET/ ? 2 : /SMTP/ ? 4 : 1; check = " " }
check != "" {
  line = $0; sub(/^ +/, "", line); check = check line "|"
  if ($1 ~ /^(connect|misc)_timeout$/) slow = $2
  if ($1 == "retry") retry = $2
}
# keepalived itself waits for a second before the first one.
/^    }$/ && check != "" {
  seconds = 2 + turns * slow + retry * (1 + turns * slow)
  if (weight > 0) print member, (seconds > 120 ? 120 : seconds) check
  check = ""
}
