// Endpoints as a user writes them: `HOST PORT`, `HOST:PORT`, `[V6]:PORT`, `PORT`, `*:PORT`, and words that begin with a
// scheme, such as `unix:PATH`. Every command reads them here.

import CommandSpec
import Sockets

/// Where to connect to or listen, not yet looked up.
enum Endpoint: Equatable, Sendable {
    /// A bare port: `localhost` when connecting, loopback when listening.
    case port(String)
    /// Every interface; for listening only.
    case everyInterface(port: String)
    case host(String, port: String)
    case unix(UnixName)
    /// A Unix socket that keeps boundaries.
    case seqpacket(UnixName)
    /// A machine beside or around this one, by its context ID; `SocketAddress.anyVsock` for any.
    case vsock(cid: UInt32, port: UInt32)
    /// Descriptors that were inherited, and what they are called.
    case inherited([Int32], name: String)
    /// TLS over the connection, for a name where that is not the host's own.
    indirect case tls(Endpoint, for: String? = nil)

    /// What `--to` names.
    static func relayed(_ word: Word) throws(Failure) -> Endpoint {
        let endpoint = try Endpoint([word])
        switch endpoint.transport {
        case .everyInterface:
            throw .endpoint(word.text, "every interface, which is for listening: name a host to relay to")
        case .inherited:
            throw .endpoint(word.text, "one connection: a relay makes one for each client")
        case .port, .host, .unix, .seqpacket, .vsock, .tls: return endpoint
        }
    }

    /// Whether its peers have addresses of the Internet; what is inherited may be of any family.
    var mayBeInternet: Bool {
        switch transport {
        case .port, .everyInterface, .host, .inherited, .tls: true
        case .unix, .seqpacket, .vsock: false
        }
    }

    /// What may be wrong where nothing answers.
    var silenceAdvice: String {
        switch transport {
        case .port, .everyInterface, .host, .inherited, .tls: "a firewall may drop the packets"
        case .unix, .seqpacket: "the server may be too busy to accept"
        case .vsock: ConnectVerdict.vsockSilentAdvice
        }
    }

