"""`sockctl info --watch`: what following so many sockets costs the processor, and how many closings it takes."""

import json
import os
import subprocess
import time

from harness import OURS, Process
import connections


def processor_seconds(command, output=subprocess.DEVNULL):
    """What the command itself uses of the processor until it ends."""
    process = subprocess.Popen(command, stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{command} ended with {status}"
    return usage.ru_utime + usage.ru_stime


def measure(bench):
    count = 500 if bench.chosen.quick else 5_000
    rounds = 5
    server = Process([bench.compiled("echo"), "discard"])
    port = server.listening_port()
    holders, _ = connections.hold(bench, port, count)
    command = [bench.sockctl, "info", "--watch", "1s", "--tcp", "--count"]

    def share():
        first = processor_seconds(command + ["1"])
        return 100 * (processor_seconds(command + [str(1 + rounds)]) - first) / rounds

    samples = bench.take_turns(bench.chosen.rounds, {OURS: share, "goal": lambda: 3.0})
    connections.let_go(holders)
    bench.row(f"info --watch 1s, {2 * count:,} sockets", "% of a core", samples, ["goal"], less_is_better=True, aim=1.0)
    server.end()
