// The letters of nc, ncat and ss that mean something else here, or nothing: what to type for each of them.

extension CommandSpec {
    /// What to type in place of a letter that fingers know from nc(1), ncat(1) or ss(8); nil for any other.
    func advice(for letter: Substring) -> String? {
        switch path[0] {
        case "listen", "connect", "send", "recv", "udp", "broadcast": netcatAdvice(for: letter)
        case "info": listingAdvice(for: letter)
        default: nil
        }
    }

    /// Whether it waits for peers.
    private var binds: Bool { ["listen", "recv"].contains(name) }

    private func netcatAdvice(for letter: Substring) -> String? {
        switch letter {
        case "l": binds ? "'\(fullName)' listens without it" : "to wait for a peer: sockctl \(listener)"
        case "u": path[0] == "udp" ? "'\(fullName)' is UDP without it" : "for UDP: sockctl \(datagrams)"
        case "t": "TCP is the default"
        case "p": binds ? "the port is the operand: \(form)" : nil
        case "U": "a Unix socket is written unix:PATH"
        case "N": "the end of the input half-closes the connection without it"
        case "d": options.contains { $0.long == "recv-only" } ? "not to send: --recv-only" : nil
        case "C": options.contains { $0.long == "crlf" } ? "for CR LF at the end of lines: --crlf" : nil
        case "e", "c": "running a program for each peer is not supported"
        case "X", "P": "proxies are not supported"
        case "M", "T", "S", "F", "V", "D", "r", "b", "R": "that option of nc is not supported"
        default: nil
        }
    }

    private var listener: String { path.count > 1 ? "\(path[0]) recv" : name == "recv" ? name : "listen" }

    private var datagrams: String {
        switch path[0] {
        case "send": "udp send"
        case "connect": "udp connect"
        default: "udp recv"
        }
    }

    private func listingAdvice(for letter: Substring) -> String? {
        let long: String
        switch letter {
        case "l": long = "listening"
        case "t": long = "tcp"
        case "u": long = "udp"
        case "x": long = "unix"
        case "M": long = "mptcp"
        case "w": long = "raw-ip"
        case "a": return "all sockets are listed without it"
        case "p": return "owners are shown without it; for one: --pid or --process"
        case "n": return "numbers are shown without it"
        default: return nil
        }
        return options.contains { $0.long == long } ? "write --\(long)" : nil
    }
}
