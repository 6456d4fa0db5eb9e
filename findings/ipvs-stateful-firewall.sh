#!/bin/sh
# A stateful firewall on an IPVS director sees no connection: `ct state established accept` drops the members' answers.
#
# One would expect that what a director passes on to its members goes through nftables' forward hook, both ways, and
# that answers belong to a connection that is established. Neither is so while net.ipv4.vs.conntrack is 0, its default.
# Requests go through input, where each packet of a connection is "new" and the last one "invalid"; then IPVS takes
# them, and they leave through the output hook, as if the director itself had sent them, "untracked". Answers of
# members by masquerade come through forward, and are "new" or "invalid", too. Since there is no error anywhere and
# `ipvsadm -Ln` counts the connection, a firewall is the last thing that is looked at. With net.ipv4.vs.conntrack=1
# states are what they should be; requests still leave through output and not through forward.
#
# Seen with Linux 6.12.117-1, nftables 1.1.3-1 and ipvsadm 1.31-5 of Debian 13, one request by masquerade for each:
#   conntrack 0: requests: input new, input invalid, output untracked, output invalid
#   conntrack 0: answers: forward new, forward invalid
#   conntrack 0, forward lets pass what is established: no answer
#   conntrack 0, forward lets pass what comes from port 80: answered
#   conntrack 0, output lets pass what is new or established: no answer
#   conntrack 1: requests: input new, input established, output new, output established
#   conntrack 1: answers: forward established
#   conntrack 1, forward lets pass what is established: answered
#   conntrack 1, output lets pass what is new or established: answered
#
# What helps: net.ipv4.vs.conntrack=1, or rules by address and port: requests in input and output, answers in forward.
set -eu

"$(dirname "$0")/with-kernel" nftables=1.1.3-1 <<'MACHINE'
. /topology
cat >/serve.py <<'SERVE'
import socket
listener = socket.create_server(("", 80))
while True:
    client = listener.accept()[0]
    client.recv(1)
    client.sendall(b"x")
    client.close()
SERVE
cat >/ask.py <<'ASK'
import socket, sys
try:
    server = socket.create_connection(("192.0.2.100", 80), 3)
    server.sendall(b"x")
    server.recv(1)
    print(*sys.argv[1:], "answered")
except TimeoutError:
    print(*sys.argv[1:], "no answer")
ASK
ip netns exec member python3 /serve.py &
sleep 3
ipvsadm -A -t 192.0.2.100:80 -s rr
ipvsadm -a -t 192.0.2.100:80 -r 198.51.100.2:80 -m

count() {
  nft flush ruleset
  {
    echo 'table ip seen {'
    for hook in input forward output; do
      echo "chain $hook { type filter hook $hook priority 0;"
      for state in new established untracked invalid; do
        echo "tcp dport 80 ct state $state counter comment \"requests $hook $state\""
        echo "tcp sport 80 ct state $state counter comment \"answers $hook $state\""
      done
      echo '}'
    done
    echo '}'
  } | nft -f -
  ip netns exec client python3 /ask.py >/dev/null
  for what in requests answers; do
    nft list ruleset | sed -n "/packets 0 /d; s/.*comment \"$what \(.*\)\".*/\1/p" | paste -sd, | sed "s/^/$1: $what: /; s/,/, /g"
  done
}
# behind NAME HOOK RULE: a request where that hook drops all but what the rule takes.
behind() {
  nft flush ruleset
  nft "table ip firewall { chain passes { type filter hook $2 priority 0; policy drop; $3 accept; }; }"
  ip netns exec client python3 /ask.py "$1:"
}
{
  for conntrack in 0 1; do
    echo $conntrack >/proc/sys/net/ipv4/vs/conntrack
    count "conntrack $conntrack"
    behind "conntrack $conntrack, forward lets pass what is established" forward "ct state established"
    [ $conntrack = 1 ] || behind "conntrack 0, forward lets pass what comes from port 80" forward "tcp sport 80"
    behind "conntrack $conntrack, output lets pass what is new or established" output "ct state new,established"
  done
} 2>&1 | tee /seen
diff - /seen <<'SEEN'
conntrack 0: requests: input new, input invalid, output untracked, output invalid
conntrack 0: answers: forward new, forward invalid
conntrack 0, forward lets pass what is established: no answer
conntrack 0, forward lets pass what comes from port 80: answered
conntrack 0, output lets pass what is new or established: no answer
conntrack 1: requests: input new, input established, output new, output established
conntrack 1: answers: forward established
conntrack 1, forward lets pass what is established: answered
conntrack 1, output lets pass what is new or established: answered
SEEN
MACHINE
