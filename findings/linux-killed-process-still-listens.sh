#!/bin/sh
# A killed process loses its command line at once, and its port still takes connections for as long as its memory goes.
#
# Supervisors and stop scripts ask "has it ended?" by its command line: `pgrep -f`, or /proc/PID/cmdline with the
# expected words (numbers are given anew, so the number alone is no proof). But exit() gives up the memory, in which the
# command line is, before it closes files. With much memory that takes long: the file reads empty from the first
# moment, ps shows the name in brackets as if it were a kernel thread, the state is R, no zombie yet, and connections
# to its port are accepted by nobody. Its locks and files are held as well. Who starts a successor now finds the port
# taken; a virtual machine is such a process.
#
# Seen with Linux 6.18.44 and Python 3.11.7, a process with 1 GiB that was killed:
#   before: command line "python3", state S, port open
#   right after SIGKILL: command line "", state R, port open (for 0.2 to 0.3 s)
#   then: port closed
#
# What helps: wait until /proc/PID/stat is gone or says Z, and nothing else.
set -eu

python3 - <<'PROGRAM'
import signal, socket, subprocess, time

server = """
import socket, time
listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
memory = bytearray(1 << 30)
for page in range(0, len(memory), 4096):
    memory[page] = 1
print(listener.getsockname()[1], flush=True)
time.sleep(600)
"""
child = subprocess.Popen(["python3", "-c", server], stdout=subprocess.PIPE, text=True)
port = int(child.stdout.readline())


def look():
    with open(f"/proc/{child.pid}/cmdline") as file:
        words = file.read().split("\0")
    with open(f"/proc/{child.pid}/stat") as file:
        state = file.read().rpartition(")")[2].split()[0]
    with socket.socket() as client:
        client.settimeout(5)
        is_open = client.connect_ex(("127.0.0.1", port)) == 0
    return words[0], state, "open" if is_open else "closed"


before = look()
print('before: command line "%s", state %s, port %s' % before)
child.send_signal(signal.SIGKILL)
begin = time.monotonic()
seen = [look()]
while seen[-1][2] == "open":
    last = time.monotonic() - begin
    seen.append(look())
unaware = [one for one in seen if one[0] == "" and one[1] != "Z" and one[2] == "open"]
assert unaware, "a process without a command line did not answer"
print('right after SIGKILL: command line "%s", state %s, port %s' % unaware[0], "(for %.1f s)" % last)
print("then: port closed")
assert before == ("python3", "S", "open")
child.wait()
PROGRAM
