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
        case "e" where options.contains { $0.long == "exec" }:
            "for a program for each peer: --exec CMD [ARG...]"
        case "c" where options.contains { $0.long == "shell" }: "for a shell for each peer: --shell STRING"
        case "e", "c": "'sockctl listen' and 'connect' can run a program: --exec CMD [ARG...]"
        case "X", "P": proxyAdvice
        case "M", "T", "S", "F", "V", "D", "r", "b", "R": "that option of nc is not supported"
        default: nil
        }
    }

    private var proxyAdvice: String {
        options.contains { $0.long == "via" }
            ? "through a proxy: --via socks5://HOST:PORT or --via http://HOST:PORT"
            : "a proxy passes on no datagrams; 'sockctl connect --via' connects through one"
    }

    private var listener: String {
        switch (path[0], name) {
        case ("udp", _): "udp listen"
        case ("broadcast", _): "broadcast recv"
        case (_, "recv"): name
        default: "listen"
        }
    }

    private var datagrams: String {
        switch path[0] {
        case "send": "udp send"
        case "connect": "udp connect"
        case "listen": "udp listen"
        default: "udp recv"
        }
    }

    /// Of the letters of ss(8) those that are not taken as they are: `ListLetter`.
    private func listingAdvice(for letter: Substring) -> String? {
        if letters.isEmpty {
            return "tulxapneim".contains(letter) ? "that letter is one of the list: sockctl info" : nil
        }
        return switch letter {
        case "M": "write --mptcp"
        case "o": "timers are shown with --verbose"
        case "r": "names are not looked up"
        case "H": "JSON has no line of titles: --json"
        case "O": "each socket has one line without it"
        case "f": "a kind of sockets is named by its option: --tcp, --unix, --packet, --netlink"
        default: nil
        }
    }
}
