"""Makes connections of which everything is known, and holds what `sockctl info --watch` tells against that.

usage: truth.py SOCKCTL SHORT LONG
Prints what is wrong, a line each, and at last a line with the counts. The status is 1 if anything is wrong.
"""

import json
import os
import random
import socket
import struct
import subprocess
import sys
import threading
import time

sockctl, short, long = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
# As /proc numbers it, which may be that of another PID namespace.
ME = int(os.readlink("/proc/self"))
RESET = struct.pack("ii", 1, 0)
chance = random.Random(1)

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
port = listener.getsockname()[1]
crowded = socket.socket()
crowded.bind(("127.0.0.1", 0))
crowded.listen(0)

events, problems = [], []
watch = subprocess.Popen(
    [sockctl, "info", "--watch", "200ms", "--json", "--tcp"], stdout=subprocess.PIPE, text=True)
begun, marked = threading.Event(), threading.Event()
marker = [None]


def read():
    for line in watch.stdout:
        event = json.loads(line)
        events.append(event)
        begun.set()
        # The end of the last connection, as its two ends tell it.
        if event["event"] == "closed" and marker[0] in (
                event["local"].get("port"), event.get("peer", {}).get("port")):
            marked.set()


reader = threading.Thread(target=read, daemon=True)
reader.start()


def give_up(words):
    watch.kill()
    sys.exit(words)


if not begun.wait(20):
    give_up("the watch says nothing")

# By the client's port, which may be taken again: what the client sent, what the server sent, whether it was reset.
truth = {}


def note(number, there, back, reset=False):
    truth.setdefault(number, []).append((there, back, reset))



def receive(connection, count):
    while count > 0:
        part = connection.recv(min(count, 1 << 20))
        if not part:
            raise SystemExit("a connection ended too early")
        count -= len(part)


def pair():
    client = socket.create_connection(("127.0.0.1", port))
    server, _ = listener.accept()
    return client, server, client.getsockname()[1]


# Some of its clients get no answer.
waiting = []
for _ in range(5):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(crowded.getsockname())
    waiting.append(client)

lasting = []
for index in range(long):
    client, server, number = pair()
    there, back = chance.randrange(200_000), chance.randrange(200_000)
    sender = threading.Thread(target=client.sendall, args=(bytes(there),))
    sender.start()
    receive(server, there)
    sender.join()
    sender = threading.Thread(target=server.sendall, args=(bytes(back),))
    sender.start()
    receive(client, back)
    sender.join()
    note(number, there, back, index % 10 == 0)
    lasting.append((client, server, index % 10 == 0))
began = time.monotonic()
for index in range(short):
    client, server, number = pair()
    there = index % 7
    client.sendall(b"x" * there)
    if index % 3 == 0:
        client.shutdown(socket.SHUT_WR)
        receive(server, there)
        server.close()
        client.close()
    elif index % 3 == 1:
        receive(server, there)
        client.close()
        server.close()
    else:
        receive(server, there)
        server.close()
        client.close()
    note(number, there, 0)
rate = short / (time.monotonic() - began)
# A round in which the long ones are listed as they are.
time.sleep(0.5)
for client, server, reset in lasting:
    if reset:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.close()
    server.close()
for client in waiting:
    client.close()

last, accepted, marker[0] = pair()
note(marker[0], 0, 0)
last.close()
accepted.close()
if not marked.wait(20):
    give_up("the end of the last connection was not told")
time.sleep(0.5)
# A job in the background ignores SIGINT.
watch.terminate()
reader.join()

missed = sum(event["count"] for event in events if event["event"] == "missed")
ends, cookies = {}, {}
for event in events:
    if event["event"] != "closed":
        continue
    cookies[event["cookie"]] = cookies.get(event["cookie"], 0) + 1
    local, peer = event["local"].get("port"), event.get("peer", {}).get("port")
    if local == port and peer in truth:
        ends.setdefault(("server", peer), []).append(event)
    elif peer == port and local in truth:
        ends.setdefault(("client", local), []).append(event)
problems += [f"cookie {cookie} closed {count} times" for cookie, count in cookies.items() if count != 1]
absent = extra = fins = 0
for number, known in truth.items():
    for side in "server", "client":
        told = ends.get((side, number), [])
        if len(told) == len(known) + 1 and side == "server":
            # The kernel has made a socket twice of one handshake, and thrown one away.
            twins = [event for event in told if event["received"]["bytes"] == event["sent"]["bytes"] == 0]
            if twins and extra < 3:
                extra += 1
                told.remove(twins[0])
        if len(told) != len(known):
            absent += abs(len(known) - len(told))
            if len(told) > len(known) or absent > missed:
                problems.append(f"{side} of {number}: closed {len(told)} times of {len(known)}")
            continue
        figures = sorted((event["received"]["bytes"], event["sent"]["bytes"]) for event in told)
        expected = sorted((there, back) if side == "server" else (back, there) for there, back, _ in known)
        # The kernel counts a FIN as a byte, and where its word of one end comes late that may remain.
        late = len(figures) == len(expected) and all(
            sent == known and 0 <= received - true <= 1 for (received, sent), (true, known) in zip(figures, expected))
        if figures != expected and late and fins < 1 + sum(map(len, truth.values())) // 1000:
            fins += 1
        elif figures != expected:
            problems.append(f"{side} of {number}: {figures} bytes, not {expected}")
        for event in told:
            owners = {owner["pid"] for owner in event["owners"] or []}
            if event["owner_source"] != "unknown" and ME not in owners:
                problems.append(f"{side} of {number}: owners {event['owners']}")
            if side == "server" and event["owner_source"] == "unknown":
                problems.append(f"{side} of {number}: the owner of its listener is not told")
for line in problems[:20]:
    print(line)
print(f"{sum(map(len, truth.values()))} connections, {rate:.0f} a second, {absent} ends not told, {missed} missed, {extra} made twice, {fins} with a FIN, {len(problems)} wrong")
sys.exit(1 if problems else 0)
