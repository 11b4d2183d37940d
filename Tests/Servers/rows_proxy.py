"""Proxies of others: danted, tinyproxy and ncat between sockctl and its server, and haproxy, which speaks the PROXY protocol
both ways."""

import functools, json, os

from support import *

SOCKS, TINY, NCAT, TINY_OPEN = 8201, 8202, 8203, 8204
V1, V2, TAKES = 8211, 8212, 8213
SERVER, PROXIED = 8221, 8222


@functools.cache
def danted():
    configuration = f"""
        logoutput: {path("danted.log")}
        internal: 127.0.0.1 port = {SOCKS}
        external: lo
        socksmethod: none
        clientmethod: none
        user.privileged: root
        user.unprivileged: root
        client pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
        socks block {{ from: 0.0.0.0/0 to: 127.0.0.0/8 port = 7 }}
        socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
        """
    return listens(SOCKS, start("danted", "-f", file("danted.conf", configuration), lasts=True))


@functools.cache
def tinyproxy(port, *lines):
    lines = [f"Port {port}", "Listen 127.0.0.1", "Timeout 60", "Allow 127.0.0.1", "LogLevel Error", *lines]
    return listens(port, start("tinyproxy", "-d", "-c", file(f"tiny{port}.conf", "\n".join(lines) + "\n"), lasts=True))


@functools.cache
def haproxy():
    configuration = f"""
        defaults
            mode tcp
            timeout connect 5s
            timeout client 30s
            timeout server 30s
        listen v1
            bind 127.0.0.1:{V1}
            server sockctl 127.0.0.1:{PROXIED} send-proxy
        listen v2
            bind 127.0.0.1:{V2}
            unique-id-format id-%[src]
            server sockctl 127.0.0.1:{PROXIED} send-proxy-v2 proxy-v2-options crc32c,unique-id
        listen takes
            bind 127.0.0.1:{TAKES} accept-proxy
            server sockctl 127.0.0.1:{PROXIED} send-proxy
        """
    return listens(V1, start("haproxy", "-db", "-f", file("proxies.cfg", configuration + "\n"), lasts=True))


def echo(port):
    return Server("listen", "-k", "--echo", f"127.0.0.1:{port}")


def accepted(server, count):
    """The events of so many connections, as soon as they are there."""
    lines = lambda: [json.loads(line) for line in server.output().splitlines(keepends=True) if line.endswith(b"\n")]
    found = lambda: [event for event in lines() if event["event"] == "accepted"]
    until(lambda: len(found()) == count, server.output())
    return found()


@row("danted: SOCKS5, 1 MiB there and back by address and by name", "danted")
def socks():
    danted()
    server = echo(SERVER)
    payload = os.urandom(1 << 20)
    for host in ("127.0.0.1", "localhost"):
        result = sockctl("send", "--via", f"socks5://127.0.0.1:{SOCKS}", f"{host}:{SERVER}", input=payload)
        equal(digest(result.out), digest(payload))
    server.stop()


@row("danted: what it refuses has its status", "danted")
def socks_refusals():
    danted()
    via = ["send", "--via", f"socks5://127.0.0.1:{SOCKS}"]
    check(b"ECONNREFUSED" in sockctl(*via, "127.0.0.1:1", "x", status=4).err, "4")
    check(b"does not allow" in sockctl(*via, "127.0.0.1:7", "x", status=9).err, "9")
    sockctl(*via, "nowhere.invalid:80", "x", status=6)


@row("danted: listen --to through it, half-closed on both sides", "danted")
def socks_relay():
    danted()
    server = echo(SERVER)
    relay = Server("listen", "-k", "127.0.0.1:0", "--to", f"localhost:{SERVER}", "--via", f"socks5://127.0.0.1:{SOCKS}")
    equal(sockctl("send", f"127.0.0.1:{relay.port}", "hello").out, b"hello")
    relay.stop()
    server.stop()


@row("tinyproxy: CONNECT, with and without a user", "tinyproxy")
def http():
    tinyproxy(TINY_OPEN)
    tinyproxy(TINY, "BasicAuth me secret")
    server = echo(SERVER)
    auth = file("auth", "me:secret\n")
    os.chmod(auth, 0o600)
    place = f"127.0.0.1:{SERVER}"
    # It takes a half-close for the end.
    receive = lambda url, *options, **more: sockctl(
        "connect", "--no-half-close", "-i", "500ms", "--via", url, *options, place, input=b"hello", **more)
    equal(receive(f"http://127.0.0.1:{TINY_OPEN}", status=5).out, b"hello")
    equal(receive(f"http://127.0.0.1:{TINY}", "--via-auth", f"@{auth}", status=5).out, b"hello")
    check(b"wants a user" in receive(f"http://127.0.0.1:{TINY}", status=9).err, "no user")
    check(b"does not accept" in receive(f"http://me:wrong@127.0.0.1:{TINY}", status=9).err, "wrong password")
    server.stop()


@row("ncat as an HTTP proxy", "ncat")
def ncat_proxy():
    listens(NCAT, start("ncat", "-l", "--proxy-type", "http", "127.0.0.1", str(NCAT)))
    server = echo(SERVER)
    result = sockctl("connect", "--no-half-close", "-i", "500ms", "--via", f"http://127.0.0.1:{NCAT}",
                     f"localhost:{SERVER}", input=b"hello", status=5)
    equal(result.out, b"hello")
    server.stop()


@row("haproxy: its headers, with checksum and unique ID, name the client", "haproxy")
def headers():
    haproxy()
    server = Server("listen", "-k", "--json", "--echo", f"127.0.0.1:{PROXIED}", "--accept-proxy", "127.0.0.1")
    for port in (V1, V2):
        equal(sockctl("send", "-s", "127.0.0.7", f"127.0.0.1:{port}", "hello").out, b"hello")
    events = accepted(server, 2)
    for event, port in zip(events, (V1, V2)):
        equal((event["peer"]["host"], event["local"]["port"]), ("127.0.0.7", port))
        check(event["proxy"]["host"] == "127.0.0.1", event)
    equal([tlv["name"] for tlv in events[1]["tlvs"]], ["crc32c", "unique-id"])
    equal(events[1]["tlvs"][1]["content"], "id-127.0.0.7")
    server.stop()


@row("haproxy: takes our headers, and says in its own what they say", "haproxy")
def sent():
    haproxy()
    server = Server("listen", "-k", "--json", "--echo", f"127.0.0.1:{PROXIED}", "--accept-proxy", "127.0.0.1")
    for version in ("v1", "v2"):
        words = ["send", "-s", "127.0.0.8", "--proxy-protocol", version, f"127.0.0.1:{TAKES}", "hello"]
        equal(sockctl(*words).out, b"hello")
    events = accepted(server, 2)
    equal({event["peer"]["host"] for event in events}, {"127.0.0.8"})
    server.stop()
