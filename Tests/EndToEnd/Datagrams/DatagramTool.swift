// Programs that datagrams are exchanged with, as data: how each is told, and what it can not do. Each has its
// input or its output on a socket that keeps records apart, so that a read of its own is a datagram it sends, and
// a datagram it receives is a write of its own: no boundary is lost between it and the test.

import Testing

struct DatagramTool: CustomTestStringConvertible, Sendable {
    let tool: Tool
    /// So much of its input it reads at a time: what is longer leaves it in pieces.
    var longestSent = Int.max
    /// So much of a datagram it keeps.
    var longestReceived = Int.max
    /// Whether it sends an empty datagram when its input ends: where not it has no way to send one.
    var sendsEmptyAtEnd = false
    /// Whether an empty datagram is the end of its input to it, or else a record like others.
    var endsOnEmpty = true

    var testDescription: String { tool.rawValue }

    static let all = [
        DatagramTool(tool: .python3, sendsEmptyAtEnd: true, endsOnEmpty: false),
        // Both buffers of readwrite() are BUFSIZE, 16 KiB, and what is empty is taken for the end.
        DatagramTool(tool: .nc, longestSent: 16_384, longestReceived: 16_384),
        // It reads 8 KiB of its input at a time, and any datagram whole.
        DatagramTool(tool: .ncat, longestSent: 8192, endsOnEmpty: false),
        DatagramTool(tool: .socat, sendsEmptyAtEnd: true),
    ]

    /// Sends each read of its stdin as a datagram, and ends with it.
    func sending(to place: Place) -> [String] {
        let (host, port) = hostAndPort(place)
        return switch tool {
        case .nc: ["-u", "-q0", host, port]
        case .ncat: ["-u", "--send-only", host, port]
        case .socat: ["-u", "-b", "65536", "-", "UDP:\(bracketed(host)):\(port),shut-null"]
        default: ["-c", Self.python + "while send(os.read(0, 65536)): pass", host, port]
        }
    }

    /// Writes each datagram that comes to `place` to its stdout at once.
    func receiving(at place: Place) -> [String] {
        let (host, port) = hostAndPort(place)
        return switch tool {
        case .nc: ["-u", "-d", "-l", host, port]
        case .ncat: ["-u", "--recv-only", "-l", host, port]
        case .socat:
            ["-u", "-b", "65536", "UDP-RECV:\(port),\(family(place)),bind=\(bracketed(host)),null-eof", "-"]
        default: ["-c", Self.python + "while True: os.write(1, receive())", host, port]
        }
    }

    private static let python = """
        import os, socket, sys
        place = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_DGRAM)[0]
        sock = socket.socket(place[0], place[1])
        send = lambda data: sock.sendto(data, place[4])
        def receive():
            if not sock.getsockname()[1]: sock.bind(place[4])
            return sock.recv(1 << 16)

        """

    private func family(_ place: Place) -> String { if case .inet6 = place { "pf=ip6" } else { "pf=ip4" } }
    private func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    private func hostAndPort(_ place: Place) -> (String, String) {
        if case .inet6(let port) = place { return ("::1", "\(port)") }
        if case .inet(let port) = place { return ("127.0.0.1", "\(port)") }
        preconditionFailure("\(place) is no UDP port")
    }
}
