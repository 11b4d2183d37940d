"""TLS over loopback: a stream one way, handshakes, round trips and idle peers, beside others on the same OpenSSL."""

import os
import subprocess
import sys
import time
from pathlib import Path

from harness import OURS, REFERENCE, Process, column, wait_for
from relay import NGINX
from tcp import free_port

NCAT, SOCAT, OPENSSL = "ncat", "socat", "openssl"
PARALLEL = 16
# Of a stream: how many times the speed, and the processor time: 0.55 of ncat's.
STREAM_AIMS = {NCAT: (1.8, 1.82), SOCAT: (1.0, 1.0), OPENSSL: (1.0, 1.0), REFERENCE: (0.95, 0.95)}


class Ends:
    """The command lines of receivers, senders and servers, and the certificate that they show."""

    def __init__(self, bench):
        self.bench = bench
        self.certificate, self.key = str(bench.folder / "certificate.pem"), str(bench.folder / "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-days", "2",
             "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        self.program = bench.compiled("tls", "-lssl", "-lcrypto")
        self.ours = ["--tls", "--cert", self.certificate, "--key", self.key]
        self.ncat = ["--ssl", "--ssl-cert", self.certificate, "--ssl-key", self.key]
        self.socat = f"OPENSSL-LISTEN:0,bind=127.0.0.1,cert={self.certificate},key={self.key},verify=0,nodelay"

    def client(self, *words, processor=None):
        return self.bench.client(*words, processor=processor, program=self.program)

    def receiver(self, name):
        return {
            OURS: [self.bench.sockctl, "recv", "-q", *self.ours, "127.0.0.1:0"],
            NCAT: ["ncat", *self.ncat, "--recv-only", "-l", "127.0.0.1", "0"],
            SOCAT: ["socat", "-u", "-b", "65536", self.socat, "-"],
            OPENSSL: ["openssl", "s_server", "-quiet", "-accept", "127.0.0.1:0", "-naccept", "1",
                      "-cert", self.certificate, "-key", self.key],
            REFERENCE: [self.program, "recv", self.certificate, self.key],
        }[name]

    def sender(self, name, port):
        return {
            OURS: [self.bench.sockctl, "send", "-q", "--tls", "--ca", self.certificate, f"127.0.0.1:{port}"],
            NCAT: ["ncat", "--ssl", "--send-only", "127.0.0.1", port],
            SOCAT: ["socat", "-u", "-b", "65536", "-", f"OPENSSL:127.0.0.1:{port},verify=0"],
            OPENSSL: ["openssl", "s_client", "-quiet", "-nocommands", "-no_ign_eof", "-connect", f"127.0.0.1:{port}"],
            REFERENCE: [self.program, "send", port],
        }[name]

    def echoes(self):
        """Servers that send back what they are sent."""
        commands = {OURS: [self.bench.sockctl, "listen", "-k", "--echo", "-q", *self.ours, "127.0.0.1:0"]}
        if self.bench.available(NCAT):
            commands[NCAT] = ["ncat", "-l", "-k", *self.ncat, "-e", "/bin/cat", "127.0.0.1", "0"]
        if self.bench.available(SOCAT):
            commands[SOCAT] = ["socat", f"{self.socat},fork,backlog=4096", "PIPE"]
        commands[REFERENCE] = [self.program, "echo", self.certificate, self.key]
        return commands

    def swallowers(self):
        """Servers that take what they are sent, and end when the peer does."""
        commands = {OURS: [self.bench.sockctl, "listen", "-k", "--discard", "-q", *self.ours, "127.0.0.1:0"]}
        if self.bench.available(NCAT):
            commands[NCAT] = ["ncat", "-l", "-k", "-m", "1000", *self.ncat, "--recv-only", "127.0.0.1", "0"]
        if self.bench.available(SOCAT):
            commands[SOCAT] = ["socat", "-u", f"{self.socat},fork,backlog=4096", "OPEN:/dev/null,wronly"]
        commands[REFERENCE] = [self.program, "echo", self.certificate, self.key]
        return commands


# MARK: One stream


def transfer(ends, name, source, sink=os.devnull):
    """GB a second from the sender's start until all is over, and the processor time of the two programs for a GiB."""
    size = os.path.getsize(source)
    # s_server would take the end of its input for something to be sent.
    never, hold = os.pipe()
    receiving = Process(ends.receiver(name), stdin=never, stdout=sink)
    os.close(never)
    port = receiving.listening_port()
    start = time.perf_counter()
    sending = Process(ends.sender(name, port), stdin=source)
    # ncat ends its streams before its last record, and says that this is wrong.
    used = sending.wait(may_fail=name == NCAT) + receiving.wait(may_fail=name == NCAT)
    seconds = time.perf_counter() - start
    os.close(hold)
    return size / 1e9 / seconds, used / (size / (1 << 30))


def verify(bench, ends, names):
    """Each has moved a payload before it is timed: whole, but for the end that ncat loses between two of its own."""
    source, sink = str(bench.folder / "small"), str(bench.folder / "copy")
    Path(source).write_bytes(os.urandom((32 << 20) + 1))
    sent = Path(source).read_bytes()
    for name in names:
        transfer(ends, name, source, sink)
        got = Path(sink).read_bytes()
        if got != sent and not (name == NCAT and sent.startswith(got) and len(got) > len(sent) * 3 // 4):
            sys.exit(f"{name} does not move the payload whole over TLS: {len(got):,} of {len(sent):,} bytes")
    os.unlink(source)
    os.unlink(sink)


def streams(bench, ends):
    names = [OURS, *bench.available(NCAT, SOCAT, OPENSSL), REFERENCE]
    verify(bench, ends, names)
    payload = bench.folder / "payload"
    size = min(bench.chosen.size, 1 << 30)
    block = os.urandom(min(64 << 20, size))
    with open(payload, "wb") as file:
        left = size
        while left > 0:
            left -= file.write(block[:left])
    samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 2), {
        name: lambda name=name: transfer(ends, name, str(payload)) for name in names}, shuffled=True)
    payload.unlink()
    what = "TLS, a file to /dev/null"
    for number, (title, unit) in enumerate(((f"{what}: processor of both sides", "s/GiB"), (what, "GB/s"))):
        number = 1 - number
        figures = column(samples, number)
        for name in names[1:]:
            pair = {OURS: figures[OURS], name: figures[name]}
            aim = STREAM_AIMS[name][number]
            more = {"reference_aim": aim} if name == REFERENCE else {"aim": aim}
            bench.row(title, unit, pair, [] if name == REFERENCE else [name], less_is_better=number == 1, **more)


