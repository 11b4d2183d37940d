"""haproxy between sockctl and nginx, between two of sockctl, and before sockctl: a proxy that looks at half-closes."""

from rows_http import request
from servers import *
from support import *


def stats(command):
    return sockctl("send", f"unix:{path('haproxy.sock')}", command + "\n").out.decode()


@row("haproxy: TCP mode, 64 MiB from nginx", "haproxy", "nginx")
def tcp_mode():
    haproxy()
    for host in ("127.0.0.1", "[::1]"):
        asked = request("/big", "GET", "Connection: close").encode()
        result = sockctl("connect", "--no-half-close", f"{host}:{TCP}", input=asked)
        equal(digest(result.out.partition(b"\r\n\r\n")[2]), file_digest(big()))


@row("haproxy: TCP mode, 64 MiB to listen --echo and back, half-closed on both sides", "haproxy", "nginx")
def tcp_echo():
    haproxy()
    server = Server("listen", "-k", "--echo", f"127.0.0.1:{ECHO_SERVER}")
    sockctl("send", "-f", big(), "-O", path("copy"), f"127.0.0.1:{ECHO}")
    equal(file_digest(path("copy")), file_digest(big()))
    server.stop()


@row("haproxy: HTTP mode, a page, an upload, several requests on one connection", "haproxy", "nginx")
def http_mode():
    haproxy()
    equal(sockctl("send", "--http", "GET", f"http://127.0.0.1:{HTTP}/page", "--body").out, PAGE)
    words = ["send", "--http", "POST", f"http://127.0.0.1:{HTTP}/echo", "--data", "12345", "--body"]
    equal(sockctl(*words).out, b"POST haproxy 5")
    requests = [request("/echo"), request("/page"), request("/nothing", "GET", "Connection: close")]
    # At our end it would leave out what it has not begun with.
    words = ["connect", "--no-half-close", "--frame", "http", "--json", f"127.0.0.1:{HTTP}"]
    result = sockctl(*words, input="".join(requests).encode())
    equal([message["http"]["status"] for message in result.all("message")], [200, 200, 204])


@row("haproxy: option abortonclose takes a half-close for the end; --http and --no-half-close get the answer",
     "haproxy", "nginx", "socat")
def abort_on_close():
    haproxy()
    file("slow", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nslow")
    answer = f"sleep 0.3; cat {path('slow')}"
    listens(SLOW_SERVER, start("socat", f"TCP4-LISTEN:{SLOW_SERVER},reuseaddr,fork", f"SYSTEM:{answer}"))
    place = f"127.0.0.1:{ABORT}"
    asked = request("/", "GET", "Connection: close")
    result = sockctl("send", place, asked, status=(0, 7))
    check(b"HTTP/1.1 200" not in result.out, result)
    equal(sockctl("send", "--http", "GET", f"http://{place}/", "--body").out, b"slow")
    result = sockctl("connect", "--no-half-close", place, input=asked.encode())
    check(result.out.startswith(b"HTTP/1.1 200") and result.out.endswith(b"slow"), result)


@row("haproxy: a server that is not there: 503", "haproxy", "nginx")
def dead():
    haproxy()
    result = sockctl("send", "--http", "GET", f"http://127.0.0.1:{DEAD}/", "--json")
    equal(result.all("message")[0]["http"]["status"], 503)


@row("haproxy: its health checks of listen succeed, and fail when it has ended", "haproxy", "nginx")
def health():
    haproxy()
    servers = lambda: [line.split(",") for line in stats("show stat").splitlines()]
    state = lambda: next(fields[17] for fields in servers() if fields[:2] == ["checked", "sockctl"])
    server = Server("listen", "-k", "--frame", "http", "--json", "--reply", "well", f"127.0.0.1:{CHECKED_SERVER}")
    until(lambda: state() == "UP", "not UP")
    equal(sockctl("send", "--http", "GET", f"http://127.0.0.1:{CHECKED}/", "--body").out, b"well")
    check(any(message["http"]["target"] == "/health" for message in server.messages(2)), server.output())
    server.stop()
    until(lambda: state() == "DOWN", "not DOWN")


@row("haproxy: its own socket, asked as with socat", "haproxy", "nginx")
def runtime():
    process = haproxy()
    check(f"Pid: {process.pid}\n" in stats("show info"), stats("show info"))
    result = sockctl("connect", f"unix:{path('haproxy.sock')}", input=b"show version; show env HOME\n")
    check(result.out.startswith(b"2.") or b"HOME" in result.out, result)
