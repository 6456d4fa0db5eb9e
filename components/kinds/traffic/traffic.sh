# shellcheck shell=sh
# The way of packets: who asked a web server, by its log, or what passed the director. Changes nothing.

# With "instance": a line "ADDRESS REQUESTS" for each client of that web server's log that asked for the host "asked".
# With "counters", a service's words of ipvsadm: "CONNECTIONS PACKETS-IN PACKETS-OUT BYTES-IN BYTES-OUT" of it.
# "service" is not used here; it is in the input so that a changed service is read again.
traffic_read() {
  instance='' asked='' counters='' service=''
  read_desired instance asked counters service
  if [ -n "$counters" ]; then
    # The kernel adds up its counters every two seconds.
    sleep 2.5
    # The words are an option and an address, and no shell pattern.
    # shellcheck disable=SC2086
    ipvsadm -Ln --stats --exact $counters | awk '/^(TCP|UDP|SCTP|FWM) / { print $3, $4, $5, $6, $7 }'
    return
  fi
  awk -v asked="$asked" '$2 == asked { n[$1]++ } END { for (client in n) print client, n[client] }' \
    "$LIB/web/$instance/access.log" | sort
}
