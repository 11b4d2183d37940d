#!/usr/bin/env python3
"""A TLS peer whose records are changed on their way to sockctl: usage: hostile.py [OPTION...] [SOCKCTL]

Handshakes and records are flipped, cut, moved, doubled and made up, and every session is also cut off at each of its
records. It has to hold that nothing crashes or hangs, that a client ends with 0, 7 or 12, with 0 only if all of the
payload is there, that never a byte comes out that was not sent in its place, and that a server goes on as it was.

  --count N    so many mutations (100,000)
  --clients N  of which so many are of clients, a process each (one in 25, and at least 300 of 2,000)
  --seed N     makes the same mutations again (a new one each time, and printed)
  --number N   only this mutation, as a failure has named it
  --jobs N     so many at the same time (4)
"""

import argparse, collections, os, random, select, shutil, signal, socket, ssl, subprocess, sys, tempfile, threading, time

sys.dont_write_bytecode = True
import certificates, session

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = float(os.environ.get("PATIENCE", 30))
# A peer that was sent something broken may wait for the rest: after this long in silence nothing more comes.
SILENCE = 0.03
MESSAGES = (1, 300, 5000, 64)
VERSIONS = ("1.2", "1.3")


class Wrong(Exception):
    pass


class Cut(OSError):
    """The bytes end here."""


# MARK: mutations


def flip(record, chance):
    changed = bytearray(record)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def header(record, chance):
    at = chance.randrange(5)
    return record[:at] + bytes([chance.randrange(256)]) + record[at + 1:]


def length(record, chance):
    size = max(0, len(record) - 5 + chance.choice((-2, -1, 1, 2, 100, 20000)))
    return record[:3] + (size & 0xffff).to_bytes(2, "big") + record[5:]


def insert(record, chance):
    at = chance.randrange(len(record) + 1)
    return record[:at] + chance.randbytes(chance.choice((1, 5, 100))) + record[at:]


def delete(record, chance):
    at = chance.randrange(len(record))
    return record[:at] + record[at + chance.randint(1, 20):]


def made_up(record, chance):
    kind = chance.choice((20, 21, 22, 23, 24, chance.randrange(256)))
    body = chance.randbytes(chance.choice((0, 1, 2, 4, 100, 16384, 17000)))
    return bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body + record


def alert(record, chance):
    return bytes([21, 3, 3, 0, 2, chance.choice((1, 2)), chance.choice((0, 10, 40, 90, 100, chance.randrange(256)))]) + record


def change_cipher(record, chance):
    return bytes([20, 3, 3, 0, 1, 1]) * chance.choice((1, 2, 40)) + record


def empty(record, chance):
    return bytes([chance.choice((21, 22, 23)), 3, 3, 0, 0]) * chance.choice((1, 40)) + record


def noise(record, chance):
    return chance.choice((
        b"GET / HTTP/1.1\r\nHost: good.test\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"220 ready\r\n", b"\0" * 100,
        b"\x80\x2e\x01\x00\x02", chance.randbytes(chance.choice((1, 10, 1000, 40000)))))


CHANGES = {change.__name__: change for change in (
    flip, flip, header, length, insert, delete, made_up, alert, change_cipher, empty, noise)}
# Those that need to know more than the record.
KINDS = [*CHANGES, "flip", "flip", "drop", "double", "swap", "again", "cut", "split", "none"]
HARMLESS = ("split", "none")


