"""What the benchmarks share: programs that are started and surely ended, the medians, and the rows of the table."""

import os
import random
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
OURS, REFERENCE = "sockctl", "reference"


@dataclass
class Row:
    """One measurement. Ratios are written so that more is better for sockctl, in times as in rates. They are
    given where they were taken round by round; else they are those of the figures."""

    what: str
    unit: str
    ours: float
    best: tuple | None = None  # the best peer's name and figure
    aim: float | None = None  # how many times the best peer
    reference: float | None = None
    reference_aim: float | None = None  # how many times the reference
    limit: float | None = None  # what our figure has to stay below
    less_is_better: bool = False
    times: float | None = None
    times_reference: float | None = None

    def __post_init__(self):
        if self.best and self.times is None:
            self.times = ratio(self.ours, self.best[1], self.less_is_better)
        if self.reference and self.times_reference is None:
            self.times_reference = ratio(self.ours, self.reference, self.less_is_better)

    @staticmethod
    def verdict(reached, aim):
        if reached is None:
            return "-"
        return f"{reached:.2f}" + ("" if aim is None else f" (≥ {aim:g}{'' if reached >= aim else ' **missed**'})")

    def cells(self):
        ours = figure(self.ours)
        if self.limit is not None:
            ours += f" (< {self.limit:g}{'' if self.ours < self.limit else ' **missed**'})"
        return [
            f"{self.what}, {self.unit}", ours, f"{self.best[0]} {figure(self.best[1])}" if self.best else "-",
            self.verdict(self.times, self.aim), figure(self.reference) if self.reference else "-",
            self.verdict(self.times_reference, self.reference_aim),
        ]


def ratio(ours, other, less_is_better):
    if not other or not ours:
        return None
    return other / ours if less_is_better else ours / other


def column(samples, number):
    """Of lists of tuples by name, the lists of one of their members."""
    return {name: [sample[number] for sample in list_] for name, list_ in samples.items()}


HEADER = ["what", "sockctl", "best peer", "times the peer (aim)", "reference", "times the reference (aim)"]


