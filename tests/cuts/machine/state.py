"""The machine's state as far as the program may change it. Goes before cuts.py in one text (tests/cuts/box.ts)."""

import ctypes
import json
import os
import re
import subprocess

RUN, LIB = "/run/ipvs-lab", "/var/lib/ipvs-lab"
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)


def call(name, *arguments):
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def output(*argv):
    return subprocess.run(argv, capture_output=True, text=True).stdout


def files(*folders):
    found = {}
    for top in folders:
        for at, _, names in os.walk(top):
            for name in names:
                path = os.path.join(at, name)
                if os.path.islink(path):
                    found[path] = "-> " + os.readlink(path)
                elif name not in ("lock", "last", ".filler") and not path.startswith(f"{LIB}/bin/"):
                    with open(path, errors="replace") as file:
                        found[path] = file.read()
    return found


def links():
    """Addresses, interfaces, routes and tunnels' ports, but for numbers that the kernel chooses."""
    # One program for all: starting one takes its time on an emulated machine.
    asked = "address show\nlink show\nroute show table all\nfou show\n"
    text = subprocess.run(["ip", "-o", "-batch", "-"], input=asked, capture_output=True, text=True).stdout
    text = "\n".join(line for line in text.split("\n") if "fe80:" not in line)
    text = re.sub(r"(?m)^\d+: ", "", text)
    text = re.sub(r"@if\d+", "@", text)
    text = re.sub(r"link/ether \S+ |link-netnsid \d+|link-netns \S+ | tentative| permaddr \S+", "", text)
    return sorted(filter(None, (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))))


def settings():
    """Of the namespace in which this runs."""
    found = {}
    names = "arp_ignore arp_announce rp_filter accept_local proxy_arp forwarding".split()
    top = "/proc/sys/net/ipv4"
    paths = [f"{top}/ip_forward", "/proc/sys/net/ipv6/conf/all/forwarding"]
    for device in os.listdir(f"{top}/conf"):
        paths += [f"{top}/conf/{device}/{name}" for name in names]
        paths.append(f"{top}/neigh/{device}/proxy_delay")
    if os.path.isdir(f"{top}/vs"):
        paths += [f"{top}/vs/{name}" for name in os.listdir(f"{top}/vs")]
    for path in paths:
        try:
            with open(path) as file:
                found[path] = file.read()
        except OSError:
            pass
    return found


def network(director):
    seen = {"links": links(), "settings": settings(), "nft": output("nft", "-s", "list", "ruleset")}
    with open("/proc/net/ip_vs") as file:
        services = sorted(re.sub(r"\s+", " ", line) for line in file.read().split("\n")[3:])
    if any(services):
        # Connections come and go; thresholds are only told by ipvsadm.
        seen["services"] = sorted(output("ipvsadm", "-Ln", "--thresholds").split("\n"))
        seen["in the kernel"] = services
    if director:
        seen["timeouts"] = output("ipvsadm", "-Ln", "--timeout")
        seen["daemons"] = re.sub(r"maxlen=\d+", "", output("ipvsadm", "-Ln", "--daemon"))
    return seen


def namespaces():
    found = {}
    for name in sorted(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else []:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            with open(f"/run/netns/{name}") as file:
                call("setns", file.fileno(), CLONE_NEWNET)
            with os.fdopen(write, "w") as out:
                json.dump({"links": links(), "settings": settings()}, out)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as got:
            found[name] = json.load(got)
        os.waitpid(child, 0)
    return found


def units():
    found = {}
    listed = output("systemctl", "list-units", "--all", "--plain", "--no-legend", "ipvs-lab*", "keepalived*")
    for line in listed.split("\n"):
        word = line.split()
        if len(word) >= 4:
            found[word[0]] = " ".join(word[1:4])
    return found


def machine(system, director):
    """All of it that the program may change, as it is now."""
    seen = {"network": network(director), "namespaces": namespaces(), "files": files(RUN, LIB)}
    if system:
        seen["units"] = units()
        seen["files"].update(files("/etc/systemd/system", "/etc/keepalived", "/etc/rc2.d", "/etc/rc3.d"))
        seen["files"]["policy-rc.d"] = str(os.path.exists("/usr/sbin/policy-rc.d"))
        seen["packages"] = output("dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\\n").split("\n")
        seen["packages"] = [line for line in seen["packages"] if not line.endswith("not-installed")]
    return seen


def differences(one, other, path=""):
    if isinstance(one, dict) and isinstance(other, dict):
        found = []
        for key in sorted({*one, *other}):
            found += differences(one.get(key), other.get(key), f"{path}{'' if path == '' else ' > '}{key}")
        return found
    if isinstance(one, list) and isinstance(other, list):
        gone = [line for line in one if line not in other]
        more = [line for line in other if line not in one]
        return [f"{path}: not there: {line}" for line in gone] + [f"{path}: too many: {line}" for line in more]
    return [] if one == other else [f"{path}: {other!r}, not {one!r}"]
