"""How long a shell waits for what TAB offers: on a machine with many connections, processes and known hosts."""

import os
import socket
import subprocess
import time

from harness import OURS

LIMIT = 30  # ms: less than anybody sees
CONNECTIONS = 1500
KNOWN_HOSTS = 5000
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
    ssh.mkdir(parents=True)
    (ssh / "known_hosts").write_text("".join(f"host{n}.example ssh-ed25519 AAAA\n" for n in range(KNOWN_HOSTS)))
    environment = {**os.environ, "HOME": str(ssh.parent)}

    def answer(line):
        """Milliseconds until the answer is there."""
        begin = time.perf_counter()
        subprocess.run([bench.sockctl, "completions", "zsh", "--", *line], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        return (time.perf_counter() - begin) * 1e3

    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        held = connections(listener, CONNECTIONS)
        for line in LINES:
            words = " ".join(line) + ("TAB" if line[-1] == "" else " TAB")
            samples = bench.take_turns(rounds, {OURS: lambda line=line: answer(line)})
            bench.row(f"{words}, {CONNECTIONS:,} connections", "ms", samples, [], less_is_better=True, limit=LIMIT)
        for end in held:
            end.close()
