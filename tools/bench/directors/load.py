"""For shares.sh. load.py send ADDRESS: datagrams to port 80 that are all new connections, as fast as they go.
load.py offload DEVICE COMMAND VALUE: one offload of ethtool(8), which the machine may not have; COMMAND is of
linux/ethtool.h."""

import array
import fcntl
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
CLIENT = 0x0A500100  # 10.80.1.0
PORTS = 60000


def send(address):
    out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    to = socket.inet_aton(address)
    number = 0
    while True:
        source = struct.pack("!I", CLIENT + 10 + number // PORTS % 200)
        port = 1024 + number % PORTS
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 29, 0, 0, 64, socket.IPPROTO_UDP, 0, source, to)
        try:
            out.sendto(ip + struct.pack("!HHHH", port, 80, 9, 0) + b"1", (address, 0))
        except OSError:
            pass  # a full queue
        number += 1


def offload(device, command, value):
    words = array.array("I", [int(command, 16), int(value)])
    request = struct.pack("16sP8x", device.encode(), words.buffer_info()[0])
    fcntl.ioctl(socket.socket(), SIOCETHTOOL, request)


{"send": send, "offload": offload}[sys.argv[1]](*sys.argv[2:])
