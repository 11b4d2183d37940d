"""Request and response of one byte over one connection: the same client in C for all, echo servers to ask.

Client and server share a processor, where what the server does is what counts, and then have one each, where
every trip waits twice for a sleeping processor to wake up. Left alone, the scheduler chooses one or the other.
"""

import os

from harness import OURS, REFERENCE, Process, column

PEERS = ["ncat", "socat PIPE", "socat EXEC:cat", "nc"]


def servers(bench):
    """The command lines of servers that send back what they are sent."""
    commands = {OURS: [bench.sockctl, "listen", "-k", "--echo", "-q", "127.0.0.1:0"]}
    if bench.available("nc"):
        commands["nc"] = [bench.paths["nc"], "-l", "127.0.0.1", "0"]
    if bench.available("ncat"):
        commands["ncat"] = [bench.paths["ncat"], "-l", "-k", "-e", "/bin/cat", "127.0.0.1", "0"]
    if bench.available("socat"):
        listen = "TCP4-LISTEN:0,fork,bind=127.0.0.1,backlog=4096"
        commands["socat PIPE"] = [bench.paths["socat"], listen, "PIPE"]
        commands["socat EXEC:cat"] = [bench.paths["socat"], listen, "EXEC:cat"]
    commands[REFERENCE] = [bench.compiled("echo"), "echo"]
    return commands


def trips(bench, name, command, count, places):
    """Round trips a second, their median and 99th percentile in microseconds."""
    ends = ()
    if name == "nc":
        # nc has no echo: its output is its input.
        ends = os.pipe()
    server = Process(command, *ends, processor=places[0])
    for end in ends:
        os.close(end)
    numbers = bench.client("echo", server.listening_port(), 1, count, 0, processor=places[1])
    server.end()
    return numbers


def measure(bench):
    count = 5_000 if bench.chosen.quick else 20_000
    commands = servers(bench)
    processors = sorted(os.sched_getaffinity(0))
    columns = [("round trips of a byte", "a second", 1.0), ("their median", "µs", None), ("99th percentile", "µs", None)]
    for where, places in (("one processor", processors[:1] * 2), ("two processors", processors[-2:])):
        # What is equal but for a few calls needs many rounds to be told apart.
        samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 3), {
            name: lambda name=name, command=command: trips(bench, name, command, count, places)
            for name, command in commands.items()
        })
        for number, (what, unit, aim) in enumerate(columns):
            bench.row(f"{what}, {where}", unit, column(samples, number), PEERS, aim=aim, less_is_better=unit == "µs")
    if bench.chosen.profile:
        server = Process(commands[OURS])
        port = server.listening_port()
        bench.profile("latency, the server", [server], lambda: bench.client("echo", port, 1, count, 0))
        server.end()
