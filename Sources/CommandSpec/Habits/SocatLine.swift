// Addresses of socat(1): `TCP-LISTEN:80,fork`, `OPENSSL:host:443`, one or two of them.

/// One address: its keyword, what it names, its options.
struct SocatAddress {
    private let keyword: String
    private let parameters: Substring
    private let options: [Substring]

    /// Nil for what is none of those that have an endpoint here.
    init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: true)
        guard let head = parts.first else { return nil }
        let colon = head.firstIndex(of: ":") ?? head.endIndex
        keyword = head[..<colon].uppercased()
        // A host of such a name is not one of these: `exec:80`.
        guard Self.kinds[keyword] != nil,
            head[..<colon].allSatisfy({ !$0.isLowercase }) || keyword.hasPrefix("TCP")
                || keyword.contains("-")
        else { return nil }
        parameters = head[colon...].dropFirst()
        options = Array(parts.dropFirst())
        guard !parameters.isEmpty || kind == .standard else { return nil }
    }

    enum Kind {
        case connect, listen, datagrams, receive, converse, unix, unixListen, abstract, tls, tlsListen,
            program, shell
        case standard, vsock, vsockListen
    }

    private static let kinds: [String: Kind] = [
        "TCP": .connect, "TCP4": .connect, "TCP6": .connect, "TCP-CONNECT": .connect,
        "TCP4-CONNECT": .connect,
        "TCP6-CONNECT": .connect, "TCP-LISTEN": .listen, "TCP-L": .listen, "TCP4-LISTEN": .listen,
        "TCP6-LISTEN": .listen, "UDP": .datagrams, "UDP4": .datagrams, "UDP6": .datagrams,
        "UDP-CONNECT": .datagrams, "UDP-SENDTO": .datagrams, "UDP4-SENDTO": .datagrams, "UDP-RECV": .receive,
        "UDP-RECVFROM": .receive, "UDP4-RECVFROM": .receive, "UDP-LISTEN": .converse,
        "UDP4-LISTEN": .converse,
        "UNIX": .unix, "UNIX-CONNECT": .unix, "UNIX-LISTEN": .unixListen, "ABSTRACT-CONNECT": .abstract,
        "OPENSSL": .tls, "SSL": .tls, "OPENSSL-CONNECT": .tls, "OPENSSL-LISTEN": .tlsListen,
        "SSL-L": .tlsListen,
        "EXEC": .program, "SYSTEM": .shell, "STDIO": .standard, "STDIN": .standard, "STDOUT": .standard,
        "-": .standard, "VSOCK-CONNECT": .vsock, "VSOCK-LISTEN": .vsockListen,
    ]

    var kind: Kind { Self.kinds[keyword] ?? .standard }

    var listens: Bool {
        switch kind {
        case .listen, .unixListen, .tlsListen, .receive, .converse, .vsockListen: true
        default: false
        }
    }

    /// The words that name the same; nil for what is no endpoint.
    var endpoint: [Word]? {
        switch kind {
        case .connect, .datagrams, .tls: EndpointHabits.split(parameters)
        case .listen, .receive, .converse, .tlsListen:
            option("bind").map { [Word(String($0)), Word(String(parameters))] } ?? [Word(String(parameters))]
        case .unix, .unixListen: [Word("unix:" + parameters)]
        case .abstract: [Word("unix:@" + parameters)]
        case .vsock: [Word("vsock:" + parameters)]
        case .vsockListen: [Word("vsock::" + parameters)]
        case .program, .shell, .standard: nil
        }
    }

    /// The program that it runs, as the option that stands last.
    var program: [Word]? {
        switch kind {
        case .program: ["--exec"] + parameters.split(separator: " ").map { Word(String($0)) }
        case .shell: ["--shell", Word(String(parameters))]
        default: nil
        }
    }

    /// The same in one word, for `--to`.
    var oneWord: Word? {
        guard let words = endpoint else { return nil }
        let place = words.count == 1 ? words[0].text : "\(words[0].text):\(words[1].text)"
        return Word(kind == .tls ? "tls:" + place : place)
    }

    private func option(_ name: String) -> Substring? {
        options.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)
    }

    /// Its options by our names, as far as they have one.
    var ourOptions: [Word] {
        var words: [Word] = []
        if keyword.contains("4") { words.append("-4") }
        if keyword.contains("6") { words.append("-6") }
        if options.contains("fork") { words.append("-k") }
        if kind == .tls || kind == .tlsListen { words.append("--tls") }
        if options.contains("crnl") || options.contains("crlf") { words.append("--crlf") }
        if options.contains("nodelay") { words += ["-o", "TCP_NODELAY"] }
        if option("verify") == "0", kind == .tls { words.append("--insecure") }
        for (name, ours) in [
            ("max-children", "-m"), ("range", "--allow"), ("cert", "--cert"), ("key", "--key"),
            ("cafile", "--ca"),
            ("mode", "--mode"), ("sourceport", "-p"),
        ] {
            if let value = option(name) { words += [Word(ours), Word(String(value))] }
        }
        if !listens, let source = option("bind") { words += ["-s", Word(String(source))] }
        return words
    }
}

enum SocatLine {
    /// The line for one address, or for two between which socat(1) copies.
    static func translated(_ words: [Word]) -> [Word]? {
        // Its own options are about what it says.
        let words = words.filter { $0.bytes.first != UInt8(ascii: "-") || $0 == "-" }
        guard (1...2).contains(words.count) else { return nil }
        let addresses = words.compactMap { SocatAddress($0.text) }
        guard addresses.count == words.count else { return nil }
        let places = addresses.filter { $0.endpoint != nil }
        let command = addresses.compactMap(\.program).first ?? []
        switch places.count {
        case 1: return line(places[0]) + command
        case 2 where places[0].listens && !places[1].listens:
            guard let target = places[1].oneWord else { return nil }
            // Of the server's options those that no client has.
            let trust = places[1].ourOptions.drop { !["--ca", "--insecure"].contains($0) }
            return line(places[0]) + ["--to", target] + trust
        default: return nil
        }
    }

    private static func line(_ address: SocatAddress) -> [Word] {
        let command: [Word] =
            switch address.kind {
            case .datagrams: ["udp", "connect"]
            case .receive: ["udp", "recv"]
            case .converse: ["udp", "listen"]
            default: address.listens ? ["listen"] : ["connect"]
            }
        return command + address.ourOptions.filter { command[0] != "udp" || $0 != "-k" }
            + (address.endpoint ?? [])
    }
}
