#!/bin/sh
# IPVS gives its connection table fewer places than conn_tab_bits asks for, says nothing, and shows the smaller number.
#
# The advice for a busy director is one line in modprobe.d: conn_tab_bits=20. In newer kernels the greatest size depends
# on the machine's memory (read in ip_vs_conn_init: the logarithm of the memory, less 12). With more bits than that, the
# module loads, modprobe succeeds, the kernel's log has the size that it became and no word of a cut, and the parameter reads as if
# the smaller value had been asked for. Linux 6.1 has no such limit (read). A virtual machine that was sized by its
# table's memory (8 bytes a place: 8 MB) gets less after an upgrade, and longer rows for each packet to look through.
#
# Seen with Linux 6.12.117-1 of Debian 13, on a machine with 1 GiB:
#   asked for 16 bits: parameter 16, table of 65536
#   asked for 20 bits: parameter 18, table of 262144
#   asked for 27 bits: parameter 18, table of 262144
# What helps: compare the parameter with what was asked for after each boot.
set -eu

"$(dirname "$0")/with-kernel" <<'MACHINE'
set -e
for bits in 16 20 27; do
  modprobe ip_vs conn_tab_bits=$bits
  got=$(cat /sys/module/ip_vs/parameters/conn_tab_bits)
  size=$(ipvsadm -Ln | sed -n 's/.*(size=\(.*\))/\1/p')
  echo "asked for $bits bits: parameter $got, table of $size"
  modprobe -r ip_vs
  [ "$size" = $((1 << got)) ]
  case $bits in 16) [ "$got" = 16 ] ;; *) [ "$got" -lt 20 ] ;; esac
done
MACHINE
