// Two hosts joined by a link with the faults that a test asks for. These machines have no netem: a pair of TUN
// devices has a small program between them that holds packets back, drops, doubles and reorders them, cuts the
// link, and gives an account of what it did.

import Foundation
import Testing

extension Network {
    /// Hosts a and b, 10.77.1.1 and 10.77.1.2. Faults are `delay=SECONDS` each way, and `loss`, `double` and
    /// `reorder`, each `=PERCENT`; while the file `cut` exists nothing passes at all. `account` ends the link and
    /// leaves what it did in a file of that name. With `mark=1` the file `passed` tells what b sends back to a: the
    /// number of the datagram of a that it answers, and how many nanoseconds after that one it went on to a.
    static func link(_ scene: Scene, _ faults: String...) throws -> String {
        try Need.namespaces.require()
        try Need.tun.require()
        _ = try scene.file("link.py", Data(program.utf8))
        return """
            ip netns add a
            ip netns add b
            \(try Tool.python3.require()) link.py \(faults.joined(separator: " ")) & link=$!
            until [ -e linked ]; do sleep 0.02; done
            ip -n a addr add 10.77.1.1/24 dev tun0; ip -n a link set tun0 up; ip -n a link set lo up
            ip -n b addr add 10.77.1.2/24 dev tun0; ip -n b link set tun0 up; ip -n b link set lo up
            account() { kill -TERM $link; wait $link || true; }

            """
    }

    /// What the link did.
    struct Account {
        /// How many `packets` came, and how many of them were `lost`, `doubled`, held back to be `overtaken`, or
        /// `cut`.
        let counts: [String: Int]
        /// The payloads of the UDP datagrams that were delivered to each host, in that order.
        let delivered: [String: [String]]

        init(_ scene: Scene) throws {
            let text = String(decoding: try scene.contents("account"), as: UTF8.self)
            let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            try #require(lines.count == 3, "\(text)")
            let pairs = lines[0].map { $0.split(separator: "=") }
            counts = Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), Int($0[1]) ?? -1) })
            delivered = Dictionary(uniqueKeysWithValues: lines[1...].map { ($0[0], Array($0.dropFirst())) })
        }
    }

    private static let program = """
        import ctypes, fcntl, heapq, os, random, select, signal, struct, sys, time

        faults = dict(word.split("=") for word in sys.argv[1:])
        chance = lambda name: dice.random() * 100 < float(faults.get(name, 0))
        dice, delay = random.Random(1), float(faults.get("delay", 0))
        account = dict(packets=0, lost=0, doubled=0, overtaken=0, cut=0)
        delivered = {"a": [], "b": []}

        libc = ctypes.CDLL(None, use_errno=True)
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        def tun(name):
            if libc.setns(os.open("/run/netns/" + name, os.O_RDONLY), 0): raise OSError(ctypes.get_errno(), "setns")
            tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(tun, 0x400454CA, struct.pack("16sH22x", b"tun0", 0x1001))
            libc.setns(home, 0)
            return tun
        ends = {tun("a"): "a", tun("b"): "b"}
        others = dict(zip(ends, reversed(ends)))

        # b sees each datagram of a come from a port of its own, so that what answers what is known for sure.
        asked, passed = {}, open("passed", "w", buffering=1) if "mark" in faults else None
        def is_marked(packet): return passed and packet[0] == 0x45 and packet[9] == 17
        def mark(packet):
            port = 10000 + len(asked)
            asked[port] = packet[20:22], time.monotonic_ns()
            return packet[:20] + struct.pack("!H", port) + packet[22:26] + bytes(2) + packet[28:]
        def unmark(packet):
            port = struct.unpack("!H", packet[22:24])[0]
            if port not in asked: return packet
            print(port - 10000 + 1, time.monotonic_ns() - asked[port][1], file=passed)
            return packet[:22] + asked[port][0] + packet[24:26] + bytes(2) + packet[28:]

        def report(*_):
            with open("account", "w") as file:
                print(*(f"{name}={count}" for name, count in account.items()), file=file)
                for host, payloads in delivered.items(): print(host, *payloads, file=file)
            os._exit(0)
        signal.signal(signal.SIGTERM, report)

        queue, number = [], 0
        def put(end, packet, delay):
            global number
            number += 1
            heapq.heappush(queue, (time.monotonic() + delay, number, end, packet))

        def take(end, packet):
            account["packets"] += 1
            if ends[end] == "a" and is_marked(packet): packet = mark(packet)
            late = chance("reorder")
            if os.path.exists("cut"): account["cut"] += 1
            elif chance("loss"): account["lost"] += 1
            else:
                put(others[end], packet, delay + (0.03 if late else 0))
                account["overtaken"] += late
                if chance("double"):
                    account["doubled"] += 1
                    put(others[end], packet, delay + 0.01)

        open("linked", "w").close()
        while True:
            wait = max(0, queue[0][0] - time.monotonic()) if queue else None
            for end in select.select(list(ends), [], [], wait)[0]:
                try:
                    while True: take(end, os.read(end, 65536))
                except OSError: pass
            while queue and queue[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(queue)
                if ends[end] == "a" and is_marked(packet): packet = unmark(packet)
                if packet[0] >> 4 == 4 and packet[9] == 17: delivered[ends[end]].append(packet[28:].decode())
                try: os.write(end, packet)
                except OSError: pass

        """
}
