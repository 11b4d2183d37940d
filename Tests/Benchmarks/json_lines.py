"""JSON: messages a second, beside a loop in Python and a reference in C; datagrams; connections; a check of all ports;
and the hex dump beside xxd.

Rates are those of the receiver's processor time: the machine may have other things to do, and the sender.
"""

import os
import subprocess
import time

from datagrams import free_port, waiting
from harness import HERE, OURS, REFERENCE, Process, wait_for

LOOP, WITHOUT, TEXT, XXD = "Python loop", "without --json", "text", "xxd"
KINDS = {"text": "", "quotes": ", half of it quotes", "cyrillic": ", Cyrillic", "binary": ", in base64"}


def port_said_by(process, path):
    """The port that a program prints on stderr."""
    return wait_for("its port", lambda: int(path.read_text().partition("\n")[0] or 0) or None)


def messages(bench, name, kind, count, piped=False):
    """Thousands of messages for each second of the receiver's processor time."""
    tool = bench.compiled("json")
    err = bench.folder / "err"
    err.write_bytes(b"")
    out, reader = os.devnull, None
    if piped:
        end, out = os.pipe()
        reader = Process(["cat"], stdin=end)
        os.close(end)
    command = {
        OURS: [bench.sockctl, "recv", "--json", "--frame", "line", "127.0.0.1:0"],
        LOOP: ["python3", HERE / "loop.py"],
        REFERENCE: [tool, "recv"],
    }[name]
    receiver = Process(command, stdout=out, stderr=str(err))
    if piped:
        os.close(out)
    port = receiver.listening_port() if name == OURS else port_said_by(receiver, err)
    Process([tool, "send", port, kind, count]).wait()
    used = receiver.wait()
    if reader:
        reader.wait()
    return count / used / 1000


def lost(bench, count, rate):
    """The share of datagrams that arrive as JSON."""
    port = free_port()
    out = bench.folder / "out"
    receiver = Process([bench.sockctl, "udp", "recv", "--json", f"127.0.0.1:{port}"], stdout=str(out))
    wait_for("it to be bound", lambda: waiting(receiver, port) is not None)
    Process([bench.compiled("json"), "datagrams", port, count, rate]).wait()
    wait_for("it to read what waits", lambda: waiting(receiver, port)[0] == 0)
    receiver.end()
    arrived = subprocess.run(["grep", "-c", '"event":"datagram"', str(out)], capture_output=True, text=True).stdout
    out.unlink()
    return int(arrived) / count * 100


def connections(bench, options, count):
    """Connections for each second of the server's processor time."""
    server = Process([bench.sockctl, "listen", "-k", "--discard", "-q", *options, "127.0.0.1:0"])
    port = server.listening_port()
    bench.client("storm", port, count, 32, 0)
    return count / server.end()


def check(bench, options):
    """Seconds of processor time for all ports."""
    return Process([bench.sockctl, "connect", "--check", *options, "127.0.0.1", "1-65535"]).wait(may_fail=True)


def hexadecimal(bench, name, path, size):
    """MB for each second of processor time."""
    if name == XXD:
        return size / 1e6 / Process(["xxd", path]).wait()
    receiver = Process([bench.sockctl, "recv", "--hex", "127.0.0.1:0"])
    port = receiver.listening_port()
    Process([bench.sockctl, "send", "-q", "--no-reply", "-f", path, f"127.0.0.1:{port}"]).wait()
    return size / 1e6 / receiver.wait()


def measure(bench):
    quick, rounds = bench.chosen.quick, bench.chosen.rounds
    count = 50_000 if quick else 2_000_000
    unit = "thousands a second of processor time"
    peers = [] if bench.chosen.against else [LOOP]
    for kind, words in KINDS.items():
        names = [OURS, *peers, REFERENCE]
        # The loop is slow: a twentieth is enough.
        samples = bench.take_turns(rounds, {
            name: lambda name=name: messages(bench, name, kind, count // 20 if name == LOOP else count)
            for name in names})
        bench.row(f"messages of 100 bytes as JSON{words}", unit, samples, peers, aim=25 if kind == "text" else None)
    samples = bench.take_turns(rounds, {
        name: lambda name=name: messages(bench, name, "text", count, piped=True) for name in [OURS, REFERENCE]})
    bench.row("messages of 100 bytes as JSON into a pipe", unit, samples, [])

    count, rate = (20_000, 20_000) if quick else (200_000, 100_000)
    samples = bench.take_turns(rounds, {OURS: lambda: lost(bench, count, rate)})
    bench.row(f"of {count:,} datagrams, {rate:,} a second, as JSON", "% arrived", samples, [])

    count = 2_000 if quick else 20_000
    samples = bench.take_turns(rounds, {
        OURS: lambda: connections(bench, ["--json"], count), WITHOUT: lambda: connections(bench, [], count)})
    bench.row("connections, --discard --json", "a second of processor time", samples, [WITHOUT], aim=0.9)

    samples = bench.take_turns(rounds, {
        OURS: lambda: check(bench, ["--json"]), TEXT: lambda: check(bench, [])})
    bench.row("--check --json of all ports", "s", samples, [TEXT], aim=1 / 1.15, less_is_better=True)

    if bench.available(XXD) or bench.chosen.against:
        size = (4 if quick else 64) << 20
        path = bench.folder / "hex"
        path.write_bytes(os.urandom(1 << 20) * (size >> 20))
        names = [OURS] if bench.chosen.against else [OURS, XXD]
        samples = bench.take_turns(rounds, {
            name: lambda name=name: hexadecimal(bench, name, path, size) for name in names})
        bench.row("a hex dump", "MB/s of processor time", samples, names[1:], aim=1)
        path.unlink()
