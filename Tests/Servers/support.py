"""What the rows have in common: a directory, sockctl and other programs as processes, all with a limit of time and
ended by their ids, and what is wrong if something is not as it should be."""

import ctypes, hashlib, json, os, re, shutil, signal, subprocess, tempfile, time
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
SOCKCTL = os.path.abspath(os.environ.get("SOCKCTL_BINARY") or f"{HERE}/../../.build/release/sockctl")
LIMIT = float(os.environ.get("PATIENCE", 60))
BIG = 64 << 20


class Wrong(Exception):
    pass


def check(holds, *what):
    if not holds:
        words = (word.decode("utf-8", "replace") if isinstance(word, bytes) else str(word) for word in what)
        raise Wrong("\n".join(words))


def equal(one, other, *what):
    if one != other:
        check(False, *what, f"there is {one!r:.2000}", f"to be    {other!r:.2000}")


def digest(data):
    return hashlib.sha256(data).hexdigest()


def file_digest(path):
    with open(path, "rb") as file:
        return digest(file.read())


# MARK: the directory

directory = None


def path(name):
    return os.path.join(directory, name)


def file(name, content):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())
    return path(name)


def big():
    """A file of 64 MiB without a pattern."""
    if not os.path.exists(path("www/big")):
        file("www/big", os.urandom(BIG))
    return path("www/big")


def begin():
    global directory
    if not os.access(SOCKCTL, os.X_OK):
        raise SystemExit(f"{SOCKCTL} is not there: swift build -c release")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    directory = tempfile.mkdtemp(prefix="sockctl-servers.")


def end():
    for process in reversed(lasting + of_row):
        stop(process)
    if directory:
        shutil.rmtree(directory, ignore_errors=True)


# MARK: programs

lasting, of_row = [], []
_libc = ctypes.CDLL(None)


def _bound_to_us():
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start(*words, stdin=subprocess.DEVNULL, stdout=None, lasts=False, cwd=None):
    """A program that goes on. What it says on stderr, and on stdout unless that goes elsewhere, is in `process.log`."""
    held = lasting if lasts else of_row
    log = path(f"log.{len(lasting)}.{time.monotonic_ns()}")
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [str(word) for word in words], stdin=stdin, stdout=stdout or errors, stderr=errors, cwd=cwd,
            preexec_fn=_bound_to_us)
    process.log, process.words = log, words
    held.append(process)
    return process


def logged(process):
    with open(process.log, "rb") as log:
        return log.read()


def stop(process, sent=signal.SIGTERM):
    if process.poll() is None:
        process.send_signal(sent)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            try:
                stream.close()
            except OSError:
                pass


def stop_all_of_row():
    while of_row:
        stop(of_row.pop())


@dataclass
class Result:
    words: tuple
    status: int
    out: bytes
    err: bytes

    @property
    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def all(self, event):
        return [each for each in self.events if each.get("event") == event]

    def __str__(self):
        words = " ".join(map(str, self.words))
        return f"{words}\nstatus {self.status}\nstdout: {self.out[:1000]!r}\nstderr: {self.err[:1000]!r}"


def run(*words, input=b"", stdin=None, stdout=subprocess.PIPE, status=0, limit=LIMIT):
    """A program to its end, which has to be that status or one of those."""
    given = {"stdin": stdin} if stdin else {"input": input}
    try:
        done = subprocess.run(
            [str(word) for word in words], stdout=stdout, stderr=subprocess.PIPE, timeout=limit,
            preexec_fn=_bound_to_us, **given)
    except subprocess.TimeoutExpired as late:
        command = " ".join(map(str, words))
        raise Wrong(f"{command}\nnot at its end after {limit} s: {late.output or b''!r:.1000}") from None
    result = Result(words, done.returncode, done.stdout or b"", done.stderr)
    allowed = status if isinstance(status, tuple) else (status,)
    check(done.returncode in allowed, result, f"status to be {status}")
    return result


def sockctl(*words, **options):
    return run(SOCKCTL, *words, **options)


def until(condition, *what, limit=20):
    """Waits for something that nothing tells of."""
    late = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > late:
            check(False, *what)
        time.sleep(0.01)


class Server:
    """sockctl as a server, once it listens."""

    def __init__(self, *words, stdin=subprocess.DEVNULL):
        self.out = path(f"out.{time.monotonic_ns()}")
        with open(self.out, "wb") as out:
            self.process = start(SOCKCTL, *words, stdin=stdin, stdout=out)
        said = b'"event":"listening"' if "--json" in words else b"listening on "
        texts = lambda: [text for text in (logged(self.process), self.output()) if said in text and b"\n" in text]
        text = until(
            lambda: next(iter(texts()), None) or self.process.poll() is not None,
            f"{' '.join(map(str, words))} does not listen")
        check(text is not True, f"{' '.join(map(str, words))} has ended", logged(self.process))
        found = re.search(rb'listening on \S*:(\d+)|"port":(\d+)', text)
        self.port = int(found[1] or found[2]) if found else None
        self.url = f"http://127.0.0.1:{self.port}"

    def output(self):
        with open(self.out, "rb") as out:
            return out.read()

    def messages(self, count):
        """The messages that it shows, as soon as there are so many."""
        def shown():
            events = [json.loads(line) for line in self.output().splitlines(keepends=True) if line.endswith(b"\n")]
            return [event for event in events if event["event"] == "message"]
        until(lambda: len(shown()) >= count, f"not {count} messages:", self.output()[:2000])
        return shown()

    def wait(self, status=0):
        """Until it ends by itself."""
        try:
            ended = self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise Wrong(f"{' '.join(map(str, self.process.words))}\ndoes not end") from None
        equal(ended, status, " ".join(map(str, self.process.words)), logged(self.process))
        return self.output()

    def stop(self):
        check(self.process.poll() is None, f"it has ended by itself: {self.process.returncode}", logged(self.process))
        stop(self.process)
        equal(self.process.returncode, -signal.SIGTERM, logged(self.process))


def listens(place, process=None):
    """Waits until there is a socket at a port, or at a path, that takes connections or datagrams."""
    def found():
        check(process is None or process.poll() is None, "it has ended:", process and logged(process))
        if isinstance(place, str):
            with open("/proc/net/unix") as sockets:
                return any(line.rstrip("\n").endswith(" " + place) for line in sockets)
        for protocol, state in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
            with open(f"/proc/net/{protocol}") as sockets:
                next(sockets)
                for line in sockets:
                    fields = line.split()
                    if fields[3] == state and int(fields[1].rsplit(":", 1)[1], 16) == place:
                        return True
        return False
    until(found, f"nobody listens at {place}", logged(process) if process else "")
    return process


# MARK: rows


@dataclass
class Row:
    name: str
    needs: tuple
    run: object


all_rows = []


def row(name, *needs):
    """Declares a row: what it is called, and the programs without which it cannot be run."""
    def declare(function):
        all_rows.append(Row(name, needs, function))
        return function
    return declare
