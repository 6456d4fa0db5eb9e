"""Runs in the throw-away system, behind state.py in one text: cuts runs of the program and compares what becomes of the machine.

A request is a line of JSON on standard input, a scenario:
  name      for the answers
  system    true where it needs systemd: then it has the box itself; else a namespace of its own
  setup     lines for a shell, before anything
  before    runs that lead to where the run in question begins
  run       the run that is cut
  after     runs behind its repetition, such as a removal
  instead   true where "after" takes the repetition's place
  modes     closed, term, kill, full; and trace, which kills at commands, seen by the shell's own -x
  most      at most so many cut points of a mode
A run is {words, stdin}. The answers are a line for each cut, then one with "done".

This process goes before all others on its one processor, so a run that has printed a line gets no further
before it is cut.
"""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback

CLONE_NEWNS = 0x00020000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
MNT_DETACH = 2
PROGRAM = sys.argv[1]


def cover(folder, size):
    os.makedirs(folder, exist_ok=True)
    call("mount", b"none", folder.encode(), b"tmpfs", 0, f"size={size},mode=755".encode())


def go_first():
    """Puts this process before all others, those that it starts among them."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(1))


# --- Cutting ---------------------------------------------------------------------------------------


class Cut:
    """One run, and what is done to it when it has printed so many lines."""

    def __init__(self, run, mode="", at=0):
        self.mode, self.at = mode, at
        self.lines, self.text = [], {}
        shell = ["sh", "-x"] if mode.endswith("trace") else ["sh"]
        argv = [*shell, PROGRAM, "--generation", "g", *run["words"]]
        read, stdin = os.pipe()
        os.write(stdin, run["stdin"].encode())
        os.close(stdin)
        self.process = subprocess.Popen(
            argv,
            stdin=read,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        os.close(read)
        self.counted = self.process.stderr if mode.endswith("trace") else self.process.stdout
        self.acted = False

    def go(self, seconds=300):
        streams = [self.process.stdout, self.process.stderr]
        self.text = {stream: b"" for stream in streams}
        if self.at == 0:
            self.act()
        deadline = time.monotonic() + seconds
        ended = None
        while streams and time.monotonic() < deadline:
            streams = [stream for stream in streams if not stream.closed]
            ready, _, _ = select.select(streams, [], [], 0.2)
            for stream in ready:
                if stream.closed:
                    continue
                # By letters, so that a line is acted upon as soon as it is whole.
                part = os.read(stream.fileno(), 1)
                if not part:
                    stream.close()
                    continue
                self.text[stream] += part
                if stream is self.counted and part == b"\n":
                    self.lines.append(self.text[stream].split(b"\n")[-2].decode(errors="replace"))
                    if len(self.lines) == self.at:
                        self.act()
            # Who was started and goes on may hold the pipe for longer.
            if not ready and self.process.poll() is not None:
                ended = ended or time.monotonic()
                if time.monotonic() - ended > 1:
                    break
        status = self.process.wait(max(1, deadline - time.monotonic()))
        for stream in self.text:
            stream.close()
        if self.mode == "full":
            empty()
        settle()
        return status

    def act(self):
        if not self.mode or self.acted:
            return
        self.acted = True
        if self.mode == "closed":
            self.process.stdout.close()
            self.process.stderr.close()
        elif self.mode == "term":
            self.process.send_signal(signal.SIGTERM)
        elif self.mode in ("kill", "trace"):
            self.process.send_signal(signal.SIGKILL)
        elif self.mode == "full":
            fill()

    def said(self, which):
        return self.text[getattr(self.process, which)].decode(errors="replace")


def fill():
    for folder in (RUN, LIB):
        os.makedirs(folder, exist_ok=True)
        file = os.open(f"{folder}/.filler", os.O_WRONLY | os.O_CREAT)
        for size in (65536, 4096, 1):
            try:
                while True:
                    os.write(file, bytes(size))
            except OSError:
                pass
        os.close(file)


def empty():
    for folder in (RUN, LIB):
        if os.path.exists(f"{folder}/.filler"):
            os.remove(f"{folder}/.filler")


def settle():
    """Waits until nothing of a run that was cut is left: its children may hold the lock."""
    if os.path.exists(f"{RUN}/lock"):
        with open(f"{RUN}/lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)


def uncut(run):
    one = Cut(run)
    status = one.go()
    return one, status


# --- Scenarios -------------------------------------------------------------------------------------


def apart(system, work):
    """Does the work where nothing has been done yet, and returns its result."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            go_first()
            if not system:
                call("unshare", CLONE_NEWNS | CLONE_NEWNET)
                call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
                cover("/run/netns", "1m")
                cover(RUN, "2m")
                cover(LIB, "2m")
                subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            result = work()
        except BaseException:  # whoever asked is told
            result = {"error": traceback.format_exc()}
        with os.fdopen(write, "w") as out:
            json.dump(result, out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as got:
        result = json.load(got)
    os.waitpid(child, 0)
    return result


def must(run):
    one, status = uncut(run)
    if status != 0:
        raise RuntimeError(f"{run['words']}: status {status}: {one.said('stdout')}{one.said('stderr')}")
    return one


class Scenario:
    def __init__(self, name, run, setup=(), before=(), after=(), instead=False, system=False, modes=(), most=1000, clean=()):
        self.name, self.run, self.system = name, run, system
        self.director = run["words"][0] in ("director", "keepalivedaddress")
        self.setup, self.before, self.after, self.instead = setup, before, after, instead
        self.modes, self.most, self.clean = modes, most, clean

    def begin(self):
        for line in self.setup:
            subprocess.run(["sh", "-c", line], check=True, capture_output=True)
        for run in self.before:
            must(run)

    def end(self):
        """The box itself has to be as it was."""
        for line in self.clean if self.system else ():
            subprocess.run(["sh", "-c", line], capture_output=True)

    def uncut(self):
        try:
            self.begin()
            one = must(self.run)
            for run in self.after:
                must(run)
            return {"lines": one.lines, "seen": machine(self.system, self.director)}
        finally:
            self.end()

    def traced(self):
        """How many commands the shell has run."""
        try:
            self.begin()
            one = Cut(self.run, "count-trace", -1)
            one.go()
            return {"lines": one.lines}
        finally:
            self.end()

    def cut(self, mode, at):
        try:
            self.begin()
            first = Cut(self.run, mode, at)
            status = first.go()
            result = {"cutStatus": status, "cutAt": first.lines[-1] if first.lines and at else ""}
            said = ""
            try:
                for run in [*([] if self.instead else [self.run]), *self.after]:
                    again, status = uncut(run)
                    said += again.said("stdout") + again.said("stderr")
                    if status != 0:
                        return {**result, "differs": [f"{run['words']}: status {status}: {said}"]}
            except subprocess.TimeoutExpired:
                return {**result, "differs": [f"does not end: {said}"]}
            return {**result, "seen": machine(self.system, self.director)}
        finally:
            self.end()

    def points(self, mode, lines):
        every = list(range(0 if mode in ("closed", "full") else 1, len(lines) + (0 if mode in ("closed", "full") else 1)))
        if len(every) <= self.most:
            return every
        return [every[i * (len(every) - 1) // max(1, self.most - 1)] for i in range(self.most)]

    def all(self):
        reference = apart(self.system, self.uncut)
        if "error" in reference:
            yield {"differs": [reference["error"]], "mode": "uncut", "at": 0}
            return
        # What differs between uncut runs says nothing.
        for mode in self.modes:
            lines = reference["lines"]
            if mode == "trace":
                lines = apart(self.system, self.traced)["lines"]
            for at in self.points(mode, lines):
                begun = time.monotonic()
                got = apart(self.system, lambda: self.cut(mode, at))
                differs = got.get("differs")
                if differs is None:
                    differs = [got["error"]] if "error" in got else differences(reference["seen"], got["seen"])
                yield {
                    "mode": mode,
                    "at": at,
                    "of": len(lines),
                    "line": got.get("cutAt", ""),
                    "status": got.get("cutStatus"),
                    "differs": differs[:8],
                    "seconds": round(time.monotonic() - begun, 1),
                }


def main():
    cover(RUN, "8m")
    cover(LIB, "8m")
    for line in sys.stdin:
        request = json.loads(line)
        for result in Scenario(**request).all():
            print(json.dumps({"name": request["name"], **result}), flush=True)
        print(json.dumps({"name": request["name"], "done": True}), flush=True)


main()
