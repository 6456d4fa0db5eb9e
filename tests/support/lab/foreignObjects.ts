/** 500 services with members, 50 addresses and 10 namespaces that nobody declared. */
export const foreign = `
  i=0; while [ $i -lt 500 ]; do i=$((i + 1))
    echo "-A -t 192.0.2.$((i / 250 + 1)):$((1000 + i)) -s lc"
    echo "-a -t 192.0.2.$((i / 250 + 1)):$((1000 + i)) -r 198.51.100.7:80 -m -w $i"
  done | ipvsadm -R
  i=0; while [ $i -lt 50 ]; do i=$((i + 1)); echo "addr add 203.0.113.$i/32 dev enp0s8"; done | ip -batch -
  i=0; while [ $i -lt 10 ]; do i=$((i + 1)); ip netns add foreign$i; done`;
