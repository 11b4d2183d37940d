"""Relaying over loopback: source, relay and sink are programs of this machine, and only the relay is another each time.

What comes from a file is sent and received by the reference that only splices, so that the relay is what takes time;
the processor's time is the relay's alone.
"""

import filecmp
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

from harness import OURS, REFERENCE, Process, column, wait_for
from connections import PARALLEL, hold, let_go
from tcp import free_port

NGINX, HAPROXY, SOCAT = "nginx", "haproxy", "socat"
PAIRS = 9_900
PLAIN = "unobserved"
# Where what is seen is written to, and the options.
VIEWS = {"--json --frame line": ("stdout", ["--json", "--frame", "line"]), "--hex": ("stderr", ["--hex"])}
LINE = 100


def relay(bench, name, port, processor=None):
    """The relay to a port of 127.0.0.1, once it listens: it, and its own port."""
    own = free_port()
    place = f"127.0.0.1:{own}"
    configuration = {NGINX: nginx, HAPROXY: haproxy}.get(name, lambda *_: "")(bench, own, port)
    file = bench.folder / f"{name}.conf"
    file.write_text(configuration)
    process = Process({
        OURS: [bench.sockctl, "listen", "-k", "-q", place, "--to", f"127.0.0.1:{port}"],
        REFERENCE: [bench.compiled("relay"), port],
        NGINX: [bench.paths.get(NGINX), "-p", bench.folder, "-e", "stderr", "-c", file],
        HAPROXY: [bench.paths.get(HAPROXY), "-db", "-q", "-f", file],
        SOCAT: [bench.paths.get(SOCAT), f"TCP4-LISTEN:{own},fork,bind=127.0.0.1,backlog=4096",
                f"TCP4:127.0.0.1:{port}"],
    }[name], processor=processor)
    return process, process.listening_port()


def nginx(bench, own, port):
    module = "/usr/lib/nginx/modules/ngx_stream_module.so"
    load = f"load_module {module};" if os.path.exists(module) else ""
    return f"""{load} daemon off; master_process off; worker_processes 1; pid {bench.folder}/nginx.pid;
        error_log stderr crit; events {{ worker_connections 40000; }}
        stream {{ server {{
            listen 127.0.0.1:{own} backlog=4096; proxy_pass 127.0.0.1:{port};
            proxy_buffer_size 256k; proxy_timeout 1h;
        }} }}
        """


def haproxy(bench, own, port):
    return f"""
        global
            nbthread 1
        defaults
            mode tcp
            maxconn {PAIRS}
            timeout connect 5s
            timeout client 1h
            timeout server 1h
        listen relay
            bind 127.0.0.1:{own} backlog 4096
            server server 127.0.0.1:{port}
        """ + "\n"


def available(bench, *names):
    """Those that are there; nginx is one only with its module for streams."""
    found = bench.available(*names)
    if NGINX in found:
        file = bench.folder / "nginx.conf"
        file.write_text(nginx(bench, 1, 1))
        test = [bench.paths[NGINX], "-t", "-p", bench.folder, "-e", "stderr", "-c", file]
        if b"unknown directive" in subprocess.run(test, capture_output=True).stderr:
            print("left out: nginx, which has no stream module (libnginx-mod-stream)")
            found.remove(NGINX)
    return found


# MARK: One stream


def stream(bench, name, source, sink=os.devnull):
    """GB a second from the sender's start until the receiver has all, and the relay's processor time for a GiB."""
    size = os.path.getsize(source)
    receiving = Process([bench.compiled("splice"), "recv"], stdout=sink)
    relaying, port = relay(bench, name, receiving.listening_port())
    start = time.perf_counter()
    sending = Process([bench.compiled("splice"), "send", port], stdin=source)
    sending.wait()
    seconds = time.perf_counter() - start
    receiving.wait()
    # What a child used counts once its parent has seen its end.
    children = Path(f"/proc/{relaying.pid}/task/{relaying.pid}/children")
    wait_for(f"the children of {name}", lambda: not children.read_text())
    return size / 1e9 / seconds, relaying.end() / (size / (1 << 30))


