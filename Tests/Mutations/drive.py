"""Runs sockctl, says things to it, and looks at what it does: what servers and commands have in common."""

import base64, ctypes, json, os, re, select, signal, socket, struct, subprocess, threading, time

PATIENCE = float(os.environ.get("PATIENCE", 30))
STATUSES = range(13)
TROUBLE = re.compile(rb"Fatal error|ERROR: [A-Za-z]*Sanitizer|runtime error|Illegal instruction|Crash")
BIND_ADDRESS_NO_PORT = 24
_libc = ctypes.CDLL(None)

binary = directory = None


class Wrong(Exception):
    pass


def bound_to_us():
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def until(condition, what, patience=PATIENCE):
    late = time.monotonic() + patience
    while not condition():
        if time.monotonic() > late:
            raise Wrong(what() if callable(what) else what)
        time.sleep(0.005)


def checked(line):
    """A line of JSON output has to be an object with the name of an event and a time."""
    try:
        event = json.loads(line)
    except ValueError as error:
        raise Wrong(f"no JSON, {error}: {line[:300]!r}") from None
    if not line.startswith(b"{") or not isinstance(event, dict) or "event" not in event or "time" not in event:
        raise Wrong(f"no event: {line[:300]!r}")
    return event


def port(line):
    """Of a line that says where it listens; 0 for a Unix socket."""
    found = re.search(rb'"port":(\d+)|:(\d+)(,|$)', line.strip())
    return int(found[1] or found[2]) if found else 0


class Running:
    """A long-lived server, all of whose output is looked at as it comes."""

    def __init__(self, target):
        self.target = target
        path = lambda name: os.path.join(directory, f"{name}.{os.getpid()}")
        with open(path("file"), "wb") as file:
            file.write(b"a file\n" * 300)
        self.socket_path = path("socket")
        names = {"FILE": path("file"), "RECORD": "/dev/null", "unix:SOCKET": f"unix:{self.socket_path}"}
        words = [names.get(word, word) for word in [*target.words, target.place]]
        self.process = subprocess.Popen(
            [binary, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            preexec_fn=bound_to_us)
        self.wrong = None
        self.shown = self.said = b""
        self.threads = [threading.Thread(target=self.look, args=(name,), daemon=True) for name in ("stdout", "stderr")]
        for thread in self.threads:
            thread.start()
        line = lambda: re.search(rb".*listening.*\n", self.shown + self.said)
        try:
            until(lambda: line() or self.process.poll() is not None, lambda: f"it does not listen: {self.said!r}")
            self.check()
        except Wrong:
            self.kill()
            raise
        self.port = port(line()[0])
        self.descriptors, self.memory = self.count(), self.resident()
        self.most = self.memory

    def look(self, name):
        """Keeps the end of what is written, and checks each line of JSON."""
        stream, rest = getattr(self.process, name), b""
        while block := stream.read1(1 << 16):
            if name == "stderr":
                self.said = (self.said + block)[-20_000:]
                continue
            self.shown = (self.shown + block)[-200_000:]
            if self.target.json and not self.wrong:
                *lines, rest = (rest + block).split(b"\n")
                try:
                    for line in lines:
                        checked(line)
                except Wrong as wrong:
                    self.wrong = wrong

    def count(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """In KiB."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * 4

    def ended(self, patience):
        """Whether it ends within so many seconds."""
        try:
            self.process.wait(patience)
            return True
        except subprocess.TimeoutExpired:
            return False

    def check(self):
        """That it goes on, and that nothing it has said is wrong."""
        if self.process.poll() is not None:
            for thread in self.threads:
                thread.join(5)
            raise Wrong(f"it has ended with {self.process.returncode}: {self.last_words}")
        self.check_what_it_says()

    def check_what_it_says(self):
        if self.wrong:
            raise self.wrong
        if TROUBLE.search(self.said):
            raise Wrong(f"it says {self.last_words}")

    @property
    def last_words(self):
        return self.said[-3000:].decode(errors="replace")

    def connect(self):
        if self.target.place.startswith("unix"):
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(self.socket_path)
        elif self.target.place.startswith("["):
            peer = socket.socket(socket.AF_INET6)
            peer.connect(("::1", self.port))
        else:
            peer = socket.socket()
            peer.setsockopt(socket.IPPROTO_IP, BIND_ADDRESS_NO_PORT, 1)
            peer.bind((f"127.0.0.{1 + self.port % 200}", 0))
            peer.connect(("127.0.0.1", self.port))
        return peer

    def stop(self):
        """It has to end of the signal, which it does only if nothing went wrong in it."""
        self.check()
        self.process.send_signal(signal.SIGTERM)
        if not self.ended(PATIENCE):
            raise Wrong("SIGTERM does not end it")
        for thread in self.threads:
            thread.join(PATIENCE)
        if self.process.returncode != -signal.SIGTERM:
            raise Wrong(f"SIGTERM ends it with {self.process.returncode}: {self.last_words}")
        self.check_what_it_says()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for thread in self.threads:
            thread.join(5)


def reset(peer):
    if peer.fileno() < 0:
        return
    if peer.family != socket.AF_UNIX:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def converse(peer, segments, ending, patience=PATIENCE):
    """Says all segments, taking what comes meanwhile, and ends; what came. A peer that stays is not closed."""
    late = time.monotonic() + patience
    heard = bytearray()
    peer.setblocking(False)
    if peer.family != socket.AF_UNIX:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        for segment in segments:
            rest = memoryview(segment)
            while rest:
                try:
                    rest = rest[peer.send(rest):]
                except BlockingIOError:
                    readable, _, _ = select.select([peer], [peer], [], 1)
                    if readable:
                        if not (block := peer.recv(1 << 16)):
                            raise ConnectionResetError
                        heard += block
                    if time.monotonic() > late:
                        raise Wrong(f"it has taken nothing for {patience} s")
        if ending == "half-close":
            peer.shutdown(socket.SHUT_WR)
            while True:
                if not select.select([peer], [], [], max(0, late - time.monotonic()))[0]:
                    raise Wrong(f"{patience} s after the end of a peer it has not closed: {bytes(heard[:200])!r}")
                if not (block := peer.recv(1 << 16)):
                    break
                heard += block
    except (ConnectionResetError, BrokenPipeError, OSError):
        ending = "close"  # It has refused what came.
    if ending == "reset":
        reset(peer)
    elif ending != "hold":
        peer.close()
    return bytes(heard)


def describe(mutation, target):
    """All that there is to know of a mutation, for a file."""
    return {
        "command": ["sockctl", *target.words, target.place], "ending": mutation.ending,
        "segments": [base64.b64encode(segment).decode() for segment in mutation.segments],
        "text": b"".join(mutation.segments).decode("latin-1")[:2000]}
