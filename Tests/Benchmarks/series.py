"""`sockctl connect --check --repeat` beside a loop in C: how late probes begin, and how long they say connecting takes."""

import json
import os
import socket
import subprocess
import sys

from harness import OURS, REFERENCE, Process, column


def ours(bench, port, targets, interval, count):
    """Microseconds: how late, the 99th percentile; how long, the median; the share of a processor in percent."""
    places = [f"127.0.{number // 250}.{number % 250 + 1}:{port}" for number in range(targets)]
    command = [str(bench.sockctl), "connect", "--check", "--json", "-n", "--parallel", "1000", "--repeat", str(count),
               "--interval", f"{interval}us", *places]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    late, taken, lasted = [], [], 0
    for line in process.stdout:
        event = json.loads(line)
        if event["event"] == "summary":
            lasted = max(lasted, event["duration_us"])
            continue
        if event["state"] != "open":
            sys.exit(f"{event['endpoint']} is {event['state']}")
        late.append(event["late_us"])
        taken.append(event["connect_us"])
    _, _, usage = os.wait4(process.pid, 0)
    share = 100 * (usage.ru_utime + usage.ru_stime) / (lasted / 1e6)
    return sorted(late)[len(late) * 99 // 100], sorted(taken)[len(taken) // 2], share


def reference(bench, port, targets, interval, count):
    words = subprocess.run([bench.compiled("probe"), str(port), str(targets), str(interval), str(count)],
                           stdout=subprocess.PIPE, check=True).stdout.split()
    return float(words[0]), float(words[1])


def measure(bench):
    rounds = 5 if bench.chosen.quick else 30
    # On every loopback address: the ports of one target would be used up.
    with socket.create_server(("", 0)) as free:
        port = free.getsockname()[1]
    server = Process([bench.sockctl, "listen", "-kq", "--discard", f"*:{port}"])
    subprocess.run([bench.sockctl, "connect", "--check", "-q", "--wait", "10s", str(port)], check=True)
    for targets, interval in ((1, 10_000), (1000, 100_000)):
        count = rounds * (10 if targets == 1 else 1)
        samples = bench.take_turns(bench.chosen.rounds, {
            OURS: lambda: ours(bench, port, targets, interval, count),
            REFERENCE: lambda: reference(bench, port, targets, interval, count)})
        what = f"{targets:,} {'target' if targets == 1 else 'targets'} every {interval // 1000} ms"
        bench.row(f"{what}: how late a probe begins, p99", "µs", column(samples, 0), [], less_is_better=True)
        bench.row(f"{what}: how long connecting takes, median", "µs", column(samples, 1), [], less_is_better=True,
                  reference_aim=0.95)
        shares = [sample[2] for sample in samples[OURS]]
        bench.row(f"{what}: share of a processor", "%", {OURS: shares, "a core": [100.0] * len(shares)}, ["a core"],
                  less_is_better=True, aim=1.0)
    server.end()