def figure(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(rows):
    lines = [HEADER, ["---", *["---:"] * (len(HEADER) - 1)], *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def on(processor, command):
    """The command, held to a processor if one is named."""
    return command if processor is None else ["taskset", "-c", processor, *command]


class Process:
    """A child with the descriptors it is given, its end and what it used. None outlives the benchmark."""

    living = set()

    def __init__(self, command, stdin=os.devnull, stdout=os.devnull, stderr=os.devnull, processor=None):
        self.command = [str(word) for word in on(processor, command)]
        opened = []

        def descriptor(end, flags):
            if isinstance(end, int):
                return end
            opened.append(os.open(end, flags | os.O_CLOEXEC, 0o600))
            return opened[-1]

        actions = [
            (os.POSIX_SPAWN_DUP2, descriptor(stdin, os.O_RDONLY), 0),
            (os.POSIX_SPAWN_DUP2, descriptor(stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1),
            (os.POSIX_SPAWN_DUP2, descriptor(stderr, os.O_WRONLY), 2),
        ]
        # A process group of its own: servers that fork are ended with their children.
        self.pid = os.posix_spawnp(self.command[0], self.command, os.environ, file_actions=actions, setpgroup=0)
        self.usage = None
        Process.living.add(self)
        for number in opened:
            os.close(number)

    def wait(self, may_fail=False):
        """Waits for the end: seconds of the processor."""
        if self.usage is None:
            _, status, self.usage = os.wait4(self.pid, 0)
            Process.living.discard(self)
            if status != 0 and not may_fail:
                sys.exit(f"{' '.join(self.command)}: ended with {os.waitstatus_to_exitcode(status)}")
        return self.usage.ru_utime + self.usage.ru_stime

    def end(self, how=signal.SIGTERM):
        if self.usage is None:
            try:
                os.killpg(self.pid, how)
            except ProcessLookupError:
                pass
        return self.wait(may_fail=True)

    def sockets(self):
        """Its sockets: inode, descriptor."""
        found = {}
        for name in os.listdir(f"/proc/{self.pid}/fd"):
            try:
                target = os.readlink(f"/proc/{self.pid}/fd/{name}")
            except OSError:
                continue
            if target.startswith("socket:["):
                found[target[8:-1]] = int(name)
        return found

    def listening_port(self):
        """The port it listens on, as soon as the kernel's table has it."""
        def look():
            sockets = self.sockets()
            for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
                fields = row.split()
                if fields[3] == "0A" and fields[9] in sockets:
                    return int(fields[1].split(":")[1], 16)
            return None
        return wait_for(f"{' '.join(self.command)} to listen", look)

    def memory(self):
        """Bytes that are resident."""
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())[1]) * 1024


def wait_for(why, what, seconds=30, pause=0.002):
    deadline = time.monotonic() + seconds
    while (value := what()) is None or value is False:
        if time.monotonic() > deadline:
            sys.exit(f"waited in vain for {why}")
        time.sleep(pause)
    return value


class Bench:
    """One run: its options, its folder, and where the programs are."""

    def __init__(self, chosen, folder):
        self.chosen = chosen
        self.folder = folder
        self.paths = {}
        self.rows = []
        self.sockctl = str(chosen.sockctl)
        if not os.access(self.sockctl, os.X_OK):
            sys.exit(f"{self.sockctl} is not there: swift build -c release, or name one with --sockctl")

    def compiled(self, name, *libraries):
        """The program of NAME.c."""
        if name not in self.paths:
            self.paths[name] = str(self.folder / name)
            compiler = os.environ.get("CC", "cc")
            command = [compiler, "-O2", "-o", self.paths[name], HERE / f"{name}.c", *libraries]
            subprocess.run(command, check=True)
        return self.paths[name]

    def available(self, *names):
        """Which of the peers are installed."""
        if self.chosen.against:
            return []
        for name in names:
            if name not in self.paths:
                self.paths[name] = shutil.which(name)
                if self.paths[name] is None:
                    print(f"not there, left out: {name}", file=sys.stderr)
        return [name for name in names if self.paths[name]]

    def take_turns(self, rounds, measures, shuffled=False):
        """Calls each of the functions in turn, again and again, so that whatever else the machine does meets
        each alike: lists of what they return, by name."""
        samples = {name: [] for name in measures}
        for _ in range(rounds):
            for name in random.sample(list(measures), len(measures)) if shuffled else measures:
                samples[name].append(measures[name]())
        return samples

    def middle(self, values, less_is_better=False):
        """The median; on a machine that is busy, with --quickest, the run that was disturbed least."""
        if self.chosen.quickest:
            return min(values) if less_is_better else max(values)
        return statistics.median(values)

    def row(self, what, unit, samples, peers, **more):
        """Adds a row from lists of figures by name: ours, the reference's, and of the others the best among `peers`.
        What else the machine does comes and goes: two programs are compared within each round, and the ratio is
        the median of the rounds' ratios."""
        less = more.get("less_is_better", False)
        figures = {name: self.middle(list_, less) for name, list_ in samples.items()}
        others = {name: figures[name] for name in peers if figures.get(name)}
        best = (min if less else max)(others.items(), key=lambda item: item[1]) if others else None

        def times(name):
            if self.chosen.quickest or name not in samples:
                return None
            ratios = [ratio(ours, other, less) for ours, other in zip(samples[OURS], samples[name])]
            return None if None in ratios else statistics.median(ratios)

        self.add(Row(what, unit, figures[OURS], best, reference=figures.get(REFERENCE),
                     times=times(best[0]) if best else None, times_reference=times(REFERENCE), **more))
        said = ", ".join(f"{name} {figure(value)}" for name, value in figures.items() if value is not None)
        print(f"{what}, {unit}: {said}", file=sys.stderr)

    def add(self, row):
        self.rows.append(row)

    def client(self, *words, processor=None, program=None):
        """What the client in C prints: its numbers."""
        command = on(processor, [program or self.compiled("client"), *words])
        result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"client {' '.join(map(str, words))}: {result.stderr.strip()}")
        return [float(word) for word in result.stdout.split()]

    def profile(self, title, processes, action):
        """Where the time goes: the system calls that `strace -c` counts, and what `perf` sees, meanwhile."""
        if not self.chosen.profile:
            return
        perf = self.folder / "perf.data"
        pids = [str(process.pid) for process in processes]
        tools = {
            "strace": ["strace", "-c", "-f", "-o", self.folder / "strace", *(w for p in pids for w in ("-p", p))],
            "perf": ["perf", "record", "-q", "-o", perf, "-p", ",".join(pids)],
        }
        for tool in self.available(*tools):
            watcher = Process(tools[tool])
            time.sleep(0.7)
            action()
            watcher.end(signal.SIGINT)
            if tool == "strace":
                text = (self.folder / "strace").read_text()
            else:
                report = ["perf", "report", "-i", perf, "--stdio", "--sort", "dso,sym", "--percent-limit", "0.7"]
                text = subprocess.run(report, capture_output=True, text=True).stdout
            lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
            print(f"\n{title}: {tool}\n" + "\n".join(lines[:22]))


