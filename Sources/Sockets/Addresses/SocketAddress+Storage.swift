// Between `SocketAddress` and the kernel's `struct sockaddr`.

import CLinux
import Glibc

extension SocketAddress {
    /// Calls `body` with this address as the kernel reads it. `ENAMETOOLONG` for a Unix name that does
    /// not fit `sun_path`'s 108 bytes.
    func withSockaddr<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Result
    ) throws(Errno) -> Result {
        var storage = sockaddr_storage()
        let length = try write(to: &storage)
        return unsafe try withUnsafePointer(to: &storage) { (pointer) throws(Errno) in
            unsafe try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (pointer) throws(Errno) in
                unsafe try body(pointer, length)
            }
        }
    }

    func write(to storage: inout sockaddr_storage) throws(Errno) -> socklen_t {
        switch self {
        case .inet(let address, let port):
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            value.sin_addr = in_addr(s_addr: address.number.bigEndian)
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: value, as: sockaddr_in.self)
            }
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        case .inet6(let address, let port):
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            value.sin6_addr = unsafe unsafeBitCast(address.number.bigEndian, to: in6_addr.self)
            value.sin6_scope_id = address.scope
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: value, as: sockaddr_in6.self)
            }
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        case .unix(let name):
            let (path, terminator): ([UInt8], Int) =
                switch name {
                case .path(let path): (path, 1)
                case .abstract(let name): ([0] + name, 0)
                case .unnamed: ([], 0)
                }
            let offset = Self.unixPathOffset
            guard path.count + terminator <= Self.unixPathCapacity else { throw .nameTooLong }
            unsafe withUnsafeMutableBytes(of: &storage) { bytes in
                unsafe bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                for (index, byte) in path.enumerated() { unsafe bytes[offset + index] = byte }
            }
            return socklen_t(offset + path.count + terminator)
        case .vsock(let cid, let port):
            return Self.write(cid: cid, port: port, to: &storage)
        }
    }

    /// `struct sockaddr_vm`: family, reserved, port, CID, flags.
    private static func write(cid: UInt32, port: UInt32, to storage: inout sockaddr_storage) -> socklen_t {
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.storeBytes(of: sa_family_t(AF_VSOCK), as: sa_family_t.self)
            unsafe bytes.storeBytes(of: port, toByteOffset: 4, as: UInt32.self)
            unsafe bytes.storeBytes(of: cid, toByteOffset: 8, as: UInt32.self)
        }
        return 16
    }

    /// Reads what a call such as `accept` wrote. Nil for a family that is not one of ours.
    static func reading(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(Errno) -> Void
    ) throws(Errno) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        unsafe try withUnsafeMutablePointer(to: &storage) { (pointer) throws(Errno) in
            unsafe try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { (pointer) throws(Errno) in
                unsafe try body(pointer, &length)
            }
        }
        return unsafe withUnsafeBytes(of: &storage) { unsafe SocketAddress(kernel: $0, length: Int(length)) }
    }

    /// Reads a `struct sockaddr` of `length` bytes. Nil for a family that is not one of ours.
    init?(kernel bytes: UnsafeRawBufferPointer, length: Int) {
        guard length >= 2, bytes.count >= length else { return nil }
        switch Int32(unsafe bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let value = unsafe bytes.loadUnaligned(as: sockaddr_in.self)
            self = .inet(
                IPv4Address(UInt32(bigEndian: value.sin_addr.s_addr)), port: UInt16(bigEndian: value.sin_port)
            )
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let value = unsafe bytes.loadUnaligned(as: sockaddr_in6.self)
            let number = UInt128(bigEndian: unsafe unsafeBitCast(value.sin6_addr, to: UInt128.self))
            self = .inet6(
                IPv6Address(number, scope: value.sin6_scope_id), port: UInt16(bigEndian: value.sin6_port))
        case AF_UNIX:
            let path = unsafe Array(bytes[min(Self.unixPathOffset, length)..<length])
            if path.isEmpty {
                self = .unix(.unnamed)
            } else if path[0] == 0 {
                self = .unix(.abstract(Array(path.dropFirst())))
            } else {
                self = .unix(.path(Array(path.prefix { $0 != 0 })))
            }
        case AF_VSOCK where length >= 12:
            self = unsafe .vsock(
                cid: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self),
                port: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        default:
            return nil
        }
    }

    private static let unixPathOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    private static let unixPathCapacity = MemoryLayout<sockaddr_un>.size - 2
}
