#!/usr/bin/env python3
"""One side of TLS connections, played step by step: usage: peer.py CONFIGURATION, which is JSON:

role (server or client), host, port, certificates (pairs of files), ca, optional, least, most, ciphers, alpn, name,
verify, and steps: a list, or as `scripts` one list for each connection. It tells what it did in JSON lines.

  handshake [TEXT]   TLS, as far as it goes, and the text, encrypted, in one piece with its last message
  send FILE          the file, encrypted
  say TEXT           the text, encrypted
  read [SIZE]        until close_notify, the end or that many bytes
  notify             close_notify
  plain TEXT         the text, not encrypted
  expect TEXT        reads plain bytes until they end with the text
  raw                reads plain bytes to the end
  wait               for a line on stdin
  shutdown, reset    of the TCP connection; closing is what follows the last step
"""

import hashlib, json, os, socket, ssl, struct, sys

sys.dont_write_bytecode = True
import session

configuration = json.loads(sys.argv[1])
LIMIT = float(os.environ.get("PATIENCE", 30))


def tell(did, **fields):
    # Not as sockctl's own lines begin: those are collected.
    print(json.dumps({"did": did, **fields}), flush=True)


def common_name(certificate):
    return next((value for entry in (certificate or {}).get("subject", ()) for key, value in entry
                 if key == "commonName"), None)


class Player:
    def __init__(self, connection, context):
        self.connection, self.context, self.session, self.seen = connection, context, None, None

    def handshake(self, behind=""):
        self.session = session.Session(
            self.connection, self.context, configuration["role"] == "server", configuration.get("name"))
        self.session.handshake(behind.encode())
        tls = self.session.tls
        tell("handshake", version=tls.version(), cipher=tls.cipher()[0], alpn=tls.selected_alpn_protocol(),
             sni=names.pop(id(tls), None), peer=common_name(tls.getpeercert()))

    def send(self, path):
        with open(path, "rb") as file:
            self.session.write(file.read())
        tell("sent")

    def say(self, text):
        self.session.write(text.encode())
        tell("said")

    def read(self, size=None):
        size = None if size is None else int(size)
        digest, count, end, first = hashlib.sha256(), 0, "size", b""
        while size is None or count < size:
            try:
                data = self.session.read() if size is None else self.session.read(min(size - count, 1 << 16))
            except ssl.SSLEOFError:
                end = "eof"
                break
            except ConnectionResetError:
                end = "reset"
                break
            if not data:
                end = "notify"
                break
            digest.update(data)
            count += len(data)
            first += data[:1000 - len(first)]
        tell("read", size=count, sha256=digest.hexdigest(), end=end, text=first.decode("latin-1"))

    def notify(self):
        self.session.notify()
        tell("notified")

    def plain(self, text):
        self.connection.sendall(text.encode("latin-1"))
        tell("plain")

    def expect(self, text):
        data = b""
        while not data.endswith(text.encode("latin-1")):
            byte = self.connection.recv(1)
            if not byte:
                raise EOFError(f"the end after {data!r}")
            data += byte
        tell("expected", text=data.decode("latin-1"))

    def raw(self):
        data, end = b"", "eof"
        try:
            while more := self.connection.recv(1 << 16):
                data += more
        except ConnectionResetError:
            end = "reset"
        tell("raw", text=data.decode("latin-1"), size=len(data), end=end)

    def wait(self):
        sys.stdin.readline()

    def shutdown(self):
        self.connection.shutdown(socket.SHUT_WR)
        tell("shutdown")

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        tell("reset")

    def play(self, steps):
        step = None
        try:
            for step, *arguments in steps:
                getattr(self, step)(*arguments)
        except (OSError, EOFError) as error:
            tell("failed", step=step, error=f"{type(error).__name__}: {error}")
        self.connection.close()
        tell("closed")


names = {}


def named(tls, name, _):
    names[id(tls)] = name


def main():
    server = configuration["role"] == "server"
    keys = ("certificates", "ca", "optional", "least", "most", "ciphers", "alpn", "verify")
    context = session.context(server, **{key: configuration[key] for key in keys if key in configuration})
    scripts = configuration.get("scripts") or [configuration["steps"]]
    family = socket.AF_INET6 if ":" in configuration.get("host", "") else socket.AF_INET
    place = configuration.get("host", "127.0.0.1"), configuration.get("port", 0)
    if server:
        context.sni_callback = named
        listener = socket.create_server(place, family=family)
        tell("listening", port=listener.getsockname()[1])
    for steps in scripts:
        connection = listener.accept()[0] if server else socket.create_connection(place)
        connection.settimeout(LIMIT)
        Player(connection, context).play(steps)
    tell("done")


main()