def streams(bench, payload):
    names = [OURS, *available(bench, NGINX, SOCAT), REFERENCE]
    small, copy = str(bench.folder / "small"), str(bench.folder / "copy")
    Path(small).write_bytes(os.urandom((8 << 20) + 1))
    for name in names:
        stream(bench, name, small, copy)
        if not filecmp.cmp(small, copy, shallow=False):
            raise SystemExit(f"{name} does not relay the payload whole")
    for path in (small, copy):
        os.unlink(path)
    samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 2), {
        name: lambda name=name: stream(bench, name, payload) for name in names})
    speeds, used = column(samples, 0), column(samples, 1)
    bench.row("relayed stream", "GB/s", speeds, [NGINX], aim=1.1, reference_aim=0.95)
    bench.row("relayed stream, processor of the relay", "s/GiB", used, [NGINX], aim=round(1 / 0.6, 2),
              less_is_better=True)
    if SOCAT in names:
        of_two = lambda samples: {name: samples[name] for name in (OURS, SOCAT)}
        bench.row("relayed stream, beside socat", "GB/s", of_two(speeds), [SOCAT], aim=1.7)
        bench.row("relayed stream, processor beside socat", "s/GiB", of_two(used), [SOCAT], less_is_better=True)


# MARK: What waits for it


def trips(bench, name, count, places):
    """Round trips of a byte through the relay: a second, their median and 99th percentile in microseconds."""
    server = Process([bench.compiled("echo"), "echo"], processor=places[1])
    relaying, port = relay(bench, name, server.listening_port(), processor=places[0])
    numbers = bench.client("echo", port, 1, count, 0, processor=places[1])
    relaying.end()
    server.end()
    return numbers


def round_trips(bench):
    count = 5_000 if bench.chosen.quick else 20_000
    peers = available(bench, HAPROXY, NGINX)
    processors = sorted(os.sched_getaffinity(0))
    for where, places in (("one processor", processors[:1] * 2), ("the relay's own processor", processors[-2:])):
        samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 3), {
            name: lambda name=name: trips(bench, name, count, places) for name in (OURS, *peers, REFERENCE)})
        for number, (what, aim) in enumerate((("median", 1.0), ("99th percentile", None)), start=1):
            bench.row(f"relayed byte there and back, {where}, {what}", "µs", column(samples, number), peers, aim=aim,
                      less_is_better=True)


def storm(bench, name, count):
    """Connections a second through the relay, its processor time for one in microseconds, the share that failed."""
    server = Process([bench.compiled("echo"), "reply"])
    relaying, port = relay(bench, name, server.listening_port())
    rate, failed = bench.client("storm", port, count, PARALLEL, 1)
    used = relaying.end()
    server.end()
    return rate, used / count * 1e6, failed / count


def storms(bench):
    count = 2_000 if bench.chosen.quick else 10_000
    peers = available(bench, NGINX, HAPROXY)
    samples = bench.take_turns(bench.chosen.rounds * (1 if bench.chosen.quick else 2), {
        name: lambda name=name: storm(bench, name, count) for name in (OURS, *peers, REFERENCE)})
    bench.row(f"relayed connections, {PARALLEL} at a time", "a second", column(samples, 0), peers, aim=1.0)
    bench.row("relay's processor for one", "µs", column(samples, 1), peers, less_is_better=True)
    for name, list_ in samples.items():
        if lost := max(failed for _, _, failed in list_):
            print(f"  {name}: up to {lost:.1%} of the connections failed")


def idle(bench, name, count):
    """KiB of the relay for each of the pairs that say nothing."""
    server = Process([bench.compiled("echo"), "echo"])
    relaying, port = relay(bench, name, server.listening_port())
    bench.client("echo", port, 1, 100, 0)  # what is allocated once is no pair's
    before = relaying.memory()
    holders, _ = hold(bench, port, count)
    wait_for(f"{count} pairs", lambda: len(relaying.sockets()) > 2 * count, pause=0.05)
    used = (relaying.memory() - before) / count / 1024
    let_go(holders)
    relaying.end()
    server.end()
    return used


