"""From the start of a program to its end, when all it does is say its version: seconds of the processor, for the
clock on the wall says more about what else the machine does."""

from harness import OURS, Process, column

COMMANDS = {OURS: "--version", "nc": "-h", "ncat": "--version", "socat": "-V"}
ROUNDS, STARTS = 10, 100
# The most that one of ours may cost is 1.3 of nc's.
AIM = 0.77


def starts(command, count):
    """Mean and minimum of so many, ms."""
    times = [Process(command).wait() * 1e3 for _ in range(count)]
    return sum(times) / count, min(times)


def measure(bench):
    names = [OURS, *bench.available("nc", "ncat", "socat")]
    count = STARTS // 10 if bench.chosen.quick else STARTS
    samples = bench.take_turns(ROUNDS, {
        name: lambda name=name: starts([bench.sockctl if name == OURS else name, COMMANDS[name]], count)
        for name in names
    })
    for number, what in enumerate(["mean", "least"]):
        bench.row(f"--version (nc -h), {what} of {ROUNDS * count} starts", "ms", column(samples, number),
                  ["nc", "ncat", "socat"], less_is_better=True, aim=AIM)
