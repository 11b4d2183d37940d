// Endpoints, and what is written like them: hosts, ports, schemes and what follows each.

extension Completer {
    /// What the flags of `send` and `recv` make of it, too.
    private func use(_ use: EndpointUse) -> EndpointUse {
        switch use {
        case .connect where line.given.contains(Options.listen.label): .listen
        case .listen where line.given.contains(Options.connect.label): .connect
        default: use
        }
    }

    /// - Parameter isInTLS: whether it comes after `tls:`.
    func endpoint(_ use: EndpointUse, _ typed: String, isInTLS: Bool = false) -> Completion {
        let use = self.use(use)
        if use == .connect, line.given.contains(Options.http.label) { return url(typed) }
        if let (scheme, rest) = EndpointScheme.split(Word(typed)) {
            let text = String(decoding: rest, as: UTF8.self)
            if isInTLS, scheme != .unix { return .nothing }
            return behind(scheme, text, use).behind("\(scheme.rawValue):")
        }
        if let (host, port) = Self.split(typed) {
            return use == .listen ? .nothing : ports(of: host, port).behind(typed.dropLast(port.count))
        }
        return Completion(use == .listen ? placesToListen : placesToConnect(use, isInTLS), for: typed)
    }

    /// The port of an endpoint in two words.
    func port(of host: String, _ operand: OperandSpec, _ typed: String) -> Completion {
        guard case .endpoint(let use) = operand.kind, self.use(use) != .listen else { return .nothing }
        return ports(of: host, typed)
    }

    /// `HOST:PORT` and `[V6]:PORT`; nil where the host is not whole.
    private static func split(_ typed: String) -> (host: String, port: String)? {
        guard let colon = typed.lastIndex(of: ":") else { return nil }
        let host = typed[..<colon]
        let port = String(typed[typed.index(after: colon)...])
        if host.hasPrefix("["), host.hasSuffix("]") { return (String(host.dropFirst().dropLast()), port) }
        return host.contains(":") || host.hasPrefix("[") ? nil : (String(host), port)
    }

    private var placesToListen: [Candidate] {
        [Candidate("*:", "every interface", isOpen: true)]
            + live.localAddresses.map { Self.bracketed($0).opened(by: ":") }
            + schemes { $0 != .tls }
    }

    /// Hosts stand alone, or in one word with their port. A bare port is one of this machine.
    private func placesToConnect(_ use: EndpointUse, _ isInTLS: Bool) -> [Candidate] {
        let hosts = live.hosts
        return (use == .oneWord ? hosts.map { Self.bracketed($0).opened(by: ":") } : hosts)
            + schemes { !isInTLS || $0 == .unix }
            + live.listeningPorts(isDatagram: isDatagram)
    }

    private static func bracketed(_ address: Candidate) -> Candidate {
        address.value.contains(":") ? Candidate("[\(address.value)]", address.description) : address
    }

    private func schemes(_ isMeant: (EndpointScheme) -> Bool) -> [Candidate] {
        EndpointScheme.allCases.filter(isMeant).filter { !isDatagram || $0 != .tls }.map {
            Candidate($0.rawValue + ":", $0.summary, isOpen: true)
        }
    }

    private func behind(_ scheme: EndpointScheme, _ typed: String, _ use: EndpointUse) -> Completion {
        switch scheme {
        case .unix, .unixSeqpacket:
            let sockets =
                use == .listen ? [] : live.unixSockets(keepingBoundaries: scheme.keepsBoundaries)
            var completion = Completion(sockets, for: typed)
            completion.takesFiles = !typed.hasPrefix("@")
            return completion
        case .tls:
            return endpoint(.oneWord, typed, isInTLS: true)
        case .vsock:
            return typed.contains(":")
                ? .nothing
                : Completion(
                    [
                        Candidate("1:", "this machine", isOpen: true),
                        Candidate("2:", "the host", isOpen: true),
                    ], for: typed)
        case .fd:
            return .nothing
        }
    }

    /// The ports of a host: those at which this machine waits, otherwise the services that there are.
    private func ports(of host: String, _ typed: String) -> Completion {
        let services = live.services(isDatagram: isDatagram)
        let listening = live.isLocal(host) ? live.listeningPorts(isDatagram: isDatagram) : []
        // A test takes several.
        let takesList = line.given.contains(Options.check.label)
        let isBegun = takesList ? typed.last.map { $0 != "," } ?? false : !typed.isEmpty
        let all = listening + (listening.isEmpty || isBegun ? services : [])
        return takesList ? .list(all, for: typed) : Completion(all, for: typed)
    }

    /// `http://HOST:PORT/PATH`
    private func url(_ typed: String) -> Completion {
        guard let colons = typed.firstRange(of: "://") else {
            return Completion(["http://", "https://"].map { Candidate($0, isOpen: true) }, for: typed)
        }
        return authority(String(typed[colons.upperBound...])).behind(typed[..<colons.upperBound])
    }

    /// What follows `://`: a host, and perhaps its port.
    private func authority(_ typed: String) -> Completion {
        if typed.contains("/") { return .nothing }
        if let (host, port) = Self.split(typed) {
            return ports(of: host, port).behind(typed.dropLast(port.count))
        }
        return Completion(live.hosts.map(Self.bracketed), for: typed)
    }

    func proxy(_ typed: String) -> Completion {
        guard let colons = typed.firstRange(of: "://") else {
            return Completion(
                [
                    Candidate("socks5://", "SOCKS5", isOpen: true),
                    Candidate("http://", "HTTP CONNECT", isOpen: true),
                ],
                for: typed)
        }
        let rest = String(typed[colons.upperBound...])
        return endpoint(.oneWord, rest).behind(typed[..<colons.upperBound])
    }

    /// An address that sockets have now, or after a colon their ports.
    func liveAddress(_ side: SocketSide, _ typed: String) -> Completion {
        guard side != .either else { return Completion(live.addresses(of: side), for: typed) }
        if typed.isEmpty || typed.hasPrefix(":") {
            let ports = Completion.list(live.ports(of: side), for: String(typed.dropFirst())).behind(":")
            if !typed.isEmpty { return ports }
            return Completion(
                live.addresses(of: side) + [Candidate(":", "any address, and ports", isOpen: true)], for: "")
        }
        if let (_, port) = Self.split(typed) {
            return Completion.list(live.ports(of: side), for: port).behind(typed.dropLast(port.count))
        }
        return Completion(live.addresses(of: side), for: typed)
    }
}
