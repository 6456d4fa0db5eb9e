"""Runs on the machine under test, as root: starts what cuts.py runs in, and carries requests into it.

The first line on standard input is JSON: the texts of box.sh, cuts.py and of the program under test, and
whether the throw-away system is needed; namespaces of mounts and processes do for the rest. All other lines
go to cuts.py, whose answers are this one's. Everything ends with the connection.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

MODULES = "overlay ip_vs ip_vs_rr ip_vs_wrr nf_conntrack nft_masq nft_fib_inet dummy veth fou ipip".split()


def inside(pid, *argv, **options):
    return subprocess.run(["nsenter", "-t", str(pid), "-a", *argv], **options)


def first_process(box):
    """The box's systemd, once it is up."""
    for _ in range(240):
        time.sleep(0.5)
        if box.poll() is not None:
            raise RuntimeError("the box ended: " + box.stderr.read().decode())
        try:
            pid = int(open(f"/proc/{box.pid}/task/{box.pid}/children").read().split()[0])
        except (OSError, IndexError):
            continue
        state = inside(pid, "systemctl", "is-system-running", capture_output=True, text=True).stdout
        if state.strip() in ("running", "degraded"):
            return pid
    raise RuntimeError("the box does not come up")


def main():
    texts = json.loads(sys.stdin.readline())
    # What a namespace may not set itself.
    subprocess.run(["modprobe", "-a", *MODULES], check=True)
    limit = "/proc/sys/net/netfilter/nf_conntrack_max"
    before = open(limit).read()
    open(limit, "w").write(str(max(int(before), 262144)))
    folder = tempfile.mkdtemp(prefix="ipvs-lab-cuts-", dir="/var/tmp")
    started = []
    try:
        if texts["system"]:
            pid = first_process(start_box(folder, texts["box.sh"], started))
            inside(pid, "sh", "-c", "cat >/root/program", input=texts["program"].encode(), check=True)
            argv = ["nsenter", "-t", str(pid), "-a", "python3", "-c", texts["cuts.py"], "/root/program"]
        else:
            with open(f"{folder}/program", "w") as file:
                file.write(texts["program"])
            argv = "unshare --mount --pid --fork --kill-child --mount-proc python3 -c".split()
            argv += [texts["cuts.py"], f"{folder}/program"]
        cuts = subprocess.Popen(argv, stdin=subprocess.PIPE, text=True)
        started.append(cuts)
        for line in sys.stdin:
            cuts.stdin.write(line)
            cuts.stdin.flush()
    finally:
        for process in started:
            process.send_signal(signal.SIGKILL)
            process.wait()
        open(limit, "w").write(before)
        subprocess.run(["rm", "-rf", folder])


def start_box(folder, text, started):
    script, mounted = f"{folder}/box.sh", f"{folder}/box"
    with open(script, "w") as file:
        file.write(text)
    os.mkdir(mounted)
    nothing = subprocess.DEVNULL
    box = subprocess.Popen(["sh", script, mounted], stdin=nothing, stdout=nothing, stderr=subprocess.PIPE)
    started.append(box)
    return box


main()
