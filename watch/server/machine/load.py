"""Makes HTTP requests at a rate, each over a connection of its own, and prints which member answered.

The first line of standard input has the settings: {"targets": [{"way", "address", "port"}], "rate":
requests a second to each, "concurrency": the most at the same time to each, "lasting": connections to
the first target that stay open, "pages": {first line of a page: member}}. The program ends with its
standard input, so that it does not outlive its caller.

A line of output has one target's answers of some tens of milliseconds, in the order in which they came:
{"way", "first": number of the first, "who": [member, or -1 for a failure, -2 for another page],
"took": [ms]}. Another line has the lasting connections, when a number changes: {"open": those that have
had an answer and are not broken, "waiting": those of them whose answer is late, "broken": those that
have broken off so far}.
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
PAUSE = 0.5  # seconds from an answer on a lasting connection to the next request, and before a new one
LATE, GIVE_UP = 1.0, 30.0  # seconds that its answer may take
FAILED, OTHER = -1, -2


def say(line):
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


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
            say({"way": self.way, "first": self.first, "who": self.who, "took": self.took})
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


class Lasting:
    """A connection that stays open for one request after the other. Another one follows its end."""

    def __init__(self, target, poll):
        self.target, self.poll = target, poll
        self.request = target.request.replace(b"HTTP/1.0", b"HTTP/1.1")
        self.is_open, self.broken, self.socket = False, 0, None
        self.due = time.monotonic()

    def follow(self, now):
        """Does what is due: connects, asks, or gives up."""
        if self.due > now:
            return
        if self.socket is None:
            self.connect()
        elif self.asked is None:
            self.ask()
        else:
            self.end(is_broken=True)

    def is_late(self, now):
        return self.is_open and self.asked is not None and now - self.asked > LATE

    def connect(self):
        self.socket = socket.socket(self.target.family, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.asked, self.sent = time.monotonic(), False
        self.due = self.asked + GIVE_UP
        self.socket.connect_ex(self.target.place)
        self.poll.register(self.socket, select.EPOLLOUT)

    def ask(self):
        self.answer, self.asked, self.sent = b"", time.monotonic(), True
        self.due = self.asked + GIVE_UP
        try:
            self.socket.send(self.request)
            self.poll.modify(self.socket, select.EPOLLIN)
        except OSError:
            self.end(is_broken=True)

    def step(self):
        """Handles an event. Returns True when the connection has ended."""
        try:
            if not self.sent:
                if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    return self.end(is_broken=True)
                self.ask()
                return self.socket is None
            part = self.socket.recv(65536)
        except BlockingIOError:
            return False
        except OSError:
            return self.end(is_broken=True)
        if not part:
            return self.end(is_broken=True)
        self.answer += part
        head, separator, body = self.answer.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        length = next((int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")), 0)
        if separator and len(body) >= length:
            self.is_open, self.asked = True, None
            self.due = time.monotonic() + PAUSE
            # A server ends a connection after so many requests, and says so.
            if any(f.startswith(b"connection:") and b"close" in f for f in fields):
                return self.end(is_broken=False)
        return False

    def end(self, is_broken):
        if is_broken and self.is_open:
            self.is_open, self.broken = False, self.broken + 1
        self.poll.unregister(self.socket)
        self.socket.close()
        self.socket, self.asked = None, None
        self.due = time.monotonic() + (PAUSE if is_broken else 0)
        return True


def tally(lasting, now):
    return {
        "open": sum(one.is_open for one in lasting),
        "waiting": sum(one.is_late(now) for one in lasting),
        "broken": sum(one.broken for one in lasting),
    }


def main():
    settings = json.loads(sys.stdin.buffer.raw.readline())
    targets = [Target(settings, **target) for target in settings["targets"]]
    poll, running, told = select.epoll(), {}, None
    lasting = [Lasting(targets[0], poll) for _ in range(settings.get("lasting", 0))]
    poll.register(sys.stdin, select.EPOLLIN)
    flushed = time.monotonic()
    while True:
        now = time.monotonic()
        for target in targets:
            while target.may_ask(now):
                request = Request(target, poll)
                running[request.socket.fileno()] = request
        for one in lasting:
            one.follow(now)
        if now - flushed >= BATCH:
            if lasting and told != tally(lasting, now):
                told = tally(lasting, now)
                say(told)
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
            elif number in running:
                if running[number].step():
                    del running[number]
            else:
                for one in lasting:
                    if one.socket is not None and one.socket.fileno() == number:
                        one.step()


try:
    main()
except (BrokenPipeError, KeyboardInterrupt):
    os._exit(0)
