#!/bin/sh
# segment.sh begin PID ADDRESS…: puts both machines (PID is the second one's first process) on one network, each with an
# eth0, instead of those that begin.sh has made. Real servers (real_servers.py) have the addresses, in a namespace there;
# in another one, a client at 203.0.113.200 reaches the machines, and is answered through the first one.
# segment.sh end: takes it back. For root on the first machine.
set -eu
folder=/run/ipvs-lab-segment
# The programs that the files name as checks.
checks='check-mysql check-dns check-app announce'
settings='net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv4.vs.expire_nodest_conn net.ipv4.vs.expire_quiescent_template'

end() {
  for file in "$folder"/*.pid; do
    [ ! -s "$file" ] || kill "$(cat "$file")" || true
  done
  for name in real-servers client; do ip netns delete "$name" 2>/dev/null || true; done
  ip link delete eth0 2>/dev/null || true
  ip link set dummy0 down 2>/dev/null || true
  for name in $checks; do rm -f "/usr/local/bin/$name"; done
  [ ! -e "$folder/settings" ] || sysctl -qp "$folder/settings"
  rm -rf "$folder"
}

if [ "$1" = end ]; then
  end
  exit
fi
process=$2
shift 2
second() { nsenter -t "$process" -a "$@"; }
mkdir -p "$folder"
trap 'end' EXIT

for name in real-servers client; do
  ip netns add "$name"
  ip -n "$name" link set lo up
done
ip -n real-servers link add bridge type bridge
ip -n real-servers link set bridge up
ip link add eth0 type veth peer name first netns real-servers
ip link add name to-second type veth peer name second netns real-servers
ip link set dev to-second netns "$process" name eth0
ip link add name to-client type veth peer name client netns real-servers
ip link set dev to-client netns client name eth0
for port in first second client; do ip -n real-servers link set "$port" master bridge up; done

# place NUMBER COMMAND…: one machine, at 192.0.2.NUMBER.
place() {
  number=$1
  shift
  "$@" ip link delete rest0
  "$@" ip address flush dev rest1
  "$@" ip link add dummy0 type dummy 2>/dev/null || true
  for device in eth0 dummy0; do "$@" ip link set "$device" up; done
  "$@" ip address add "192.0.2.$number/24" dev eth0
  "$@" ip -6 address add "2001:db8:10::$number/64" dev eth0 nodad
  "$@" ip route add 198.51.100.0/24 dev eth0 src "192.0.2.$number"
  "$@" ip route add 203.0.113.200 dev eth0 src "192.0.2.$number"
}
place 10 env
place 11 second

ip -n client address add 203.0.113.200/32 dev eth0
ip -n client link set eth0 up
ip -n client route add 192.0.2.0/24 dev eth0 src 203.0.113.200
ip -n real-servers address add 192.0.2.1/24 dev bridge
ip -n real-servers -6 address add 2001:db8:10::1/64 dev bridge nodad
ip -n real-servers route add 203.0.113.200 via 192.0.2.10
# Answers go back the way that requests came.
for name in real-servers client; do
  for device in all default bridge eth0; do
    ip netns exec "$name" sysctl -qw "net.ipv4.conf.$device.accept_redirects=0" 2>/dev/null || true
  done
done
for address; do
  case $address in
    *:*) ip -n real-servers -6 address add "$address/128" dev bridge nodad ;;
    *) ip -n real-servers address add "$address/32" dev bridge ;;
  esac
done

cat >"$folder/real_servers.py"
(
  cd "$folder"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=real-server \
    -keyout key.pem -out certificate.pem 2>/dev/null
  ip netns exec real-servers python3 real_servers.py "$@" </dev/null >servers.log 2>&1 &
  echo $! >servers.pid
  cat >nginx.conf <<END
pid $folder/nginx.pid;
error_log $folder/nginx.log;
events {}
http {
  access_log off;
  server {
    listen [::]:80 ipv6only=off;
    listen [::]:8080 ipv6only=off;
    listen [::]:8081 ipv6only=off;
    listen [::]:9090 ipv6only=off;
    listen [::]:443 ssl ipv6only=off;
    listen [::]:6443 ssl ipv6only=off;
    listen [::]:8443 ssl ipv6only=off;
    ssl_certificate $folder/certificate.pem;
    ssl_certificate_key $folder/key.pem;
    location / { return 200 "It works!\n"; }
  }
}
END
  ip netns exec real-servers nginx -c "$folder/nginx.conf"
)
for _ in $(seq 100); do
  [ ! -e "$folder/ready" ] || break
  sleep 0.2
done
[ -e "$folder/ready" ]
# What a file's owner has on each machine beside its table: programs that check, which nobody else may change, and the
# settings that a director needs.
for name in $settings; do sysctl "$name"; done >"$folder/settings"
for run in env second; do
  for name in $checks; do
    $run sh -c "printf '#!/bin/sh\nexit 0\n' >/usr/local/bin/$name && chmod 755 /usr/local/bin/$name"
  done
  $run chmod go-w /usr/local /usr/local/bin
  for name in $settings; do $run sysctl -qw "$name=1"; done
done
trap - EXIT
