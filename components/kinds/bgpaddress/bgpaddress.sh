# shellcheck shell=sh
# An address on lo that a director's BIRD announces to its neighbours, while a service of it has a live member: the watch
# of bgp.sh decides that. No interface answers ARP for it, because several directors have it.

bgpaddress_apply() {
  bgpaddress_desired
  bgp_part "$key" "address $address"
  device=$(interface_name "$interface")
  [ -n "$device" ] || host_check "$interface"
  [ -z "$sloppy" ] || share_sysctls "net.ipv4.vs.sloppy_tcp=1"
  case $address in *:*) ;; *) name=$device && realserver_silent ;; esac
  share_address "$address"
  bird_name v "$address"
  bgpaddress_put
  release_references
  rm -f "$leaving/$name"
  # Also where no file has changed: that ends what somebody has disabled by hand.
  bird_reload
  commit "$key" "$SETTINGS" "$(with_words "$files" sha256sum)"
}

bgpaddress_remove() {
  bgpaddress_desired
  if mine "$key"; then
    run rm -f "$path" "$path.new"
    set +f
    rm -f "$tree"/to/*/"$name.conf" "$tree"/to/*/"$name.conf.new"
    set -f
    if systemctl -q is-active "$unit"; then bird_reload; fi
    rm -f "$live/$name.conf" "$leaving/$name"
  fi
  case $address in *:*) ;; *) REMOVED_VIP=${address%/*} ;; esac
  release_references
  release "$key"
}

bgpaddress_desired() {
  instance='' address='' interface='' neighbors='' communities='' med='' preference='' sloppy=''
  read_desired instance address interface neighbors communities med preference sloppy
  # shellcheck disable=SC2086 # words
  allowed_words "$instance" "$address" $neighbors $communities "$med" "$preference"
  bgp_places
  bird_name v "$address"
  key=$address
  path=$tree/addresses/$name.conf
}

# Without a protocol "kernel", BIRD's own routes never reach the kernel's table.
bgpaddress_route() {
  family=ipv4
  case $address in *:*) family=ipv6 ;; esac
  cat <<ROUTE
# ipvs-lab $name $(awk -v address="${address%/*}" "$AWK_BGP_HEX"'BEGIN { print hex(address) }') $address
# route $address blackhole;
protocol static $name {
  $family;
  include "$live/${name}[.]conf";
}
ROUTE
}

# The address's own file, and the part of each neighbour's filter that lets the address pass, with what is asked for.
bgpaddress_put() {
  files=$path
  v=$name
  route=$(bgpaddress_route)$NEWLINE
  text="if net = $address then {"
  [ -z "$med" ] || text="$text if ! maintenance then bgp_med = $med;"
  [ -z "$preference" ] || text="$text if ! maintenance then bgp_local_pref = $preference;"
  for community in $communities; do
    swap "$community" : ,
    case $SWAPPED in
      *,*,*) text="$text bgp_large_community.add(($SWAPPED));" ;;
      *) text="$text bgp_community.add(($SWAPPED));" ;;
    esac
  done
  text="$text accept; }$NEWLINE"
  wanted=' '
  bird_offer "$path" "$route"
  for neighbor in $neighbors; do
    bird_name n "$neighbor"
    bird_offer "$tree/to/$name/$v.conf" "$text"
    files="$files $tree/to/$name/$v.conf"
    wanted="$wanted$name "
  done
  name=$v
  bird_accept
  put_file "$path" "$route" 644 root
  for file in ${files#"$path"}; do put_file "$file" "$text" 644 root; done
  set +f
  for file in "$tree"/to/*/"$v.conf"; do
    to=${file%/*}
    case $wanted in *" ${to##*/} "*) ;; *) [ ! -e "$file" ] || run rm -f "$file" ;; esac
  done
  set -f
}

# bgp_leave KEYS: before the members of these services drain, has the addresses withdrawn that no other service has.
# Routers then have other directors in use, or none, before connections are refused here.
bgp_leave() {
  set +f
  set -- "$1" "$BIRD"/*/addresses/*.conf
  set -f
  [ -e "$2" ] || return 0
  going=$1 announced=
  shift
  for file in "$@"; do
    read -r _ _ announced_as _ announced_address <"$file"
    bgp_only_of "$going" "$announced_address" || continue
    announcer=${file#"$BIRD/"}
    announcer=/run/bgp-${announcer%%/*}
    [ -e "$announcer/live/$announced_as.conf" ] || continue
    say "ipvs-lab: $announced_address is withdrawn before members drain"
    : >"$announcer/leaving/$announced_as" || write_failed "$announcer/leaving/$announced_as"
    announced="$announced $announcer/live/$announced_as.conf"
  done
  [ -n "$announced" ] || return 0
  for file in $announced; do
    tries=0
    while [ -e "$file" ] && [ "$tries" -lt 12 ]; do
      tries=$((tries + 1))
      sleep 0.25
    done
  done
  sleep 1
}

# bgp_only_of KEYS ADDRESS: true when some of these services, and no others, are of this address.
bgp_only_of() {
  bare=${2%/*}
  case $bare in *:*) at="[$bare]:" ;; *) at=$bare: ;; esac
  some=
  services=$(ipvsadm -Sn 2>/dev/null | service_keys)
  while IFS= read -r service; do
    case $service in
      *" $at"*) ;;
      "-f "*)
        mark=${service#-f }
        [ -e "$RUN/firewallmark/${mark%% *}@$bare" ] || continue
        ;;
      *) continue ;;
    esac
    case $NEWLINE$1$NEWLINE in *"$NEWLINE$service$NEWLINE"*) some=yes ;; *) return 1 ;; esac
  done <<SERVICES
$services
SERVICES
  [ -n "$some" ]
}
