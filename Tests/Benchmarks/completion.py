"""What it costs to say what TAB offers, on a machine with many connections, processes and known hosts: seconds of the
processor, for the clock on the wall says more about what else the machine does."""

import os
import socket

from harness import OURS, Process

LIMIT = 30  # ms: less than anybody sees
CONNECTIONS = 1500
KNOWN_HOSTS = 5000
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43  # as long as one
LINES = [["info", "--port", ""], ["connect", "localhost", ""], ["info", "--pid", ""], ["connect", ""],
         ["listen", "--option", "keep"]]


def connections(listener, count):
    """So many, with both ends."""
    made = []
    for _ in range(count):
        made.append(socket.create_connection(listener.getsockname()))
        made.append(listener.accept()[0])
    return made


def measure(bench):
    rounds = 5 if bench.chosen.quick else 30
    ssh = bench.folder / "home" / ".ssh"
    ssh.mkdir(parents=True, exist_ok=True)
    (ssh / "known_hosts").write_text("".join(f"host{n}.example ssh-ed25519 {KEY}\n" for n in range(KNOWN_HOSTS)))
    home, os.environ["HOME"] = os.environ.get("HOME", "/"), str(ssh.parent)

    def answer(line):
        return Process([bench.sockctl, "completions", "zsh", "--", *line]).wait() * 1e3

    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        held = connections(listener, CONNECTIONS)
        for line in LINES:
            words = " ".join(line) + ("TAB" if line[-1] == "" else " TAB")
            samples = bench.take_turns(rounds, {OURS: lambda line=line: answer(line)})
            bench.row(f"{words}, {CONNECTIONS:,} connections", "ms", samples, [], less_is_better=True, limit=LIMIT)
        for end in held:
            end.close()
    os.environ["HOME"] = home
