"""`listen --to` between clients and servers of others: nothing that passes is changed, and what passes is shown."""

import base64, socket, threading

from rows_stores import command, texts
from servers import *
from support import *


class Relay(Server):
    """In front of a port of this host."""

    def __init__(self, port, *options):
        super().__init__("listen", "-k", "127.0.0.1:0", "--to", f"127.0.0.1:{port}", *options)

    def messages(self, leg, count):
        """Those of a leg, as soon as there are so many."""
        found = lambda: [event for event in self.events("message") if event["leg"] == leg]
        until(lambda: self.output().count(b'"event":"message"') >= count and len(found()) >= count,
              f"not {count} messages of the {leg}:", self.output()[-2000:])
        return found()

    def events(self, name):
        lines = self.output().splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith(b"\n") and f'"event":"{name}"'.encode() in line]

    def closed(self, count):
        """The accounts of the legs of so many connections, as soon as they are over."""
        until(lambda: len(self.events("closed")) >= 2 * count, "not closed:", self.output()[-2000:])
        found = self.events("closed")
        return [event for event in found if event["leg"] == "client"], [
            event for event in found if event["leg"] == "server"]

    def stop(self):
        equal(self.events("error"), [])
        super().stop()


LARGE = ["--max-message", "100M"]


@row("relay: curl and nginx, several requests on one connection, each response with its request", "nginx", "curl")
def keep_alive():
    nginx()
    relay = Relay(NGINX, "--json", "--frame", "http")
    targets = ["page", "nothing", "none", "page"]
    asked = lambda port: run("curl", "-sS", "--compressed", *(f"http://127.0.0.1:{port}/{each}" for each in targets))
    equal(digest(asked(relay.port).out), digest(asked(NGINX).out))
    requests, responses = relay.messages("client", 4), relay.messages("server", 4)
    equal([each["http"]["target"] for each in requests], [f"/{each}" for each in targets])
    equal([each["http"]["status"] for each in responses], [200, 204, 404, 200])
    equal([each["answer_to"] for each in responses], [1, 2, 3, 4])
    equal({each["connection"] for each in requests + responses}, {1})
    check(all(each["took_us"] > 0 for each in responses), responses)
    relay.stop()


@row("relay: curl and nginx, an upload of 64 MiB that waits for 100 Continue, and its download", "nginx", "curl")
def upload():
    nginx()
    relay = Relay(NGINX, "--json", "--frame", "http", *LARGE)
    place = f"http://127.0.0.1:{relay.port}"
    words = ["--expect100-timeout", 50, "-H", "Expect: 100-continue", "-T", big()]
    equal(run("curl", "-sS", "-w", "%{http_code}", *words, f"{place}/up/relayed").out[-3:], b"201")
    equal(file_digest(path("up/relayed")), file_digest(big()))
    request, = relay.messages("client", 1)
    equal((request["http"]["method"], request["http"]["body"]["size"]), ("PUT", BIG))
    interim, final = relay.messages("server", 2)
    equal([each["http"]["status"] for each in (interim, final)], [100, 201])
    equal(("answer_to" in interim, final["answer_to"]), (False, 1))
    run("curl", "-sS", "-o", path("copy"), f"{place}/big")
    equal(file_digest(path("copy")), file_digest(big()))
    relay.closed(2)
    equal(relay.messages("server", 3)[2]["http"]["body"]["size"], BIG)
    relay.stop()


@row("relay: curl and nginx, fifty at once, looked at by nobody", "nginx", "curl")
def many():
    nginx()
    relay = Relay(NGINX)
    options = ["-Z", "--parallel-max", "50", "-H", "Connection: close"]
    equal(run("curl", "-sS", *options, f"http://127.0.0.1:{relay.port}/nothing?[1-50]", "-o", path("none"),
              "-w", "%{http_code} ").out, b"204 " * 50)
    relay.stop()


# MARK: PostgreSQL


def psql(port, *words, **options):
    return run("psql", "-h", "127.0.0.1", "-p", port, "-U", "test", "-XAt", *words, "postgres", **options)


