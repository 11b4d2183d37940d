"""Request and response of one byte over one connection: the same client in C for all, echo servers to ask."""

import os

from harness import OURS, REFERENCE, Process

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


def trips(bench, name, command, count):
    """Round trips a second, their median and 99th percentile in microseconds."""
    ends = ()
    if name == "nc":
        # nc has no echo: its output is its input.
        ends = os.pipe()
    server = Process(command, *ends)
    for end in ends:
        os.close(end)
    numbers = bench.client("echo", server.listening_port(), 1, count, 0)
    server.end()
    return numbers


def measure(bench):
    count = 5_000 if bench.chosen.quick else 50_000
    commands = servers(bench)
    samples = bench.take_turns(bench.chosen.rounds, {
        name: lambda name=name, command=command: trips(bench, name, command, count)
        for name, command in commands.items()
    })
    columns = [("round trips of a byte", "a second", 1.0), ("their median", "µs", None), ("99th percentile", "µs", None)]
    for column, (what, unit, aim) in enumerate(columns):
        figures = {
            name: bench.middle([numbers[column] for numbers in list_], unit == "µs")
            for name, list_ in samples.items()
        }
        bench.row(what, unit, figures, PEERS, aim=aim, less_is_better=unit == "µs")
    if bench.chosen.profile:
        server = Process(commands[OURS])
        port = server.listening_port()
        bench.profile("latency, the server", [server], lambda: bench.client("echo", port, 1, count, 0))
        server.end()
