# The common part of the programs that read checks in keepalived's configuration. read_check() is called with each line,
# and is true at the end of a check. Then "check" has its lines with "|" behind each, "seconds" the time that its first
# result may take, and "weight" is the member's.
function read_check(  line) {
  if ($1 == "real_server") { reading = 0; slow = retry = 0; pause = 1 }
  if ($1 == "weight") weight = $2
  # Each step of a conversation may take the whole time: SMTP has the connection, the greeting, HELO and QUIT.
  if (/^    [A-Z_]+ \{$/) { turns = /_GET/ ? 2 : /SMTP/ ? 4 : 1; reading = 1; check = "" }
  if (!reading) return 0
  line = $0; sub(/^ +/, "", line); check = check line "|"
  if ($1 ~ /^(connect|misc)_timeout$/) slow = $2
  if ($1 == "retry") retry = $2
  if ($1 == "delay_before_retry") pause = $2
  if (!/^    }$/) return 0
  reading = 0
  # keepalived itself waits for a second before the first one.
  seconds = 2 + turns * slow + retry * (pause + turns * slow)
  if (seconds > 120) seconds = 120
  return 1
}
