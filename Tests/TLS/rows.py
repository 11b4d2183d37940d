"""The rows: sockctl as a client of each server, as a server of each client, and a hostile peer. What goes one way is
not what comes back, so that nothing is taken for whole that came from the wrong side."""

import base64, functools, http.server, json, os, shutil, subprocess, sys, threading

sys.dont_write_bytecode = True
import certificates
from support import all_rows as rows
from support import *

HERE = os.path.dirname(os.path.abspath(__file__))
SIZE = 50_000_000
VERSIONS = ("1.2", "1.3")
HEAD = f"HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\nConnection: close\r\n\r\n".encode()


# MARK: what the rows have in common


@functools.cache
def files():
    """Certificates, and two files without a pattern: one for each direction."""
    certificates.make(path(""))
    for name in ("there", "back"):
        file(f"www/{name}", os.urandom(SIZE))
    with open(path("www/back"), "rb") as back:
        file("response", HEAD + back.read())


@functools.cache
def sent(name):
    return file_digest(path(f"www/{name}"))


def pair():
    return path("server.pem"), path("server.key")


def client(version, *words, **options):
    """sockctl as a client, with its TLS options."""
    return sockctl(*words, *client_options(version), **options)


def client_options(version):
    return ["--tls", "--ca", path("root.pem"), "--sni", certificates.NAME, "--tls-version", version]


def server(version, *words, **options):
    certificate, key = pair()
    return Server(*words, "--tls", "--cert", certificate, "--key", key, "--tls-version", version, "127.0.0.1:0", **options)


def link_target(link):
    try:
        return os.readlink(link)
    except OSError:
        return None  # it was closed meanwhile


def port_of(process):
    """Where a program listens that has been given no port."""
    def found():
        check(process.poll() is None, "it has ended", logged(process))
        links = (f"/proc/{process.pid}/fd/{name}" for name in os.listdir(f"/proc/{process.pid}/fd"))
        held = {target for target in map(link_target, links) if target}
        with open("/proc/net/tcp") as table:
            for fields in map(str.split, table.readlines()[1:]):
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in held:
                    return int(fields[1].split(":")[1], 16)
    return until(found, f"{process.words} does not listen")


def feed(process, name):
    """Writes a file to the stdin of a program that is to stay open behind it."""
    def write():
        with open(path(f"www/{name}"), "rb") as source:
            try:
                shutil.copyfileobj(source, process.stdin, 1 << 16)
                process.stdin.flush()
            except OSError:
                pass
    threading.Thread(target=write, daemon=True).start()


def wait(process, *statuses):
    """Its end, and that it was one of these."""
    try:
        ended = process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        raise Wrong(f"{process.words} does not end") from None
    check(ended in (statuses or (0,)), process.words, f"status {ended}", logged(process))


def came(name, expected, http=False):
    """That a file has come whole, or the body of a response in it."""
    with open(path(name), "rb") as found:
        data = found.read()
    body = data[data.find(b"\r\n\r\n") + 4:] if http else data
    check(digest(body) == sent(expected), f"{len(body)} bytes came, and not those: {body[:60]!r}")


def each_version(name, *needs):
    """A row for each version of TLS."""
    def declare(function):
        for version in VERSIONS:
            def run(version=version):
                files()
                function(version)
            row(f"{name}, TLS {version}", "openssl", *needs)(run)
        return function
    return declare


# MARK: openssl, ncat, socat


def their_server(tool, receives, out=None):
    certificate, key = pair()
    words = {
        "openssl": ["openssl", "s_server", "-quiet", "-accept", "127.0.0.1:0", "-naccept", "1", "-cert", certificate,
                    "-key", key],
        "ncat": ["ncat", "-l", "--ssl", "--ssl-cert", certificate, "--ssl-key", key, "127.0.0.1", "0",
                 *(["--recv-only"] if receives else [])],
        "socat": ["socat", "-u", *(["STDIO"] if not receives else []),
                  f"OPENSSL-LISTEN:0,bind=127.0.0.1,cert={certificate},key={key},verify=0", *(["STDIO"] if receives else [])],
    }[tool]
    process = start(*words, stdin=subprocess.PIPE, stdout=open(path(out), "wb") if out else None)
    return process, port_of(process)


