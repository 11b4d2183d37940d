// Records of the sockets of netlink(7), packet(7) and vsock(7), out of the messages of sock_diag(7) and the tables of
// /proc/net. Pure functions of the bytes.

import CLinux
import Glibc

extension SocketRecord {
    /// Reads a `struct netlink_diag_msg` and its attributes; nil for what is cut off or makes no sense. Such a
    /// socket has no state.
    init?(netlink message: RawSpan) {
        guard let fixed = message.value(netlink_diag_msg.self, at: 0), Int32(fixed.ndiag_family) == AF_NETLINK
        else { return nil }
        self.init(
            foreign: SocketKind(
                family: AF_NETLINK, type: Int32(fixed.ndiag_type), protocol: Int32(fixed.ndiag_protocol)),
            ForeignAddresses(
                local: .netlink(port: fixed.ndiag_portid), peer: .netlink(port: fixed.ndiag_dst_portid)),
            inode: fixed.ndiag_ino, cookie: fixed.ndiag_cookie)
        Netlink.forEachAttribute(in: message, from: MemoryLayout<netlink_diag_msg>.size) { type, value in
            if type == clinux_netlink_memory { take(memory: value) }
        }
    }

    /// Reads a `struct packet_diag_msg` and its attributes, in the same way.
    init?(packet message: RawSpan) {
        guard let fixed = message.value(packet_diag_msg.self, at: 0), Int32(fixed.pdiag_family) == AF_PACKET
        else { return nil }
        var interface: UInt32 = 0
        var uid: UInt32?
        var memory: OptionValue?
        Netlink.forEachAttribute(in: message, from: MemoryLayout<packet_diag_msg>.size) { type, value in
            switch type {
            case clinux_packet_info: interface = value.value(UInt32.self, at: 0) ?? 0
            case clinux_packet_uid: uid = value.value(UInt32.self, at: 0)
            case clinux_packet_memory:
                memory = OptionValue(kernel: value.array, type: SocketOption.memoryInfo.type)
            default: break
            }
        }
        self.init(
            foreign: SocketKind(
                family: AF_PACKET, type: Int32(fixed.pdiag_type), protocol: Int32(fixed.pdiag_num)),
            ForeignAddresses(
                local: .packet(protocol: fixed.pdiag_num, interface: interface), peer: nil),
            inode: fixed.pdiag_ino, cookie: fixed.pdiag_cookie, interface: interface)
        self.uid = uid
        if let memory { take(memory: memory) }
    }

    /// Reads a `struct vsock_diag_msg`, whose states are those of TCP.
    init?(vsock message: RawSpan) {
        guard let fixed = message.value(vsock_diag_msg.self, at: 0), Int32(fixed.vdiag_family) == AF_VSOCK
        else { return nil }
        self.init(
            foreign: SocketKind(family: AF_VSOCK, type: Int32(fixed.vdiag_type), protocol: 0),
            ForeignAddresses(
                local: .vsock(cid: fixed.vdiag_src_cid, port: fixed.vdiag_src_port),
                peer: .vsock(cid: fixed.vdiag_dst_cid, port: fixed.vdiag_dst_port)),
            inode: fixed.vdiag_ino, cookie: fixed.vdiag_cookie,
            state: TCPState(rawValue: fixed.vdiag_state))
        shutdown = Shutdown(rawValue: fixed.vdiag_shutdown)
    }

    private init(
        foreign kind: SocketKind, _ addresses: ForeignAddresses, inode: UInt32, cookie: (UInt32, UInt32),
        interface: UInt32 = 0, state: TCPState? = nil
    ) {
        self.kind = kind
        self.state = state
        foreign = addresses
        (local, peer) = (nil, nil)
        self.inode = UInt64(inode)
        self.cookie = UInt64(cookie.1) << 32 | UInt64(cookie.0)
        self.interface = interface
        timer = nil
        (receiveLength, sendLength) = (nil, nil)
    }

    /// Takes the memory, of which the queues are part: nothing else tells their length.
    private mutating func take(memory bytes: RawSpan) {
        take(memory: OptionValue(kernel: bytes.array, type: SocketOption.memoryInfo.type))
    }

    private mutating func take(memory value: OptionValue?) {
        memory = value
        guard case .record(let fields)? = value else { return }
        func length(_ name: String) -> UInt32? {
            fields.first { $0.name == name }.map { UInt32(truncatingIfNeeded: $0.value) }
        }
        (receiveLength, sendLength) = (length("rmem_alloc"), length("wmem_alloc"))
    }

    /// Reads one line of `/proc/net/netlink`: pointer, protocol, port ID, groups, both queues, whether it is
    /// dumped, references, drops, inode.
    init?(netlinkTable line: some StringProtocol) {
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count > 9, let number = Int32(columns[1]), let port = UInt32(columns[2]),
            let inode = UInt32(columns[9])
        else { return nil }
        // The table does not tell SOCK_RAW from SOCK_DGRAM, which are the same here.
        self.init(
            foreign: SocketKind(family: AF_NETLINK, type: Int32(SOCK_RAW.rawValue), protocol: number),
            ForeignAddresses(local: .netlink(port: port), peer: nil), inode: inode, cookie: (0, 0))
        (receiveLength, sendLength) = (UInt32(columns[4]), UInt32(columns[5]))
    }

    /// Reads one line of `/proc/net/packet`: pointer, references, type, protocol, interface, whether it runs,
    /// receive queue, user, inode.
    init?(packetTable line: some StringProtocol) {
        let columns = line.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count > 8, let type = Int32(columns[2]), let number = UInt16(columns[3], radix: 16),
            let interface = UInt32(columns[4]), let inode = UInt32(columns[8])
        else { return nil }
        self.init(
            foreign: SocketKind(family: AF_PACKET, type: type, protocol: Int32(number)),
            ForeignAddresses(local: .packet(protocol: number, interface: interface), peer: nil),
            inode: inode, cookie: (0, 0), interface: interface)
        receiveLength = UInt32(columns[6])
        uid = UInt32(columns[7])
    }
}
