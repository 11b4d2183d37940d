// Sockets that the kernel does not list over netlink, or not to us: the tables of /proc/net (proc(5)). They tell
// less: no cookie, no memory, nothing of what TCP knows, no backlog.

import Glibc

extension SocketRecord {
    /// The sockets of one protocol and family, none where the kernel has no such table but has others. `ENOENT`
    /// where `/proc` is not mounted, or only with its processes and without a table for this protocol.
    static func table(_ transport: Transport, _ family: Int32) throws(Errno) -> [SocketRecord] {
        guard transport.hasTable else { throw .noSuchFile }
        // What /proc/net leads to, which is not there with subset=pid.
        let folder = "/proc/thread-self/net"
        let text: [UInt8]
        do {
            let suffix = family == AF_INET6 ? "6" : ""
            text = try OwnedDescriptor.contents(of: "\(folder)/\(transport.rawValue)\(suffix)")
        } catch .noSuchFile where unsafe access(folder, F_OK) == 0 {
            return []
        }
        if transport == .unix { return unixTable(text) }
        return text.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
            let line = String(decoding: line, as: UTF8.self)
            return switch transport {
            case .netlink: SocketRecord(netlinkTable: line)
            case .packet: SocketRecord(packetTable: line)
            default: SocketRecord(table: line, transport: transport, family: family)
            }
        }
    }

    /// Reads the table of Unix sockets. A name may have line feeds: what cannot be a line goes on with the name before.
    static func unixTable(_ text: [UInt8]) -> [SocketRecord] {
        var records: [SocketRecord] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines.dropFirst().dropLast() {
            if let record = SocketRecord(unixTable: line) {
                records.append(record)
            } else if let last = records.indices.last, case .unix(let name)? = records[last].local {
                records[last].local = .unix(name.continued(with: line))
            }
        }
        return records
    }

    /// Reads one line: slot, local and remote address, state, queues, timer, retransmissions, user, timeout,
    /// inode. What stands for the local port of a raw socket is the protocol.
    init?(table line: some StringProtocol, transport: Transport, family: Int32) {
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count > 9, let state = UInt8(columns[3], radix: 16).flatMap({ TCPState(rawValue: $0) }),
            let local = SocketAddress(table: columns[1], family),
            let peer = SocketAddress(table: columns[2], family),
            let uid = UInt32(columns[7]), let inode = UInt64(columns[9])
        else { return nil }
        let queues = columns[4].split(separator: ":").map { UInt32($0, radix: 16) }
        guard queues.count == 2, let sent = queues[0], let received = queues[1] else { return nil }
        let number = transport == .raw ? Int32(local.port ?? 0) : transport.protocolNumber
        kind = SocketKind(family: family, type: transport.socketType, protocol: number)
        self.state = state
        self.local = local
        self.peer = peer
        self.inode = inode
        cookie = 0
        self.uid = uid
        interface = 0
        timer = Timer(table: columns[5], repetitions: columns[6])
        receiveLength = received
        sendLength = state == .listen ? nil : sent
    }

    /// Reads one line of the table of Unix sockets: pointer, references, protocol, flags, type, state, inode,
    /// and the name, if there is one, to the end of the line.
    init?(unixTable line: ArraySlice<UInt8>) {
        let columns = line.split(separator: UInt8(ascii: " "), maxSplits: 7)
        guard columns.count > 6 else { return nil }
        let words = columns.prefix(7).map { String(decoding: $0, as: UTF8.self) }
        guard let flags = UInt32(words[3], radix: 16), let type = Int32(words[4], radix: 16),
            let inode = UInt64(words[6])
        else { return nil }
        kind = SocketKind(family: AF_UNIX, type: type, protocol: 0)
        // __SO_ACCEPTCON, and SS_CONNECTED.
        state = flags & 0x10000 != 0 ? .listen : words[5] == "03" ? .established : .close
        let name = columns.count > 7 ? Array(columns[7]) : []
        local =
            switch name.first {
            case nil: .unix(.unnamed)
            // An abstract name begins with the NUL that is shown as '@'.
            case UInt8(ascii: "@"): .unix(.abstract(Array(name.dropFirst())))
            default: .unix(.path(name))
            }
        peer = .unix(.unnamed)
        self.inode = inode
        cookie = 0
        interface = 0
        timer = nil
        receiveLength = nil
        sendLength = nil
    }
}

extension UnixName {
    /// The name with a line feed and what comes after it.
    fileprivate func continued(with line: ArraySlice<UInt8>) -> UnixName {
        switch self {
        case .path(let path): .path(path + [UInt8(ascii: "\n")] + line)
        case .abstract(let name): .abstract(name + [UInt8(ascii: "\n")] + line)
        case .unnamed: .unnamed
        }
    }
}

extension Transport {
    /// Whether there is a table for it in `/proc/net`.
    package var hasTable: Bool { self != .mptcp && self != .vsock }
}

extension SocketRecord.Timer {
    /// `01:0000005A`: which, and the clock ticks (`USER_HZ`) until it goes off. Nil where none runs.
    fileprivate init?(table text: some StringProtocol, repetitions: some StringProtocol) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let purpose = UInt8(parts[0], radix: 16).flatMap({ Purpose(rawValue: $0) }),
            let ticks = UInt32(parts[1], radix: 16)
        else { return nil }
        self.purpose = purpose
        remaining = .milliseconds(Int64(ticks) * 10)
        self.repetitions = Int(repetitions, radix: 16) ?? 0
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
