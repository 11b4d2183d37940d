"""Good bytes to begin with: messages in every framing, HTTP of many kinds, datagrams, recordings."""

import glob, os, struct

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Fuzz/corpus")
MESSAGES = [b"one", b"", b"three", "grün".encode(), b"x" * 200, bytes(range(33, 120))]


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def prefixed(size, order):
    return lambda message: len(message).to_bytes(size, order) + message


FRAMES = {
    "line": lambda message: message + b"\n", "crlf": lambda message: message + b"\r\n",
    "nul": lambda message: message + b"\0", "delim:--": lambda message: message + b"--",
    "delim:aab": lambda message: message + b"aab", "fixed:7": lambda message: message.ljust(7, b".")[:7],
    "u8": prefixed(1, "big"), "u16be": prefixed(2, "big"), "u16le": prefixed(2, "little"),
    "u32be": prefixed(4, "big"), "u32le": prefixed(4, "little"), "u64be": prefixed(8, "big"),
    "u64le": prefixed(8, "little"), "varint": lambda message: varint(len(message)) + message,
}


def request(line, *fields, body=b""):
    return "\r\n".join([line, "Host: a", *fields, "", ""]).encode() + body


def chunked(*parts, trailer=b""):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailer + b"\r\n"


REQUESTS = [
    request("GET / HTTP/1.1"), request("GET /a?b=c HTTP/1.1", "Connection: close"), b"GET / HTTP/1.0\r\n\r\n",
    request("HEAD / HTTP/1.1", "Accept: */*", "X-Empty:", "X-Long: " + "y" * 500), request("OPTIONS * HTTP/1.1"),
    request("POST / HTTP/1.1", "Content-Length: 5", body=b"12345"), request("CONNECT a:80 HTTP/1.1"),
    request("PUT /x HTTP/1.1", "Transfer-Encoding: chunked", body=chunked(b"one", b"two" * 20)),
    request("PUT /x HTTP/1.1", "Transfer-Encoding: gzip, chunked", "Trailer: T",
            body=chunked(b"z", trailer=b"T: 1\r\n")),
    request("PUT / HTTP/1.1", "Expect: 100-continue", "Content-Length: 3", body=b"abc"),
    request("GET / HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade") + b"\x81\x05hello",
    request("GET /1 HTTP/1.1") + request("GET /2 HTTP/1.1")
    + request("POST /3 HTTP/1.1", "Content-Length: 1", body=b"1"),
]
RESPONSES = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\nto the end", b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b"hello", b"x" * 300, trailer=b"A: b\r\n"),
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nfirst words",
    b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 0\r\n\r\n",
]


def corpus(*names):
    """What the fuzzers begin with."""
    found = []
    for name in sorted(path for each in names for path in glob.glob(f"{CORPUS}/{each}/*")):
        with open(name, "rb") as file:
            found.append(file.read())
    return found


def label(name):
    return b"".join(bytes([len(part)]) + part for part in name.split(b".")) + b"\0"


QUERY = struct.pack("!6H", 0x1234, 0x0100, 1, 0, 0, 0) + label(b"www.example.com") + struct.pack("!2H", 1, 1)
ANSWER = struct.pack("!6H", 0x1234, 0x8180, 1, 2, 0, 0) + QUERY[12:] + b"".join(
    b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 60, len(data)) + data
    for kind, data in ((5, label(b"example.com")), (1, bytes([192, 0, 2, 1]))))
DATAGRAMS = [
    QUERY, ANSWER, b"", b"ping", b"\0" * 48, bytes(range(256)), b"x" * 1400, b'{"a":[1,2.5,"\\u00fc"]}\n', *MESSAGES]


def stream(framing):
    """What a peer may say to a server with that framing."""
    if framing == "http":
        return REQUESTS + RESPONSES[:1] + corpus("http-request")
    if framing == "none":
        return [b"".join(message + b"\n" for message in MESSAGES), QUERY, b"hello\n", bytes(range(256)) * 20]
    frame = FRAMES[framing]
    return [b"".join(map(frame, MESSAGES)), frame(b"hello"), frame(b"") * 3, frame(b"y" * 100) * 20]
