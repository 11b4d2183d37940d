// Endpoints as a user writes them: `HOST PORT`, `HOST:PORT`, `[V6]:PORT`, `PORT`, `*:PORT`, `unix:PATH`.

import CommandSpec
import Sockets

/// Where to connect to or listen, not yet looked up.
enum Endpoint: Equatable {
    /// A bare port: `localhost` when connecting, loopback when listening.
    case port(String)
    /// Every interface; for listening only.
    case everyInterface(port: String)
    case host(String, port: String)
    case unix(UnixName)

    /// As it is written in messages.
    var text: String {
        switch self {
        case .port(let port): "localhost:\(port)"
        case .everyInterface(let port): "*:\(port)"
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let name): SocketAddress.unix(name).description
        }
    }

    /// Understands one word, or a host and its port.
    init(_ words: [Word]) throws(Failure) {
        guard let first = words.first else { throw .endpoint("", "missing") }
        if words.count == 2 {
            let port = try Self.checkedPort(words[1].text[...], of: words[1].text)
            let host = Self.withoutBrackets(first.text)
            self = host == "*" || host.isEmpty ? .everyInterface(port: port) : .host(host, port: port)
        } else if first.bytes.starts(with: Array("unix:".utf8)) {
            self = .unix(try Self.unixName(Array(first.bytes.dropFirst(5)), of: first.text))
        } else {
            self = try Self.oneWord(first.text)
        }
    }

    private static func unixName(_ name: [UInt8], of text: String) throws(Failure) -> UnixName {
        guard let first = name.first else {
            throw .endpoint(text, "no socket is named: write unix:PATH or unix:@NAME")
        }
        // sun_path has 108 bytes: a path is followed by a NUL, an abstract name begins with one.
        guard name.count <= (first == UInt8(ascii: "@") ? 108 : 107) else {
            throw .endpoint(text, "too long: the name of a Unix socket has at most 107 bytes")
        }
        return first == UInt8(ascii: "@") ? .abstract(Array(name.dropFirst())) : .path(name)
    }

    private static func oneWord(_ text: String) throws(Failure) -> Endpoint {
        if IPv4Address(text) != nil || IPv6Address(withoutBrackets(text)) != nil {
            throw .endpoint(text, "an address without a port: write '\(text) PORT'")
        }
        guard let colon = text.lastIndex(of: ":") else { return .port(try checkedPort(text[...], of: text)) }
        let port = try checkedPort(text[text.index(after: colon)...], of: text)
        let written = String(text[..<colon])
        let host = withoutBrackets(written)
        if host != written, IPv6Address(host) == nil {
            throw .endpoint(text, "no IPv6 address between '[' and ']'")
        }
        if host == written, host.contains(where: { ":[]".contains($0) }) {
            throw .endpoint(text, "not understood: an IPv6 address is written [ADDRESS]:PORT")
        }
        return host.isEmpty || host == "*" ? .everyInterface(port: port) : .host(host, port: port)
    }

    /// A number that is a port, or the name of a service, which is looked up later.
    private static func checkedPort(_ port: Substring, of text: String) throws(Failure) -> String {
        guard !port.isEmpty else { throw .endpoint(text, "no port") }
        if port.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            guard let number = Int(port), (0...65535).contains(number) else {
                throw .endpoint(text, "no valid port: ports go from 0 to 65535")
            }
        }
        return String(port)
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}

extension Failure {
    /// An endpoint that is not written as one.
    static func endpoint(_ text: String, _ what: String) -> Failure {
        Failure("endpoint", "'\(text)'", words: what, status: .usage)
    }
}
