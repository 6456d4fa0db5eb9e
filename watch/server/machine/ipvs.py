"""The kernel's table of one virtual service, over generic netlink (linux/ip_vs.h). A part of sampler.py."""

import errno
import os
import socket
import struct

GET_SERVICE, GET_DEST = 4, 8
REQUEST, DUMP = 1, 0x300
PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}


def packed(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.inet_pton(family, address)


def attribute(kind, data):
    length = 4 + len(data)
    return struct.pack("=HH", length, kind) + data + bytes(-length % 4)


def attributes(data, at, end):
    """The (start, end) of each attribute's value, by the attribute's number."""
    found = {}
    while at + 4 <= end:
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        found[kind & 0x3FFF] = (at + 4, at + length)
        at += (length + 3) & ~3
    return found


class Kernel:
    """IPVS's table, over generic netlink."""

    def __init__(self, service):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.socket.bind((0, 0))
        self.family = None
        family, address = packed(service["address"])
        key = (
            attribute(1, struct.pack("=H", family))
            + attribute(2, struct.pack("=H", PROTOCOLS[service["protocol"]]))
            + attribute(3, address.ljust(16, b"\0"))
            + attribute(4, struct.pack(">H", service["port"]))
        )
        self.service = attribute(1 | 0x8000, key)
        self.length = len(address)

    def ask(self, family, command, flags, body):
        """The messages of an answer, each as (buffer, start of its attributes, end)."""
        payload = struct.pack("=BBxx", command, 1) + body
        header = struct.pack("=IHHII", 16 + len(payload), family, REQUEST | flags, 1, 0)
        self.socket.send(header + payload)
        while True:
            data = self.socket.recv(1 << 18)
            at = 0
            while at < len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if kind == 3:
                    return
                if kind == 2:
                    code = -struct.unpack_from("=i", data, at + 16)[0]
                    raise OSError(code, os.strerror(code))
                yield data, at + 20, at + length
                at += (length + 3) & ~3
            if not flags & DUMP:
                return

    def ready(self):
        """The number of IPVS's netlink family, which stays the same while the module is loaded."""
        if self.family is None:
            for data, at, end in self.ask(16, 3, 0, attribute(2, b"IPVS\0")):
                self.family = struct.unpack_from("=H", data, attributes(data, at, end)[1][0])[0]
        return self.family

    def scheduler(self):
        """The scheduler's name; None when there is no such service."""
        try:
            for data, at, end in self.ask(self.ready(), GET_SERVICE, 0, self.service):
                inner = attributes(data, *attributes(data, at, end)[1])
                return data[slice(*inner[6])].rstrip(b"\0").decode()
        except OSError as error:
            if error.errno not in (errno.ESRCH, errno.ENOENT):
                raise
            self.family = None
        return None

    def members(self):
        """(weight, active, inactive, connections) by (address, port)."""
        found, layouts = {}, {}
        for data, at, end in self.ask(self.ready(), GET_DEST, DUMP, self.service):
            # The kernel writes all attributes in one order, so messages of the same length have the same layout.
            if end - at not in layouts:
                layouts[end - at] = self.layout(data, at, end)
            address, port, *values = layouts[end - at].unpack_from(data, at)
            found[address, port[0] << 8 | port[1]] = values
        return found

    def layout(self, data, at, end):
        inner = attributes(data, *attributes(data, at, end)[2])
        counts = 12 if 12 in inner else 10  # counters of 64 bits, or of 32 in an old kernel
        places = [
            (inner[1][0], f"{self.length}s"),
            (inner[2][0], "2s"),
            (inner[4][0], "i"),
            (inner[7][0], "I"),
            (inner[8][0], "I"),
            (attributes(data, *inner[counts])[1][0], "Q" if counts == 12 else "I"),
        ]
        form, reached = "=", at
        for place, kind in places:
            form += f"{place - reached}x{kind}"
            reached = place + struct.calcsize("=" + kind)
        return struct.Struct(form)
