// Raw sockets on a kernel that does not list them over netlink: /proc/net/raw and raw6 (proc(5)).

import Glibc

extension SocketRecord {
    /// The raw sockets of one family. `ENOENT` where `/proc` is not mounted.
    static func rawSockets(_ family: Int32) throws(Errno) -> [SocketRecord] {
        let path = family == AF_INET ? "/proc/net/raw" : "/proc/net/raw6"
        let text = String(decoding: try OwnedDescriptor.contents(of: path), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().compactMap { SocketRecord(raw: $0, family: family) }
    }

    /// Reads one line: slot, local and remote address, state, queues, timer, retransmissions, user, timeout,
    /// inode. What stands for the local port is the protocol.
    init?(raw line: some StringProtocol, family: Int32) {
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count > 9, let state = UInt8(columns[3], radix: 16).flatMap({ TCPState(rawValue: $0) }),
            let local = SocketAddress(table: columns[1], family),
            let peer = SocketAddress(table: columns[2], family),
            let uid = UInt32(columns[7]), let inode = UInt64(columns[9])
        else { return nil }
        let queues = columns[4].split(separator: ":").map { UInt32($0, radix: 16) }
        guard queues.count == 2, let sent = queues[0], let received = queues[1] else { return nil }
        kind = SocketKind(family: family, type: Transport.raw.socketType, protocol: Int32(local.port ?? 0))
        self.state = state
        self.local = local
        self.peer = peer
        self.inode = inode
        cookie = 0
        self.uid = uid
        interface = 0
        timer = nil
        receiveLength = received
        sendLength = sent
    }
}

extension SocketAddress {
    /// `0100007F:0001`: the address as words in this machine's byte order, the port in hexadecimal.
    fileprivate init?(table text: some StringProtocol, _ family: Int32) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        let digits = parts[0].utf8.count
        if family == AF_INET, digits == 8, let word = UInt32(parts[0], radix: 16) {
            self = .inet(IPv4Address(UInt32(bigEndian: word)), port: port)
        } else if family == AF_INET6, digits == 32, let words = UInt128(parts[0], radix: 16) {
            let number = stride(from: 96, through: 0, by: -32).reduce(UInt128(0)) { number, shift in
                number << 32 | UInt128(UInt32(bigEndian: UInt32(truncatingIfNeeded: words >> UInt128(shift))))
            }
            self = .inet6(IPv6Address(number), port: port)
        } else {
            return nil
        }
    }
}
