"""Mutations for commands that end with their peer: each run has one mutation, and has to end with a status.

connects: to us, and we say it. asks: with a datagram, which we answer with it. listens: we connect and say it.
replays: it is the recording, and we are the peer; replays-listening: likewise, and we connect."""

import contextlib, os, socket, subprocess

import drive
from drive import PATIENCE, STATUSES, TROUBLE, Wrong, checked, converse, reset


def listener(kind=socket.SOCK_STREAM):
    server = socket.socket(socket.AF_INET, kind)
    server.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        server.listen()
    server.settimeout(PATIENCE)
    return server


@contextlib.contextmanager
def started(target, **names):
    words = [*target.words, target.place] if target.place else list(target.words)
    for name, value in names.items():
        words = [word.replace(name, value) for word in words]
    process = subprocess.Popen(
        [drive.binary, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()


def end(target, process, before=b""):
    try:
        out, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Wrong(f"it does not end within {PATIENCE} s") from None
    if process.returncode not in STATUSES:
        raise Wrong(f"it has ended with {process.returncode}: {err[-3000:].decode(errors='replace')}")
    if TROUBLE.search(err):
        raise Wrong(f"it says {err[-3000:].decode(errors='replace')}")
    if target.json:
        for line in (before + out).splitlines():
            checked(line)


def attempt(target, mutation):
    if target.kind in ("connects", "asks", "replays"):
        with listener(socket.SOCK_DGRAM if target.kind == "asks" else socket.SOCK_STREAM) as server:
            place = f"127.0.0.1:{server.getsockname()[1]}"
            with started(target, PLACE=place, FILE=recording(mutation)) as process:
                answer(target, mutation, server)
                end(target, process)
        return
    with started(target, FILE=recording(mutation)) as process:
        # One that does not like its recording has never listened.
        stream = process.stdout if target.json else process.stderr
        line = next((line for line in stream if b"listening" in line), b"")
        if line:
            with socket.create_connection(("127.0.0.1", drive.port(line))) as peer:
                talk(peer, mutation)
        end(target, process, line if target.json else b"")


def answer(target, mutation, server):
    if target.kind == "connects":
        talk(server.accept()[0], mutation)
    elif target.kind == "asks":
        _, peer = server.recvfrom(100)
        for segment in mutation.segments[:8]:
            server.sendto(segment[:65_000], peer)


def talk(peer, mutation):
    converse(peer, mutation.segments, mutation.ending)
    reset(peer)


def recording(mutation):
    name = os.path.join(drive.directory, f"recording.{os.getpid()}")
    with open(name, "wb") as file:
        file.write(b"".join(mutation.segments))
    return name


def run(target, mutations):
    for number, mutation in mutations:
        try:
            attempt(target, mutation)
        except Wrong as wrong:
            return str(wrong), [(number, mutation)]
        except OSError as error:
            return f"{type(error).__name__}: {error}", [(number, mutation)]
    return None, []