    /// As it is written in messages.
    var text: String {
        switch self {
        case .port(let port): "localhost:\(port)"
        case .everyInterface(let port): "*:\(port)"
        case .host(let host, let port):
            host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let name): SocketAddress.unix(name).description
        case .seqpacket(let name): EndpointScheme.unixSeqpacket.rawValue + ":" + name.text
        case .vsock(let cid, let port): SocketAddress.vsock(cid: cid, port: port).description
        case .inherited(_, let name): "fd:" + name
        case .tls(let inner, _): "tls:" + inner.text
        }
    }

    /// Understands one word, or a host and its port.
    init(_ words: [Word]) throws(Failure) {
        guard let first = words.first else { throw .endpoint("", "missing") }
        guard !first.bytes.isEmpty else { throw .emptyHost }
        if words.count == 2 {
            let port = try Self.checkedPort(words[1].text[...], of: words[1].text)
            try self.init(host: try Self.host(first.text[...], of: first.text), port: port)
        } else if let (scheme, rest) = EndpointScheme.split(first) {
            self = try scheme.endpoint(rest, of: first.text)
        } else if let (host, port) = try Self.split(first.text) {
            try self.init(host: host, port: try Self.checkedPort(port, of: first.text))
        } else if first == "*" {
            throw .endpoint(first.text, "no port: every interface is written '*:PORT'")
        } else {
            try Self.refusePath(first.text[...])
            self = .port(try Self.checkedPort(first.text[...], of: first.text))
        }
    }

    private init(host: String, port: String) throws(Failure) {
        self = host.isEmpty || host == "*" ? .everyInterface(port: port) : .host(host, port: port)
    }

    /// The host of a word without a scheme, and what stands in the place of the port; nil if it has no colon.
    static func split(_ text: String) throws(Failure) -> (host: String, port: Substring)? {
        if IPv4Address(text) != nil || IPv6Address(withoutBrackets(text[...])) != nil {
            throw .endpoint(text, "an address without a port: write '\(text) PORT'")
        }
        if text.contains("://") {
            throw .endpoint(
                Proxy.withoutUser(text), "a URL: an endpoint is written HOST:PORT",
                hint: ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
                    ? "for a request: sockctl send --http GET URL"
                    : text.lowercased().hasPrefix("socks") ? "a proxy is named with --via" : nil)
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let written = text[..<colon]
        if !written.hasPrefix("["), written.contains(where: { "[]".contains($0) }) {
            throw .endpoint(text, "not understood: an IPv6 address is written [ADDRESS]:PORT")
        }
        if !written.hasPrefix("["), written.contains(":") { throw .tooManyColons(text) }
        return (try host(written, of: text), text[text.index(after: colon)...])
    }

    /// A host without its brackets.
    /// - Parameter text: what the user wrote, for a message.
    static func host(_ written: Substring, of text: String) throws(Failure) -> String {
        let host = withoutBrackets(written)
        if let name = IPv6Address.missingInterface(of: host) { throw .noInterface(name, of: host) }
        try refusePath(written)
        if !written.hasPrefix("["), host.contains(":"), IPv6Address(host) == nil {
            throw .tooManyColons(text)
        }
        if written.hasPrefix("["), IPv6Address(host) == nil {
            throw .endpoint(text, "no IPv6 address between '[' and ']'")
        }
        return host
    }

    /// A number that is a port, or the name of a service, which is looked up later.
    private static func checkedPort(_ port: Substring, of text: String) throws(Failure) -> String {
        guard !port.isEmpty else { throw .endpoint(text, "no port") }
        guard !port.contains("/") else {
            throw .endpoint(text, "not a host and a port: a port has no '/' in it")
        }
        guard !EndpointForm.isList(port) else {
            throw .endpoint(text, "more than one port, which only 'connect --check' takes")
        }
        guard PortNumber.isValid(port) else {
            throw .endpoint(text, "not a valid port: ports go from 0 to 65535")
        }
        return String(port)
    }

    /// No host and no service has a slash in its name.
    private static func refusePath(_ text: Substring) throws(Failure) {
        guard text.contains("/") else { return }
        if let host = text.split(separator: "/").first, IPv4Address(String(host)) != nil {
            throw .endpoint(
                String(text), "a network, and one address is expected",
                hint: "peers are restricted by --allow CIDR: sockctl listen --allow \(host)/24 '*:PORT'")
        }
        throw .endpoint(String(text), "not a host or port: a Unix socket is written unix:\(text)")
    }

    private static func withoutBrackets(_ host: Substring) -> String {
        String(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
    }
}

extension Failure {
    /// An endpoint that is not written as one.
    static func endpoint(_ text: String, _ what: String, hint: String? = nil) -> Failure {
        Failure("endpoint", "'\(text)'", words: what, status: .usage, hint: hint)
    }

    /// What stands alone, and is neither a number nor a service.
    static func notAService(_ port: String, _ settings: Settings) -> Failure {
        .endpoint(
            port,
            settings.numeric
                ? "taken for a port, which is a number with --numeric"
                : "taken for a port: there is no service of that name",
            hint: "if it is a host, its port follows: HOST PORT")
    }

    static func tooManyColons(_ text: String) -> Failure {
        .endpoint(text, "more than one colon: write HOST:PORT, or [ADDRESS]:PORT for an IPv6 address")
    }

    /// What an unset variable leaves of "$HOST".
    static var emptyHost: Failure { .endpoint("", "the host is empty: is a variable unset?") }

    /// The interface of a scoped IPv6 address is not there.
    static func noInterface(_ name: String, of address: String) -> Failure {
        Failure(
            "resolve", address, words: "there is no interface '\(name)'", status: .resolution,
            hint: "'ip link' lists those that are there")
    }
}
