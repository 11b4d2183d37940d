// The kernel's last word about each Internet socket that closes in this network namespace: the multicast groups
// SKNLGRP_*_DESTROY of sock_diag(7). Any user may listen. The sockets of TCP come with all of TCP_INFO, those of nobody,
// without inode and user, as they are gone.

import CLinux
import Glibc

/// Sockets as they close. What is not taken in time is lost and counted.
package struct SocketClosings: ~Copyable {
    private let netlink: NetlinkSocket
    private var buffer = [UInt8](repeating: 0, count: 8 << 10)
    private var drops = 0

    /// How much may wait to be taken, where we may say so.
    private static let capacity = 4 << 20

    /// `socket(2)` and `bind(2)`; `EPROTONOSUPPORT` where the kernel has no sock_diag.
    package init() throws(Errno) {
        netlink = try NetlinkSocket(
            family: NETLINK_SOCK_DIAG,
            groups: [
                Int32(SKNLGRP_INET_TCP_DESTROY.rawValue), Int32(SKNLGRP_INET_UDP_DESTROY.rawValue),
                Int32(SKNLGRP_INET6_TCP_DESTROY.rawValue), Int32(SKNLGRP_INET6_UDP_DESTROY.rawValue),
            ])
        // Beyond net.core.rmem_max with CAP_NET_ADMIN alone; up to it for everybody.
        let size = OptionValue.int(Self.capacity)
        do throws(Errno) {
            try netlink.descriptor.set(.forcedReceiveBuffer, to: size)
        } catch {
            try? netlink.descriptor.set(.receiveBuffer, to: size)
        }
    }

    /// What is to be waited for.
    package var descriptor: BorrowedDescriptor { netlink.descriptor.borrowed }

    /// Hands each socket that has closed to `body`, until none is left or `body` returns false.
    package mutating func drain(_ body: (SocketRecord) -> Bool) throws(Errno) {
        while true {
            let count: Int
            do {
                count = try netlink.receive(into: &buffer)
            } catch .wouldBlock {
                return
            } catch .noBufferSpace {
                // Some were lost, which is counted; what waits is still there.
                continue
            }
            var goesOn = true
            let datagram = unsafe buffer.span.bytes.extracting(0..<count)
            try Netlink.forEachMessage(in: datagram) { (header, payload) throws(Errno) in
                guard Int32(header.nlmsg_type) == SOCK_DIAG_BY_FAMILY,
                    let record = SocketRecord(closing: payload)
                else { return true }
                goesOn = body(record)
                return true
            }
            guard goesOn else { return }
        }
    }

    /// How many were lost since this was last asked, because nobody took them in time.
    package mutating func takeMissed() -> Int {
        let total = netlink.descriptor.droppedDatagrams()
        defer { drops = total }
        return max(0, total - drops)
    }
}

extension SocketRecord {
    /// Reads what is told of a socket that closes; nil for what makes no sense.
    init?(closing message: RawSpan) {
        var transport: Transport?
        Netlink.forEachAttribute(in: message, from: MemoryLayout<inet_diag_msg>.size) { type, value in
            guard type == clinux_diag_protocol, let number = value.value(UInt8.self, at: 0) else { return }
            transport = [.tcp, .udp].first { $0.protocolNumber == Int32(number) }
        }
        guard let transport else { return nil }
        self.init(inet: message, transport: transport)
    }
}
