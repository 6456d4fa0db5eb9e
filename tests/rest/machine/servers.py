"""Web servers on 127.0.0.1, ports 8081 to 8083, each of which answers with its port. /slow goes on until a file says end."""
import http.server
import os
import threading
import time


class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"%d\n" % self.server.server_port)
        while self.path == "/slow" and not os.path.exists("slow.end"):
            self.wfile.write(b"more\n")
            time.sleep(0.2)

    def log_message(self, *_):
        pass


for port in (8081, 8082, 8083):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Server)
    threading.Thread(target=server.serve_forever).start()
