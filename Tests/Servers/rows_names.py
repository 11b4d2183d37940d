"""dnsmasq: the resolver of libc asks it for `resolve` and for names of endpoints, and queries go to it by hand."""

import base64, functools, struct

from servers import RESOLVER, URL, dnsmasq, nginx
from support import *

A, PTR, TXT, AAAA = 1, 12, 16, 28
PLACE = f"{RESOLVER}:53"


@functools.cache
def names():
    """dnsmasq, and a mount namespace in which the resolver asks it."""
    dnsmasq()
    for name, text in (
        ("resolv.conf", f"nameserver {RESOLVER}\noptions timeout:5 attempts:1\n"),
        ("nsswitch.conf", "hosts: files dns\nservices: files\nprotocols: files\n"), ("hosts", "127.0.0.1 localhost\n"),
    ):
        run("mount", "--bind", file(f"etc/{name}", text), f"/etc/{name}")


def query(name, kind, number=0x5353):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)


def header(answer):
    number, flags, _, answers, _, _ = struct.unpack("!6H", answer[:12])
    return number, flags & 15, answers, bool(flags & 0x0200)


@row("dnsmasq: resolve finds addresses of both families, names and aliases", "dnsmasq")
def resolved():
    names()
    for words, out in (
        ("gethostbyname both.test", "192.0.2.4\n"), ("gethostbyaddr 192.0.2.9", "nine.test\n"),
        ("gethostbyaddr 2001:db8::4", "both.test\n"), ("getaddrinfo -6 both.test:53", "[2001:db8::4]:53\n"),
        ("getnameinfo 192.0.2.9:9999", "nine.test\n9999\n"),
    ):
        equal(sockctl("resolve", *words.split()).out.decode(), out, words)
    answer, = sockctl("resolve", "gethostbyname", "--json", "alias.test").events
    equal((answer["name"], answer["aliases"]), ("both.test", ["alias.test"]))
    both = sockctl("resolve", "both.test").out.decode()
    check("192.0.2.4" in both and "2001:db8::4" in both, both)


@row("dnsmasq: no such name is status 3, and says so", "dnsmasq")
def unresolved():
    names()
    for words in (["resolve", "nobody.test"], ["send", "nobody.test:80", "x"], ["connect", "-z", "nobody.test", "80"]):
        result = sockctl(*words, status=3)
        check(b"no such name" in result.err + result.out, result)
    result = sockctl("resolve", "-6", "four.test", status=3)
    check(b"no address of that family" in result.err, result)


@row("dnsmasq: a page of nginx by the server's name", "dnsmasq", "nginx")
def by_name():
    nginx()
    names()
    url = URL.replace("127.0.0.1", "www.web.test")
    message, = sockctl("send", "--http", "GET", f"{url}/echo", "--json").all("message")
    equal(message["http"]["status"], 200)


@row("dnsmasq: a query by hand over UDP", "dnsmasq")
def over_udp():
    names()
    for name, kind, expected in (
        ("both.test", A, (0x5353, 0, 1, False)), ("both.test", AAAA, (0x5353, 0, 1, False)),
        ("nobody.test", A, (0x5353, 3, 0, False)), ("long.test", TXT, (0x5353, 0, 0, True)),
    ):
        asked = file("query", query(name, kind))
        result = sockctl("udp", "send", "--wait", "5s", "--replies", 1, "-f", asked, PLACE)
        number, code, answers, cut = header(result.out)
        equal((number, code, 0 if cut else answers, cut), expected, name)
    datagram, = sockctl("udp", "send", "--json", "--wait", "5s", "--replies", 1, "-f", asked, PLACE).all("datagram")
    equal((datagram["peer"]["port"], datagram["answer_to"]), (53, 1))


@row("dnsmasq: queries by hand over TCP with --frame u16be, one and a hundred of them", "dnsmasq")
def over_tcp():
    names()
    framed = lambda data: struct.pack("!H", len(data)) + data
    result = sockctl("send", "--frame", "u16be", PLACE, input=framed(query("long.test", TXT)))
    length, = struct.unpack("!H", result.out[:2])
    equal((length, header(result.out[2:])), (len(result.out) - 2, (0x5353, 0, 1, False)))
    check(all(f"{number}".encode() * 60 in result.out for number in range(10, 40)), "parts are missing")
    many = b"".join(framed(query("both.test", A, number)) for number in range(100))
    result = sockctl("send", "--frame", "u16be", "--json", PLACE, input=many)
    payload = lambda each: base64.b64decode(each["base64"]) if "base64" in each else each["text"].encode()
    equal([header(payload(each))[:3] for each in result.all("message")], [(number, 0, 1) for number in range(100)])


@row("dnsmasq: is it there, over TCP and over UDP?", "dnsmasq")
def is_there():
    names()
    sockctl("connect", "--check", RESOLVER, 53)
    result = sockctl("connect", "--check", "--udp", "--json", RESOLVER, "53,54", status=(4, 5))
    states = {each["port"]: each["state"] for each in result.events}
    check(states[53] in ("open", "no-answer") and states[54] == "refused", result)
