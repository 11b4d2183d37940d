#!/usr/bin/env python3
"""A server that begins in plain text: usage: starttls.py PROTOCOL BEHAVIOR CERTIFICATE KEY, with PROTOCOL smtp, imap or
postgres. It tells its port, and of its one connection all that came in plain text and what came encrypted, in JSON.

  consent   TLS, and a greeting in it
  slow      the same, a byte at a time
  lines     the same, with answers of many lines
  absent    does not offer it
  refuse    offers it, and says no
  injected  consents, with more right behind it, which is not encrypted
  plain     consents, and goes on in plain text
  error     greets with an error
  close     ends the connection instead of an answer
  endless   an answer that has no end
  silent    nothing
"""

import json, os, socket, ssl, sys

sys.dont_write_bytecode = True
import session

PROTOCOL, BEHAVIOR, CERTIFICATE, KEY = sys.argv[1:]
GREETING = b"encrypted greeting\n"
received = b""


def tell(did, **fields):
    print(json.dumps({"did": did, **fields}), flush=True)


def say(connection, data):
    pieces = [data[at:at + 1] for at in range(len(data))] if BEHAVIOR == "slow" else [data]
    for piece in pieces:
        connection.sendall(piece)


def hear(connection, count=None):
    """A line, or so many bytes."""
    global received
    heard = b""
    while (not heard.endswith(b"\n")) if count is None else len(heard) < count:
        byte = connection.recv(1)
        if not byte:
            raise EOFError
        heard += byte
        received += byte
    return heard


def rest(connection):
    """All that comes until the end."""
    global received
    try:
        while data := connection.recv(1 << 16):
            received += data
    except OSError:
        pass


def endless(connection, first):
    say(connection, first)
    for _ in range(4096):
        connection.sendall(b"x" * (1 << 14))


def smtp(connection):
    if BEHAVIOR == "error":
        return say(connection, b"554 no service\r\n")
    say(connection, b"220-mail.test\r\n220-welcomes\r\n220 you\r\n" if BEHAVIOR == "lines" else b"220 mail.test ESMTP\r\n")
    while True:
        line = hear(connection).upper()
        if line.startswith((b"EHLO", b"HELO")):
            if BEHAVIOR == "endless":
                endless(connection, b"250-")
            offers = {"absent": [b"SIZE 1000"], "lines": [b"PIPELINING"] * 20 + [b"starttls", b"SIZE 1000"]}.get(
                BEHAVIOR, [b"STARTTLS"])
            lines = [b"mail.test", *offers]
            say(connection, b"".join(b"250-" + each + b"\r\n" for each in lines[:-1]) + b"250 " + lines[-1] + b"\r\n")
        elif line.startswith(b"STARTTLS"):
            return answer(connection, b"454 TLS not available\r\n", b"220 ready to start TLS\r\n", b"250 injected\r\n")
        elif line.startswith(b"QUIT"):
            return say(connection, b"221 bye\r\n")
        else:
            say(connection, b"500 what?\r\n")


def imap(connection):
    if BEHAVIOR == "error":
        return say(connection, b"* BYE no service\r\n")
    say(connection, b"* OK [CAPABILITY IMAP4rev1" + (b"" if BEHAVIOR == "absent" else b" STARTTLS") + b"] ready\r\n")
    while True:
        tag, command = (hear(connection).split() + [b"", b""])[:2]
        command = command.upper()
        if command == b"CAPABILITY":
            if BEHAVIOR == "endless":
                endless(connection, b"* CAPABILITY ")
            offer = b"" if BEHAVIOR == "absent" else b" STARTTLS"
            say(connection, b"* CAPABILITY IMAP4rev1" + offer + b"\r\n" + tag + b" OK done\r\n")
        elif command == b"STARTTLS":
            if BEHAVIOR == "endless":
                endless(connection, b"* OK ")
            if BEHAVIOR == "absent":
                say(connection, tag + b" BAD unknown command\r\n")
                return False
            untagged = b"* OK a moment\r\n" * 20 if BEHAVIOR == "lines" else b""
            return answer(
                connection, tag + b" NO not now\r\n", untagged + tag + b" OK begin TLS\r\n", b"* OK injected\r\n")
        elif command == b"LOGOUT":
            say(connection, b"* BYE\r\n" + tag + b" OK bye\r\n")
            return False
        else:
            say(connection, tag + b" BAD what?\r\n")


def postgres(connection):
    request = hear(connection, 8)
    if request != bytes.fromhex("0000000804d2162f"):
        tell("wrong", text=request.hex())
        return False
    if BEHAVIOR in ("error", "absent"):
        return say(connection, b"E\0\0\0\x20SFATAL\0C0A000\0Mno TLS here\0\0")
    return answer(connection, b"N", b"S", b"injected")


def answer(connection, no, yes, injected):
    """To the request for TLS; whether it is made."""
    if BEHAVIOR == "refuse":
        return say(connection, no)
    if BEHAVIOR == "close":
        connection.shutdown(socket.SHUT_WR)
        return False
    if BEHAVIOR == "silent":
        return False
    if BEHAVIOR == "endless":
        return endless(connection, yes)
    if BEHAVIOR in ("injected", "plain"):
        say(connection, yes + injected if BEHAVIOR == "injected" else yes)
        if BEHAVIOR == "plain":
            connection.recv(1, socket.MSG_PEEK)  # once the handshake has begun
            say(connection, injected * 100)
        return False
    say(connection, yes)
    return True


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    tell("listening", port=listener.getsockname()[1])
    connection = listener.accept()[0]
    connection.settimeout(float(os.environ.get("PATIENCE", 30)))
    try:
        agreed = globals()[PROTOCOL](connection)
        if agreed:
            peer = session.Session(connection, session.context(True, [(CERTIFICATE, KEY)]), True)
            peer.handshake()
            tell("handshake", version=peer.tls.version())
            peer.write(GREETING)
            data = b""
            while more := peer.read():
                data += more
            peer.notify()
            tell("read", text=data.decode("latin-1"))
    except (OSError, EOFError) as error:
        tell("failed", error=repr(error))
    rest(connection)
    connection.close()
    tell("plain", text=received.decode("latin-1"))


main()