# MARK: Handshakes


def storm(ends, command, count):
    """Handshakes a second, and the server's processor time for one in microseconds."""
    server = Process(command)
    rate, failed = ends.client("storm", server.listening_port(), count, PARALLEL)
    if failed:
        print(f"  {command[0]}: {failed:.0f} of {count} TLS connections failed", file=sys.stderr)
    return rate, server.end() / count * 1e6


def handshakes(bench, ends):
    commands = ends.swallowers()
    count = 300 if bench.chosen.quick else 2_000
    samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 3), {
        # A process for each connection takes long.
        name: lambda name=name, command=command: storm(ends, command, count if name != SOCAT else max(count // 5, 200))
        for name, command in commands.items()}, shuffled=True)
    peers = [name for name in commands if name not in (OURS, REFERENCE)]
    title = f"TLS handshakes, {PARALLEL} at a time"
    bench.row(title, "a second", column(samples, 0), peers, aim=1.0)
    # What the processes use that socat forks is not counted with its own.
    used = {name: list_ for name, list_ in column(samples, 1).items() if name != SOCAT}
    bench.row(f"{title}: the server's processor for one", "µs", used, [NCAT], less_is_better=True)


# MARK: Round trips


def trips(ends, command, count, places):
    """Round trips a second, their median and 99th percentile in microseconds."""
    server = Process(command, processor=places[0])
    numbers = ends.client("trips", server.listening_port(), count, processor=places[1])
    server.end()
    return numbers


def round_trips(bench, ends):
    """On one processor, where what the server does is what counts, and on two, as in the part `latency`."""
    count = 2_000 if bench.chosen.quick else 10_000
    commands = ends.echoes()
    peers = [name for name in commands if name not in (OURS, REFERENCE)]
    processors = sorted(os.sched_getaffinity(0))
    for where, places in (("one processor", processors[:1] * 2), ("two processors", processors[-2:])):
        samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 3), {
            name: lambda command=command: trips(ends, command, count, places)
            for name, command in commands.items()}, shuffled=True)
        for number, (what, unit, aim) in enumerate((("a byte", "a second", None), ("a byte, median", "µs", 1.0),
                                                    ("a byte, 99th percentile", "µs", None))):
            bench.row(f"TLS round trips of {what}, {where}", unit, column(samples, number), peers, aim=aim,
                      less_is_better=unit == "µs")


