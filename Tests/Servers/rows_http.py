"""nginx as a server and as a client, and curl as a client: HTTP."""

import base64, gzip, os

from servers import LINGERLESS, NGINX, PAGE, UPSTREAM, URL, nginx
from support import *


LARGE = ["--max-message", "100M"]


def request(target="/page", method="GET", *fields, version="1.1"):
    return "\r\n".join([f"{method} {target} HTTP/{version}", "Host: test", *fields, "", ""])


def headers(message):
    return {field["name"].lower(): field.get("value") for field in message["http"]["headers"]}


@row("nginx: a page, whole and its body alone", "nginx")
def page():
    nginx()
    head, _, body = sockctl("send", "--http", "GET", f"{URL}/page").out.partition(b"\r\n\r\n")
    check(head.startswith(b"HTTP/1.1 200 OK\r\n"), head)
    equal(body, PAGE)
    equal(sockctl("send", "--http", "GET", f"{URL}/page", "--body").out, PAGE)


@row("nginx: HEAD has the length and no body", "nginx")
def head():
    nginx()
    message, = sockctl("send", "--http", "HEAD", f"{URL}/page", "--json").all("message")
    equal((message["http"]["status"], message["http"]["body"]["size"]), (200, 0))
    equal(headers(message)["content-length"], str(len(PAGE)))


@row("nginx: chunks, put together", "nginx")
def chunks():
    nginx()
    words = ["send", "--http", "GET", f"{URL}/packed/page", "-H", "Accept-Encoding: gzip"]
    message, = sockctl(*words, "--json").all("message")
    equal(headers(message)["transfer-encoding"], "chunked")
    equal(gzip.decompress(base64.b64decode(message["http"]["body"]["base64"])), PAGE)
    equal(gzip.decompress(sockctl(*words, "--body").out), PAGE)


@row("nginx: responses without a body and with part of one", "nginx")
def bodiless():
    nginx()
    for target, fields, status, size in (
        ("/nothing", [], 204, 0), ("/away", [], 302, None), ("/none", [], 404, None),
        ("/page", ["If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"], 304, 0),
        ("/page", ["Range: bytes=100-199"], 206, 100), ("/page", ["Range: bytes=9999999-"], 416, None),
    ):
        words = [word for field in fields for word in ("-H", field)]
        message, = sockctl("send", "--http", "GET", URL + target, *words, "--json").all("message")
        equal(message["http"]["status"], status, target, fields)
        check(size is None or message["http"]["body"]["size"] == size, target, message)


@row("nginx: several requests on one connection, at once and one after the other", "nginx")
def keep_alive():
    nginx()
    first = [request(), request("/nothing"), request("/page", "HEAD"), request("/none")]
    last = request("/page", "GET", "Connection: close")
    for options in ([], ["--delay", "20ms"]):
        result = sockctl("send", "--frame", "http", "--json", *options, f"127.0.0.1:{NGINX}", *first, last)
        equal([message["http"]["status"] for message in result.all("message")], [200, 204, 200, 404, 200])
    # From stdin, the other side's end is the server's.
    result = sockctl("connect", "--frame", "http", "--json", NGINX, input="".join([*first, last]).encode())
    equal([message["http"]["status"] for message in result.all("message")], [200, 204, 200, 404, 200])


@row("nginx: a request typed by hand, over IPv4, IPv6 and a Unix socket", "nginx")
def by_hand():
    nginx()
    for place in (f"127.0.0.1:{NGINX}", f"[::1]:{NGINX}", f"unix:{path('nginx.sock')}"):
        result = sockctl("connect", "--crlf", place, input=b"GET /echo HTTP/1.1\nHost: a\nConnection: close\n\n")
        check(result.out.startswith(b"HTTP/1.1 200 OK\r\n") and result.out.endswith(b"\r\n\r\nGET  "), result)


