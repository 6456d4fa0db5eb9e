"""Makes HTTP requests at a rate, each over a connection of its own, and prints which member answered.

The first line of standard input has the settings: {"targets": [{"way", "address", "port"}], "rate":
requests a second to each, "concurrency": the most at the same time to each, "pages": {first line of a
page: member}}. The program ends with its standard input, so that it does not outlive its caller.

A line of output has one target's answers of some tens of milliseconds, in the order in which they came:
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
TIMEOUT = 2.0  # seconds
FAILED, OTHER = -1, -2


class Target:
    """An address that is asked."""

    def __init__(self, settings, way, address, port):
        self.way = way
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.place = (address, port)
        host = f"[{address}]" if ":" in address else address
        self.request = f"GET / HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode()
        self.pages = {page.encode(): member for page, member in settings["pages"].items()}
        self.pause, self.max = 1 / settings["rate"], settings["concurrency"]
        self.due = time.monotonic()
        self.asked = 0  # requests under way
        self.first, self.who, self.took = 0, [], []

    def may_ask(self, now):
        if self.due > now or self.asked >= self.max:
            return False
        # Requests that are late are left out instead of being made in a burst.
        self.due = max(self.due + self.pause, now - 0.1)
        return True

    def note(self, who, seconds):
        self.asked -= 1
        self.who.append(who)
        self.took.append(round(seconds * 1000, 1))

    def member_of(self, answer):
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
    """A connection with one request."""

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
        """Handles an event. Returns True when the request has ended."""
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
        return self.end(self.target.member_of(self.answer)) if not part else False

    def end(self, who):
        self.target.note(who, time.monotonic() - self.begun)
        self.poll.unregister(self.socket)
        self.socket.close()
        return True


def main():
    settings = json.loads(sys.stdin.buffer.raw.readline())
    targets = [Target(settings, **target) for target in settings["targets"]]
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
                if now - request.begun > TIMEOUT:
                    request.end(FAILED)
                    del running[number]
        wake = min([flushed + BATCH] + [t.due for t in targets if t.asked < t.max])
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
