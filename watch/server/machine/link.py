"""The service's address and the cable of its interface. A part of sampler.py, behind ipvs.py."""

import errno
import socket
import struct


class Link:
    """The service's address and the interface's carrier, which the kernel reports (rtnetlink)."""

    def __init__(self, interface, address, say):
        """@param say Called with a line that is to be printed."""
        self.interface, self.say = interface, say
        self.family, self.address = packed(address)
        self.told = None
        self.events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.events.setblocking(False)
        self.events.bind((0, 0x111))  # of links, and of addresses of IPv4 and IPv6

    def tell(self):
        """Takes what was reported, and prints a line when something has changed."""
        while True:
            try:
                self.events.recv(1 << 16)
            except BlockingIOError:
                break
            except OSError as error:
                if error.errno != errno.ENOBUFS:  # some reports are lost, but all is read anew
                    raise
        now = {"address": self.has_address(), "carrier": self.has_carrier()}
        if now != self.told:
            self.told = now
            self.say(now)

    def has_address(self):
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as to:
            to.send(struct.pack("=IHHIIBxxxI", 24, 22, 0x301, 1, 0, self.family, 0))
            found = False
            while True:
                data, at = to.recv(1 << 16), 0
                while at < len(data):
                    length, kind = struct.unpack_from("=IH", data, at)
                    if kind in (2, 3):
                        return found
                    inner = attributes(data, at + 24, at + length)
                    # An address of IPv4 is its second attribute; the first one is its peer's.
                    found = found or data[slice(*inner.get(2, inner.get(1, (0, 0))))] == self.address
                    at += (length + 3) & ~3

    def has_carrier(self):
        try:
            with open(f"/sys/class/net/{self.interface}/carrier", encoding="utf8") as carrier:
                return carrier.read().strip() == "1"
        except OSError:  # the interface is down, or gone
            return False
