// Where a socket is or goes: an Internet address with its port, a Unix name, or a machine beside or around this one.

/// The name of a Unix socket.
package enum UnixName: Hashable, Sendable {
    /// A file's path.
    case path([UInt8])
    /// A name in Linux's abstract namespace, without the NUL that marks it.
    case abstract([UInt8])
    /// None: a client that was not bound.
    case unnamed

    /// As it is written: a path, or `@` and a name. A control character is written `^J`.
    package var text: String {
        switch self {
        case .path(let path): Self.inOneLine(path)
        case .abstract(let name): "@" + Self.inOneLine(name)
        case .unnamed: ""
        }
    }

    private static func inOneLine(_ name: [UInt8]) -> String {
        if name.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) { return String(decoding: name, as: UTF8.self) }
        let bytes = name.flatMap { $0 >= 0x20 && $0 != 0x7f ? [$0] : [UInt8(ascii: "^"), $0 ^ 0x40] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The address of a socket: `struct sockaddr`.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    case inet(IPv4Address, port: UInt16)
    case inet6(IPv6Address, port: UInt16)
    case unix(UnixName)
    /// A machine, by its context ID, and a port there: vsock(7). `anyVsock` stands for any of either.
    case vsock(cid: UInt32, port: UInt32)

    /// `VMADDR_CID_ANY` and `VMADDR_PORT_ANY`.
    package static let anyVsock = UInt32.max

    package var family: AddressFamily {
        switch self {
        case .inet: .inet
        case .inet6: .inet6
        case .unix: .unix
        case .vsock: .vsock
        }
    }

    /// The port of the Internet protocols; nil for others.
    package var port: UInt16? {
        switch self {
        case .inet(_, let port), .inet6(_, let port): port
        case .unix, .vsock: nil
        }
    }

    /// Whether somebody can send there: it has a port other than 0, or a name.
    package var isReachable: Bool { self != .unix(.unnamed) && port != 0 }

    /// The same address with another port.
    package func with(port: UInt16) -> SocketAddress {
        switch self {
        case .inet(let address, _): .inet(address, port: port)
        case .inet6(let address, _): .inet6(address, port: port)
        case .unix, .vsock: self
        }
    }

    /// As an endpoint is written: `127.0.0.1:80`, `[::1]:80`, `unix:/run/x`, `unix:@name`. A control character
    /// in a name is written `^J`: whoever binds a socket may choose any.
    package var description: String {
        switch self {
        case .inet(let address, let port): "\(address):\(port)"
        case .inet6(let address, let port): "[\(address)]:\(port)"
        case .unix(let name): "unix:" + name.text
        case .vsock(let cid, let port):
            "vsock:" + [cid, port].map { $0 == Self.anyVsock ? "*" : "\($0)" }.joined(separator: ":")
        }
    }
}
