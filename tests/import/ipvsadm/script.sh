#!/bin/sh
# Loaded from rc.local since 2009
IPVSADM=/sbin/ipvsadm
/sbin/ipvsadm -A -t 192.0.2.145:http -s wlc -p
/sbin/ipvsadm -a -t 192.0.2.145:http -r 198.51.100.45:8080 -m
/sbin/ipvsadm -a -t 192.0.2.145:http -r 198.51.100.46:8080 -m -w 3
/sbin/ipvsadm --add-service --udp-service 192.0.2.145:514 --scheduler rr --ops
/sbin/ipvsadm --add-server --udp-service 192.0.2.145:514 --real-server 198.51.100.47 --masquerading --u-threshold 2000
