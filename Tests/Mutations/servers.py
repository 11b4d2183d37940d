"""Mutations for servers that go on: whatever peers say, the next one is served as if nothing had been."""

import os, socket, time

from drive import Running, Wrong, converse, reset, until
from targets import MARK, REPLY

# KiB that a server may hold more than idle: the bound of 32 MiB, and 64 KiB for each of those that stay.
BOUND, PEER, STAYING = 32 << 10, 64, 40
BATCH = 250


def mutate(running, mutations):
    """A batch: all of it is said, then all is as it was before."""
    staying = []
    for mutation in mutations:
        if running.target.kind == "datagrams":
            say_datagrams(running, mutation)
            continue
        peer = running.connect()
        converse(peer, mutation.segments, mutation.ending)
        if mutation.ending == "hold" and peer.fileno() >= 0:
            staying.append(peer)
            if len(staying) > STAYING:
                reset(staying.pop(0))
        if running.process.poll() is not None:
            break
    running.check()
    running.most = max(running.most, running.resident())
    for peer in staying:
        reset(peer)
    until(lambda: running.process.poll() is not None or running.count() == running.descriptors,
          lambda: f"{running.count()} descriptors, {running.descriptors} before")
    running.check()
    good(running)
    extra = running.most - running.memory
    if extra > BOUND + PEER * STAYING + (running.sanitized and 128 << 10):
        raise Wrong(f"it holds {extra} KiB more than idle")


def say_datagrams(running, mutation):
    peer = sender(running)
    for segment in mutation.segments[:8]:
        try:
            peer.send(segment[:65_000])
        except OSError as error:
            if running.process.poll() is not None:
                break
            if not isinstance(error, (BlockingIOError, TimeoutError)):
                raise Wrong(f"send: {error}") from None
    peer.close()


def sender(running):
    place = running.target.place
    if place.startswith("unix"):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        peer.bind(f"\0sockctl-mutations-{os.getpid()}-{time.monotonic_ns()}")
        peer.settimeout(5)
        peer.connect(running.socket_path)
        return peer
    family, host = (socket.AF_INET6, "::1") if place.startswith("[") else (socket.AF_INET, "127.0.0.1")
    peer = socket.socket(family, socket.SOCK_DGRAM)
    peer.settimeout(5)
    peer.connect((host, running.port))
    return peer


def good(running):
    """A good exchange has its answer."""
    target = running.target
    if target.kind == "datagrams":
        return good_datagram(running)
    if target.kind == "chat":
        return good_chat(running)
    mark = target.good
    heard = converse(running.connect(), [mark], "half-close")
    running.check()
    expected = {"echo": MARK, "reply": REPLY, "file": b"a file"}.get(target.kind, b"")
    if expected not in heard or bool(heard) != bool(expected):
        raise Wrong(f"{mark!r} is answered with {heard[:300]!r}")
    if target.kind == "quiet":
        # A framing may cut it.
        until(lambda: MARK[:7] in running.shown, lambda: f"{mark!r} is not shown: {running.shown[-300:]!r}")


def good_chat(running):
    """What one says another hears, once both are there."""
    with running.connect() as listener, running.connect() as speaker:
        listener.setblocking(False)
        heard = bytearray()

        def spoken():
            speaker.sendall(running.target.good)
            try:
                heard.extend(listener.recv(1 << 16))
            except BlockingIOError:
                pass
            return MARK in heard
        until(spoken, lambda: f"nobody hears {MARK!r}: {bytes(heard[:300])!r}")


def good_datagram(running):
    """The receive buffer may be full for a moment."""
    answers = {"--echo": MARK, "--reply": REPLY}
    expected = next((answer for word, answer in answers.items() if word in running.target.words), None)
    with sender(running) as peer:
        peer.settimeout(0.05)

        def answered():
            try:
                peer.send(MARK)
                return (expected is None and MARK in running.shown) or (expected and peer.recv(65_536) == expected)
            except (TimeoutError, BlockingIOError):
                return False
        until(answered, "a good datagram is not answered, or not shown")


def run(target, mutations, sanitized, culprit):
    """All mutations of one target, (number, mutation) each; what is wrong, with those that may have caused it."""
    most = 0
    for begin in range(0, len(mutations), 10 * BATCH):
        running, batch = None, []
        try:
            running = Running(target)
            running.sanitized = sanitized
            good(running)
            for at in range(begin, min(len(mutations), begin + 10 * BATCH), BATCH):
                batch = mutations[at:at + BATCH]
                mutate(running, [mutation for _, mutation in batch])
            most = max(most, running.most - running.memory)
            running.stop()
        except Wrong as wrong:
            return most, str(wrong), narrowed(target, batch, sanitized) if culprit else batch
        except OSError as error:
            if not running:
                raise
            running.ended(2)
            wrong = f"{error}; it has ended with {running.process.returncode}: {running.last_words}"
            return most, wrong, narrowed(target, batch, sanitized) if culprit else batch
        finally:
            if running:
                running.kill()
    return most, None, []


def narrowed(target, batch, sanitized):
    """Of a batch that a server did not survive the one that does it alone; all, if none does."""
    for number, mutation in batch:
        _, wrong, _ = run(target, [(number, mutation)], sanitized, False)
        if wrong:
            return [(number, mutation)]
    return batch