@row("nginx: 64 MiB, to a file and through a pipe", "nginx")
def large():
    nginx()
    expected = file_digest(big())
    sockctl("send", "--http", "GET", f"{URL}/big", "--body", "-O", path("copy"), *LARGE)
    equal(file_digest(path("copy")), expected)
    result = sockctl("send", "--http", "GET", f"{URL}/big", *LARGE)
    equal(digest(result.out.partition(b"\r\n\r\n")[2]), expected)
    # At our end it would close without having sent all.
    asked = request("/big", "GET", "Connection: close").encode()
    result = sockctl("connect", "--no-half-close", f"127.0.0.1:{NGINX}", input=asked)
    equal(digest(result.out.partition(b"\r\n\r\n")[2]), expected)


@row("nginx: an upload of 64 MiB is stored as it was, and deleted", "nginx")
def upload():
    nginx()
    result = sockctl("send", "--http", "PUT", f"{URL}/up/copy", "--data", f"@{big()}", "--json")
    equal(result.all("message")[0]["http"]["status"], 201)
    equal(file_digest(path("up/copy")), file_digest(big()))
    result = sockctl("send", "--http", "DELETE", f"{URL}/up/copy", "--json")
    equal((result.all("message")[0]["http"]["status"], os.path.exists(path("up/copy"))), (204, False))


@row("nginx: an upload in chunks that waits for 100 Continue", "nginx")
def expect_continue():
    nginx()
    body = "".join(f"{len(part):x}\r\n{part}\r\n" for part in ("one", "two" * 1000, "")).encode()
    begin = request("/up/parts", "PUT", "Expect: 100-continue", "Transfer-Encoding: chunked", "Connection: close")
    with open(path("answer"), "wb") as out:
        process = start(SOCKCTL, "connect", f"127.0.0.1:{NGINX}", stdin=subprocess.PIPE, stdout=out)
    process.stdin.write(begin.encode())
    process.stdin.flush()
    answer = lambda: open(path("answer"), "rb").read()
    until(lambda: b"\r\n\r\n" in answer(), "no interim response")
    check(answer().startswith(b"HTTP/1.1 100 Continue\r\n"), answer())
    process.stdin.write(body)
    process.stdin.close()
    equal(process.wait(LIMIT), 0, logged(process))
    check(b"\r\n\r\nHTTP/1.1 201 Created\r\n" in answer(), answer())
    equal(open(path("up/parts"), "rb").read(), b"one" + b"two" * 1000)


@row("nginx: an upload beyond the limit: 413 is shown, or the connection's loss is reported", "nginx")
def refused_upload():
    nginx()
    for options in (["-H", "Connection: close"], ["-H", "Connection: keep-alive"]):
        words = ["send", "--http", "PUT", f"{URL}/small/copy", "--data", f"@{big()}"]
        result = sockctl(*words, *options)
        check(result.out.startswith(b"HTTP/1.1 413 "), result)
    # Here the server closes with the rest unread: its system resets, which may overtake the response.
    result = sockctl("send", "--http", "PUT", f"http://127.0.0.1:{LINGERLESS}/", "--data", f"@{big()}", status=(0, 7))
    check(result.out.startswith(b"HTTP/1.1 413 ") or b"reset" in result.err or b"broken pipe" in result.err, result)
    check(result.status != 0 or result.out.startswith(b"HTTP/1.1 413 "), result)


@row("nginx: a server that closes without a word", "nginx")
def closed():
    nginx()
    result = sockctl("send", "--http", "GET", f"{URL}/closed", status=7)
    check(b"without a response" in result.err, result)
    process = start(SOCKCTL, "connect", "--exit-on-eof", f"127.0.0.1:{NGINX}", stdin=subprocess.PIPE)
    process.stdin.write(request("/closed").encode())
    process.stdin.flush()  # and goes on: the peer's end is the session's
    equal(process.wait(20), 0, logged(process))


