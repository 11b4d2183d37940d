"""TLS over a socket, record by record: it half-closes, tells a close_notify from a mere end of the stream, and lets its
records be changed on their way out. What Python's SSLSocket hides is what the tests are about."""

import ssl

VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def context(server, certificates=(), ca=None, optional=False, least="1.2", most="1.3", ciphers="DEFAULT", alpn=(),
            verify=False):
    """A context; `certificates` are pairs of files. It takes keys and digests that are too weak, as a peer may have them."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF  # which Python sets
    made.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = VERSIONS[least], VERSIONS[most]
    if not server:
        made.check_hostname = verify
        made.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    for certificate, key in certificates:
        made.load_cert_chain(certificate, key)
    if ca:
        made.load_verify_locations(ca)
        if server:
            made.verify_mode = ssl.CERT_OPTIONAL if optional else ssl.CERT_REQUIRED
    if alpn:
        made.set_alpn_protocols(list(alpn))
    return made


def records(data):
    """Whole TLS records and, as the last, what is left."""
    while len(data) >= 5:
        size = 5 + int.from_bytes(data[3:5], "big")
        yield data[:size]
        data = data[size:]
    if data:
        yield data


class Session:
    """`send` takes the bytes that go out, if not the socket itself."""

    def __init__(self, socket, context, server, name=None, send=None):
        self.socket, self.send = socket, send or socket.sendall
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.early = b""
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server, server_hostname=name)

    def flush(self):
        if data := self.outgoing.read():
            self.send(data)

    def call(self, function, *arguments):
        while True:
            try:
                result = function(*arguments)
                self.flush()
                return result
            except ssl.SSLWantReadError:
                self.flush()
                if data := self.socket.recv(1 << 17):
                    self.incoming.write(data)
                else:
                    self.incoming.write_eof()
            except ssl.SSLError:
                try:
                    self.flush()  # an alert
                except OSError:
                    pass
                raise

    def handshake(self, behind=b""):
        """`behind` is encrypted and sent together with our last message of the handshake, or after it."""
        self.call(lambda: self.tls.do_handshake() or behind and self.tls.write(behind))

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[self.call(self.tls.write, view[:16384]):]

    def read(self, most=1 << 16):
        """Nothing at a close_notify; an end without one is an SSLEOFError, a reset a ConnectionResetError."""
        if self.early:
            data, self.early = self.early[:most], self.early[most:]
            return data
        try:
            return self.call(self.tls.read, most)
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLError as error:
            if error.reason == "UNEXPECTED_EOF_WHILE_READING":
                raise ssl.SSLEOFError(str(error)) from None
            raise

    def notify(self):
        """Sends close_notify, and goes on receiving."""
        # Python calls SSL_shutdown twice, and the second one drops what has come and was not read.
        try:
            while data := self.tls.read(1 << 16):
                self.early += data
        except ssl.SSLError:
            pass
        try:
            self.tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        self.flush()
