#!/usr/bin/env python3
"""A TLS server with a port for each chain of certificates: usage: chains.py FILE, a list in JSON of objects with name,
chain, key and host. It tells its ports in one line of JSON, greets whoever has made the handshake as a web server would,
and ends with its stdin."""

import json, socket, ssl, sys, threading

sys.dont_write_bytecode = True
import session

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n"


def serve(connection, context):
    connection.settimeout(10)
    try:
        with connection:
            peer = session.Session(connection, context, True)
            peer.handshake()
            peer.write(RESPONSE)
            peer.notify()
            while peer.read():
                pass
    except OSError:
        pass


def listen(listener, context):
    while True:
        connection = listener.accept()[0]
        threading.Thread(target=serve, args=(connection, context), daemon=True).start()


def main():
    with open(sys.argv[1]) as file:
        rows = json.load(file)
    ports = {}
    for row in rows:
        context = session.context(True, [(row["chain"], row["key"])])
        family = socket.AF_INET6 if ":" in row["host"] else socket.AF_INET
        listener = socket.create_server((row["host"], 0), family=family)
        ports[row["name"]] = listener.getsockname()[1]
        threading.Thread(target=listen, args=(listener, context), daemon=True).start()
    print(json.dumps({"ports": ports}), flush=True)
    sys.stdin.read()


main()
