// The local end of a connection, as `--source` and `--source-port` ask for it.

import CommandSpec
import Sockets

struct SourceAddress {
    /// Nil if just the port is given.
    private let address: SocketAddress?
    /// 0 for one that is chosen.
    let port: UInt16

    /// Nil if neither option was given.
    init?(_ arguments: Arguments) throws(Failure) {
        let text = arguments[Options.source]
        let given = arguments[Options.sourcePort]
        if text == nil && given == nil { return nil }
        let parsed = try text.map { (text) throws(Failure) in try Self.parse(text) }
        if let port = parsed?.port, port != 0, let given, given != port {
            throw Failure(
                "option", "--source-port", words: "\(given) contradicts --source \(text ?? "")",
                status: .usage)
        }
        if let parsed, !parsed.family.hasPorts, given != nil {
            throw Failure(
                "option", "--source-port", words: "\(parsed) has no port", status: .usage)
        }
        let port = given ?? parsed?.port ?? 0
        self.port = port
        address = parsed?.with(port: port)
    }

    /// The family connections can have; nil for any.
    var family: AddressFamily? { address?.family }

    /// The address without its port; nil if just that is given.
    var host: AnyIPAddress? { address?.host }

    /// Whether it has a port of its own; otherwise one is chosen.
    var hasPort: Bool { port != 0 }

    /// As it is written in messages.
    var text: String { address?.description ?? "port \(port)" }

    /// Refuses what can never be connected to from here: a Unix socket has its own names, and what has no ports has none
    /// of ours.
    func check(_ endpoint: Endpoint) throws(Failure) {
        if case .inherited = endpoint.transport { return }
        let isUnix = address.map { !$0.family.hasPorts } ?? false
        guard endpoint.mayBeInternet ? isUnix : !(isUnix && endpoint.unixName != nil) else { return }
        throw Failure(
            "option", address == nil ? "--source-port" : "--source",
            words: "no connection to \(endpoint.transport.text) comes from \(text)", status: .usage)
    }

    /// Binds a socket that is about to connect.
    /// - Parameter type: a datagram socket does not share its port with one that is still there.
    /// - Returns: the file that this has made, to be removed before the socket is closed; nil for none.
    func bind(
        _ socket: borrowing Socket, family: AddressFamily, _ type: SocketType = .stream
    ) throws(Errno) -> UnixSocketFile? {
        guard address.map({ $0.family == family }) ?? family.hasPorts else { throw .familyNotSupported }
        if case .unix(.path(let path))? = address { return try UnixSocketFile.bind(socket, at: path) }
        if let address, !family.hasPorts {
            try socket.bind(to: address)
            return nil
        }
        if port != 0, type == .stream {
            try socket.set(.reuseAddress, to: true)
        } else if port == 0, let option = SocketOption.named("IP_BIND_ADDRESS_NO_PORT") {
            // The port is chosen when connecting, so that it may serve several destinations.
            try? socket.set(option, to: true)
        }
        let any: SocketAddress = family == .inet ? .inet(.any, port: port) : .inet6(.any, port: port)
        try socket.bind(to: address ?? any)
        return nil
    }

    private static func parse(_ text: String) throws(Failure) -> SocketAddress {
        if case (.unix, let name)? = EndpointScheme.split(Word(text)) {
            return .unix(try UnixName(written: name, of: text))
        }
        if let inet = IPv4Address(text) { return .inet(inet, port: 0) }
        if let inet6 = IPv6Address(text) { return .inet6(inet6, port: 0) }
        if let name = IPv6Address.missingInterface(of: text) { throw .noInterface(name, of: text) }
        if let colon = text.lastIndex(of: ":"), let port = PortNumber.read(text[text.index(after: colon)...])
        {
            let host = text[..<colon]
            if let inet = IPv4Address(String(host)) { return .inet(inet, port: port) }
            if host.hasPrefix("["), host.hasSuffix("]"),
                let inet6 = IPv6Address(try Endpoint.host(host, of: text))
            {
                return .inet6(inet6, port: port)
            }
        }
        throw Failure(
            "option", "--source",
            words: "'\(text)' is not ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH",
            status: .usage)
    }
}
