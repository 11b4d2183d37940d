"""What --fault does, held against what it says: delays beside a timer in C, rates over five seconds, losses of ten thousand
datagrams, and what a thousand delayed connections cost that say nothing."""

import math
import os
import socket
import subprocess
import time

from harness import OURS, REFERENCE, Process, Row
from connections import hold, let_go

DELAY = 0.02
RATES = [1_000, 100_000, 10_000_000, 100_000_000]


def relay(bench, port, *faults):
    words = [word for fault in faults for word in ("--fault", fault)]
    process = Process([bench.sockctl, "listen", "-k", "-q", "127.0.0.1:0", "--to", f"127.0.0.1:{port}", *words])
    return process, process.listening_port()


def late(bench, count):
    """By how many microseconds the delay of one direction is too long: the 99th percentile, less what the way takes."""
    server = Process([bench.compiled("echo"), "echo"])

    def trips(*faults):
        relaying, port = relay(bench, server.listening_port(), *faults)
        numbers = bench.client("echo", port, 1, count, 0)
        relaying.end()
        return numbers

    way = trips()[1]
    delayed = trips(f"server:latency={int(DELAY * 1e6)}us")[2]
    server.end()
    return delayed - DELAY * 1e6 - way


def timer(bench, count):
    words = [bench.compiled("timer"), str(int(DELAY * 1e6)), str(count)]
    return float(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()[1])


def delays(bench):
    count = 50 if bench.chosen.quick else 500
    samples = bench.take_turns(bench.chosen.rounds, {
        OURS: lambda: late(bench, count), REFERENCE: lambda: timer(bench, count)})
    pairs = sorted((ours - reference) / 1000 for ours, reference in zip(samples[OURS], samples[REFERENCE]))
    bench.add(Row("delay of 20 ms, 99th percentile above a timer in C", "ms", pairs[len(pairs) // 2], limit=0.5,
                  less_is_better=True))


def rate(bench, rate, seconds):
    """The rate from the first byte on, as a share of what was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relaying, port = relay(bench, listener.getsockname()[1], f"client:rate={rate}")
        sending = socket.create_connection(("127.0.0.1", port))
        receiving, _ = listener.accept()
    child = os.fork()
    if child == 0:
        block = bytes(64 << 10)
        try:
            while True:
                sending.sendall(block)
        finally:
            os._exit(0)
    sending.close()
    receiving.recv(1 << 20)
    start = time.perf_counter()
    count = 0
    while (passed := time.perf_counter() - start) < seconds:
        receiving.settimeout(seconds - passed + 0.001)
        try:
            count += len(receiving.recv(1 << 20))
        except TimeoutError:
            break
    passed = time.perf_counter() - start
    receiving.close()
    relaying.end()
    os.waitpid(child, 0)
    return count / passed / rate


def rates(bench):
    seconds = 1 if bench.chosen.quick else 5
    for asked in RATES:
        samples = [abs(rate(bench, asked, seconds) - 1) * 100 for _ in range(max(1, bench.chosen.rounds // 2))]
        bench.add(Row(f"rate of {asked:,} bytes a second, error over {seconds} s", "%", bench.middle(samples, True),
                      limit=2, less_is_better=True))


def losses(bench):
    """How many standard deviations the losses of 10,000 datagrams are from what was asked for."""
    chance, count = 0.1, 10_000
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        server.bind(("127.0.0.1", 0))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            place = free.getsockname()
        relaying = Process([bench.sockctl, "udp", "recv", "-q", f"127.0.0.1:{place[1]}", "--to",
                            f"127.0.0.1:{server.getsockname()[1]}", "--fault", f"client:loss={chance}", "--seed", "1"])
        # It is there when something arrives.
        server.settimeout(0.02)
        while True:
            try:
                client.sendto(b"there?", place)
                server.recv(100)
                break
            except (TimeoutError, ConnectionRefusedError):
                pass
        came = 0
        for number in range(count):
            client.sendto(b"%d" % number, place)
            if number % 100 == 99:
                try:
                    while True:
                        server.recv(100)
                        came += 1
                except TimeoutError:
                    pass
        relaying.end()
    deviation = math.sqrt(count * chance * (1 - chance))
    bench.add(Row("loss of 10 %, from what 10,000 datagrams make likely", "σ",
                  abs(count - came - count * chance) / deviation, limit=3, less_is_better=True))


def silence(bench):
    count = 200 if bench.chosen.quick else 1_000
    server = Process([bench.compiled("echo"), "echo"])
    relaying, port = relay(bench, server.listening_port(), "latency=100ms")
    holders, _ = hold(bench, port, count)
    time.sleep(1)
    with open(f"/proc/{relaying.pid}/stat") as file:
        before = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    time.sleep(3)
    with open(f"/proc/{relaying.pid}/stat") as file:
        used = sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13])) - before
    let_go(holders)
    relaying.end()
    server.end()
    bench.add(Row(f"{count:,} delayed connections that say nothing, of a processor", "%",
                  used / os.sysconf("SC_CLK_TCK") / 3 * 100, limit=20, less_is_better=True))


def measure(bench):
    delays(bench)
    rates(bench)
    losses(bench)
    silence(bench)
