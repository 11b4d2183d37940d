// Addresses of the families that no command reaches a peer by, and that only `info` tells of: netlink(7), packet(7)
// and vsock(7).

import CLinux
import Glibc

/// An address of such a family.
package enum ForeignAddress: Hashable, Sendable, CustomStringConvertible {
    /// `struct sockaddr_nl`: the port ID of one socket among those of a protocol, 0 for the kernel's.
    case netlink(port: UInt32)
    /// `struct sockaddr_ll`: a protocol, `ETH_P_ALL` for all, and the index of an interface, 0 for any.
    case packet(protocol: UInt16, interface: UInt32)
    /// `struct sockaddr_vm`: a machine and a port there.
    case vsock(cid: UInt32, port: UInt32)

    /// What begins as the kernel's constant for the family does, `netlink` for `AF_NETLINK`.
    package var family: String {
        switch self {
        case .netlink: "netlink"
        case .packet: "packet"
        case .vsock: "vsock"
        }
    }

    /// `netlink:1234`, `packet:ETH_P_ALL:eth0`, `vsock:2:1024`; what stands for any is `*`.
    package var description: String { "\(family):\(text)" }

    /// The same without the family.
    package var text: String {
        switch self {
        case .netlink(let port): "\(port)"
        case .packet(let number, let interface):
            SocketKind.packetProtocolName(number) + ":" + (Self.interfaceName(interface) ?? "*")
        case .vsock(let cid, let port):
            [cid, port].map { $0 == SocketAddress.anyVsock ? "*" : "\($0)" }.joined(separator: ":")
        }
    }

    /// The name of an interface, or its number where it is gone; nil for any.
    package static func interfaceName(_ index: UInt32) -> String? {
        index == 0 ? nil : NetworkInterface.name(of: index) ?? "\(index)"
    }

    /// Reads a `struct sockaddr` as a call wrote it. Nil for another family, or for one that is cut off.
    init?(kernel bytes: RawSpan) {
        func word(_ offset: Int) -> UInt32? { bytes.value(UInt32.self, at: offset) }
        switch bytes.value(sa_family_t.self, at: 0).map({ Int32($0) }) {
        case AF_NETLINK:
            guard let port = word(4) else { return nil }
            self = .netlink(port: port)
        case AF_PACKET:
            guard let number = bytes.value(UInt16.self, at: 2), let interface = word(4) else { return nil }
            self = .packet(protocol: UInt16(bigEndian: number), interface: interface)
        case AF_VSOCK:
            guard let port = word(4), let cid = word(8) else { return nil }
            self = .vsock(cid: cid, port: port)
        default:
            return nil
        }
    }
}

/// Where such a socket is, and where it is connected to, if it is.
package struct ForeignAddresses: Hashable, Sendable {
    package let local: ForeignAddress
    package let peer: ForeignAddress?

    /// - Parameter peer: what the kernel has there, also where there is none.
    init(local: ForeignAddress, peer: ForeignAddress?) {
        self.local = local
        switch peer {
        // A packet socket has no peer, and that of most netlink sockets is the kernel.
        case .packet, .netlink(port: 0), .vsock(cid: SocketAddress.anyVsock, port: _): self.peer = nil
        default: self.peer = peer
        }
    }

    /// `getsockname(2)` and `getpeername(2)`; nil for a family that is none of these.
    init?(of socket: borrowing some Descriptor & ~Copyable) {
        guard let local = (try? socket.foreignAddress(.local)) ?? nil else { return nil }
        self.init(local: local, peer: (try? socket.foreignAddress(.peer)) ?? nil)
    }
}

/// An end of a socket.
package enum SocketEnd: Sendable {
    case local
    case peer
}

extension Descriptor where Self: ~Copyable {
    /// `getsockname(2)` or `getpeername(2)`; nil for a family that is none of these.
    package func foreignAddress(_ end: SocketEnd) throws(Errno) -> ForeignAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let ask = unsafe end == .local ? getsockname : getpeername
        unsafe try withUnsafeMutablePointer(to: &storage) { (pointer) throws(Errno) in
            unsafe try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (pointer) throws(Errno) in
                _ = try call { unsafe ask(number, pointer, &length) }
            }
        }
        let bytes = Netlink.bytes(of: storage).prefix(Int(length))
        return unsafe ForeignAddress(kernel: bytes.span.bytes)
    }
}
