// What the connection is, and what goes before the payload on it: under every way, and under every promise.

enum Transport: String, CaseIterable, Sendable {
    case ipv4 = "IPv4"
    case ipv6 = "IPv6"
    case unix = "Unix"
    /// Over TCP and IPv4, with the peer; where it is relayed `--to tls:`, with the server, too.
    case tls = "TLS"
    /// Each line is a record.
    case seqpacket = "seqpacket"
    case multipath = "MPTCP"
    /// A header of the PROXY protocol comes first: from the peer of a server, and from us.
    case proxyHeader = "PROXY"
    /// Through a proxy, to the peer or, where it is relayed, to the server.
    case socks5 = "SOCKS5"
    case httpProxy = "HTTP proxy"

    /// The socket is inherited, `fd:3`, by who takes the place of a program that has listened: `--activate`.
    case activated

    var isTCP: Bool { self != .unix && self != .seqpacket }
    var keepsBoundaries: Bool { self == .seqpacket }

    /// Whether the kernel of a peer that has closed goes on taking what comes, where TCP resets, so that nothing tells of it.
    var outlivesClose: Bool { self == .multipath }
    static let silentClose = "the kernel of a peer that has closed takes what comes as if it had not"

    /// What the peer's socket is.
    var form: SocketForm {
        switch self {
        case .seqpacket: .records
        case .multipath: .multipath
        case .ipv4, .ipv6, .unix, .tls, .proxyHeader, .socks5, .httpProxy, .activated: .stream
        }
    }

    /// What is asked to connect.
    var proxy: ProxyKind? {
        switch self {
        case .socks5: .socks5
        case .httpProxy: .http
        case .ipv4, .ipv6, .unix, .tls, .seqpacket, .multipath, .proxyHeader, .activated: nil
        }
    }

    /// What the command is told of its connection to its peer, beside where it is.
    func options(_ role: Role) throws -> [String] {
        switch (self, role) {
        case (.tls, .server): try TLSOptions.server()
        case (.tls, .client): try TLSOptions.client()
        case (.multipath, _): ["--mptcp"]
        case (.proxyHeader, .server): ["--accept-proxy", "127.0.0.0/8"]
        case (.proxyHeader, .client): ["--proxy-protocol", "v1"]
        case (.ipv4, _), (.ipv6, _), (.unix, _), (.seqpacket, _), (.socks5, _), (.httpProxy, _),
            (.activated, _):
            []
        }
    }
}

extension Way {
    /// Why there is no such thing over this transport.
    func lacks(_ transport: Transport) -> String? {
        switch transport {
        case .seqpacket: relaysToTLS ? "TLS is spoken over streams" : nil
        case .socks5, .httpProxy: role == .server && !isRelay ? "it connects to nobody" : nil
        case .activated: role == .client ? "it listens at nothing" : nil
        case .ipv4, .ipv6, .unix, .tls, .multipath, .proxyHeader: nil
        }
    }
}
