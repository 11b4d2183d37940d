"""How cost grows: with the peers that are connected and with the size of the messages. One table, ready to plot.

A line is: what grows, which program, how far it has grown, what is measured, the figure.
"""

import csv
import sys

from harness import OURS, REFERENCE, Process, Row
import connections

PEERS = [1, 10, 100, 1_000, 10_000, 19_000]
SIZES = [16 << (2 * step) for step in range(11)]  # to 16 MiB


def peers(bench, write):
    trips = 2_000 if bench.chosen.quick else 20_000
    commands = {OURS: [bench.sockctl, "listen", "-k", "--echo", "-q", "127.0.0.1:0"],
                REFERENCE: [bench.compiled("echo"), "echo"]}
    found = {}
    for count in [count for count in PEERS if count <= connections.most(bench)]:
        for name, command in commands.items():
            memory, median, late, rate, resident = connections.idle(bench, command, count, trips)
            found[name, count] = median
            write("peers", name, count, "memory for each, bytes", memory)
            write("peers", name, count, "resident, KiB", resident / 1024)
            write("peers", name, count, "round trip of one, µs", median)
            write("peers", name, count, "its 99th percentile, µs", late)
            write("peers", name, count, "connected, a second", rate)
    largest = max(count for _, count in found)
    bench.add(Row(f"scale: round trip among {largest:,} peers beside 1", "µs", found[OURS, largest],
                  ("alone", found[OURS, 1]), reference=found[REFERENCE, largest], less_is_better=True))


def messages(bench, write):
    listen = [bench.sockctl, "listen", "-k", "--echo", "-q"]
    servers = {
        "--echo": ([*listen, "127.0.0.1:0"], 0),
        "--echo --frame u32be": ([*listen, "--frame", "u32be", "127.0.0.1:0"], 1),
        REFERENCE: ([bench.compiled("echo"), "echo"], 0),
    }
    budget = (16 << 20) if bench.chosen.quick else (256 << 20)
    running = {name: (Process(command), prefix) for name, (command, prefix) in servers.items()}
    for size in SIZES:
        count = max(5, min(budget // size, 1_000 if bench.chosen.quick else 20_000))
        for name, (server, prefix) in running.items():
            rate, median, late = bench.client("echo", server.listening_port(), size, count, prefix)
            write("bytes of a message", name, size, "MB/s each way", rate * size / 1e6)
            write("bytes of a message", name, size, "round trip, µs", median)
            write("bytes of a message", name, size, "its 99th percentile, µs", late)
    for server, _ in running.values():
        server.end()


def measure(bench):
    file = open(bench.chosen.csv, "w", newline="") if bench.chosen.csv else sys.stdout
    writer = csv.writer(file)
    writer.writerow(["grows", "program", "to", "measured", "figure"])

    def write(*fields):
        *names, value = fields
        writer.writerow([*names, f"{value:.5g}"])
        file.flush()

    peers(bench, write)
    messages(bench, write)
    if bench.chosen.csv:
        file.close()
