"""Prints the kernel's table of one virtual service about once a second, as a line of JSON.

The first line of standard input names the service: {"address", "port", "protocol", "members":
[{"address", "port"}]}. The program ends with its standard input, so that it does not outlive its
caller. It runs as root.

A line: {"t": seconds, "scheduler": name or null, "cost": share of one core, "members": [[weight,
active, inactive, connections, state], or null for a member that the table lacks]}; state is 1 when a
connection to the member's own port succeeds, 0 when it fails, -1 when it was not tried yet.

The program asks the kernel over generic netlink (linux/ip_vs.h), as ipvsadm does: starting ipvsadm
would cost 60 times as much.
"""

import errno
import json
import os
import select
import socket
import struct
import sys
import time

PERIOD = 1.0  # seconds between two lines, or more to stay within the budget
BUDGET = 0.035  # the largest share of one core
TIMEOUT = 1.0  # seconds that a connection may take
WAIT = 0.3  # seconds that a line waits for connections
AT_ONCE = 50  # connections at the same time; more members take turns
PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}

GET_SERVICE, GET_DEST = 4, 8
REQUEST, DUMP = 1, 0x300


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


class Probes:
    """Connections to the members' own ports: several at the same time, the members in turns."""

    def __init__(self, members):
        self.members = members
        self.states = [-1] * len(members)
        self.next = 0
        self.pending = {}  # file number: (socket, member, deadline)
        self.poll = select.poll()
        self.poll.register(sys.stdin, select.POLLIN)

    def begin(self):
        asked = {member for _, member, _ in self.pending.values()}
        for _ in range(min(AT_ONCE - len(asked), len(self.members))):
            member, self.next = self.next, (self.next + 1) % len(self.members)
            if member not in asked:
                self.connect(member)

    def connect(self, member):
        address, port = self.members[member]["address"], self.members[member]["port"]
        if not port:
            return
        to = socket.socket(packed(address)[0], socket.SOCK_STREAM)
        to.setblocking(False)
        code = to.connect_ex((address, port))
        if code == errno.EINPROGRESS:
            self.pending[to.fileno()] = (to, member, time.monotonic() + TIMEOUT)
            self.poll.register(to, select.POLLOUT)
        else:
            self.states[member] = int(code == 0)
            to.close()

    def wait(self, until, for_answers=False):
        """Handles events until a time, or, for answers, until no connection is pending."""
        while self.pending or not for_answers:
            now = time.monotonic()
            for number, (_, _, deadline) in list(self.pending.items()):
                if deadline <= now:
                    self.end(number, 0)
            if until <= now:
                return
            wake = min([until] + [deadline for _, _, deadline in self.pending.values()])
            for number, event in self.poll.poll(max(0, wake - now) * 1000 + 1):
                if number == sys.stdin.fileno():
                    if not event & select.POLLIN or not os.read(number, 4096):
                        sys.exit()
                elif number in self.pending:
                    to = self.pending[number][0]
                    failed = to.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    self.end(number, int(failed == 0))

    def end(self, number, state):
        to, member, _ = self.pending.pop(number)
        self.poll.unregister(to)
        to.close()
        self.states[member] = state


def carriers():
    """Files with the processor time of the processes that carry our lines: sudo and sshd."""
    files, pid = [], os.getppid()
    while pid > 1:
        with open(f"/proc/{pid}/stat", encoding="utf8") as stat:
            name, rest = stat.read().rsplit(")", 1)
        files.append(f"/proc/{pid}/schedstat")
        if "(sshd" in name:
            break
        pid = int(rest.split()[1])
    return files


def spent(files):
    """Seconds of processor time so far, with the carriers'."""
    total = time.process_time()
    for file in files:
        with open(file, encoding="utf8") as stat:
            total += int(stat.read().split()[0]) / 1e9
    return total


def main():
    service = json.loads(sys.stdin.buffer.raw.readline())
    members = service["members"]
    keys = [(packed(m["address"])[1], m["port"]) for m in members]
    kernel, probes, files = Kernel(service), Probes(members), carriers()
    begun, used = time.monotonic(), spent(files)
    rounds, cost = [], 0
    while True:
        scheduler = kernel.scheduler()
        table = {} if scheduler is None else kernel.members()
        seen = time.monotonic()
        probes.begin()
        probes.wait(seen + WAIT, for_answers=True)
        rows = [
            [*table[key], probes.states[i]] if key in table else None for i, key in enumerate(keys)
        ]
        line = {"t": round(seen, 3), "scheduler": scheduler, "cost": cost, "members": rows}
        sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
        sys.stdout.flush()
        costs = [c for _, c in rounds] + [spent(files) - used]
        probes.wait(begun + max(PERIOD, sum(costs) / len(costs) / BUDGET))
        now, total = time.monotonic(), spent(files)
        rounds = [*rounds[-9:], (now - begun, total - used)]
        cost = round(sum(c for _, c in rounds) / sum(t for t, _ in rounds), 4)
        begun, used = now, total


try:
    main()
except (BrokenPipeError, KeyboardInterrupt):
    os._exit(0)
