// A server in Python whose sockets have options set to unusual values. It tells what it set, and on `check`
// that it still works: it sends a byte to itself, takes the error that waits on one of its sockets, and reads
// its options again.

import Foundation

struct PythonServer {
    let program: Program
    /// What it said when it was ready.
    let ready: Event

    init(_ scene: Scene) throws {
        program = try scene.run(.python3, ["-u", "-c", Self.script], stdin: .pipe)
        ready = try Self.answer(program, 1)
    }

    var pid: String { "\(program.pid)" }

    func descriptor(_ name: String) throws -> String {
        guard let number: Int = ready["descriptors.\(name)"] else { throw Unexpected("no \(name): \(ready)") }
        return "\(number)"
    }

    /// Its answer to the first `check`.
    func check() throws -> Event {
        try program.write("check\n")
        return try Self.answer(program, 2)
    }

    private static func answer(_ program: Program, _ count: Int) throws -> Event {
        guard program.output.wait(until: { data, _ in data.count { $0 == 10 } >= count }) else {
            throw Unexpected("no answer: \(program)")
        }
        return try Event(program.output.lines[count - 1])
    }

    private static let script = #"""
        import json, select, socket as S, struct, sys

        listener = S.socket(); listener.bind(("127.0.0.1", 0)); listener.listen(7)
        client = S.create_connection(listener.getsockname()); server, _ = listener.accept()
        waiting = S.create_connection(listener.getsockname())
        udp = S.socket(S.AF_INET, S.SOCK_DGRAM); udp.bind(("127.0.0.1", 0))
        gone = S.socket(S.AF_INET, S.SOCK_DGRAM); gone.bind(("127.0.0.1", 0))
        failed = S.socket(S.AF_INET, S.SOCK_DGRAM); failed.connect(gone.getsockname()); gone.close()
        failed.send(b"x"); poller = select.poll(); poller.register(failed, 0); poller.poll(10000)
        unix = S.socket(S.AF_UNIX); unix.bind(f"\0sockctl-{failed.fileno()}-{udp.getsockname()[1]}"); unix.listen(4)

        TCP, IP, SO = S.IPPROTO_TCP, S.IPPROTO_IP, S.SOL_SOCKET
        time = lambda seconds: struct.pack("@qq", int(seconds), round(seconds % 1 * 1e6))
        options = [
            ("SO_KEEPALIVE", SO, 9, 1), ("SO_OOBINLINE", SO, 10, 1), ("SO_PRIORITY", SO, 12, 3),
            ("SO_RCVLOWAT", SO, 18, 17), ("SO_RCVBUF", SO, 8, 30000), ("SO_SNDBUF", SO, 7, 40000),
            ("SO_TIMESTAMPNS", SO, 35, 1), ("SO_MAX_PACING_RATE", SO, 47, 1234567), ("SO_TXREHASH", SO, 74, 0),
            ("SO_LINGER", SO, 13, struct.pack("@ii", 1, 42)), ("SO_RCVTIMEO", SO, 20, time(1.5)),
            ("SO_SNDTIMEO", SO, 21, time(2.25)),
            ("TCP_NODELAY", TCP, 1, 1), ("TCP_KEEPIDLE", TCP, 4, 123), ("TCP_KEEPINTVL", TCP, 5, 45),
            ("TCP_KEEPCNT", TCP, 6, 6), ("TCP_SYNCNT", TCP, 7, 4), ("TCP_LINGER2", TCP, 8, 33),
            ("TCP_WINDOW_CLAMP", TCP, 10, 20000), ("TCP_CONGESTION", TCP, 13, b"reno"),
            ("TCP_USER_TIMEOUT", TCP, 18, 54321), ("TCP_NOTSENT_LOWAT", TCP, 25, 8192), ("TCP_INQ", TCP, 36, 1),
            ("IP_TOS", IP, 1, 0x28), ("IP_TTL", IP, 2, 33), ("IP_MTU_DISCOVER", IP, 10, 2), ("IP_RECVERR", IP, 11, 1),
            ("IP_MINTTL", IP, 21, 5), ("IP_BIND_ADDRESS_NO_PORT", IP, 24, 1),
        ]
        for name, level, number, value in options: server.setsockopt(level, number, value)

        def read(name, level, number, value):
            if name == "SO_LINGER":
                on, seconds = struct.unpack("@ii", server.getsockopt(level, number, 8)); return dict(on=bool(on), seconds=seconds)
            if name.endswith("TIMEO"):
                seconds, rest = struct.unpack("@qq", server.getsockopt(level, number, 16)); return seconds + rest / 1e6
            if name == "SO_MAX_PACING_RATE": return struct.unpack("@Q", server.getsockopt(level, number, 8))[0]
            if isinstance(value, bytes): return server.getsockopt(level, number, 16).rstrip(b"\0").decode()
            return server.getsockopt(level, number)

        def say(**fields):
            fields["options"] = {option[0]: read(*option) for option in options}
            print(json.dumps(fields, sort_keys=True))

        sockets = dict(listener=listener, client=client, server=server, udp=udp, failed=failed, unix=unix)
        say(descriptors={name: socket.fileno() for name, socket in sockets.items()}, port=listener.getsockname()[1])
        for line in sys.stdin:
            client.send(b"y"); server.setsockopt(SO, 18, 1); received = server.recv(1).decode(); server.setsockopt(SO, 18, 17)
            say(received=received, error=failed.getsockopt(SO, 4))
        """#
}
