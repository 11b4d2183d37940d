"""Connections: how many a second are accepted and served, and what it costs to hold many that say nothing."""

import os
import subprocess

from harness import OURS, REFERENCE, Process, Row, column, figure, ratio, wait_for
import latency

PARALLEL = 64
# What each holder of idle connections opens: it has the same limit of descriptors as the server.
EACH = 5_000


def storms(bench):
    """What is compared: for each job the servers, and whether the client is answered."""
    echo = {name: words for name, words in latency.servers(bench).items() if name != "nc"}
    ours = [bench.sockctl, "listen", "-k", "-q"]
    reference = bench.compiled("echo")
    swallow = {OURS: [*ours, "--discard", "127.0.0.1:0"]}
    if bench.available("ncat"):
        swallow["ncat"] = [bench.paths["ncat"], "-l", "-k", "-m", "1000", "--recv-only", "127.0.0.1", "0"]
    swallow[REFERENCE] = [reference, "discard"]
    reply = {OURS: [*ours, "--reply", "x", "127.0.0.1:0"]}
    if bench.available("ncat"):
        reply["ncat"] = [bench.paths["ncat"], "-l", "-k", "-c", "printf x", "127.0.0.1", "0"]
    if bench.available("socat"):
        listen = "TCP4-LISTEN:0,fork,bind=127.0.0.1,backlog=4096"
        reply["socat"] = [bench.paths["socat"], listen, "EXEC:printf x"]
    reply[REFERENCE] = [reference, "reply"]
    return {"--echo": (echo, 1), "--reply": (reply, 1), "--discard": (swallow, 0)}


def storm(bench, name, command, count, answer):
    """Connections a second, and the server's processor time for one in microseconds."""
    forks = name not in (OURS, REFERENCE) and answer
    count = max(count // 50, 200) if forks else count
    server = Process(command)
    rate, failed = bench.client("storm", server.listening_port(), count, PARALLEL, answer)
    return rate, server.end() / count * 1e6, failed / count


def hold(bench, port, count, source=0):
    """Starts clients that connect and say nothing, in several processes: they, and connections a second."""
    holders, opened = [], 0
    while count > 0:
        part = min(count, EACH)
        holder = subprocess.Popen(
            [bench.compiled("client"), "hold", str(port), str(part), str(source + len(holders))],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        rate = float(holder.stdout.readline())
        holders.append(holder)
        opened += part / rate
        count -= part
    return holders, opened


def let_go(holders):
    for holder in holders:
        holder.communicate()


def idle(bench, command, count, trips):
    """Memory for each idle peer in bytes, the round trip of one active peer among them, how many came a second."""
    server = Process(command)
    port = server.listening_port()
    first = len(os.listdir(f"/proc/{server.pid}/fd"))
    bench.client("echo", port, 1, 100, 0)  # what is allocated once is no peer's
    before = server.memory()
    holders, seconds = hold(bench, port, count)
    wait_for(f"{count} peers", lambda: len(os.listdir(f"/proc/{server.pid}/fd")) >= first + count, pause=0.05)
    memory = (server.memory() - before) / count
    rate, median, late = bench.client("echo", port, 1, trips, 0)
    server_memory = server.memory()
    let_go(holders)
    server.end()
    return memory, median, late, count / seconds, server_memory


def most(bench):
    """As many peers as the descriptor limit allows, with a few descriptors left for the rest."""
    import resource
    return 2_000 if bench.chosen.quick else min(resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100, 100_000)


def measure(bench):
    count = 2_000 if bench.chosen.quick else 20_000
    for job, (commands, answer) in storms(bench).items():
        samples = bench.take_turns(bench.chosen.rounds, {
            name: lambda name=name, command=command: storm(bench, name, command, count, answer)
            for name, command in commands.items()
        })
        peers = [name for name in commands if name not in (OURS, REFERENCE)]
        bench.row(f"connections, {job}, {PARALLEL} at a time", "a second", column(samples, 0), peers,
                  aim=1.0, reference_aim=0.8)
        bench.row(f"server's processor for one, {job}", "µs", column(samples, 1), [], less_is_better=True)
        for name, list_ in samples.items():
            if lost := max(failed for _, _, failed in list_):
                print(f"  {name}: up to {lost:.1%} of the connections failed")

    echo = latency.servers(bench)
    trips, peers = (2_000, most(bench)) if bench.chosen.quick else (20_000, most(bench))
    samples = bench.take_turns(max(1, bench.chosen.rounds // 2), {
        (name, number): lambda name=name, number=number: idle(bench, echo[name], number, trips)
        for name in (OURS, REFERENCE) for number in (10, peers)
    })
    def figures(number, count):
        return {name: bench.middle([sample[number] for sample in samples[name, count]], True)
                for name in (OURS, REFERENCE)}
    held = figures(0, peers)
    # A page more or less is all the reference needs: no ratio.
    bench.add(Row(f"memory for each of {peers:,} idle peers", "bytes", held[OURS], limit=2048))
    if bench.available("ncat"):
        few = 900  # ncat waits with select(2)
        command = [bench.paths["ncat"], "-l", "-k", "-m", "1000", "127.0.0.1", "0"]
        bench.rows[-1].best = (f"ncat ({few} peers)", max(hold_silent(bench, command, few), 1))
        bench.rows[-1].times = ratio(held[OURS], bench.rows[-1].best[1], True)
    for number, what in ((1, "median"), (2, "99th percentile")):
        among, alone = figures(number, peers), figures(number, 10)
        row = Row(f"round trip among {peers:,} peers, {what}", "µs", among[OURS], ("among 10", alone[OURS]),
                  reference=among[REFERENCE], less_is_better=True, aim=0.9 if number == 1 else None)
        bench.add(row)
        print(f"reference: among 10 {figure(alone[REFERENCE])}, among {peers:,} {figure(among[REFERENCE])} µs")
    if bench.chosen.profile:
        server = Process(echo[OURS])
        port = server.listening_port()
        bench.profile("connections, the server", [server], lambda: bench.client("storm", port, count, PARALLEL, 1))
        server.end()


def hold_silent(bench, command, count):
    server = Process(command)
    port = server.listening_port()
    before, first = server.memory(), len(os.listdir(f"/proc/{server.pid}/fd"))
    holders, _ = hold(bench, port, count, 100)
    wait_for(f"{count} peers", lambda: len(os.listdir(f"/proc/{server.pid}/fd")) >= first + count, pause=0.05)
    memory = (server.memory() - before) / count
    let_go(holders)
    server.end()
    return memory
