// Where a connection is made: an address as the socket calls take it and as each program writes it. Port 0 is
// for listening on a free one.

import Foundation
import Glibc

enum Place: CustomStringConvertible {
    case inet(UInt16)
    case inet6(UInt16)
    case unix(String)
    case abstract(String)

    /// One argument of sockctl.
    var description: String {
        switch self {
        case .inet(let port): "127.0.0.1:\(port)"
        case .inet6(let port): "[::1]:\(port)"
        case .unix(let path): "unix:\(path)"
        case .abstract(let name): "unix:@\(name)"
        }
    }

    var family: Int32 {
        switch self {
        case .inet: AF_INET
        case .inet6: AF_INET6
        case .unix, .abstract: AF_UNIX
        }
    }

    func with(port: UInt16) -> Place {
        switch self {
        case .inet: .inet(port)
        case .inet6: .inet6(port)
        case .unix, .abstract: self
        }
    }

    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result) rethrows -> Result
    {
        var storage = sockaddr_storage()
        return try withUnsafeMutableBytes(of: &storage) { bytes in
            let base = bytes.baseAddress!
            var length: Int
            switch self {
            case .inet(let port):
                let address = base.bindMemory(to: sockaddr_in.self, capacity: 1)
                address.pointee.sin_family = sa_family_t(AF_INET)
                address.pointee.sin_port = port.bigEndian
                address.pointee.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
                length = MemoryLayout<sockaddr_in>.size
            case .inet6(let port):
                let address = base.bindMemory(to: sockaddr_in6.self, capacity: 1)
                address.pointee.sin6_family = sa_family_t(AF_INET6)
                address.pointee.sin6_port = port.bigEndian
                address.pointee.sin6_addr = in6addr_loopback
                length = MemoryLayout<sockaddr_in6>.size
            case .unix(let name), .abstract(let name):
                base.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                var path = Array(name.utf8)
                if case .abstract = self { path.insert(0, at: 0) } else { path.append(0) }
                precondition(path.count <= 108, "too long for a socket: \(name)")
                bytes[2..<(2 + path.count)].copyBytes(from: path)
                length = 2 + path.count
            }
            return try body(base.assumingMemoryBound(to: sockaddr.self), socklen_t(length))
        }
    }
}

/// The port of a bound socket; 0 for a Unix one.
func localPort(of descriptor: Int32) -> UInt16 {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &storage) { bytes in
        let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
        getsockname(descriptor, address, &length)
        guard Int32(address.pointee.sa_family) != AF_UNIX else { return 0 }
        return UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
}
