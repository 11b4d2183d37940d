"""What one writes who has no sockctl: a socket, json.dumps, the same fields. Prints its port on stderr."""

import base64, datetime, json, socket, sys

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], file=sys.stderr, flush=True)
peer, _ = listener.accept()
for number, line in enumerate(peer.makefile("rb"), 1):
    line = line.rstrip(b"\n")
    event = {
        "event": "message",
        "time": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "connection": 1, "direction": "received", "number": number, "size": len(line),
    }
    try:
        event["text"] = line.decode()
    except UnicodeDecodeError:
        event["base64"] = base64.b64encode(line).decode()
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
