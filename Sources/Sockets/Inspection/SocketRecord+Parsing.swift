// Socket records out of the messages of sock_diag(7). Pure functions of the bytes.

import CLinux
import Glibc

extension SocketRecord {
    /// Reads a `struct inet_diag_msg` and its attributes; nil for what is cut off or makes no sense.
    init?(inet message: RawSpan, transport: Transport) {
        guard let fixed = message.value(inet_diag_msg.self, at: 0),
            let state = TCPState(rawValue: fixed.idiag_state),
            let local = SocketAddress(fixed, fixed.id.idiag_src, port: fixed.id.idiag_sport),
            let peer = SocketAddress(fixed, fixed.id.idiag_dst, port: fixed.id.idiag_dport)
        else { return nil }
        kind = SocketKind(
            family: Int32(fixed.idiag_family), type: transport.socketType, protocol: transport.protocolNumber)
        // Of TCP the list has no closed sockets but those that are bound and neither listen nor are connected.
        self.state = transport == .tcp && state == .close ? .boundInactive : state
        self.local = local
        self.peer = peer
        inode = UInt64(fixed.idiag_inode)
        cookie = UInt64(fixed.id.idiag_cookie.1) << 32 | UInt64(fixed.id.idiag_cookie.0)
        // Of a connection that is in TIME_WAIT, or that has no socket yet, the kernel writes 0.
        uid = inode == 0 && fixed.idiag_uid == 0 ? nil : fixed.idiag_uid
        interface = fixed.id.idiag_if
        timer = Timer.Purpose(rawValue: fixed.idiag_timer).map {
            Timer(
                purpose: $0, remaining: .milliseconds(Int64(fixed.idiag_expires)),
                repetitions: Int(fixed.idiag_retrans)
            )
        }
        receiveLength = fixed.idiag_rqueue
        sendLength = fixed.idiag_wqueue
        Netlink.forEachAttribute(in: message, from: MemoryLayout<inet_diag_msg>.size) { type, value in
            switch type {
            case clinux_diag_info where transport == .tcp: tcpInfo = TCPInfo(bytes: value.array)
            // `struct mptcp_info`, mptcpi_token.
            case clinux_diag_info where transport == .mptcp: take(token: value.value(UInt32.self, at: 12))
            case clinux_diag_layer: take(layer: value)
            case clinux_diag_congestion:
                congestion = String(decoding: value.array.prefix { $0 != 0 }, as: UTF8.self)
            case clinux_diag_memory:
                memory = OptionValue(kernel: value.array, type: SocketOption.memoryInfo.type)
            case clinux_diag_shutdown: shutdown = Shutdown(rawValue: value.value(UInt8.self, at: 0) ?? 0)
            case clinux_diag_v6only: v6Only = value.value(UInt8.self, at: 0).map { $0 != 0 }
            case clinux_diag_mark: mark = value.value(UInt32.self, at: 0)
            case clinux_diag_tos: typeOfService = value.value(UInt8.self, at: 0)
            case clinux_diag_traffic_class: trafficClass = value.value(UInt8.self, at: 0)
            default: break
            }
        }
    }

    /// Of the protocol that lies over a TCP connection, what MPTCP says.
    private mutating func take(layer: RawSpan) {
        Netlink.forEachAttribute(in: layer, from: 0) { type, value in
            guard type == clinux_diag_layer_mptcp else { return }
            Netlink.forEachAttribute(in: value, from: 0) { type, value in
                if type == clinux_mptcp_token { take(token: value.value(UInt32.self, at: 0)) }
            }
        }
    }

    /// 0 stands for none.
    private mutating func take(token: UInt32?) { if let token, token != 0 { mptcpToken = token } }

    /// Reads a `struct unix_diag_msg` and its attributes; nil for what is cut off or makes no sense.
    init?(unix message: RawSpan) {
        guard let fixed = message.value(unix_diag_msg.self, at: 0), Int32(fixed.udiag_family) == AF_UNIX,
            let state = TCPState(rawValue: fixed.udiag_state)
        else { return nil }
        kind = SocketKind(family: AF_UNIX, type: Int32(fixed.udiag_type), protocol: 0)
        self.state = state
        local = .unix(.unnamed)
        peer = .unix(.unnamed)
        inode = UInt64(fixed.udiag_ino)
        cookie = UInt64(fixed.udiag_cookie.1) << 32 | UInt64(fixed.udiag_cookie.0)
        interface = 0
        timer = nil
        Netlink.forEachAttribute(in: message, from: MemoryLayout<unix_diag_msg>.size) { type, value in
            switch type {
            case clinux_unix_name: local = .unix(UnixName(kernel: value.array))
            case clinux_unix_file:
                guard let file = value.value(unix_diag_vfs.self, at: 0) else { return }
                self.file = FileIdentity(device: file.udiag_vfs_dev, inode: file.udiag_vfs_ino)
            case clinux_unix_peer:
                // 0 stands for a peer that is not accepted yet.
                peerInode = value.value(UInt32.self, at: 0).flatMap { $0 == 0 ? nil : UInt64($0) }
            case clinux_unix_queues:
                guard let queues = value.value(unix_diag_rqlen.self, at: 0) else { return }
                (receiveLength, sendLength) = (queues.udiag_rqueue, queues.udiag_wqueue)
            case clinux_unix_memory:
                memory = OptionValue(kernel: value.array, type: SocketOption.memoryInfo.type)
            case clinux_unix_shutdown: shutdown = Shutdown(rawValue: value.value(UInt8.self, at: 0) ?? 0)
            case clinux_unix_uid: uid = value.value(UInt32.self, at: 0)
            default: break
            }
        }
    }
}

extension SocketAddress {
    /// An address of `struct inet_diag_sockid`. A link-local one is of the interface that is told with it.
    fileprivate init?(_ message: inet_diag_msg, _ words: (UInt32, UInt32, UInt32, UInt32), port: UInt16) {
        let port = UInt16(bigEndian: port)
        switch Int32(message.idiag_family) {
        case AF_INET:
            self = .inet(IPv4Address(UInt32(bigEndian: words.0)), port: port)
        case AF_INET6:
            let number = [words.0, words.1, words.2, words.3].reduce(UInt128(0)) {
                $0 << 32 | UInt128($1.byteSwapped)
            }
            let isLinkLocal = number >> 118 == 0x3fa
            self = .inet6(IPv6Address(number, scope: isLinkLocal ? message.id.idiag_if : 0), port: port)
        default:
            return nil
        }
    }
}

extension UnixName {
    /// The bytes after the family in `struct sockaddr_un`.
    fileprivate init(kernel path: [UInt8]) {
        switch path.first {
        case nil: self = .unnamed
        case 0: self = .abstract(Array(path.dropFirst()))
        default: self = .path(Array(path.prefix { $0 != 0 }))
        }
    }
}