def compare(chosen, parts, folder):
    """Measures the parts with each of two builds in turn, and prints the ratios of the rounds: their median and
    quartiles. More is better for the build that is tried."""
    builds = {"now": chosen.sockctl, "before": chosen.against}
    rounds, chosen.rounds = chosen.rounds, 1
    values, less, order = {}, {}, []
    for number in range(rounds):
        for name, measure in parts.items():
            for build, path in builds.items():
                print(f"round {number + 1} of {rounds}: {name}, {build}", file=sys.stderr)
                chosen.sockctl = path
                bench = Bench(chosen, folder)
                measure(bench)
                for row in bench.rows:
                    what = f"{row.what}, {row.unit}"
                    if what not in values:
                        order.append(what)
                    values.setdefault(what, {}).setdefault(build, []).append(row.ours)
                    less[what] = row.less_is_better or row.limit is not None
    lines = [["what", "now", "before", "now to before: quartiles", "median (≥ 0.95)"], ["---", *["---:"] * 4]]
    for what in order:
        pairs = zip(values[what]["now"], values[what]["before"])
        ratios = sorted(filter(None, (ratio(now, before, less[what]) for now, before in pairs)))
        if not ratios:
            continue
        quarters = statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
        verdict = "" if quarters[1] >= 0.95 else " **missed**" if quarters[2] < 0.95 else " not decided"
        lines.append([what, *(figure(statistics.median(values[what][build])) for build in builds),
                      f"{quarters[0]:.2f} – {quarters[2]:.2f}", f"{quarters[1]:.2f}{verdict}"])
    print("\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines))


def run_against(chosen, parts):
    run(chosen, {"against": lambda bench: compare(chosen, parts, bench.folder)})


def run(chosen, parts):
    """Measures the parts, prints their tables, and leaves nothing behind, also when it is interrupted."""
    def interrupted(number, _):
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, interrupted)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    room = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="sockctl-", dir=room) as folder:
        bench = Bench(chosen, Path(folder))
        try:
            for name, measure in parts.items():
                print(f"{name} ...", file=sys.stderr)
                measure(bench)
        finally:
            for process in list(Process.living):
                process.end(signal.SIGKILL)
            if bench.rows:
                load = " ".join(f"{value:.1f}" for value in os.getloadavg())
                print(f"\n{table(bench.rows)}\n\nload while it ran: {load}; {os.cpu_count()} processors")