class Wire:
    """What a session sends: changed at one record."""

    def __init__(self, connection, kind="none", index=-1, chance=None, keep=None):
        self.connection, self.kind, self.index, self.chance, self.keep = connection, kind, index, chance, keep
        self.count, self.flushes, self.held, self.first, self.changed = 0, [], None, b"", False

    def send(self, data):
        out = []
        try:
            for record in session.records(data):
                self.first = self.first or record
                if self.count == self.index:
                    self.changed = self.kind not in HARMLESS
                    self.change(record, out)
                else:
                    out.append(record)
                    if self.held:
                        out.append(self.held)
                        self.held = None
                self.count += 1
        finally:
            self.flushes.append(self.count)
            if self.kind == "split":
                for piece in out:
                    self.connection.sendall(piece)
            elif data := b"".join(out):
                self.connection.sendall(data)

    def change(self, record, out):
        if self.kind in CHANGES:
            out.append(CHANGES[self.kind](record, self.chance))
        elif self.kind == "double":
            out += [record, record]
        elif self.kind == "swap":
            self.held = record
        elif self.kind == "again":
            out += [self.first, record]
        elif self.kind == "cut":
            keep = self.chance.randrange(len(record)) if self.keep is None else min(self.keep, len(record) - 1)
            out.append(record[:keep])
            raise Cut("cut off")
        elif self.kind == "split":
            cuts = sorted({0, len(record), *(self.chance.randrange(len(record)) for _ in range(5))})
            out += [record[start:end] for start, end in zip(cuts, cuts[1:])]
        elif self.kind != "drop":
            out.append(record)


class Line:
    """The socket of a session: where the other side falls silent after a change, nothing more is sent."""

    def __init__(self, connection, wire):
        self.connection, self.wire = connection, wire

    def recv(self, size):
        if self.wire.changed and not select.select([self.connection], [], [], SILENCE)[0]:
            end(self.connection)
        return self.connection.recv(size)


def end(connection):
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def drain(connection):
    """To the end, which has to come."""
    end(connection)
    try:
        while connection.recv(1 << 16):
            pass
    except TimeoutError:
        raise Wrong(f"the connection did not end within {LIMIT} s") from None
    except OSError:
        pass