def their_client(tool, version, port, receives, out=None):
    root = path("root.pem")
    protocol = f"TLSv{version}"
    address = (f"OPENSSL:127.0.0.1:{port},cafile={root},commonname={certificates.NAME},"
               f"openssl-min-proto-version={protocol},openssl-max-proto-version={protocol}")
    words = {
        "openssl": ["openssl", "s_client", "-quiet", "-verify_return_error", "-CAfile", root, "-servername",
                    certificates.NAME, "-connect", f"127.0.0.1:{port}", *([] if receives else ["-no_ign_eof", "-nocommands"])],
        "ncat": ["ncat", "-4", "--ssl-verify", "--ssl-trustfile", root, "localhost", str(port),
                 *(["--recv-only"] if receives else [])],
        "socat": ["socat", "-u", *([address, "STDIO"] if receives else ["STDIO", address])],
    }[tool]
    return start(*words, stdin=subprocess.PIPE, stdout=open(path(out), "wb") if out else None)


for tool in ("openssl", "ncat", "socat"):
    @each_version(f"client: receives from {tool}", tool)
    def receives(version, tool=tool):
        process, port = their_server(tool, False)
        ours = start(
            SOCKCTL, "recv", "--connect", "--verbose", "--bytes", SIZE, "-O", path("out"), f"127.0.0.1:{port}",
            *client_options(version))
        # s_server is stuck if there is something to be read before its handshake.
        until(lambda: b"verified" in logged(ours), "no handshake", logged(ours), limit=LIMIT)
        feed(process, "back")
        wait(ours)
        came("out", "back")

    @each_version(f"client: sends to {tool}", tool)
    def sends(version, tool=tool):
        process, port = their_server(tool, True, "out")
        # ncat's server says no close_notify.
        lenient = ["--ignore-unexpected-eof"] if tool == "ncat" else []
        client(version, "send", *lenient, "-f", path("www/there"), f"127.0.0.1:{port}")
        wait(process, 0, 1)
        came("out", "there")

    @each_version(f"server: sends to {tool}", tool)
    def serves(version, tool=tool):
        listening = server(version, "send", "--listen", "-f", path("www/back"))
        process = their_client(tool, version, listening.port, True, "out")
        wait(process)
        came("out", "back")
        listening.wait()

    @each_version(f"server: receives from {tool}", tool)
    def takes(version, tool=tool):
        # ncat ends its side of TCP before its last record is out: its stdin stays open.
        bounded = ["--bytes", str(SIZE)] if tool == "ncat" else []
        listening = server(version, "recv", *bounded, "-O", path("out"))
        process = their_client(tool, version, listening.port, False)
        if tool == "ncat":
            feed(process, "there")
        else:
            with open(path("www/there"), "rb") as source:
                shutil.copyfileobj(source, process.stdin, 1 << 16)
            process.stdin.close()
        listening.wait()
        came("out", "there")


# MARK: Python, both ways


def peer(role, steps, **settings):
    if role == "server":
        settings["certificates"] = [pair()]
    process = start(
        "python3", f"{HERE}/peer.py", json.dumps({"role": role, "steps": steps, "name": certificates.NAME, **settings}),
        stdin=subprocess.PIPE)
    return process


def told(process, did):
    """What a peer told of this, once it has."""
    def found():
        lines = [json.loads(line) for line in logged(process).splitlines(True)
                 if line.startswith(b'{"did"') and line.endswith(b'\n')]
        return next((line for line in lines if line["did"] == did), None)
    return until(found, f"not told: {did}", logged(process), limit=LIMIT)


