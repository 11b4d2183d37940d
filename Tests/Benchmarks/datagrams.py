"""Datagrams a second, beside a reference in C.

Receiving: one fast sender feeds each receiver in turn, whose output is /dev/null; what it did not take is in
the kernel's count of drops. Sending: equal datagrams to a socket that nobody reads. nc and ncat cannot be told
to cut a stream into datagrams of a given size, and are left out there.
"""

import os
import random
import socket
import subprocess
import time
from pathlib import Path

from harness import OURS, REFERENCE, Process, column, wait_for

PEERS = ["nc", "ncat", "socat"]
SIZES = [64, 1400]


def waiting(process, port):
    """The kernel's row of the process's socket at a port: bytes that wait, and datagrams dropped."""
    owned = process.sockets()
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1] == f"0100007F:{port:04X}" and fields[9] in owned:
            return int(fields[4].split(":")[1], 16), int(fields[-1])
    return None


def free_port():
    """A port that is free and that the kernel gives to nobody by itself."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(("127.0.0.1", random.randrange(61_000, 65_000)))
                return probe.getsockname()[1]
            except OSError:
                pass


def receive(bench, name, size, seconds):
    """Thousands of datagrams a second that the receiver takes, and which share they are of those sent."""
    port = free_port()
    tool = bench.compiled("datagrams")
    command = {
        OURS: [bench.sockctl, "udp", "recv", "--stats", f"127.0.0.1:{port}"],
        "nc": ["nc", "-u", "-l", "-d", "127.0.0.1", port],
        "ncat": ["ncat", "-u", "-l", "--recv-only", "127.0.0.1", port],
        "socat": ["socat", "-u", "-b", "65536", f"UDP4-RECV:{port},bind=127.0.0.1,rcvbuf=8388608", "OPEN:/dev/null"],
        REFERENCE: [tool, "recv", size],
    }[name]
    out, err = bench.folder / "out", bench.folder / "err"
    for file in (out, err):
        file.write_bytes(b"")
    receiver = Process(command, stdout=str(out) if name == REFERENCE else os.devnull, stderr=str(err))
    if name == REFERENCE:
        port = wait_for("the reference's port", lambda: int(out.read_text().partition("\n")[0] or 0) or None)
    wait_for(f"{name} to be bound", lambda: waiting(receiver, port) is not None)
    start = time.perf_counter()
    fed = subprocess.run([tool, "send", str(port), str(size), str(seconds)], capture_output=True, text=True, check=True)
    wait_for(f"{name} to read what waits", lambda: waiting(receiver, port)[0] == 0)
    taken = time.perf_counter() - start
    dropped = waiting(receiver, port)[1]
    receiver.end()
    if name == REFERENCE:
        count = int(out.read_text().split()[1])
    elif name == OURS:
        count = int(next(line for line in err.read_text().splitlines() if line.startswith("received")).split()[1])
    else:
        count = int(fed.stdout) - dropped
    return count / taken / 1000, count / int(fed.stdout)


def send(bench, name, size, count):
    """Thousands of datagrams a second that the sender sends."""
    sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sink.bind(("127.0.0.1", 0))
    port = sink.getsockname()[1]
    count = count // 10 if name == "socat" else count
    command = {
        OURS: [bench.sockctl, "udp", "send", "-q", "--repeat", count, f"127.0.0.1:{port}", "x" * size],
        "socat": ["socat", "-u", "-b", size, f"OPEN:{bench.folder / 'datagrams.txt'}", f"UDP4-SENDTO:127.0.0.1:{port}"],
        REFERENCE: [bench.compiled("datagrams"), "count", port, size, count],
    }[name]
    if name == "socat":
        (bench.folder / "datagrams.txt").write_bytes(b"x" * size * count)
    start = time.perf_counter()
    Process(command).wait()
    sink.close()
    return count / (time.perf_counter() - start) / 1000, None


def measure(bench):
    seconds, count = (0.2, 300_000) if bench.chosen.quick else (1, 3_000_000)
    names = [OURS, *bench.available(*PEERS), REFERENCE]
    for size in SIZES:
        for what, names_, measure_ in (
            ("received", names, lambda name: receive(bench, name, size, seconds)),
            ("sent, equal ones", [name for name in names if name not in ("nc", "ncat")],
             lambda name: send(bench, name, size, count)),
        ):
            samples = bench.take_turns(bench.chosen.rounds, {
                name: lambda name=name: measure_(name) for name in names_})
            bench.row(f"datagrams of {size} bytes {what}", "thousands a second", column(samples, 0), PEERS, aim=3.0)
            if what == "received":
                shares = (f"{name} {bench.middle([share for _, share in list_]):.0%}" for name, list_ in samples.items())
                print("  of those that were sent: " + ", ".join(shares))
