"""A client during a failover: makes requests at a steady rate, and downloads that go on meanwhile.

Standard input: one line of JSON, {"url", "rate", "downloads", "size"}. Prints lines of JSON: {"downloading": n} once so
many downloads have begun, {"at", "until", "answered"} for each request (seconds since the epoch), and at the end
{"whole": n}, the number of downloads that came whole. The end of standard input lets the downloads come to their ends.
"""

import http.client
import json
import sys
import threading
import time
import urllib.parse

settings = json.loads(sys.stdin.readline())
url = urllib.parse.urlsplit(settings["url"])
lock = threading.Lock()
hurry = threading.Event()
begun = threading.Barrier(settings["downloads"] + 1)
whole = []


def say(**line):
    with lock:
        print(json.dumps(line), flush=True)


def connect(timeout):
    return http.client.HTTPConnection(url.hostname, url.port or 80, timeout=timeout)


def ask():
    at, answered = time.time(), False
    try:
        connection = connect(2)
        connection.request("GET", "/", headers={"Connection": "close"})
        answered = connection.getresponse().status == 200
        connection.close()
    except (OSError, http.client.HTTPException):
        pass
    say(at=at, until=time.time(), answered=answered)


def download():
    read = 0
    try:
        connection = connect(30)
        connection.request("GET", settings["path"])
        answer = connection.getresponse()
        read = len(answer.read(16384))
        begun.wait()
        while chunk := answer.read(16384):
            read += len(chunk)
            if not hurry.is_set():
                time.sleep(0.1)
    except (OSError, http.client.HTTPException, threading.BrokenBarrierError):
        begun.abort()
    if read == settings["size"]:
        whole.append(read)


downloads = [threading.Thread(target=download, daemon=True) for _ in range(settings["downloads"])]
for one in downloads:
    one.start()
try:
    begun.wait(30)
    say(downloading=len(downloads))
except threading.BrokenBarrierError:
    say(downloading=0)
    sys.exit(1)


def until_end_of_input():
    sys.stdin.read()
    hurry.set()


threading.Thread(target=until_end_of_input, daemon=True).start()
requests = []
start = time.monotonic()
while not hurry.is_set():
    requests.append(threading.Thread(target=ask, daemon=True))
    requests[-1].start()
    time.sleep(max(0, start + len(requests) / settings["rate"] - time.monotonic()))
for thread in requests + downloads:
    thread.join(30)
say(whole=len(whole))
