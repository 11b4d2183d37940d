"""`sockctl connect --check` beside `nc -z` and `nmap -sT`: every port of 127.0.0.1, most of them closed."""

import os
import socket
import subprocess
import sys
import time

from harness import OURS, column


def once(command, listener):
    """Milliseconds that passed, and milliseconds of the processor."""
    before, start = os.times(), time.perf_counter()
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.decode()
    elapsed, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    if str(listener.getsockname()[1]) not in output:
        sys.exit(f"{' '.join(command)} does not find the port that is open")
    try:
        while True:
            listener.accept()[0].close()  # the queue must not fill up
    except BlockingIOError:
        return elapsed * 1e3, used * 1e3


def measure(bench):
    # One port that is open for sure, and has to be found.
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)
    listener.setblocking(False)
    port = listener.getsockname()[1]
    ports = f"{port - 500}-{min(port + 500, 65535)}" if bench.chosen.quick else "1-65535"
    check = [bench.sockctl, "connect", "--check"]
    commands = {OURS: [*check, "127.0.0.1", ports], "json": [*check, "--json", "127.0.0.1", ports]}
    if bench.available("nc"):
        commands["nc -z"] = ["nc", "-zv", "127.0.0.1", ports]
    if bench.available("nmap"):
        commands["nmap -sT -T5"] = ["nmap", "-n", "-sT", "-T5", "-p", ports, "127.0.0.1"]
    samples = bench.take_turns(bench.chosen.rounds, {
        name: lambda command=command: once(command, listener) for name, command in commands.items()})
    peers = ["nc -z", "nmap -sT -T5"]
    for number, what in enumerate((f"--check of ports {ports}", "processor for it")):
        figures = column(samples, number)
        json = figures.pop("json")
        bench.row(what, "ms", figures, peers, less_is_better=True, aim=1.0)
        if number == 0:
            bench.row(f"{what}, --json", "ms", figures | {OURS: json}, peers, less_is_better=True, aim=1.0)
    listener.close()
