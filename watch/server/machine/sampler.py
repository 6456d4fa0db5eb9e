"""Prints the kernel's table of one virtual service about once a second, as a line of JSON.

The first line of standard input names the service: {"address", "port", "protocol", "members":
[{"address", "port"}]}, and the "interface" that has its address. The program ends with its standard
input, so that it does not outlive its caller. It runs as root.

A line: {"t": seconds, "scheduler": name or null, "cost": share of one core, "members": [[weight,
active, inactive, connections, state], or null for a member that the table lacks]}; state is 1 when a
connection to the member's own port succeeds, 0 when it fails, -1 when it was not tried yet.

Another line, at the beginning and at once when the kernel reports a change: {"address": true when this
machine has the service's address, "carrier": true when the interface's cable is in}.

The program asks the kernel over netlink, as ipvsadm does: starting ipvsadm would cost 60 times as much.
It is sent with ipvs.py and link.py before it, as one text.
"""

import errno
import json
import os
import select
import socket
import sys
import time

PERIOD = 1.0  # seconds between two lines, or more to stay within the budget
BUDGET = 0.035  # the largest share of one core
TIMEOUT = 1.0  # seconds that a connection may take
WAIT = 0.3  # seconds that a line waits for connections
AT_ONCE = 50  # connections at the same time; more members take turns


def say(line):
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


class Probes:
    """Connections to the members' own ports: several at the same time, the members in turns."""

    def __init__(self, members, link):
        self.members, self.link = members, link
        self.states = [-1] * len(members)
        self.next = 0
        self.pending = {}  # file number: (socket, member, deadline)
        self.poll = select.poll()
        self.poll.register(sys.stdin, select.POLLIN)
        self.poll.register(link.events, select.POLLIN)

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
                elif number == self.link.events.fileno():
                    self.link.tell()
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
    link = Link(service["interface"], service["address"], say)
    kernel, probes, files = Kernel(service), Probes(members, link), carriers()
    link.tell()
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
        say({"t": round(seen, 3), "scheduler": scheduler, "cost": cost, "members": rows})
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
