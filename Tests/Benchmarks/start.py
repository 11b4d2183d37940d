"""From the start of a program to its end, when all it does is say its version."""

import time

from harness import OURS, Process

COMMANDS = {OURS: "--version", "nc": "-h", "ncat": "--version", "socat": "-V"}


def once(command):
    start = time.perf_counter()
    Process(command).wait()
    return (time.perf_counter() - start) * 1e3


def measure(bench):
    names = [OURS, *bench.available("nc", "ncat", "socat")]
    samples = bench.take_turns(30 if bench.chosen.quick else 300, {
        name: lambda name=name: once([bench.sockctl if name == OURS else name, COMMANDS[name]]) for name in names
    })
    bench.row("start to end of --version (nc -h)", "ms", samples, ["nc", "ncat", "socat"],
              less_is_better=True, aim=0.4)