def idles(bench):
    count = 1_000 if bench.chosen.quick else min(PAIRS, (resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100) // 2)
    peers = available(bench, NGINX, HAPROXY)
    samples = bench.take_turns(max(1, bench.chosen.rounds // 2), {
        name: lambda name=name: idle(bench, name, count) for name in (OURS, *peers, REFERENCE)})
    bench.row(f"memory for each of {count:,} idle pairs", "KiB", samples, peers, limit=3, less_is_better=True)


# MARK: Looked at


def observed(bench, options, output, source):
    """MB a second until all has arrived, and been written where it is shown."""
    receiving = Process([bench.compiled("splice"), "recv"])
    command = [bench.sockctl, "listen", "-q", "127.0.0.1:0", "--to", f"127.0.0.1:{receiving.listening_port()}"]
    relaying = Process([*command, *options], **output)
    port = relaying.listening_port()
    start = time.perf_counter()
    Process([bench.compiled("splice"), "send", port], stdin=source).wait()
    receiving.wait()
    relaying.wait()
    return os.path.getsize(source) / 1e6 / (time.perf_counter() - start)


def views(bench):
    source, seen = bench.folder / "lines", bench.folder / "seen"
    count = (64 << 10) if bench.chosen.quick else (2 << 20)
    source.write_bytes((b"x" * (LINE - 1) + b"\n") * count)
    seen.touch()
    whole = {"stdout": lambda: b'"number":%d,' % count in seen.read_bytes()[-4096:],
             "stderr": lambda: seen.stat().st_size > count * LINE * 3}

    def once(where, options):
        if where is None:
            return observed(bench, options, {}, str(source))
        speed = observed(bench, options, {where: str(seen)}, str(source))
        if not whole[where]():
            raise SystemExit(f"{' '.join(options)} does not show all")
        os.truncate(seen, 0)
        return speed

    ways = {PLAIN: (None, []), **VIEWS}
    samples = bench.take_turns(bench.chosen.rounds, {
        name: lambda way=way: once(*way) for name, way in ways.items()})
    for name in VIEWS:
        bench.row(f"relayed stream, {name} to a file", "MB/s", {OURS: samples[name], PLAIN: samples[PLAIN]}, [PLAIN],
                  aim=0.5)
    for path in (source, seen):
        path.unlink()


def measure(bench):
    payload = bench.folder / "payload"
    block = os.urandom(min(64 << 20, bench.chosen.size))
    with open(payload, "wb") as file:
        left = bench.chosen.size
        while left > 0:
            left -= file.write(block[:left])
    streams(bench, str(payload))
    round_trips(bench)
    storms(bench)
    idles(bench)
    views(bench)
    payload.unlink()
    profile(bench)


def profile(bench):
    """Our relay while it is watched, at each kind of work."""
    if not bench.chosen.profile:
        return

    def watch(title, server, action):
        server = Process(server)
        relaying, port = relay(bench, OURS, server.listening_port())
        bench.profile(f"relay, {title}", [relaying], lambda: action(port))
        relaying.end()
        server.end()

    def pour(port):
        sending = Process([bench.compiled("splice"), "send", port], stdin="/dev/zero")
        time.sleep(1)
        sending.end(signal.SIGKILL)

    # The server takes in all that comes, from any number of clients.
    watch("a stream", [bench.sockctl, "listen", "-k", "-q", "--discard", "127.0.0.1:0"], pour)
    echo = bench.compiled("echo")
    watch("a byte there and back", [echo, "echo"], lambda port: bench.client("echo", port, 1, 20_000, 0))
    watch("short connections", [echo, "reply"], lambda port: bench.client("storm", port, 5_000, PARALLEL, 1))
