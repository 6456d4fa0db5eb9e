"""real_servers.py ADDRESS...: real servers of every kind that nginx is not, on all addresses of their namespace.

Ports that take connections and say nothing; a mail server on 25; and on 8000 a web server that answers with its own
address, and whose /slow goes on until a file "slow.end" is there. By UDP, on each ADDRESS, a name server that knows
every name, and on 514 a server that says pong.
"""
import http.server
import os
import socket
import socketserver
import struct
import sys
import threading
import time


class Silent(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(10)
        try:
            self.request.recv(1)
        except OSError:
            pass


class Mail(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 real-server\r\n")
        for line in self.rfile:
            quits = line.upper().startswith(b"QUIT")
            self.wfile.write(b"221 bye\r\n" if quits else b"250 real-server\r\n")
            if quits:
                return


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.connection.getsockname()[0].removeprefix("::ffff:").encode() + b"\n")
        while self.path == "/slow" and not os.path.exists("slow.end"):
            self.wfile.write(b"more\n")
            time.sleep(0.2)

    def log_message(self, *_):
        pass


class Names(socketserver.BaseRequestHandler):
    def handle(self):
        query, sock = self.request
        number, flags, questions = struct.unpack("!HHH", query[:6])
        head = struct.pack("!HHHHHH", number, 0x8580 | flags & 0x0100, questions, 1, 0, 0)
        question = query[12:query.index(b"\0", 12) + 5]
        # The name asked, a record of the type and class asked, a minute, four bytes.
        answer = b"\xc0\x0c" + question[-4:] + struct.pack("!IH4B", 60, 4, 192, 0, 2, 1)
        sock.sendto(head + question + answer, self.client_address)


class Pong(socketserver.BaseRequestHandler):
    def handle(self):
        self.request[1].sendto(b"pong", self.client_address)


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


class Datagrams(socketserver.ThreadingUDPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


class Datagrams6(Datagrams):
    address_family = socket.AF_INET6


servers = {25: Mail, 8000: Web}
servers.update(dict.fromkeys((53, 143, 389, 465, 587, 993, 3306), Silent))
for port, handler in servers.items():
    server = Server(("::", port), handler)
    threading.Thread(target=server.serve_forever).start()
# From the address that was asked: a socket of all addresses would answer from the nearest one.
for address in sys.argv[1:]:
    for port, handler in {53: Names, 514: Pong}.items():
        datagrams = (Datagrams6 if ":" in address else Datagrams)((address, port), handler)
        threading.Thread(target=datagrams.serve_forever).start()
open("ready", "w").close()