# MARK: Idle peers


def nginx(bench, ends):
    """An HTTPS server that waits for requests, as one process."""
    own = free_port()
    file = bench.folder / "nginx-tls.conf"
    file.write_text(f"""daemon off; master_process off; worker_processes 1; pid {bench.folder}/nginx.pid;
        error_log stderr crit; events {{ worker_connections 20000; }}
        http {{ access_log off; client_header_timeout 1h; keepalive_timeout 1h; ssl_session_tickets off; server {{
            listen 127.0.0.1:{own} ssl backlog=4096;
            ssl_certificate {ends.certificate}; ssl_certificate_key {ends.key}; ssl_session_cache none;
        }} }}
        """)
    return [bench.paths[NGINX], "-p", bench.folder, "-e", "stderr", "-c", file]


def idle(bench, ends, command, count):
    """Memory for each peer that has shaken hands and says nothing, in KiB."""
    server = Process(command)
    port = server.listening_port()
    ends.client("storm", port, 50, PARALLEL)  # what is allocated once is no peer's
    before, first = server.memory(), len(os.listdir(f"/proc/{server.pid}/fd"))
    holder = subprocess.Popen(
        [ends.program, "hold", str(port), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if not holder.stdout.readline():
        sys.exit(f"{command[0]} does not take {count} TLS peers")
    wait_for(f"{count} peers", lambda: len(os.listdir(f"/proc/{server.pid}/fd")) >= first + count, pause=0.05)
    memory = (server.memory() - before) / count / 1024
    holder.communicate()
    server.end()
    return memory


def idles(bench, ends):
    count = 500 if bench.chosen.quick else 5_000
    commands = {OURS: ends.swallowers()[OURS], REFERENCE: ends.echoes()[REFERENCE]}
    if bench.available(NGINX):
        commands[NGINX] = nginx(bench, ends)
    samples = bench.take_turns(max(1, bench.chosen.rounds // 2), {
        name: lambda command=command: idle(bench, ends, command, count) for name, command in commands.items()})
    # OpenSSL takes 14 of them, and 2 are what a plain connection may have. nginx has set aside its own before.
    bench.row(f"memory for each of {count:,} idle TLS peers", "KiB", samples, [NGINX], limit=16, less_is_better=True)


def measure(bench):
    try:
        ends = Ends(bench)
    except (FileNotFoundError, subprocess.CalledProcessError) as error:
        print(f"left out: tls, which needs openssl and its headers (libssl-dev): {error}", file=sys.stderr)
        return
    streams(bench, ends)
    handshakes(bench, ends)
    round_trips(bench, ends)
    idles(bench, ends)
    profile(bench, ends)


def profile(bench, ends):
    """A stream, and handshakes, while they are watched."""
    if not bench.chosen.profile:
        return
    receiving = Process(ends.receiver(OURS))
    sending = Process(ends.sender(OURS, receiving.listening_port()), stdin="/dev/zero")
    for title, process in (("sender", sending), ("receiver", receiving)):
        bench.profile(f"tls, {title}", [process], lambda: time.sleep(1))
    sending.end()
    receiving.end()
    server = Process(ends.swallowers()[OURS])
    port = server.listening_port()
    bench.profile("tls, handshakes", [server], lambda: ends.client("storm", port, 2_000, PARALLEL))
    server.end()
