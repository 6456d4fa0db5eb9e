"""Runs on the machine under test: namespaces, servers and clients in them, and the links between.

Each line of standard input is a request in JSON, and each line of standard output an answer. Everything
depends on this one process: its namespaces have no names, so they end with it. A socket belongs to the
namespace in which it was made, so one loop serves all; the only other thread waits for the end of the
connection.
"""

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import resource
import select
import socket
import struct
import subprocess
import sys
import threading
import time

CLONE_NEWNS, CLONE_NEWNET = 0x00020000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def hide(folder):
    """Mounts an empty folder, which only this process sees, over the machine's."""
    os.makedirs(folder, exist_ok=True)
    call("mount", b"none", folder.encode(), b"tmpfs", 0, None)


class Namespaces:
    """The nodes of a topology, each a network namespace. Bridges in a namespace "switch" join them."""

    def __init__(self):
        self.files = {"": os.open("/proc/self/ns/net", os.O_RDONLY)}
        # Separates our ownership records from those of the machine's own lab.
        call("unshare", CLONE_NEWNS)
        call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        hide("/run/ipvs-lab")
        hide("/var/lib/ipvs-lab")

    def make(self, name):
        call("unshare", CLONE_NEWNET)
        self.files[name] = os.open("/proc/self/ns/net", os.O_RDONLY)
        call("setns", self.files[""], CLONE_NEWNET)

    @contextlib.contextmanager
    def inside(self, name):
        call("setns", self.files[name], CLONE_NEWNET)
        try:
            yield
        finally:
            call("setns", self.files[""], CLONE_NEWNET)

    def run(self, name, argv, text="", check=True):
        with self.inside(name):
            done = subprocess.run(argv, input=text, capture_output=True, text=True)
        if check and (done.returncode or done.stderr):
            raise RuntimeError(f"{name}: {' '.join(argv)}: {done.returncode} {done.stderr}{done.stdout}")
        return {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}

    def build(self, nodes, links):
        """links: [node, interface, bridge]; nodes: name -> {settings, ip, ip6, nft}."""
        for name in ["switch", *nodes]:
            self.make(name)
        batch = [f"link add {bridge} type bridge" for bridge in dict.fromkeys(b for _, _, b in links)]
        for node, interface, bridge in links:
            peer = f"/proc/{os.getpid()}/fd/{self.files[node]}"
            batch.append(f"link add {node}-{interface} type veth peer name {interface} netns {peer}")
            batch.append(f"link set {node}-{interface} master {bridge} up")
        batch += [f"link set {bridge} up" for bridge in dict.fromkeys(b for _, _, b in links)]
        self.settings("switch", {"net.ipv6.conf.default.disable_ipv6": 1})
        self.run("switch", ["ip", "-batch", "-"], "\n".join(batch))
        for name, node in nodes.items():
            self.settings(name, node.get("settings", {}))
            up = ["link set lo up", *(f"link set {i} up" for n, i, _ in links if n == name)]
            self.run(name, ["ip", "-batch", "-"], "\n".join(up + node.get("ip", [])))
            if "ip6" in node:
                self.run(name, ["ip", "-6", "-batch", "-"], "\n".join(node["ip6"]))
            if "nft" in node:
                self.run(name, ["nft", "-f", "-"], node["nft"])

    def settings(self, name, values):
        with self.inside(name):
            for key, value in values.items():
                with open("/proc/sys/" + key.replace(".", "/"), "w") as file:
                    file.write(str(value))
