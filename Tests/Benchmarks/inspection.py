"""`sockctl info` beside `ss`, in milliseconds of the processor: a few sockets and very many, with their owners and
without, all of them and those of one port. Best in a network namespace of its own, where nobody else has sockets."""

import os
import subprocess
import sys
from pathlib import Path

from harness import OURS, Process, wait_for
import connections


def milliseconds(command, least, times):
    """The processor's time for one run, with its list written into a pipe."""
    before = os.times()
    for _ in range(times):
        output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
        if output.count(b"\n") < least:
            sys.exit(f"{' '.join(command)}: {output.count(chr(10).encode())} lines, not {least}")
    after = os.times()
    return (after.children_user + after.children_system - before.children_user - before.children_system) * 1e3 / times


def compare(bench, what, ours, theirs, least, aim, times=1):
    commands = {OURS: [bench.sockctl, "info", *ours]}
    if bench.available("ss"):
        commands["ss"] = [bench.paths["ss"], *theirs]
    samples = bench.take_turns(max(9, 3 * bench.chosen.rounds), {
        name: lambda command=command: milliseconds(command, least, times) for name, command in commands.items()})
    words = f"info {' '.join(ours)} beside ss {' '.join(theirs)}"
    bench.row(f"{what}: {words}", "ms of the processor", samples, ["ss"], less_is_better=True, aim=aim)


def client_port(server):
    """The port of one of the clients."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, peer, state = line.split()[:4]
        if state == "01" and int(peer.split(":")[1], 16) == server:
            return int(local.split(":")[1], 16)
    sys.exit("no client is connected")


def measure(bench):
    quick = bench.chosen.quick
    for count in (5, 500 if quick else 10_000):
        server = Process([bench.compiled("echo"), "discard"])
        port = server.listening_port()
        holders, _ = connections.hold(bench, port, count)
        wait_for("the server", lambda: len(os.listdir(f"/proc/{server.pid}/fd")) > count, pause=0.05)
        one = client_port(port)
        many = f"{2 * count:,} sockets"
        if count == 5:
            compare(bench, many, ["--tcp"], ["-tanp"], 2 * count, 1.0, times=50)
        else:
            compare(bench, many, ["--tcp"], ["-tanp"], 2 * count, 2.0)
            compare(bench, many, ["--tcp", "--json"], ["-tanp"], 2 * count, 1 / 0.6)
            compare(bench, many, ["--tcp", "--no-owners"], ["-tan"], 2 * count, 1.0)
            compare(bench, f"one port of {many}", ["--tcp", "--local", f":{one}"], ["-tanp", f"sport = :{one}"], 1, 2.5)
            compare(bench, f"one port of {many}", ["--tcp", "--local", f":{one}", "--no-owners"],
                    ["-tan", f"sport = :{one}"], 1, 1.0)
        connections.let_go(holders)
        server.end()
