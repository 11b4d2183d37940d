"""socat, ncat and nc (of OpenBSD) at the other end: both ways, over IPv4, IPv6 and Unix sockets."""

import functools, os

from support import *

PORT = 9100
FAMILIES = ("IPv4", "IPv6", "Unix")
TOOLS = ("socat", "ncat", "nc")
WAIT = 30


def place(family, port=PORT):
    """As sockctl takes it."""
    return {"IPv4": f"127.0.0.1:{port}", "IPv6": f"[::1]:{port}", "Unix": f"unix:{path('tool.sock')}"}[family]


def words(tool, family, listening=False, port=PORT, datagrams=False):
    """As the tool takes it."""
    host = {"IPv4": "127.0.0.1", "IPv6": "::1", "Unix": path("tool.sock")}[family]
    if tool == "socat":
        kind = ("UDP" if datagrams else "TCP") + ("6" if family == "IPv6" else "4")
        bracketed = f"[{host}]" if family == "IPv6" else host
        if family == "Unix":
            return [f"UNIX-{'LISTEN' if listening else 'CONNECT'}:{host}"]
        return [f"{kind}-LISTEN:{port},bind={bracketed}" if listening else f"{kind}:{bracketed}:{port}"]
    options = (["-l"] if listening else []) + (["-u"] if datagrams else [])
    return options + (["-U", host] if family == "Unix" else [host, port])


def serving(tool, family, *others, **streams):
    if os.path.exists(path("tool.sock")):
        os.unlink(path("tool.sock"))
    process = start(tool, *others, **streams)
    return listens(path("tool.sock") if family == "Unix" else PORT, process)


def takes(tool, family):
    """64 MiB go to it. socat answers after our half-close with what it makes of them, the others when they like."""
    expected = file_digest(big())
    with open(file("answer", expected), "rb") as answer, open(path("copy"), "wb") as copy:
        options = {"socat": ["-t", WAIT, "SYSTEM:tee copy | sha256sum"], "ncat": [], "nc": ["-N"]}[tool]
        options = [word.replace("copy", path("copy")) if isinstance(word, str) else word for word in options]
        server = serving(tool, family, *options, *words(tool, family, True), stdin=answer, stdout=copy)
        result = sockctl("send", "-f", big(), place(family))
        server.wait(LIMIT)
    equal(result.out[:64].decode(), expected, result)
    equal(file_digest(path("copy")), expected)


def echoed(tool, family):
    """64 MiB from it to listen --echo and back, in both directions at once; its half-close ends it."""
    server = Server("listen", "--echo", place(family, 0))
    options = {"socat": ["-t", WAIT, "-"], "ncat": [], "nc": ["-N"]}[tool]
    with open(big(), "rb") as source, open(path("copy"), "wb") as copy:
        run(tool, *options, *words(tool, family, port=server.port), stdin=source, stdout=copy)
    equal(file_digest(path("copy")), file_digest(big()))
    server.wait()


def served(tool, family):
    """64 MiB from it, which listens, to connect; what connect says arrives there."""
    with open(big(), "rb") as source, open(path("heard"), "wb") as heard:
        options = {"socat": ["-t", WAIT, "-"], "ncat": [], "nc": ["-N"]}[tool]
        process = serving(tool, family, *options, *words(tool, family, True), stdin=source, stdout=heard)
        # At our end nc and ncat leave, whatever they have still to send.
        options = [] if tool == "socat" else ["--no-half-close"]
        sockctl("connect", "-O", path("copy"), *options, place(family), input=b"thanks\n")
        equal(process.wait(LIMIT), 0, logged(process))
    equal((file_digest(path("copy")), open(path("heard"), "rb").read()), (file_digest(big()), b"thanks\n"))


for tool in TOOLS:
    for family in FAMILIES:
        for what, function in (
            ("takes 64 MiB and answers", takes),
            ("sends 64 MiB to listen --echo and has them back", echoed),
            ("listens, and connect gets 64 MiB", served),
        ):
            row(f"{tool}: {what}, {family}", tool)(functools.partial(function, tool, family))


@row("socat: an abstract socket, there and back", "socat")
def abstract():
    server = Server("listen", "--echo", "unix:@sockctl-servers")
    equal(run("socat", "-t", WAIT, "-", "ABSTRACT-CONNECT:sockctl-servers", input=b"abstract").out, b"abstract")
    server.wait()


