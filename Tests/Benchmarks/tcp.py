"""TCP over loopback: file, pipe and /dev/zero to file, pipe and /dev/null, and a reference that only splices."""

import ctypes
import filecmp
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from harness import OURS, REFERENCE, Process, Row, column, wait_for

PEERS = ["nc", "ncat", "socat"]
SOURCES, SINKS = ["file", "pipe", "/dev/zero"], ["/dev/null", "file", "pipe"]
# A pipe is filled and emptied by cat; "spliced" by a mover that does not copy, so that it is not what is measured.
MODES = [(source, sink) for source in SOURCES for sink in SINKS] + [("pipe, spliced", "pipe, spliced")]
# How many times the best peer, and how much of the reference.
AIMS = {("file", "/dev/null"): (2.5, 0.95), ("pipe", "pipe"): (1.5, None),
        ("pipe, spliced", "pipe, spliced"): (1.5, None)}
PIDFD_GETFD = 438
TCP_INFO_BYTES_ACKED = 120


def receiver(bench, name):
    return {
        OURS: [bench.sockctl, "recv", "-q", "127.0.0.1:0"],
        "nc": ["nc", "-d", "-l", "127.0.0.1", "0"],
        "ncat": ["ncat", "--recv-only", "-l", "127.0.0.1", "0"],
        "socat": ["socat", "-u", "-b", "65536", "TCP4-LISTEN:0,bind=127.0.0.1", "-"],
        REFERENCE: [bench.compiled("splice"), "recv"],
    }[name]


def sender(bench, name, port):
    return {
        OURS: [bench.sockctl, "send", "-q", f"127.0.0.1:{port}"],
        "nc": ["nc", "-N", "127.0.0.1", port],
        "ncat": ["ncat", "--send-only", "127.0.0.1", port],
        "socat": ["socat", "-u", "-b", "65536", "-", f"TCP4:127.0.0.1:{port}"],
        REFERENCE: [bench.compiled("splice"), "send", port],
    }[name]


class Meter:
    """How many bytes the peer of a process's one socket has acknowledged: pidfd_getfd(2) and TCP_INFO."""

    def __init__(self, process):
        self.socket = wait_for("a connection", lambda: self.duplicate(process))

    @staticmethod
    def duplicate(process):
        pidfd = os.pidfd_open(process.pid)
        try:
            for number in process.sockets().values():
                duplicate = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, pidfd, number, 0)
                if duplicate < 0:
                    continue
                ours = socket.socket(fileno=duplicate)
                try:
                    if (ours.family, ours.type) == (socket.AF_INET, socket.SOCK_STREAM):
                        ours.getpeername()
                        return ours
                except OSError:
                    pass
                ours.close()
        finally:
            os.close(pidfd)
        return None

    def bytes(self):
        info = self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
        return int.from_bytes(info[TCP_INFO_BYTES_ACKED:][:8], sys.byteorder) - 1  # the SYN counts


def transfer(bench, name, mode, source, sink, size=None):
    """Seconds from the sender's start until all is over, and the processor time of the two programs for a GiB.
    From /dev/zero, which has no end, it is over when `size` has been acknowledged."""
    others = []
    output, input_ = sink, source
    mover = [bench.compiled("splice"), "move"] if "spliced" in mode[0] else ["cat"]
    if mode[1].startswith("pipe"):
        read, output = os.pipe()
        others.append(Process(mover, stdin=read, stdout=sink))
        os.close(read)
    receiving = Process(receiver(bench, name), stdout=output)
    if mode[1].startswith("pipe"):
        os.close(output)
    port = receiving.listening_port()
    start = time.perf_counter()
    if mode[0].startswith("pipe"):
        input_, write = os.pipe()
        others.append(Process(mover, stdin=source, stdout=write))
        os.close(write)
    sending = Process(sender(bench, name, port), stdin=input_)
    if mode[0].startswith("pipe"):
        os.close(input_)
    if mode[0] == "/dev/zero":
        meter = Meter(sending)
        wait_for("the transfer", lambda: meter.bytes() >= size, seconds=120, pause=0.001)
        seconds, moved = time.perf_counter() - start, meter.bytes()
        used = sending.end(signal.SIGKILL)
        moved = meter.bytes()
        meter.socket.close()
        receiving.wait(may_fail=True)
        processor = used + receiving.wait(may_fail=True)
        seconds *= size / moved if moved > size * 1.2 else 1
    else:
        processor, moved = sending.wait() + receiving.wait(), size or 1
        seconds = time.perf_counter() - start
    for other in others:
        other.wait()
    return (size or 0) / 1e9 / seconds, processor / (moved / (1 << 30))


