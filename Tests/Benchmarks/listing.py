"""`sockctl info --tcp` beside `ss -tanp`: so many open connections, all listed with their owners."""

import subprocess
import sys
import time

from harness import OURS, Process
import connections


def seconds(command, least):
    """How many milliseconds the command takes to write its whole list into a pipe."""
    start = time.perf_counter()
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    elapsed = time.perf_counter() - start
    if output.count(b"\n") < least:
        sys.exit(f"{command[0]} lists {output.count(chr(10).encode())} sockets, not {least}")
    return elapsed * 1e3


def measure(bench):
    count = 1_000 if bench.chosen.quick else 10_000
    server = Process([bench.compiled("echo"), "discard"])
    holders, _ = connections.hold(bench, server.listening_port(), count)
    commands = {OURS: [bench.sockctl, "info", "--tcp"], "json": [bench.sockctl, "info", "--tcp", "--json"]}
    if bench.available("ss"):
        commands["ss -tanp"] = ["ss", "-tanp"]
    samples = bench.take_turns(3 * bench.chosen.rounds, {
        name: lambda command=command: seconds(command, 2 * count) for name, command in commands.items()})
    connections.let_go(holders)
    server.end()
    json = samples.pop("json")
    what = f"info over {2 * count:,} sockets with their owners"
    bench.row(what, "ms", samples, ["ss -tanp"], less_is_better=True, aim=1.0)
    bench.row(what + ", --json", "ms", samples | {OURS: json}, ["ss -tanp"], less_is_better=True, aim=1.0)
