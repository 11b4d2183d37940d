"""info on servers that are running: what they were told to set is what it reads, without disturbing them."""

from servers import NGINX, REDIS, URL, memcached, nginx, redis
from support import *


def listeners(port, *words):
    return [each for each in sockctl("info", "--listening", "--port", port, "--json", *words).events]


@row("info: nginx's listeners with their owner, backlog and family", "nginx")
def list_of_listeners():
    process = nginx()
    found = listeners(NGINX)
    equal({each["local"]["host"]: each["backlog"] for each in found}["127.0.0.1"], 77)
    equal(sorted(each["local"]["host"] for each in found), ["127.0.0.1", "::1"])
    equal({owner["pid"] for each in found for owner in each["owners"]}, {process.pid})
    by_name = sockctl("info", "--process", "nginx", "--listening", "--json").events
    check(any(each["local"].get("path") == path("nginx.sock") for each in by_name), by_name)
    equal(len([each for each in by_name if each["local"].get("port") == NGINX]), 2)


@row("info: the options that nginx has set, and a page afterwards", "nginx")
def options_of_nginx():
    process = nginx()
    descriptor = next(
        owner["fd"] for each in listeners(NGINX, "--address", "127.0.0.1") for owner in each["owners"])
    words = ["--pid", process.pid, "--fd", descriptor]
    # The kernel doubles the size of a buffer.
    options = {
        "SO_KEEPALIVE": True, "TCP_KEEPIDLE": 600, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "SO_RCVBUF": 131072,
        "SO_ACCEPTCONN": True, "SO_REUSEADDR": True}
    answer, = sockctl("info", "getsockopt", *options, *words, "--json").events
    equal(answer["options"], options)
    equal(sockctl("info", "getsockname", *words).out, f"127.0.0.1:{NGINX}\n".encode())
    sockctl("send", "--http", "GET", f"{URL}/page", "--body")


@row("info: an option of a running server is changed, and its next connections have it", "redis-server")
def changed():
    process = redis()
    connection = Connection()
    descriptor, = [
        owner["fd"] for each in sockctl("info", "--tcp", "--state", "ESTABLISHED", "--port", REDIS, "--json").events
        for owner in each["owners"] if owner["pid"] == process.pid]
    words = ["--pid", process.pid, "--fd", descriptor]
    equal(sockctl("info", "getsockopt", "TCP_KEEPIDLE", *words).out, b"321\n")
    sockctl("info", "setsockopt", "TCP_KEEPIDLE=77", *words)
    equal(sockctl("info", "getsockopt", "TCP_KEEPIDLE", *words).out, b"77\n")
    connection.ping()


class Connection:
    """A connection to redis that stays open."""

    def __init__(self):
        self.process = start(SOCKCTL, "connect", f"127.0.0.1:{REDIS}", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ping()

    def ping(self):
        self.process.stdin.write(b"PING\r\n")
        self.process.stdin.flush()
        equal(self.process.stdout.readline(), b"+PONG\r\n")


@row("info: a connection seen from both ends", "redis-server")
def both_ends():
    process = redis()
    connection = Connection()
    found = sockctl("info", "--tcp", "--state", "ESTABLISHED", "--port", REDIS, "--json").events
    ends = {owner["pid"]: each for each in found for owner in each["owners"]}
    ours, theirs = ends[connection.process.pid], ends[process.pid]
    equal((ours["local"], ours["peer"]), (theirs["peer"], theirs["local"]))
    card, = [each for each in sockctl("info", "--pid", connection.process.pid, "--json").events
             if each.get("peer", {}).get("port") == REDIS]
    equal((card["state"], card["recv_queue"]), ("ESTABLISHED", 0))
    connection.ping()


@row("info: all listeners of TCP and UDP, as ss lists them", "ss", "nginx", "redis-server", "memcached")
def like_ss():
    nginx(), redis(), memcached()
    theirs = set()
    for line in run("ss", "-Htuln").out.decode().splitlines():
        fields = line.split()
        theirs.add((fields[0], fields[4].replace("[", "").replace("]", "")))
    ours = set()
    for each in sockctl("info", "--listening", "--tcp", "--udp", "--json").events:
        kind = {"IPPROTO_TCP": "tcp", "IPPROTO_UDP": "udp"}[each["protocol"]]
        ours.add((kind, f"{each['local']['host']}:{each['local']['port']}"))
    equal(ours, theirs)
    check(len(ours) >= 6, ours)
