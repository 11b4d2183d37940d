"""What the mutations are sent at: servers that go on, one line each, and commands that end with their peer."""

from dataclasses import dataclass

import seeds

MARK = b"still there?"
# Seven bytes, as --frame fixed:7 has them.
REPLY = b"replied"
# What a peer may make a server hold: the largest message.
LIMIT = ["--max-message", "64k"]


@dataclass
class Target:
    words: list
    seeds: list
    kind: str  # as in servers.py and commands.py
    framing: str = "none"
    place: str = "127.0.0.1:0"

    @property
    def name(self):
        return " ".join([*self.words, self.place])

    @property
    def json(self):
        return "--json" in self.words

    @property
    def good(self):
        """A good thing to say, as it is on the socket."""
        if self.framing == "http":
            return seeds.request("PUT / HTTP/1.1", f"Content-Length: {len(MARK)}", body=MARK)
        if self.framing.startswith("fixed"):
            return MARK.ljust(14)
        return seeds.FRAMES[self.framing](MARK) if self.framing in seeds.FRAMES else MARK


def server(kind, *words, framing="none", place="127.0.0.1:0"):
    """A way of serving; framing may be IN:OUT, of which peers see the second."""
    framed = [] if framing == "none" else ["--frame", framing, *LIMIT]
    framing = framing if framing in seeds.FRAMES else framing.split(":")[-1]
    return Target(["listen", "-k", *words, *framed], seeds.stream(framing), kind, framing, place)


def servers():
    everything = [
        server("quiet"), server("quiet", "--json"), server("quiet", "--hex"),
        server("quiet", "--json", "--record", "RECORD"),
        server("quiet", "--verbose", "--stats", place="[::1]:0"), server("quiet", "--json", "--idle-timeout", "20s"),
        server("echo", "--echo"), server("echo", "--echo", "--hex"),
        server("echo", "--echo", "--json", place="[::1]:0"),
        server("echo", "--echo", place="unix:SOCKET"), server("echo", "--echo", "--stats", "--record", "RECORD"),
        server("drop", "--discard", "--json"), server("drop", "--discard", "--hex", "--json"),
        server("reply", "--reply", "replied"), server("reply", "--reply", "replied", "--json", place="unix:SOCKET"),
        server("file", "-f", "FILE"), server("file", "-f", "FILE", "--json", "--crlf"),
        server("chat", "--chat"), server("chat", "--chat", "--json", "--record", "RECORD"),
    ]
    for number, framing in enumerate([*seeds.FRAMES, "http"]):
        place = ("127.0.0.1:0", "[::1]:0", "unix:SOCKET")[number % 3]
        everything += [
            server("quiet", "--json", framing=framing), server("quiet", framing=framing, place=place),
            server("echo", "--echo", *(["--json"] if number % 2 else ["--hex"]), framing=framing),
            server("reply", "--reply", "replied", *([] if number % 2 else ["--json"]), framing=framing),
            server("chat", "--chat", *(["--json"] if number % 3 else []), framing=framing),
        ]
    everything += [
        server("reply", "--reply", "replied", "--json", "--record", "RECORD", framing="http"),
        server("quiet", "--json", framing="line:u32be"), server("quiet", framing="u32be:http"),
        server("quiet", framing="u16be:varint"), server("quiet", "--hex", "--json", framing="http"),
    ]
    for words, place in (
        (["--json"], "127.0.0.1:0"), ([], "127.0.0.1:0"), (["--echo", "--json"], "[::1]:0"),
        (["--reply", "replied"], "127.0.0.1:0"), (["--json", "--size", "16"], "127.0.0.1:0"),
        (["--frame", "u16be"], "127.0.0.1:0"), (["--hex", "--echo"], "127.0.0.1:0"),
        (["--verbose", "--record", "RECORD"], "127.0.0.1:0"), (["--json", "--echo"], "unix:SOCKET"),
    ):
        everything.append(Target(["udp", "recv", *words], seeds.DATAGRAMS, "datagrams", place=place))
    return everything


def commands(recordings):
    """Those that end with their peer; PLACE is where we are, FILE a mutated recording."""
    responses = seeds.RESPONSES + seeds.corpus("http")
    requests = (["GET"], ["GET", "--json"], ["GET", "--body"], ["HEAD", "--json"], ["PUT", "--data", "x"])
    everything = [
        Target(["send", "http://PLACE/", *LIMIT, "--http", *words], responses, "connects", place="")
        for words in requests]
    for number, framing in enumerate(["none", *seeds.FRAMES, "http"]):
        options = ([] if framing == "none" else ["--frame", framing, *LIMIT]) + (["--json"] if number % 2 else [])
        said = responses if framing == "http" else seeds.stream(framing)
        everything += [
            Target(["recv", "--connect", *options], said, "connects", place="PLACE"),
            Target(["recv", *options], seeds.stream(framing), "listens"),
        ]
        if framing not in ("http", "fixed:7"):
            everything.append(Target(["send", *options, "PLACE", "one", "two"], said, "connects", place=""))
    for options in ([], ["--json"]):
        # The distances in time are among what is mutated.
        replay = ["--replay", "FILE", "--deadline", "200ms", *options]
        ask = ["udp", "send", "--wait", "100ms", "--replies", "1", *options, "PLACE", "x"]
        everything += [
            Target(["send", *replay], recordings, "replays", place="PLACE"),
            Target(["listen", *replay], recordings, "replays-listening"),
            Target(["udp", "send", *replay], recordings, "replays", place="127.0.0.1:9"),
            Target(ask, seeds.DATAGRAMS, "asks", place=""),
        ]
    return everything
