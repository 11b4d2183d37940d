// The header of the PROXY protocol: what a proxy says of the connection that it passes on, before the payload. Versions 1 and 2
// of haproxy's proxy-protocol.txt.

import Sockets

struct ProxyHeader: Equatable, Sendable {
    enum Version: String, CaseIterable, JSONWord {
        /// A line of text.
        case v1
        /// Binary, with TLVs.
        case v2
    }

    /// The two ends of the connection that is passed on.
    struct Ends: Equatable, Sendable {
        let source: SocketAddress
        let destination: SocketAddress
    }

    /// Something more that is known of the connection: a type, a length and a value.
    struct TLV: Equatable, Sendable {
        let type: UInt8
        let value: [UInt8]
    }

    let version: Version
    /// Nil where it says nothing of them: `UNKNOWN`, `UNSPEC`.
    var ends: Ends?
    /// Whether the connection is the proxy's own, as for a health check: `LOCAL`.
    var isLocal = false
    var tlvs: [TLV] = []

    /// What version 2 begins with, which is no text and begins no other protocol.
    static let signature: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]
    /// What version 1 begins with.
    static let word = Array("PROXY ".utf8)
    /// How long a line of version 1 is at most, with its CR LF.
    static let longestLine = 107
    /// How much of TLVs is taken.
    static let mostOfTLVs = 4096
    /// The name of a Unix socket: `sun_path`.
    static let unixLength = 108

    /// What the upper four bits of the byte for the family mean.
    enum Family {
        static let unspecified: UInt8 = 0
        static let inet: UInt8 = 1
        static let inet6: UInt8 = 2
        static let unix: UInt8 = 3
    }
    /// The lower four bits: a stream.
    static let stream: UInt8 = 1
}

extension ProxyHeader {
    /// As it is sent.
    var bytes: [UInt8] {
        switch version {
        case .v1: Array("PROXY \(line)\r\n".utf8)
        case .v2: binary
        }
    }

    private var line: String {
        switch ends?.inOneFamily {
        case .inet(let source, let destination)?:
            "TCP4 \(source.address) \(destination.address) \(source.port) \(destination.port)"
        case .inet6(let source, let destination)?:
            "TCP6 \(source.address.text) \(destination.address.text) \(source.port) \(destination.port)"
        case .unix?, nil: "UNKNOWN"
        }
    }

    private var binary: [UInt8] {
        let (family, addresses): (UInt8, [UInt8]) =
            switch ends?.inOneFamily {
            case .inet(let source, let destination)?:
                (
                    Family.inet,
                    source.address.bytes + destination.address.bytes
                        + Self.ports(source.port, destination.port)
                )
            case .inet6(let source, let destination)?:
                (
                    Family.inet6,
                    source.address.bytes + destination.address.bytes
                        + Self.ports(source.port, destination.port)
                )
            case .unix(let source, let destination)?:
                (Family.unix, source.padded + destination.padded)
            case nil: (Family.unspecified, [])
            }
        let rest = tlvs.flatMap { [$0.type] + Self.big($0.value.count) + $0.value }
        return Self.signature + [0x20 | (isLocal ? 0 : 1), family == 0 ? 0 : family << 4 | Self.stream]
            + Self.big(addresses.count + rest.count) + addresses + rest
    }

    private static func ports(_ source: UInt16, _ destination: UInt16) -> [UInt8] {
        big(Int(source)) + big(Int(destination))
    }

    private static func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }

    /// For people.
    var text: String {
        let name = "PROXY \(version.rawValue)"
        if isLocal { return "\(name) LOCAL" }
        return ends.map { "\(name), \($0.source) to \($0.destination)" } ?? "\(name) without addresses"
    }
}

extension ProxyHeader.Ends {
    /// Both ends as a header has them.
    fileprivate enum Pair {
        case inet((address: IPv4Address, port: UInt16), (address: IPv4Address, port: UInt16))
        case inet6((address: IPv6Address, port: UInt16), (address: IPv6Address, port: UInt16))
        case unix(UnixName, UnixName)
    }

    /// An IPv4 address beside one of IPv6 is written as one of IPv6 (RFC 4291, section 2.5.5.2); nil where no family has both.
    fileprivate var inOneFamily: Pair? {
        switch (source, destination) {
        case (.inet(let source, let from), .inet(let destination, let to)):
            .inet((source, from), (destination, to))
        case (.inet6(let source, let from), .inet6(let destination, let to)):
            .inet6((source, from), (destination, to))
        case (.inet(let source, let from), .inet6(let destination, let to)):
            .inet6((source.mapped, from), (destination, to))
        case (.inet6(let source, let from), .inet(let destination, let to)):
            .inet6((source, from), (destination.mapped, to))
        case (.unix(let source), .unix(let destination)): .unix(source, destination)
        case (.unix, _), (_, .unix), (.vsock, _), (_, .vsock): nil
        }
    }
}

extension IPv4Address {
    fileprivate var mapped: IPv6Address { IPv6Address(0xffff << 32 | UInt128(number)) }
}

extension UnixName {
    /// As in `sun_path`.
    fileprivate var padded: [UInt8] {
        let name: [UInt8] =
            switch self {
            case .path(let path): path
            case .abstract(let name): [0] + name
            case .unnamed: []
            }
        return name + [UInt8](repeating: 0, count: max(0, ProxyHeader.unixLength - name.count))
    }

    /// From `sun_path`.
    init(padded bytes: ArraySlice<UInt8>) {
        if bytes.first == 0 {
            let name = bytes.dropFirst().prefix { $0 != 0 }
            self = name.isEmpty ? .unnamed : .abstract(Array(name))
        } else {
            self = .path(Array(bytes.prefix { $0 != 0 }))
        }
    }
}
