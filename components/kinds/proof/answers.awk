# Reads bodies that curl printed, each before a line "END STATUS"; prints the first line of each, or why there is none.
# curl says after how many milliseconds; without them, equal failures are counted together.
$1 == end {
  if ($2 == "000" || last ~ /^curl: \([0-9]+\) /) { sub(/ after [0-9]+ ms: /, ": ", last); first = "no answer: " last }
  else if ($2 !~ /^[23]/) first = "no answer: HTTP status " $2
  print first; first = last = ""; begun = 0; next
}
!begun { first = $0; begun = 1 }
$0 != "" { last = $0 }