@row("nginx: what was recorded is played back to it, and to curl", "nginx", "curl")
def recorded():
    nginx()
    asked = request("/page", "GET", "Connection: close")
    result = sockctl("send", "--record", path("recording"), f"127.0.0.1:{NGINX}", asked)
    again = sockctl("send", "--replay", path("recording"), f"127.0.0.1:{NGINX}")
    equal(again.out.partition(b"\r\n\r\n")[2], result.out.partition(b"\r\n\r\n")[2])
    server = Server("listen", "--replay", path("recording"), "127.0.0.1:0")
    equal(run("curl", "-sS", server.url).out, PAGE)
    server.wait()


@row("nginx: as a reverse proxy before listen, several requests on one connection", "nginx", "curl")
def upstream():
    nginx()
    server = Server("listen", "-k", "--json", "--frame", "http", "--reply", "hello", f"127.0.0.1:{UPSTREAM}")
    for count in range(1, 6):
        equal(run("curl", "-sS", "-d", "x" * count, f"{URL}/sockctl/{count}").out, b"hello")
    messages = server.messages(5)
    equal([(each["http"]["target"], each["http"]["body"]["size"]) for each in messages],
          [(f"/sockctl/{count}", count) for count in range(1, 6)])
    equal({each["connection"] for each in messages}, {1})
    server.stop()


# MARK: curl


@row("curl: a reply from a file of nearly 64 MiB, which is the most that is held", "curl")
def curl_large():
    body = open(big(), "rb").read()[:BIG - 1024]
    response = file("response", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    server = Server("listen", "-k", "--frame", "http", "--reply", f"@{response}", *LARGE, "127.0.0.1:0")
    run("curl", "-sS", "-o", path("copy"), server.url)
    equal(file_digest(path("copy")), file_digest(file("body", body)))
    server.stop()


@row("curl: an upload of 64 MiB that waits for 100 Continue", "curl")
def curl_upload():
    words = ["listen", "--json", "--frame", "http", "--reply", "taken", *LARGE, "-O", path("copy"), "127.0.0.1:0"]
    server = Server(*words)
    words = ["--expect100-timeout", 50, "-H", "Expect: 100-continue", "-H", "Connection: close", "-T", big()]
    equal(run("curl", "-sS", *words, server.url).out, b"taken")
    message, = server.messages(1)
    equal((message["http"]["method"], message["http"]["body"]["size"]), ("PUT", BIG))
    server.wait()
    equal(digest(open(path("copy"), "rb").read()[-BIG:]), file_digest(big()))


@row("curl: one that goes away in the middle, and one that stays away, harm nobody else", "curl")
def curl_gone():
    body = open(big(), "rb").read()[:BIG - 1024]
    response = file("response", b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    server = Server("listen", "-k", "--frame", "http", "--reply", f"@{response}", *LARGE, "127.0.0.1:0")
    run("curl", "-sS", "--max-time", "0.5", "--limit-rate", "1M", "-o", "/dev/null", server.url, status=28)
    run("curl", "-sS", "-X", "BAD METHOD", server.url)
    run("curl", "-sS", "-o", path("copy"), server.url)
    equal(file_digest(path("copy")), file_digest(file("body", body)))
    server.stop()


@row("curl: over IPv6 and a Unix socket, HTTP/1.0, a form, fifty at once", "curl")
def curl_ways():
    name = path("sockctl.sock")
    for words, options in (
        ([f"unix:{name}"], ["--unix-socket", name, "http://test/"]), (["[::1]:0"], ["http://[::1]:PORT/"]),
        (["127.0.0.1:0"], ["-0", "http://127.0.0.1:PORT/"]), (["127.0.0.1:0"], ["-F", "a=b", "http://127.0.0.1:PORT/"]),
        (["127.0.0.1:0"], ["-Z", "--parallel-max", "50", "http://127.0.0.1:PORT/[1-50]"]),
    ):
        server = Server("listen", "-k", "--frame", "http", "--json", "--reply", "hello", *words)
        options = [option.replace("PORT", str(server.port)) for option in options]
        count = 50 if "-Z" in options else 1
        equal(run("curl", "-sS", *options).out, b"hello" * count, options)
        equal(len(server.messages(count)), count)
        server.stop()