def talk(connection, context, server, wire, payload, echoed):
    """The session as it should be: what came back, and where the payload ended in records."""
    connection.settimeout(LIMIT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    got, marks, clean, ready = b"", [], False, None
    try:
        speaker = session.Session(Line(connection, wire), context, server, None if server else certificates.NAME, wire.send)
        speaker.handshake()
        ready = wire.count
        for message in payload:
            speaker.write(message)
            marks.append(wire.count)
        speaker.notify()
        end(connection)
        while data := speaker.read():
            got += data
        clean = True
    except TimeoutError:
        raise Wrong(f"silent for {LIMIT} s") from None
    except (OSError, ValueError):
        pass
    drain(connection)
    connection.close()
    if echoed and not b"".join(payload).startswith(got):
        raise Wrong(f"it answered with bytes that were not sent: {got[:100]!r}")
    return got, marks, clean, ready


# MARK: sockctl


class Server:
    """`listen -k --tls --echo`, which has to outlive all of it."""

    def __init__(self, directory):
        self.log = open(f"{directory}/server.log", "wb")
        words = ["listen", "-k", "--tls", "--echo", "--cert", f"{directory}/server.pem", "--key", f"{directory}/server.key"]
        self.process = subprocess.Popen(
            [SOCKCTL, *words, "127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.PIPE)
        line = self.process.stderr.readline().decode()
        if "listening on " not in line:
            raise Wrong(f"the server does not listen: {line}{self.process.stderr.read().decode()}")
        threading.Thread(target=shutil.copyfileobj, args=(self.process.stderr, self.log), daemon=True).start()
        self.port = int(line.rsplit(":", 1)[1])
        self.contexts = {version: session.context(False, least=version, most=version) for version in VERSIONS}
        self.good()
        self.descriptors, self.memory = self.held(), self.resident()

    def held(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def talk(self, version, wire_options, payload):
        connection = socket.create_connection(("127.0.0.1", self.port), LIMIT)
        wire = Wire(connection, *wire_options)
        return wire, talk(connection, self.contexts[version], False, wire, payload, True)

    def good(self):
        """Serves a good client, and answers the records that a session has."""
        counts = {}
        for version in VERSIONS:
            wire, (got, _, clean, _) = self.talk(version, (), PAYLOAD)
            if got != b"".join(PAYLOAD) or not clean:
                raise Wrong(f"a good client got {len(got)} bytes back, clean {clean}")
            counts[version] = wire.count
        return counts

    def mutate(self, version, kind, index, chance):
        payload = [chance.randbytes(size) for size in MESSAGES]
        _, (got, _, clean, _) = self.talk(version, (kind, index, chance), payload)
        if kind in HARMLESS and (got != b"".join(payload) or not clean):
            raise Wrong(f"{len(got)} bytes came back of a session that was not changed, clean {clean}")

    def cut(self, version, index, keep):
        self.talk(version, ("cut", index, None, keep), PAYLOAD)

    def check(self):
        if self.process.poll() is not None:
            raise Wrong(f"the server has ended: {self.process.returncode}")
        self.good()
        late = time.monotonic() + LIMIT
        while self.held() > self.descriptors:
            if time.monotonic() > late:
                raise Wrong(f"the server has {self.held()} descriptors, {self.descriptors} before")
            time.sleep(0.01)
        if self.resident() > self.memory + (64 << 10):
            raise Wrong(f"the server has {self.resident()} KiB, {self.memory} before")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Wrong("the server does not end") from None
        if status != -signal.SIGTERM:
            raise Wrong(f"the server's end: {status}")


class Clients:
    """`recv --connect --tls`, a process for each."""

    def __init__(self, directory):
        pair = [(f"{directory}/server.pem", f"{directory}/server.key")]
        self.contexts = {version: session.context(True, pair, least=version, most=version) for version in VERSIONS}
        self.root = f"{directory}/root.pem"

    def talk(self, version, wire_options, payload):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(LIMIT)
            words = ["recv", "--connect", "--tls", "--ca", self.root, "--sni", certificates.NAME, "--timeout", "60s"]
            process = subprocess.Popen(
                [SOCKCTL, *words, f"127.0.0.1:{listener.getsockname()[1]}"], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                connection = listener.accept()[0]
                wire = Wire(connection, *wire_options)
                told = talk(connection, self.contexts[version], True, wire, payload, False)
                out, errors = process.communicate(timeout=LIMIT)
            except (TimeoutError, subprocess.TimeoutExpired):
                process.kill()
                out, errors = process.communicate()
                raise Wrong(f"the client did not end within {LIMIT} s: {errors.decode()}") from None
            finally:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
        status, whole = process.returncode, b"".join(payload)
        words = f"the client: status {status}, {len(out)} of {len(whole)} bytes: {errors.decode()}"
        if status not in (0, 7, 12):
            raise Wrong(words)
        if not whole.startswith(out):
            raise Wrong(f"bytes that were not sent came out: {out[:100]!r}\n{words}")
        if status == 0 and out != whole:
            raise Wrong(f"0 although some is missing\n{words}")
        if status and not errors:
            raise Wrong(f"no word about it\n{words}")
        return status, out, words, wire, told

    def mutate(self, version, kind, index, chance):
        status, _, words, _, _ = self.talk(version, (kind, index, chance), [chance.randbytes(size) for size in MESSAGES])
        if kind in HARMLESS and status:
            raise Wrong(f"a session that was not changed failed\n{words}")

    def good(self):
        """The records of a whole session: how many there are, with how many the client's handshake is done, and those
        with which each message ends."""
        shapes = {}
        for version in VERSIONS:
            status, _, words, wire, (_, marks, _, ready) = self.talk(version, (), PAYLOAD)
            if status:
                raise Wrong(f"a good server\n{words}")
            shapes[version] = wire.count, ready if version == "1.2" else wire.flushes[0], marks
        return shapes

    def cut(self, version, shape, index, keep):
        status, out, words, _, _ = self.talk(version, ("cut", index, None, keep), PAYLOAD)
        _, ready, marks = shape
        expected = 12 if index < ready else 7
        if status != expected:
            raise Wrong(f"{expected} expected\n{words}")
        before = sum(mark <= index for mark in marks)
        if out != b"".join(PAYLOAD[:before]):
            raise Wrong(f"{before} messages had come whole\n{words}")


# MARK: the run


def drive(jobs, count):
    """Runs functions of no arguments, so many at a time; what went wrong, by name."""
    queue, wrong, lock = collections.deque(jobs), [], threading.Lock()

    def work():
        while True:
            with lock:
                if not queue or len(wrong) >= 5:
                    return
                name, job = queue.popleft()
            try:
                job()
            except Exception as error:
                with lock:
                    wrong.append(f"{name}: {error if isinstance(error, Wrong) else repr(error)}")

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def mutation(number, seed, target, role, counts):
    chance = random.Random(f"{seed}/{role}/{number}")
    version, kind = chance.choice(VERSIONS), chance.choice(KINDS)
    index = chance.randrange(counts[version])
    return (f"{role} mutation {number}, TLS {version}, {kind} at record {index} of {counts[version]}",
            lambda: target.mutate(version, kind, index, chance))


def run(directory):
    certificates.make(directory)
    server, clients = Server(directory), Clients(directory)
    counts, shapes = server.good(), clients.good()
    keeps = (0, 3, 6, 1 << 20)
    cuts = [(f"server, TLS {version} cut at record {index} after {keep} bytes",
             lambda version=version, index=index, keep=keep: server.cut(version, index, keep))
            for version in VERSIONS for index in range(counts[version]) for keep in keeps]
    cuts += [(f"client, TLS {version} cut at record {index} after {keep} bytes",
              lambda version=version, index=index, keep=keep: clients.cut(version, shapes[version], index, keep))
             for version in VERSIONS for index in range(shapes[version][0]) for keep in keeps]
    client_counts = {version: shape[0] for version, shape in shapes.items()}
    made = {"server": lambda number: mutation(number, seed, server, "server", counts),
            "client": lambda number: mutation(number, seed, clients, "client", client_counts)}
    if arguments.number:
        role, number = arguments.number.split(":")
        jobs, cuts = [made[role](int(number))], []
    else:
        jobs = [made["client"](number) for number in range(of_clients)]
        jobs += [made["server"](number) for number in range(arguments.count - of_clients)]
        random.Random(seed).shuffle(jobs)
    wrong, done = drive(cuts, arguments.jobs), len(cuts)
    while jobs and not wrong:
        part, jobs = jobs[:500], jobs[500:]
        wrong += drive(part, arguments.jobs)
        done += len(part)
        try:
            server.check()
        except Exception as error:
            wrong.append(f"after {done}: {error if isinstance(error, Wrong) else repr(error)}")
    if not wrong:
        try:
            server.stop()
        except Wrong as error:
            wrong.append(str(error))
    elif server.process.poll() is None:
        server.process.kill()
    server.log.flush()
    for each in wrong:
        print(f"FAILED: {each}")
    if wrong:
        with open(server.log.name, "rb") as log:
            print("the server said last:\n" + log.read()[-2000:].decode("utf-8", "replace"))
        print(f"again: --seed {seed}, and --number server:N or client:N for one of them")
    print(f"{done} sessions, {len(wrong)} wrong")
    return 1 if wrong else 0


parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
parser.add_argument("sockctl", nargs="?", default=os.environ.get("SOCKCTL_BINARY") or f"{HERE}/../../.build/release/sockctl")
parser.add_argument("--count", type=int, default=100_000)
parser.add_argument("--clients", type=int)
parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
parser.add_argument("--number")
parser.add_argument("--jobs", type=int, default=4)
arguments = parser.parse_args()
SOCKCTL, seed = os.path.abspath(arguments.sockctl), arguments.seed
of_clients = min(max(arguments.count // 25, min(300, arguments.count // 6)), arguments.count)
if arguments.clients is not None:
    of_clients = min(arguments.clients, arguments.count)
PAYLOAD = [random.Random(seed).randbytes(size) for size in MESSAGES]
if not os.access(SOCKCTL, os.X_OK):
    sys.exit(f"{SOCKCTL} is not there")
print(f"seed {seed}", flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
with tempfile.TemporaryDirectory(prefix="sockctl-tls.") as directory:
    try:
        status = run(directory)
    except Wrong as error:
        print(f"FAILED: {error}")
        status = 1
sys.exit(status)
