"""Makes HTTP requests at a rate, each over a connection of its own, and prints who answered.

The first line of standard input says how: {"targets": [{"way", "address", "port"}], "rate": requests a
second to each, "concurrency": how many at once to each, "pages": {first line of a page: member}}. It
ends with its standard input, so that nothing stays when whoever asked is gone.

A line of output is some tens of milliseconds of one target's answers in the order in which they came:
{"way", "first": number of the first, "who": [member, or -1 for a failure, -2 for another page],
"took": [ms]}.
"""

import errno
import json
import os
import select
import socket
import sys
import time

BATCH = 0.05  # seconds
PATIENCE = 2.0  # seconds
FAILED, OTHER = -1, -2


class Target:
    """One address that is asked."""

    def __init__(self, order, way, address, port):
        self.way = way
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.place = (address, port)
        host = f"[{address}]" if ":" in address else address
        self.request = f"GET / HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode()
        self.pages = {page.encode(): member for page, member in order["pages"].items()}
        self.pause, self.most = 1 / order["rate"], order["concurrency"]
        self.due = time.monotonic()
        self.asked = 0  # how many are on their way
        self.first, self.who, self.took = 0, [], []

    def may_ask(self, now):
        if self.due > now or self.asked >= self.most:
            return False
        # What could not be asked in time is not made up for by a burst.
        self.due = max(self.due + self.pause, now - 0.1)
        return True

    def note(self, who, seconds):
        self.asked -= 1
        self.who.append(who)
        self.took.append(round(seconds * 1000, 1))

    def judge(self, answer):
        head, _, body = answer.partition(b"\r\n\r\n")
        if head[9:12] != b"200":
            return FAILED
        return self.pages.get(body.split(b"\n", 1)[0], OTHER)

    def flush(self):
        if self.who:
            line = {"way": self.way, "first": self.first, "who": self.who, "took": self.took}
            sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
            sys.stdout.flush()
            self.first += len(self.who)
            self.who, self.took = [], []


class Request:
    """One connection, one question."""

    def __init__(self, target, poll):
        self.target, self.poll = target, poll
        self.begun, self.answer, self.sent = time.monotonic(), b"", False
        self.socket = socket.socket(target.family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        target.asked += 1
        code = self.socket.connect_ex(target.place)
        self.failed = code not in (0, errno.EINPROGRESS)
        poll.register(self.socket, select.EPOLLOUT)

    def step(self):
        """Goes on. Returns whether it has ended."""
        try:
            if not self.sent:
                code = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code or self.failed:
                    return self.end(FAILED)
                self.socket.send(self.target.request)
                self.sent = True
                self.poll.modify(self.socket, select.EPOLLIN)
                return False
            part = self.socket.recv(65536)
        except BlockingIOError:
            return False
        except OSError:
            return self.end(FAILED)
        self.answer += part
        return self.end(self.target.judge(self.answer)) if not part else False

    def end(self, who):
        self.target.note(who, time.monotonic() - self.begun)
        self.poll.unregister(self.socket)
        self.socket.close()
        return True


def main():
    order = json.loads(sys.stdin.buffer.raw.readline())
    targets = [Target(order, **target) for target in order["targets"]]
    poll, running = select.epoll(), {}
    poll.register(sys.stdin, select.EPOLLIN)
    flushed = time.monotonic()
    while True:
        now = time.monotonic()
        for target in targets:
            while target.may_ask(now):
                request = Request(target, poll)
                running[request.socket.fileno()] = request
        if now - flushed >= BATCH:
            for target in targets:
                target.flush()
            flushed = now
            for number, request in list(running.items()):
                if now - request.begun > PATIENCE:
                    request.end(FAILED)
                    del running[number]
        wake = min([flushed + BATCH] + [t.due for t in targets if t.asked < t.most])
        for number, event in poll.poll(max(0, wake - time.monotonic())):
            if number == sys.stdin.fileno():
                if not event & select.EPOLLIN or not os.read(number, 4096):
                    sys.exit()
            elif number in running and running[number].step():
                del running[number]


try:
    main()
except (BrokenPipeError, KeyboardInterrupt):
    os._exit(0)