@row("relay: PostgreSQL, a simple query, an error, and one with parameters", "postgres", "psql")
def queries():
    postgres()
    relay = Relay(POSTGRES, "--json")
    query = "SELECT string_agg(n::text, ',') FROM generate_series(1, 20000) AS n"
    equal(psql(relay.port, "-c", query).out, b",".join(b"%d" % n for n in range(1, 20001)) + b"\n")
    result = psql(relay.port, "-c", "SELECT nonsense", status=1)
    check(b'column "nonsense" does not exist' in result.err, result)
    equal(psql(relay.port, input=b"PREPARE p(int) AS SELECT $1 + 1; EXECUTE p(41);").out, b"PREPARE\n42\n")
    clients, servers = relay.closed(3)
    for client, server in zip(clients, servers):
        equal((client["received"]["bytes"], server["received"]["bytes"]),
              (server["sent"]["bytes"], client["sent"]["bytes"]))
    seen = b"".join(payload(event) for event in relay.events("data") if event["leg"] == "client")
    check(b"Q\0\0\0" in seen and query.encode() + b"\0" in seen, seen[:500])
    relay.stop()


def payload(event):
    return base64.b64decode(event["base64"]) if "base64" in event else event["text"].encode()


@row("relay: PostgreSQL, COPY of 50 MB in and out", "postgres", "psql")
def copies():
    postgres()
    rows = b"".join(b"%d\t%s\n" % (number, b"x" * 92) for number in range(100_000, 600_000))
    given = file("rows", rows)
    check(len(rows) >= 50_000_000, len(rows))
    for options in ([], ["--hex"], ["--json", "--record", path("recorded")]):
        relay = Relay(POSTGRES, *options)
        psql(relay.port, "-c", "DROP TABLE IF EXISTS copied; CREATE TABLE copied (number int, words text)")
        equal(psql(relay.port, "-c", f"\\copy copied FROM '{given}'").out, b"COPY 500000\n")
        psql(relay.port, "-c", f"\\copy (SELECT * FROM copied ORDER BY number) TO '{path('copy')}'")
        equal(file_digest(path("copy")), digest(rows), options)
        if "--json" in options:
            clients, servers = relay.closed(3)
            check(clients[1]["received"]["bytes"] > len(rows) and clients[2]["sent"]["bytes"] > len(rows), clients)
        stop(relay.process)
        equal(relay.process.returncode, -signal.SIGTERM, logged(relay.process)[-2000:])


# MARK: redis


@row("relay: redis-cli and redis, a pipeline of 10,000 commands", "redis-server", "redis-cli")
def pipeline():
    redis()
    relay = Relay(REDIS, "--json", "--frame", "crlf")
    run("redis-cli", "-p", relay.port, "DEL", "relayed")
    given = command("INCR", "relayed") * 10_000
    result = run("redis-cli", "-p", relay.port, "--pipe", input=given)
    check(b"errors: 0, replies: 10000\n" in result.out, result)
    equal(run("redis-cli", "-p", REDIS, "GET", "relayed").out, b"10000\n")
    relay.closed(2)
    told = lambda leg: [each.get("text") for each in relay.messages(leg, 10_000) if each["connection"] == 2]
    equal(told("server")[:10_000], [f":{number}" for number in range(1, 10_001)])
    equal(told("client")[:50_000], ["*2", "$4", "INCR", "$7", "relayed"] * 10_000)
    relay.stop()


@row("relay: redis-cli and redis, publish and subscribe", "redis-server", "redis-cli")
def publish():
    redis()
    relay = Relay(REDIS, "--json", "--frame", "crlf")
    with open(path("relayed"), "wb") as out:
        subscriber = start("redis-cli", "-p", relay.port, "SUBSCRIBE", "relayed", stdout=out)
    heard = lambda: open(path("relayed"), "rb").read()
    until(lambda: b"subscribe\nrelayed\n1\n" in heard(), "not subscribed:", heard())
    for number in range(100):
        equal(run("redis-cli", "-p", relay.port, "PUBLISH", "relayed", f"number {number}").out, b"1\n")
    said = b"".join(b"message\nrelayed\nnumber %d\n" % number for number in range(100))
    until(lambda: heard().endswith(said), "not all was heard:", heard()[-500:])
    stop(subscriber)
    shown = [each["text"] for each in relay.messages("server", 700) if each["connection"] == 1]
    equal([text for text in shown if text.startswith("number ")], [f"number {number}" for number in range(100)])
    relay.stop()


# MARK: What it cannot read


