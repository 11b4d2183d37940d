"""redis and memcached: protocols of lines, lengths and many commands at once."""

from servers import MEMCACHED, REDIS, memcached, redis
from support import *

PLACES = (f"127.0.0.1:{REDIS}", f"[::1]:{REDIS}")


def texts(result):
    return [message["text"] for message in result.all("message")]


def command(*words):
    """As redis-cli sends it."""
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


@row("redis: PING, SET and GET a line each, over IPv4, IPv6 and a Unix socket", "redis-server")
def lines():
    redis()
    for place in (*PLACES, f"unix:{path('redis.sock')}"):
        words = ["send", "--frame", "crlf", "--json", place, "PING", "SET key value", "GET key", "NONSENSE"]
        result = sockctl(*words)
        equal(texts(result)[:4], ["+PONG", "+OK", "$5", "value"])
        check(texts(result)[4].startswith("-ERR unknown command"), result)


@row("redis: lines of a file become its lines, with --frame line:crlf", "redis-server")
def translated():
    redis()
    result = sockctl("send", "--frame", "line:crlf", REDIS, input=b"SET a 1\nINCR a\nGET a\n")
    equal(result.out, b"+OK\n:2\n$1\n2\n")


@row("redis: 10,000 commands at once, and 10,000 answers in their order", "redis-server")
def pipelined():
    redis()
    sockctl("send", "--frame", "crlf", REDIS, "DEL counter")
    result = sockctl("send", "--frame", "crlf", "--json", REDIS, input=b"INCR counter\r\n" * 10_000)
    equal(texts(result), [f":{number}" for number in range(1, 10_001)])
    equal(result.all("closed")[0]["sent"]["messages"], 10_000)


@row("redis: 16 MiB of any bytes as a value, there and back", "redis-server")
def value():
    redis()
    payload = open(big(), "rb").read(16 << 20)
    asked = command("SET", "large", payload) + command("GET", "large") + command("QUIT")
    # At our end it would close without having sent all.
    result = sockctl("connect", "--no-half-close", REDIS, input=asked)
    head = b"+OK\r\n$%d\r\n" % len(payload)
    equal((result.out[:len(head)], result.out[len(head) + len(payload):]), (head, b"\r\n+OK\r\n"))
    equal(digest(result.out[len(head):][:len(payload)]), digest(payload))


@row("redis: what is published arrives at a connection that is open", "redis-server")
def published():
    redis()
    with open(path("heard"), "wb") as out:
        process = start(SOCKCTL, "connect", "--frame", "crlf", REDIS, stdin=subprocess.PIPE, stdout=out)
    heard = lambda: open(path("heard"), "rb").read()
    process.stdin.write(b"SUBSCRIBE news\r\n")
    process.stdin.flush()
    until(lambda: heard().endswith(b":1\r\n"), "not subscribed:", heard())
    equal(texts(sockctl("send", "--frame", "crlf", "--json", REDIS, "PUBLISH news today")), [":1"])
    until(lambda: heard().endswith(b"$5\r\ntoday\r\n"), "nothing came:", heard())
    # The server ends it.
    sockctl("send", "--frame", "crlf", REDIS, "CLIENT KILL TYPE pubsub")
    process.stdin.close()
    check(process.wait(20) in (0, 7), process.returncode, logged(process))


@row("redis-cli as the client of listen --reply", "redis-cli")
def client():
    server = Server("listen", "-k", "--reply", "+sockctl\r\n", "127.0.0.1:0")
    equal(run("redis-cli", "-p", server.port, "PING").out, b"sockctl\n")
    until(lambda: server.output() == command("PING"), "it asked otherwise:", server.output())
    server.stop()


@row("memcached: set and get by lines, stats, and it closes at quit", "memcached")
def conversation():
    memcached()
    asked = b"set key 0 0 5\nhello\nget key\nversion\nquit\n"
    result = sockctl("connect", "--crlf", f"127.0.0.1:{MEMCACHED}", input=asked)
    lines = result.out.split(b"\r\n")
    equal(lines[:4], [b"STORED", b"VALUE key 0 5", b"hello", b"END"], result)
    check(lines[4].startswith(b"VERSION "), result)
    result = sockctl("send", "--frame", "crlf", "--json", f"127.0.0.1:{MEMCACHED}", "stats", "quit")
    check(texts(result)[-1] == "END" and len(texts(result)) > 20, result)


@row("memcached: 900 KB of any bytes as a value", "memcached")
def memcached_value():
    memcached()
    payload = open(big(), "rb").read(900_000)
    asked = b"set large 0 0 %d\r\n%s\r\nget large\r\nquit\r\n" % (len(payload), payload)
    equal(sockctl("send", f"127.0.0.1:{MEMCACHED}", input=asked).out,
          b"STORED\r\nVALUE large 0 %d\r\n%s\r\nEND\r\n" % (len(payload), payload))


@row("memcached: over UDP, an answer of several datagrams", "memcached")
def datagrams():
    memcached()
    payload = b"x" * 3000
    sockctl("send", f"127.0.0.1:{MEMCACHED}", input=b"set many 0 0 3000\r\n%s\r\nquit\r\n" % payload)
    # The header is the number of the request, of the datagram, of all datagrams, and zero.
    asked = file("asked", b"\x12\x34\0\0\0\1\0\0get many\r\n")
    result = sockctl(
        "udp", "send", "--json", "--wait", "10s", "--replies", 3, "-f", asked, f"127.0.0.1:{MEMCACHED}")
    parts = sorted(each.get("text", "") for each in result.all("datagram"))
    equal([part[:8].encode() for part in parts], [b"\x12\x34\0%c\0\3\0\0" % number for number in range(3)])
    equal("".join(part[8:] for part in parts), f"VALUE many 0 3000\r\n{payload.decode()}\r\nEND\r\n")