@each_version("client: both ways with Python, the server after us", "python3")
def python_server(version):
    process = peer("server", [["handshake"], ["read"], ["send", path("www/back")], ["notify"], ["raw"]])
    port = told(process, "listening")["port"]
    with open(path("www/there"), "rb") as source:
        client(version, "connect", "-O", path("out"), f"127.0.0.1:{port}", stdin=source)
    came("out", "back")
    read = told(process, "read")
    equal((read["sha256"], read["end"]), (sent("there"), "notify"))
    wait(process)


@each_version("server: both ways with Python, the server after the client", "python3")
def python_client(version):
    listening = server(version, "listen", "-O", path("out"), stdin=open(path("www/back"), "rb"))
    process = peer(
        "client", [["handshake"], ["send", path("www/there")], ["notify"], ["read"]], port=listening.port)
    # Both send at once, and Python reads only when it has sent: what is for it waits in between.
    read = told(process, "read")
    equal((read["sha256"], read["end"]), (sent("back"), "notify"))
    listening.wait()
    came("out", "there")


# MARK: curl, and nginx as a server and as a client


@each_version("server: curl downloads", "curl")
def curl_downloads(version):
    listening = server(version, "send", "--listen", "-f", path("response"))
    run("curl", "-sS", "--cacert", path("root.pem"), "-o", path("out"), f"https://localhost:{listening.port}/", "-4")
    came("out", "back")
    listening.wait(status=0)


