// Networks of their own for a test: hosts in namespaces, made by a script that runs in a fresh user, network,
// mount and process namespace, so that no privilege is needed and all of it is gone when the script ends.

import Foundation
import Glibc
import Testing

enum Network {
    /// Runs a shell script as the root of new namespaces, with `$SOCKCTL` as the binary.
    static func run(_ scene: Scene, _ script: String) throws -> Program {
        try requireNamespaces()
        let setUp = "mount -t tmpfs tmpfs /run && ip link set lo up || exit 1\n"
        let file = try scene.file("script", Data((setUp + script).utf8))
        return try scene.shell("exec unshare -Urnm --fork --pid --kill-child /bin/sh -eu \(file)")
    }

    /// The test ends here where the machine allows no namespaces, or fails in CI.
    private static func requireNamespaces() throws {
        guard let reason = missing else { return }
        if ProcessInfo.processInfo.environment["CI"] == "true" { throw Unexpected(reason) }
        try Test.cancel("\(reason)")
    }

    private static let missing: String? = {
        for tool in ["ip", "nft", "unshare"]
        where !["/usr/bin", "/bin", "/usr/sbin", "/sbin"].contains(where: {
            access("\($0)/\(tool)", X_OK) == 0
        }) {
            return "\(tool) is not installed"
        }
        let probe = Foundation.Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        probe.arguments = ["-Urnm", "ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"]
        probe.standardError = FileHandle.nullDevice
        do { try probe.run() } catch { return "unshare: \(error)" }
        probe.waitUntilExit()
        return probe.terminationStatus == 0 ? nil : "no network namespaces are allowed here"
    }()

    /// Hosts a, b and c on one bridge, 10.77.1.0/24, and d on another, 10.77.2.0/24.
    static let hosts = """
        for bridge in br1 br2; do ip link add $bridge type bridge; ip link set $bridge up; done
        host() {
            ip netns add $1
            ip link add v$1 type veth peer name eth0 netns $1
            ip link set v$1 master $2 up
            ip -n $1 link set lo up
            # No wait until an IPv6 address is known to be nobody else's.
            ip netns exec $1 sh -c 'echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad'
            ip -n $1 link set eth0 up
            ip -n $1 addr add $3 brd + dev eth0
            ip -n $1 route add 224.0.0.0/4 dev eth0
        }
        host a br1 10.77.1.1/24
        host b br1 10.77.1.2/24
        host c br1 10.77.1.3/24
        host d br2 10.77.2.4/24
        on() { h=$1; shift; ip netns exec $h "$@"; }
        # Waits until every receiver has said that it is there.
        ready() { for f in "$@"; do until grep -q listening $f 2> /dev/null; do sleep 0.05; done; done; }

        """

    /// Hosts a and b, 10.77.1.1 and 10.77.1.2, joined by a pair of TUN devices that hold every packet for 20 ms.
    /// What b sends back to a is told in the file `passed`: the number of the datagram of a that it answers,
    /// and how many nanoseconds after that one it went on to a.
    static func delayed(_ scene: Scene) throws -> String {
        _ = try scene.file("delay.py", Data(delay.utf8))
        return """
            ip netns add a
            ip netns add b
            \(try Tool.python3.require()) delay.py 0.02 & until [ -e delaying ]; do sleep 0.05; done
            ip -n a addr add 10.77.1.1/24 dev tun0; ip -n a link set tun0 up; ip -n a link set lo up
            ip -n b addr add 10.77.1.2/24 dev tun0; ip -n b link set tun0 up; ip -n b link set lo up
            on() { h=$1; shift; ip netns exec $h "$@"; }
            ready() { for f in "$@"; do until grep -q listening $f 2> /dev/null; do sleep 0.05; done; done; }

            """
    }

    // b sees each datagram of a come from a port of its own, so that what answers what is known for sure.
    private static let delay = """
        import ctypes, fcntl, heapq, os, select, struct, sys, time

        libc = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        def tun(name):
            if libc.setns(os.open("/run/netns/" + name, os.O_RDONLY), 0): raise OSError(ctypes.get_errno(), "setns")
            tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"tun0", 0x1001))
            libc.setns(home, 0)
            return tun
        a, b = tun("a"), tun("b")
        queue, number, delay, passed = [], 0, float(sys.argv[1]), open("passed", "w", buffering=1)
        asked = {}

        def is_udp(packet): return packet[0] == 0x45 and packet[9] == 17
        def mark(packet):
            port = 10000 + len(asked)
            asked[port] = packet[20:22], time.monotonic_ns()
            return packet[:20] + struct.pack("!H", port) + packet[22:26] + bytes(2) + packet[28:]
        def unmark(packet):
            port = struct.unpack("!H", packet[22:24])[0]
            if port not in asked: return packet
            print(port - 10000 + 1, time.monotonic_ns() - asked[port][1], file=passed)
            return packet[:22] + asked[port][0] + packet[24:26] + bytes(2) + packet[28:]

        open("delaying", "w").close()
        while True:
            wait = max(0, queue[0][0] - time.monotonic()) if queue else None
            for end in select.select([a, b], [], [], wait)[0]:
                try:
                    while True:
                        packet = os.read(end, 65536)
                        if end == a and is_udp(packet): packet = mark(packet)
                        number += 1
                        heapq.heappush(queue, (time.monotonic() + delay, number, b if end == a else a, packet))
                except OSError:
                    pass
            while queue and queue[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(queue)
                if end == a and is_udp(packet): packet = unmark(packet)
                try:
                    os.write(end, packet)
                except OSError:
                    pass

        """
}
