// Netlink: a socket to the kernel, and messages and attributes cut out of what it answers (netlink(7)).
// No length in an answer is trusted.

import CLinux
import Glibc

/// A socket to one of the kernel's netlink families.
struct NetlinkSocket: ~Copyable {
    let descriptor: OwnedDescriptor

    /// `socket(2)` with `AF_NETLINK`.
    init(family: Int32) throws(Errno) {
        let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = OwnedDescriptor(try call { socket(AF_NETLINK, type, family) })
    }

    /// One that receives what the kernel tells these multicast groups, and does not wait for it: `bind(2)`.
    init(family: Int32, groups: [Int32]) throws(Errno) {
        let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = OwnedDescriptor(try call { socket(AF_NETLINK, type, family) })
        try Self.join(groups, descriptor.number)
        self.descriptor = descriptor
    }

    private static func join(_ groups: [Int32], _ number: Int32) throws(Errno) {
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups = groups.reduce(0) { $0 | 1 << UInt32($1 - 1) }
        try call {
            unsafe withUnsafePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
    }

    /// One that is open already.
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    /// The inode of this socket itself.
    var inode: UInt64? { try? descriptor.inode() }

    /// Sends a request to the kernel: `send(2)`.
    func send(_ request: [UInt8]) throws(Errno) {
        _ = try descriptor.send(unsafe request.span.bytes)
    }

    /// Receives one datagram of answers: `recv(2)`. `ENOBUFS` if it does not fit.
    func receive(into buffer: inout [UInt8]) throws(Errno) -> Int {
        let count = try call { unsafe recv(descriptor.number, &buffer, buffer.count, Int32(MSG_TRUNC)) }
        guard count <= buffer.count else { throw .noBufferSpace }
        return count
    }
}

enum Netlink {
    /// A message: `struct nlmsghdr` and what follows.
    static func message(type: UInt16, flags: Int32, sequence: UInt32, payload: [UInt8]) -> [UInt8] {
        let length = UInt32(MemoryLayout<nlmsghdr>.size + payload.count)
        let header = nlmsghdr(
            nlmsg_len: length, nlmsg_type: type, nlmsg_flags: UInt16(flags), nlmsg_seq: sequence, nlmsg_pid: 0
        )
        return bytes(of: header) + payload
    }

    /// An attribute: `struct nlattr`, the value, and what aligns the next.
    static func attribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
        let length = MemoryLayout<nlattr>.size + value.count
        let padding = [UInt8](repeating: 0, count: aligned(length) - length)
        return bytes(of: nlattr(nla_len: UInt16(length), nla_type: type)) + value + padding
    }

    static func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
        unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
    }

    /// Hands each message that is there wholly to `body`, which says whether to go on.
    static func forEachMessage(
        in datagram: RawSpan, _ body: (nlmsghdr, RawSpan) throws(Errno) -> Bool
    ) throws(Errno) {
        let size = MemoryLayout<nlmsghdr>.size
        var offset = 0
        while let header = datagram.value(nlmsghdr.self, at: offset) {
            let length = Int(header.nlmsg_len)
            guard length >= size, length <= datagram.byteCount - offset else { return }
            guard try body(header, datagram.extracting(offset + size..<offset + length)) else { return }
            offset += aligned(length)
        }
    }

    /// Hands the type and value of each attribute that is there wholly to `body`.
    static func forEachAttribute(in payload: RawSpan, from start: Int, _ body: (UInt16, RawSpan) -> Void) {
        let size = MemoryLayout<nlattr>.size
        var offset = start
        while let header = payload.value(nlattr.self, at: offset) {
            let length = Int(header.nla_len)
            guard length >= size, length <= payload.byteCount - offset else { return }
            // The two upper bits tell of nesting and byte order.
            body(header.nla_type & 0x3fff, payload.extracting(offset + size..<offset + length))
            offset += aligned(length)
        }
    }

    private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}
