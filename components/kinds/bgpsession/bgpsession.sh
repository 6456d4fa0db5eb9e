# shellcheck shell=sh
# A session of a director's BIRD with a neighbour, such as a router. The desired settings come first; after an empty line,
# the password of the session (TCP MD5, RFC 2385), if it has one.

bgpsession_apply() {
  bgpsession_desired
  bgpsession_port_free
  bgp_part "$key" "BGP session with $neighbor"
  make_folder "$tree/to/$name"
  chmod 755 "$tree/to/$name"
  bird_put "$path" "$(bgpsession_configuration)$NEWLINE" 640 "$user"
  if [ -n "$changed" ] || ! systemctl -q is-active "$unit"; then bird_reload; fi
  commit "$key" "$SETTINGS" "$(sha256sum "$path")"
}

# BIRD gives a session up for good if another program has its port. A socket of BFD is shared: the program with the more
# exact address gets the packets.
bgpsession_port_free() {
  command -v ss >/dev/null || return 0
  listen=${port:-179} detect=3784
  [ -z "$hops" ] || detect=4784
  bgp_listeners "( sport = :$listen or sport = :$detect )" >"$RUN/listeners" || write_failed "$RUN/listeners"
  while read -r protocol at program pid others; do
    [ "$others" != "$instance" ] || continue
    bgpsession_has "$at" || continue
    case $protocol:${at##*:} in
      "tcp:$listen") fail "$(uname -n): $program (process $pid) listens on TCP port $listen of $whose_address, so BIRD cannot: set port of announce.bgp to another, or have $program listen on addresses of its own" ;;
      "udp:$detect")
        [ -z "$bfd" ] || say "ipvs-lab: $program (process $pid) has UDP port $detect of $whose_address too: BIRD gets the BFD packets to $own, unless bfd of the neighbour is false"
        ;;
    esac
  done <"$RUN/listeners"
  rm -f "$RUN/listeners"
}

# bgpsession_has ADDRESS:PORT: true for a socket that has the director's own address; sets "whose_address" to it in words.
bgpsession_has() {
  bare=${1%:*}
  bare=${bare%%%*}
  case $bare in '['*) bare=${bare#?} && bare=${bare%]} ;; esac
  whose_address="all addresses"
  case $own in
    *:*) case $bare in '*' | ::) return 0 ;; esac ;;
    *) case $bare in '*' | 0.0.0.0) return 0 ;; esac ;;
  esac
  whose_address=$own
  [ "$bare" = "$own" ]
}

bgpsession_remove() {
  bgpsession_desired
  if mine "$key"; then
    run rm -f "$path" "$path.new"
    if systemctl -q is-active "$unit"; then bird_reload; fi
    run rm -rf "$tree/to/$name"
  fi
  release "$key"
}

bgpsession_desired() {
  instance='' neighbor='' remote='' asn='' own='' port='' hops='' bfd=''
  read_desired instance neighbor remote asn own port hops bfd
  IFS= read -r password || true
  allowed_words "$instance" "$neighbor" "$remote" "$asn" "$own" "$port" "$hops"
  bird_timers
  case $password in *['"']* | *[![:print:]]*) fail "the password has a quotation mark, or a character that is not ASCII" ;; esac
  bgp_places
  bird_name n "$neighbor"
  key=$instance:$neighbor
  path=$tree/neighbors/$name.conf
}

# What the addresses themselves ask for (bgpaddress.sh) is in files of "to". A neighbour with the director's own AS
# number refuses a path that has this number. (Graceful shutdown is RFC 8326.)
bgpsession_configuration() {
  family=ipv4
  case $neighbor in *:*) family=ipv6 ;; esac
  cat <<SESSION
# ipvs-lab: BGP with $neighbor
filter export_$name {
  if maintenance then {
    bgp_community.add((65535, 0));
    bgp_med = 4294967295;
    bgp_local_pref = 0;
$([ "$remote" = "$asn" ] || printf '    bgp_path.prepend(%s);\n    bgp_path.prepend(%s);\n' "$asn" "$asn")
  }
  include "../to/$name/*.conf";
  reject;
}
SESSION
  bird_session "$neighbor" "$family { import none; export filter export_$name; }"
}