@row("relay: TLS from openssl s_client to s_server, 64 MiB, passed on as it is", "openssl")
def tls():
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", "/CN=relayed.test"]
    run("openssl", *words, "-keyout", path("key.pem"), "-out", path("cert.pem"))
    big()
    port = 8443
    server = start("openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", path("key.pem"),
                   "-cert", path("cert.pem"), "-HTTP", cwd=path("www"))
    listens(port, server)
    for options in ([], ["--json"]):
        relay = Relay(port, *options)
        words = ["s_client", "-connect", f"127.0.0.1:{relay.port}", "-CAfile", path("cert.pem"), "-quiet"]
        words += ["-verify_return_error", "-verify_hostname", "relayed.test", "-servername", "relayed.test", "-ign_eof"]
        # What -HTTP serves is the whole response: a file that has its header.
        response = file("www/response", b"HTTP/1.0 200 OK\r\n\r\n" + open(big(), "rb").read())
        result = run("openssl", *words, input=b"GET /response HTTP/1.0\r\n\r\n")
        equal(digest(result.out), file_digest(response))
        if options:
            said = [(event["leg"], payload(event)[:3]) for event in relay.events("data")]
            # A handshake begins with a record of type 22.
            equal(next(bytes for leg, bytes in said if leg == "client"), b"\x16\x03\x01")
            equal(next(bytes for leg, bytes in said if leg == "server"), b"\x16\x03\x03")
            (client,), (server_leg,) = relay.closed(1)
            check(server_leg["received"]["bytes"] > BIG, server_leg)
        stop(relay.process)


# MARK: A WebSocket


def read_exactly(peer, count):
    data = b""
    while len(data) < count:
        part = peer.recv(count - len(data))
        check(part, f"the end after {len(data)} of {count} bytes")
        data += part
    return data


def read_head(peer):
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += read_exactly(peer, 1)
    return data


def mask(data, key):
    return bytes(byte ^ key[index % 4] for index, byte in enumerate(data))


def read_frame(peer):
    """RFC 6455, section 5.2: the opcode and the payload, unmasked, of a frame of at most 65,535 bytes."""
    first, second = read_exactly(peer, 2)
    size = second & 127
    if size == 126:
        size = int.from_bytes(read_exactly(peer, 2), "big")
    key = read_exactly(peer, 4) if second & 128 else bytes(4)
    return first & 15, mask(read_exactly(peer, size), key)


def frame(opcode, data, key=None):
    size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + len(data).to_bytes(2, "big")
    head = bytes([128 | opcode, size[0] | (128 if key else 0)]) + size[1:]
    return head + (key + mask(data, key) if key else data)


def echo_frames(listener):
    peer, _ = listener.accept()
    with peer:
        peer.settimeout(LIMIT)
        asked = re.search(rb"Sec-WebSocket-Key: (\S+)", read_head(peer))[1]
        accepted = base64.b64encode(hashlib.sha1(asked + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: %s\r\n\r\n" % accepted)
        opcode = 0
        while opcode != 8:
            opcode, data = read_frame(peer)
            peer.sendall(frame(opcode, data))


@row("relay: a WebSocket, from the request to the frames after the upgrade")
def websocket():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=echo_frames, args=(listener,), daemon=True)
        server.start()
        relay = Relay(listener.getsockname()[1], "--json", "--frame", "http")
        with socket.create_connection(("127.0.0.1", relay.port), timeout=LIMIT) as peer:
            # The first frame is sent with the request: where the message ends is not where a read ends.
            said = [(1, b"hello"), (2, os.urandom(40_000)), (1, b"GET / HTTP/1.1\r\n\r\n"), (8, b"\x03\xe8")]
            peer.sendall(b"GET /chat HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            head = read_head(peer)
            check(b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head, head)
            for opcode, data in said:
                peer.sendall(frame(opcode, data, os.urandom(4)))
                equal(read_frame(peer), (opcode, data))
            peer.shutdown(socket.SHUT_WR)
            equal(peer.recv(1), b"")
        server.join(LIMIT)
    (client,), _ = relay.closed(1)
    request = relay.messages("client", 1)[0]
    response = relay.messages("server", 1)[0]
    equal((request["http"]["method"], request["http"]["target"]), ("GET", "/chat"))
    equal((response["http"]["status"], response["answer_to"]), (101, 1))
    check(client["received"]["bytes"] > 40_000 and client["sent"]["bytes"] > 40_000, client)
    relay.stop()
