"""How fast messages are cut and joined: lines of 100 bytes from a file, over loopback, to /dev/null.

Beside them is the same file without framing, which the kernel moves. Both sides are sockctl: the slower of
them sets the pace. No peer frames; its ratio is to the transfer without framing.
"""

import time

from harness import OURS, Process

PLAIN = "no framing"
WAYS = {
    PLAIN: ([], []),
    "line": (["--frame", "line"],) * 2,
    "line to u32be, and back": (["--frame", "line:u32be"],) * 2,
    "line sent, bytes received": (["--frame", "line"], []),
    "bytes sent, line received": ([], ["--frame", "line"]),
}


def once(bench, path, size, sending, receiving):
    """MB a second from the sender's start until all has arrived."""
    receiver = Process([bench.sockctl, "recv", "-q", *receiving, "127.0.0.1:0"])
    port = receiver.listening_port()
    start = time.perf_counter()
    sender = Process([bench.sockctl, "send", "-q", "--no-reply", *sending, "-f", path, f"127.0.0.1:{port}"])
    sender.wait()
    receiver.wait()
    return size / 1e6 / (time.perf_counter() - start)


def measure(bench):
    path = bench.folder / "lines"
    count = (20 if bench.chosen.quick else 1000) * 10_000
    path.write_bytes((b"x" * 99 + b"\n") * count)
    samples = bench.take_turns(bench.chosen.rounds, {
        name: lambda way=way: once(bench, path, count * 100, *way) for name, way in WAYS.items()})
    for name in WAYS:
        if name != PLAIN:
            bench.row(f"framing, {name}", "MB/s", {OURS: samples[name], PLAIN: samples[PLAIN]}, [PLAIN])
    path.unlink()