@each_version("server: curl uploads through a relay that takes TLS away", "curl")
def curl_uploads(version):
    found = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            found["digest"] = digest(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(201)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    relay = server(version, "listen", "-k", "--to", f"127.0.0.1:{web.server_address[1]}")
    run("curl", "-sS", "--fail", "-4", "--cacert", path("root.pem"), "-T", path("www/there"),
        f"https://localhost:{relay.port}/up")
    equal(found["digest"], sent("there"))
    relay.stop()
    web.shutdown()


NGINX, UPSTREAM = 8443, 8444


@functools.cache
def nginx():
    certificate, key = pair()
    os.makedirs(path("up"), exist_ok=True)
    temporary = "".join(
        f"{name}_temp_path {path(name)};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = f"""
        user root root; daemon off; master_process off; worker_processes 1; pid {path("nginx.pid")};
        error_log stderr; events {{ worker_connections 64; }}
        http {{
            access_log off; {temporary} root {path("www")}; default_type text/plain; client_max_body_size 100m;
            server {{
                listen 127.0.0.1:{NGINX} ssl; ssl_certificate {certificate}; ssl_certificate_key {key};
                ssl_protocols TLSv1.2 TLSv1.3;
                location /up/ {{ root {path("")}; dav_methods PUT; }}
            }}
            server {{
                listen 127.0.0.1:{UPSTREAM};
                location / {{
                    proxy_pass https://127.0.0.1:8445; proxy_ssl_trusted_certificate {path("root.pem")};
                    proxy_ssl_verify on; proxy_ssl_name {certificates.NAME}; proxy_ssl_server_name on;
                    proxy_ssl_protocols TLSv1.2 TLSv1.3; proxy_buffering off;
                }}
            }}
        }}
        """
    words = ["nginx", "-p", path(""), "-e", "stderr", "-c", file("nginx.conf", configuration)]
    return listens(NGINX, start(*words, lasts=True))


def ask_nginx(version, request):
    """The response is in `out`. A close_notify that nginx has not read when it closes makes its end a reset."""
    with open(file("request", request), "rb") as source:
        client(version, "connect", "--no-half-close", "-O", path("out"), f"127.0.0.1:{NGINX}", stdin=source)


@each_version("client: downloads from nginx", "nginx")
def nginx_downloads(version):
    nginx()
    ask_nginx(version, b"GET /back HTTP/1.1\r\nHost: good.test\r\nConnection: close\r\n\r\n")
    came("out", "back", http=True)


@each_version("client: uploads to nginx", "nginx")
def nginx_uploads(version):
    nginx()
    head = f"PUT /up/file HTTP/1.1\r\nHost: good.test\r\nContent-Length: {SIZE}\r\nConnection: close\r\n\r\n"
    with open(path("www/there"), "rb") as source:
        ask_nginx(version, head.encode() + source.read())
    with open(path("out"), "rb") as out:
        answer = out.read()
    check(answer.startswith((b"HTTP/1.1 201 ", b"HTTP/1.1 204 ")), answer[:1000])
    came("up/file", "there")


@each_version("server: nginx fetches through its proxy", "nginx", "curl")
def nginx_fetches(version):
    nginx()
    certificate, key = pair()
    listening = Server(
        "send", "--listen", "-f", path("response"), "--tls", "--cert", certificate, "--key", key, "--tls-version", version,
        "127.0.0.1:8445")
    run("curl", "-sS", "--fail", "-o", path("out"), f"http://127.0.0.1:{UPSTREAM}/")
    came("out", "back")
    wait(listening.process, 0, 7)  # nginx says no close_notify to a server


# MARK: GnuTLS


def priority(version):
    return f"NORMAL:-VERS-ALL:+VERS-TLS{version}"


@functools.cache
def text():
    """The echo of gnutls-serv is one of lines."""
    with open(path("www/there"), "rb") as source:
        return file("www/text", base64.encodebytes(source.read(SIZE * 3 // 4)))


# gnutls-cli takes half a second for each of these MB.
LESS = 10_000_000


@functools.cache
def less():
    with open(path("www/back"), "rb") as source:
        return file("www/less", source.read(LESS))


@each_version("client: an echo of gnutls-serv", "gnutls-serv")
def gnutls_server(version):
    certificate, key = pair()
    process = start(
        "gnutls-serv", "--echo", "--port", "8446", "--x509certfile", certificate, "--x509keyfile", key, "--disable-client-cert",
        stdin=subprocess.DEVNULL)
    listens(8446, process)
    with open(text(), "rb") as source:
        client(version, "connect", "-O", path("out"), "--no-half-close", "127.0.0.1:8446", "--idle-timeout", "5s",
               stdin=source, status=(0, 5, 7))
    came("out", "text")


@each_version("server: gnutls-cli receives", "gnutls-cli")
def gnutls_receives(version):
    listening = server(version, "send", "--listen", "-f", less())
    process = start(
        "gnutls-cli", "--logfile", path("gnutls.log"), "--priority", priority(version), "--x509cafile", path("root.pem"),
        "--sni-hostname", certificates.NAME, "--verify-hostname", certificates.NAME, "--port", str(listening.port), "127.0.0.1",
        stdin=subprocess.PIPE, stdout=open(path("out"), "wb"))
    wait(process)
    came("out", "less")
    wait(listening.process, 0, 7)  # nor does gnutls-cli


@each_version("server: gnutls-cli sends", "gnutls-cli")
def gnutls_sends(version):
    listening = server(version, "recv", "-O", path("out"))
    with open(path("www/there"), "rb") as source:
        run("gnutls-cli", "--logfile", path("gnutls.log"), "--priority", priority(version), "--x509cafile", path("root.pem"),
            "--sni-hostname", certificates.NAME, "--verify-hostname", certificates.NAME, "--port", str(listening.port),
            "127.0.0.1", stdin=source)
    listening.wait()
    came("out", "there")


# MARK: sockctl with itself, and the hostile peer


@each_version("both: sockctl with itself")
def itself(version):
    listening = server(version, "listen", "-O", path("out"), stdin=open(path("www/back"), "rb"))
    with open(path("www/there"), "rb") as source:
        client(version, "connect", "-O", path("other"), f"127.0.0.1:{listening.port}", stdin=source)
    listening.wait()
    came("out", "there")
    came("other", "back")


@row("a hostile peer", "openssl", "python3")
def hostile():
    count = os.environ.get("HOSTILE", "100000")
    done = run(sys.executable, f"{HERE}/hostile.py", "--count", count, SOCKCTL, limit=3600, status=(0, 1))
    print(done.out.decode(), end="")
    check(done.status == 0, done)
