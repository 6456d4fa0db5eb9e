ETH_P_ALL, PACKET_HOST, SO_RCVBUFFORCE = 3, 0, 33
IP = {0x0800, 0x86DD}
TUNNELS = {4: "ipip", 41: "ipip", 47: "gre"}
CARRIED = {6, 17, SCTP}


class Wire:
    """Counts the packets that arrive at a node's interface by forwarding method."""

    def __init__(self, namespaces, node, interface, gue):
        with namespaces.inside(node):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, 0)
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
            self.sock.bind((interface, ETH_P_ALL))
        self.gue = gue

    def read(self, own):
        ways = {}
        with contextlib.suppress(BlockingIOError):
            while True:
                packet, (_, protocol, kind, _, _) = self.sock.recvfrom(64)
                of_interest = kind == PACKET_HOST and protocol in IP
                way = self.way(packet, own) if of_interest else None
                if way:
                    ways[way] = ways.get(way, 0) + 1
        return ways

    def way(self, packet, own):
        if packet[0] >> 4 == 4:
            number, to, rest = packet[9], socket.inet_ntop(socket.AF_INET, packet[16:20]), packet[20:]
        else:
            number, to, rest = packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), packet[40:]
        if number in TUNNELS:
            return TUNNELS[number]
        if number == 17 and struct.unpack("!H", rest[2:4])[0] == self.gue:
            return "gue"
        if number in CARRIED:
            return "masquerade" if to in own else "gate"
        return None


class Agent:
    def __init__(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.namespaces = Namespaces()
        self.loop = Loop()
        self.servers = Servers(self.namespaces, self.loop)
        self.clients = Clients(self.namespaces, self.loop)
        self.wires = {}

    def build(self, nodes, links):
        self.namespaces.build(nodes, links)

    def watch(self, node, interface, own, gue):
        self.wires[node] = (Wire(self.namespaces, node, interface, gue), set(own))

    def listen(self, listeners):
        for listener in listeners:
            self.servers.listen(*listener)

    def run(self, node, argv, text="", check=True):
        return self.namespaces.run(node, argv, text, check)

    def settings(self, node, values):
        self.namespaces.settings(node, values)

    def open(self, connections):
        """Opens connections one after the other. The packets are counted for all of them together."""
        for wire, own in self.wires.values():
            wire.read(own)
        answers = [self.clients.open(**connection) for connection in connections]
        self.loop.settle()
        ways = {}
        for wire, own in self.wires.values():
            for way, count in wire.read(own).items():
                ways[way] = ways.get(way, 0) + count
        return {"answers": answers, "ways": ways}

    def again(self, connections):
        return [self.clients.again(**connection) for connection in connections]

    def close(self, names=None):
        self.clients.close(names)

    def write(self, path, text):
        with open(path, "w") as file:
            file.write(text)


def leave():
    """Ends everything when the connection ends, also while a program runs and nobody reads standard input."""
    end = select.poll()
    end.register(0, select.POLLRDHUP)
    end.poll()
    os._exit(0)


def main():
    agent = Agent()
    threading.Thread(target=leave, daemon=True).start()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": getattr(agent, request.pop("do"))(**request)}
        except Exception as error:  # the caller handles it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