def verify(bench, names):
    """Each program has moved a small payload whole before it is timed."""
    source, sink = str(bench.folder / "small"), str(bench.folder / "copy")
    Path(source).write_bytes(os.urandom((8 << 20) + 1))
    for mode in MODES:
        if mode[0] == "/dev/zero":
            continue
        for name in names:
            transfer(bench, name, mode, source, sink)
            if not filecmp.cmp(source, sink, shallow=False):
                sys.exit(f"{name} does not move the payload whole ({mode[0]} to {mode[1]})")
    os.unlink(source)
    os.unlink(sink)


def measure(bench):
    size = bench.chosen.size
    names = [OURS, *bench.available(*PEERS), REFERENCE]
    verify(bench, names)
    payload, copy = bench.folder / "payload", str(bench.folder / "copy")
    block = os.urandom(min(64 << 20, size))
    for path in (payload, copy):
        with open(path, "wb") as file:
            left = size
            while left > 0:
                left -= file.write(block[:left])

    def once(name, mode):
        sink = copy if mode[1] == "file" else os.devnull
        source = "/dev/zero" if mode[0] == "/dev/zero" else str(payload)
        if mode[1] != "file":
            return transfer(bench, name, mode, source, sink, size)
        # Written over what is there: what is measured is not how fast memory is had for a new file.
        sink = os.open(copy, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            result = transfer(bench, name, mode, source, sink, size)
            if os.lseek(sink, 0, os.SEEK_CUR) < size:
                sys.exit(f"{name} lost something")
        finally:
            os.close(sink)
        return result

    for mode in MODES:
        # Where more is asked than not to be slower, it is looked at more often.
        rounds = bench.chosen.rounds * (2 if mode in AIMS and not bench.chosen.quick else 1)
        samples = bench.take_turns(rounds, {name: lambda name=name: once(name, mode) for name in names})
        aim, reference_aim = AIMS.get(mode, (1.0, None))
        what = f"TCP, {mode[0]} to {mode[1]}"
        bench.row(what, "GB/s", column(samples, 0), PEERS, aim=aim, reference_aim=reference_aim)
        bench.row(f"{what}: processor of both sides", "s/GiB", column(samples, 1), PEERS, less_is_better=True,
                  aim=2.0 if mode == ("file", "/dev/null") else None)
    for path in (payload, copy):
        os.unlink(path)
    iperf(bench)
    profile(bench)


def iperf(bench):
    """iperf3, from memory to memory, beside our /dev/zero to /dev/null."""
    if not bench.available("iperf3"):
        return
    speeds = []
    for _ in range(bench.chosen.rounds):
        server = Process(["iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", str(port := free_port())])
        server.listening_port()
        result = subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", str(port), "-n", str(bench.chosen.size), "-f", "g"],
                                capture_output=True, text=True)
        server.wait(may_fail=True)
        found = re.search(r"([\d.]+) Gbits/sec +receiver", result.stdout)
        if result.returncode != 0 or not found:
            sys.exit(f"iperf3: {result.stdout}{result.stderr}")
        speeds.append(float(found[1]) / 8)
    ours = next(row.ours for row in bench.rows if row.what == "TCP, /dev/zero to /dev/null")
    bench.add(Row("TCP, /dev/zero to /dev/null beside memory to memory", "GB/s", ours, ("iperf3", bench.middle(speeds))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def profile(bench):
    """A transfer without an end, while it is watched."""
    if not bench.chosen.profile:
        return
    for source in ("/dev/zero", "pipe"):
        receiving = Process(receiver(bench, OURS))
        if source == "pipe":
            source, write = os.pipe()
            Process(["cat"], stdin="/dev/zero", stdout=write)
            os.close(write)
        sending = Process(sender(bench, OURS, receiving.listening_port()), stdin=source)
        where = "/dev/zero" if isinstance(source, str) else "a pipe"
        bench.profile(f"tcp, from {where}, sender and receiver", [sending, receiving], lambda: time.sleep(1))
        sending.end(signal.SIGKILL)
        receiving.end(signal.SIGKILL)
        if not isinstance(source, str):
            os.close(source)
