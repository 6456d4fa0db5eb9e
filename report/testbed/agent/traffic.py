SCTP = 132
KINDS = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0), "sctp": (socket.SOCK_STREAM, SCTP)}
IPV6_PKTINFO, IPV6_RECVPKTINFO = 50, 49


def plain(address):
    """An address without the prefix that a socket of both families gives an IPv4 address."""
    return address[7:] if address.startswith("::ffff:") else address


def family_of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Loop:
    """An event loop: sockets that wait for events, and their handlers."""

    def __init__(self):
        self.poll = select.epoll()
        self.handlers = {}

    def add(self, sock, events, handler):
        self.handlers[sock.fileno()] = handler
        self.poll.register(sock, events)

    def change(self, sock, events, handler):
        if sock.fileno() in self.handlers:
            self.handlers[sock.fileno()] = handler
            self.poll.modify(sock, events)
        else:
            self.add(sock, events, handler)

    def forget(self, sock):
        if self.handlers.pop(sock.fileno(), None):
            self.poll.unregister(sock)

    def drop(self, sock):
        self.forget(sock)
        sock.close()

    def until(self, done, deadline):
        while not done():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            for number, _ in self.poll.poll(left):
                if number in self.handlers:
                    self.handlers[number]()
        return True

    def settle(self):
        """Handles events until there are no more, so that both ends of closed connections are gone."""
        deadline = time.monotonic() + 2
        while (events := self.poll.poll(0.02)) and time.monotonic() < deadline:
            for number, _ in events:
                if number in self.handlers:
                    self.handlers[number]()


class Stream:
    """Messages, each a length of four bytes and that many bytes."""

    def __init__(self, sock):
        self.sock, self.coming, self.going = sock, b"", b""

    def receive(self):
        """A complete message, or None when there is none yet. Raises EOFError at the end."""
        with contextlib.suppress(BlockingIOError):
            part = self.sock.recv(65536)
            if not part:
                raise EOFError
            self.coming += part
        if len(self.coming) >= 4:
            (length,) = struct.unpack("!I", self.coming[:4])
            if len(self.coming) >= 4 + length:
                message, self.coming = self.coming[4 : 4 + length], self.coming[4 + length :]
                return message
        return None

    def send(self, message):
        # A message fits into any socket's buffer.
        self.sock.send(struct.pack("!I", len(message)) + message)


class Servers:
    """Servers that answer with their name, the client's address, the address asked, and the payload."""

    def __init__(self, namespaces, loop):
        self.namespaces, self.loop = namespaces, loop

    def listen(self, node, protocol, address, port):
        kind, number = KINDS[protocol]
        with self.namespaces.inside(node):
            sock = socket.socket(family_of(address), kind | socket.SOCK_NONBLOCK, number)
        if ":" in address:
            # An SCTP socket of both families would announce all its addresses; the other protocols serve both.
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if protocol == "sctp" else 0)
        sock.bind((address, port))
        if protocol == "udp":
            sock.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
            self.loop.add(sock, select.EPOLLIN, lambda: self.datagram(node, sock))
        else:
            sock.listen(64)
            self.loop.add(sock, select.EPOLLIN, lambda: self.accept(node, sock))

    def accept(self, node, listener):
        sock, _ = listener.accept()
        sock.setblocking(False)
        stream = Stream(sock)
        self.loop.add(sock, select.EPOLLIN, lambda: self.answer(node, stream))

    def answer(self, node, stream):
        try:
            message = stream.receive()
            if message is not None:
                sock = stream.sock
                stream.send(self.header(node, sock.getpeername(), sock.getsockname()[0]) + message)
        except (EOFError, OSError):
            self.loop.drop(stream.sock)

    def datagram(self, node, sock):
        with contextlib.suppress(BlockingIOError):
            message, controls, _, peer = sock.recvmsg(65536, 256)
            at = next(data[:16] for _, kind, data in controls if kind == IPV6_PKTINFO)
            header = self.header(node, peer, socket.inet_ntop(socket.AF_INET6, at))
            # Answers from the address that was asked, over the interface of the route.
            control = (socket.IPPROTO_IPV6, IPV6_PKTINFO, at + bytes(4))
            sock.sendmsg([header + message], [control], 0, peer)

    def header(self, node, peer, local):
        words = {"member": node, "peer": f"{plain(peer[0])} {peer[1]}", "local": plain(local)}
        return json.dumps(words).encode() + b"\n"


class Clients:
    """Opens connections one after the other. Connections with a name stay open."""

    def __init__(self, namespaces, loop):
        self.namespaces, self.loop, self.held = namespaces, loop, {}

    def open(self, node, protocol, source, target, size, name=None, payload=None, seconds=3):
        kind, number = KINDS[protocol]
        with self.namespaces.inside(node):
            sock = socket.socket(family_of(target[0]), kind | socket.SOCK_NONBLOCK, number)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(tuple(source))
        answer = {}
        works = False
        try:
            self.loop.add(sock, select.EPOLLOUT, lambda: answer.update(connected=True))
            error = sock.connect_ex(tuple(target))
            if error not in (0, errno.EINPROGRESS):
                raise OSError(error, os.strerror(error))
            deadline = time.monotonic() + seconds
            if not self.loop.until(lambda: answer, deadline):
                return {"error": "no connection"}
            if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, os.strerror(error))
            reply = self.ask(sock, protocol, size, deadline, payload)
            works = "error" not in reply
            return reply
        except (EOFError, OSError) as error:
            return {"error": errno.errorcode.get(getattr(error, "errno", None), "closed")}
        finally:
            if name is not None and works:
                self.held[name] = sock
            else:
                self.loop.drop(sock)

    def again(self, name, protocol, size, seconds=3):
        """Sends another payload over an open connection. A connection that has ended is removed."""
        if name not in self.held:
            return {"error": "ended"}
        try:
            return self.ask(self.held[name], protocol, size, time.monotonic() + seconds)
        except (EOFError, OSError) as error:
            self.loop.drop(self.held.pop(name))
            return {"error": errno.errorcode.get(getattr(error, "errno", None), "closed")}

    def ask(self, sock, protocol, size, deadline, payload=None):
        payload = payload.encode() if payload else os.urandom(size)
        stream = Stream(sock)
        got = []
        failed = []

        def receive():
            try:
                message = sock.recv(65536) if protocol == "udp" else stream.receive()
                if message is not None:
                    got.append(message)
            except (EOFError, OSError) as error:
                failed.append(error)
                self.loop.forget(sock)  # an ended socket would be ready for ever

        self.loop.change(sock, select.EPOLLIN, receive)
        if protocol == "udp":
            sock.send(payload)
        else:
            stream.send(payload)
        if not self.loop.until(lambda: got or failed, deadline):
            return {"error": "no answer"}
        if failed:
            raise failed[0]
        header, _, back = got[0].partition(b"\n")
        mine = sock.getsockname()
        words = json.loads(header)
        return {
            "member": words["member"],
            "local": words["local"],
            "peer": words["peer"],
            "own": f"{mine[0]} {mine[1]}",
            "same": back == payload,
        }

    def close(self, names):
        for name in [*self.held] if names is None else names:
            self.loop.drop(self.held.pop(name))
        self.loop.settle()
