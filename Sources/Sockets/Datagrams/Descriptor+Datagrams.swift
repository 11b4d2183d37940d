// Sending datagrams, and the groups that they are received from.

import CLinux
import Glibc

extension Descriptor where Self: ~Copyable {
    /// Sends one datagram, or several of equal length in one call: `sendmsg(2)`. `EAGAIN` if there is no room.
    /// - Parameters:
    ///   - destination: nil on a connected socket.
    ///   - segmentSize: cut the payload into datagrams of this length (`UDP_SEGMENT`).
    package func send(
        _ payload: RawSpan, to destination: SocketAddress?, by route: DatagramRoute = DatagramRoute(),
        segmentSize: Int? = nil
    ) throws(Errno) {
        guard let destination else {
            return unsafe try sendMessage(payload, nil, 0, route.control(.inet, segmentSize: segmentSize))
        }
        let control = route.control(destination.family, segmentSize: segmentSize)
        unsafe try destination.withSockaddr { (pointer, length) throws(Errno) in
            unsafe try sendMessage(payload, pointer, length, control)
        }
    }

    private func sendMessage(
        _ payload: RawSpan, _ name: UnsafePointer<sockaddr>?, _ nameLength: socklen_t, _ control: [UInt8]
    ) throws(Errno) {
        var control = control
        try call {
            unsafe payload.withUnsafeBytes { payload in
                unsafe control.withUnsafeMutableBytes { control in
                    var vector = unsafe iovec(
                        iov_base: UnsafeMutableRawPointer(mutating: payload.baseAddress),
                        iov_len: payload.count)
                    return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                        var message = unsafe msghdr()
                        unsafe message.msg_name = unsafe UnsafeMutableRawPointer(mutating: name)
                        unsafe message.msg_namelen = nameLength
                        unsafe message.msg_iov = vector
                        unsafe message.msg_iovlen = 1
                        unsafe message.msg_control = control.isEmpty ? nil : control.baseAddress
                        unsafe message.msg_controllen = control.count
                        return unsafe sendmsg(number, &message, clinux_dont_wait | clinux_no_signal)
                    }
                }
            }
        }
    }

    /// Receives what is sent to a multicast group: `setsockopt(2)` with `MCAST_JOIN_GROUP`, or with
    /// `MCAST_JOIN_SOURCE_GROUP` (RFC 3678).
    /// - Parameters:
    ///   - interface: its index, 0 for the one that the routes say.
    ///   - source: the only sender that is listened to, nil for any.
    package func join(
        group: AnyIPAddress, interface: UInt32, source: AnyIPAddress? = nil
    ) throws(Errno) {
        let level = group.family == .inet ? Int32(IPPROTO_IP) : Int32(IPPROTO_IPV6)
        let groupStorage = try group.with(port: 0).storage()
        if let source {
            var request = clinux_group_source_request(
                interface: interface, group: groupStorage, source: try source.with(port: 0).storage())
            let size = socklen_t(MemoryLayout<clinux_group_source_request>.size)
            try call { unsafe setsockopt(number, level, clinux_join_source_group, &request, size) }
        } else {
            var request = clinux_group_request(interface: interface, group: groupStorage)
            let size = socklen_t(MemoryLayout<clinux_group_request>.size)
            try call { unsafe setsockopt(number, level, clinux_join_group, &request, size) }
        }
    }

    /// How many datagrams the kernel has dropped because the receive buffer was full: `SO_MEMINFO`.
    package func droppedDatagrams() -> Int {
        guard case .record(let fields)? = try? get(.memoryInfo) else { return 0 }
        return Int(fields.first { $0.name == "drops" }?.value ?? 0)
    }
}

extension AnyIPAddress {
    /// Whether it stands for a group of receivers: 224.0.0.0/4, ff00::/8.
    package var isMulticast: Bool {
        switch self {
        case .inet(let address): address.number >> 28 == 0xe
        case .inet6(let address): address.bytes[0] == 0xff
        }
    }
}

extension SocketAddress {
    /// The longest payload of one datagram: 65,535 less the headers; nil for Unix, where buffers decide.
    package var longestDatagram: Int? {
        switch family {
        case .inet: 65_507
        case .inet6: 65_527
        case .unix, .vsock: nil
        }
    }

    /// This address as the kernel reads it.
    func storage() throws(Errno) -> sockaddr_storage {
        var storage = sockaddr_storage()
        _ = try write(to: &storage)
        return storage
    }
}
