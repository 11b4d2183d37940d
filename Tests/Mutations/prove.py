"""Shows that what Tests/Mutations/run looks for it finds: it is run with programs that each have one fault."""

import os, subprocess, sys

# An echo server like `listen -k --echo --json`. A certain byte brings its fault about.
SERVER = r"""#!{python}
import os, select, socket, sys, time
FAULT = {fault!r}
server = socket.create_server(("127.0.0.1", 0), backlog=100)
print('{{"event":"listening","time":"now","port":%d}}' % server.getsockname()[1], flush=True)
peers, spoiled, held = [], set(), []
while True:
    for peer in select.select([server, *peers], [], [])[0]:
        if peer is server:
            peers.append(server.accept()[0])
            continue
        try:
            block = peer.recv(65536)
            peer.sendall(block)
        except OSError:
            block = b""
        if b"\xff" in block:
            if FAULT == "a crash": os.kill(os.getpid(), 11)
            if FAULT == "an end with 1": sys.exit(1)
            if FAULT == "a line that is no JSON": print('{{"event":"data","text":"', flush=True)
            if FAULT == "memory": held.append(bytearray(b"x" * (64 << 20)))
            if FAULT == "a descriptor": held.append(os.dup(0))
            if FAULT == "no answer any more": time.sleep(3600)
            if FAULT == "a report": print("==1==ERROR: AddressSanitizer: x", file=sys.stderr, flush=True)
            spoiled.add(peer)
        if not block:
            peers.remove(peer)
            if FAULT == "no close" and peer in spoiled:
                held.append(peer)
            else:
                peer.close()
"""
FAULTS = [
    "nothing", "a crash", "an end with 1", "a line that is no JSON", "memory", "a descriptor", "no answer any more",
    "no close", "a report"]


def main(program, directory):
    """Whether all of them are found; and nothing where there is nothing."""
    missed = 0
    name = os.path.join(directory, "faulty")
    for fault in FAULTS:
        with open(name, "w") as file:
            file.write(SERVER.format(python=sys.executable, fault=fault))
        os.chmod(name, 0o755)
        words = [sys.executable, program, "--seed", "1", "--count", "2000"]
        words += ["--target", "listen -k --echo --json --frame u"]
        environment = {**os.environ, "SOCKCTL_BINARY": name, "PATIENCE": "2", "MUTATIONS_KEPT": directory}
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        right = done.returncode == (fault != "nothing")
        missed += not right
        print(f"{'ok   ' if right else 'WRONG'}  {fault}: status {done.returncode}")
        for line in (done.stdout + done.stderr).splitlines()[1:5 if right else 40]:
            print(f"       {line[:150]}")
    return missed > 0