# MARK: datagrams


def exchange(process, asked, answer):
    """Says a line to a program that talks to us, and waits for what comes back."""
    process.stdin.write(asked)
    process.stdin.flush()
    os.set_blocking(process.stdout.fileno(), False)
    heard = bytearray()
    until(lambda: heard.extend(process.stdout.read() or b"") or len(heard) >= len(answer), "no answer", logged(process))
    equal(bytes(heard), answer)


def datagram_client(tool, family):
    server = Server("udp", "recv", "--json", "--reply", "pong", place(family, 0))
    options = ["-"] if tool == "socat" else []
    target = words(tool, family, port=server.port, datagrams=True)
    process = start(tool, *options, *target, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    exchange(process, b"ping\n", b"pong")
    shown = [json.loads(line) for line in server.output().splitlines()]
    equal([each["text"] for each in shown if each["event"] == "datagram"], ["ping\n"])
    server.stop()


def datagram_server(tool, family):
    if tool == "nc":
        process = start("nc", *words("nc", family, True, datagrams=True), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        listens(PORT, process)
        client = start(SOCKCTL, "udp", "connect", place(family), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        exchange_between(client, process)
        return
    echo = ["-k", "-e", "/bin/cat"] if tool == "ncat" else []
    target = words(tool, family, True, datagrams=True)
    target = target + echo if tool == "ncat" else [target[0] + ",fork", "PIPE"]
    listens(PORT, start(tool, *target))
    for payload in (b"ping", bytes(range(256)) * 4):
        name = file("datagram", payload)
        result = sockctl("udp", "send", "--wait", "10s", "--replies", 1, "-f", name, place(family))
        equal(result.out, payload)


def exchange_between(client, server):
    client.stdin.write(b"ping\n")
    client.stdin.flush()
    os.set_blocking(server.stdout.fileno(), False)
    until(lambda: server.stdout.read() == b"ping\n", "it does not hear", logged(server))
    server.stdin.write(b"pong\n")
    server.stdin.flush()
    os.set_blocking(client.stdout.fileno(), False)
    until(lambda: client.stdout.read() == b"pong\n", "we do not hear", logged(client))


for tool in TOOLS:
    for family in FAMILIES[:2]:
        for what, function in (("asks udp recv --reply", datagram_client), ("answers udp", datagram_server)):
            row(f"{tool}: {what}, {family}", tool)(functools.partial(function, tool, family))


@row("socat: datagrams over Unix sockets", "socat")
def unix_datagrams():
    server = Server("udp", "recv", "--json", "-c", 1, f"unix:{path('datagrams')}")
    run("socat", "-u", "-", f"UNIX-SENDTO:{path('datagrams')}", input=b"a datagram")
    shown = [json.loads(line) for line in server.wait().splitlines()]
    equal([each["text"] for each in shown if each["event"] == "datagram"], ["a datagram"])


# MARK: many at once


@row("a chat room of socat, ncat, nc and sockctl", *TOOLS)
def chat():
    server = Server("listen", "-k", "--chat", "127.0.0.1:0")
    target = {tool: words(tool, "IPv4", port=server.port) for tool in TOOLS}
    members = {
        "socat": ["socat", "-", *target["socat"]], "ncat": ["ncat", *target["ncat"]], "nc": ["nc", *target["nc"]],
        "sockctl": [SOCKCTL, "connect", server.port],
    }
    there = {
        name: start(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for name, command in members.items()}
    heard = {name: b"" for name in there}
    for process in there.values():
        os.set_blocking(process.stdout.fileno(), False)

    def hear():
        for name, process in there.items():
            heard[name] += process.stdout.read() or b""

    def all_but(name, line):
        hear()
        return all((line in heard[other]) == (other != name) for other in there)

    def say(name):
        there[name].stdin.write(f"{name} is here\n".encode())
        there[name].stdin.flush()

    def heard_by_all(name):
        hear()
        return all(f"{name} is here\n".encode() in heard[other] for other in there if other != name)

    # Until all have come the first one says it again and again.
    until(lambda: heard_by_all("socat") or say("socat"), "not all hear socat:", heard)
    for name in there:
        say(name)
        until(lambda: heard_by_all(name), f"not all hear {name}:", heard)
    check(all(f"{name} is here\n".encode() not in heard[name] for name in there), "one hears itself:", heard)
    server.stop()
