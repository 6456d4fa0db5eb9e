"""Opens a new connection every 50 ms until /tmp/probe.stop is there, and prints when each began and how it went."""

import os
import socket
import struct
import sys
import threading
import time

address, port = sys.argv[1], int(sys.argv[2])
said = threading.Lock()


def ask():
    began = time.time()
    try:
        # Shorter than the second after which TCP repeats what was lost.
        with socket.create_connection((address, port), 0.9) as one:
            one.settimeout(0.9)
            one.sendall(struct.pack("!I", 5) + b"probe")
            result = "answered" if one.recv(4096) else "closed"
    except OSError as error:
        result = type(error).__name__
    with said:
        print(f"{began:.3f} {result}", flush=True)


while not os.path.exists("/tmp/probe.stop"):
    threading.Thread(target=ask).start()
    time.sleep(0.05)
