// What the kernel tells with a datagram beside its payload: the control messages of recvmsg(2), parsed from
// bytes alone, so that it can be tested without a socket.

import CLinux
import Glibc

/// What came with a datagram. Each part is there only if the socket was asked for it.
package struct AncillaryData: Hashable, Sendable {
    /// The address it was sent to, maybe one of many hosts (`IP_PKTINFO`, `IPV6_RECVPKTINFO`).
    package var destination: AnyIPAddress?
    /// Our own address on the way back to the sender; of IPv4 only, where `destination` may be a broadcast.
    package var local: AnyIPAddress?
    /// The index of the interface that it came in by.
    package var interface: UInt32?
    /// When the kernel received it (`SO_TIMESTAMPNS`).
    package var timestamp: Timestamp?
    /// How many the socket has dropped since it was made, up to this one; nil for none (`SO_RXQ_OVFL`).
    package var drops: UInt32?
    /// How many more routers it might have passed (`IP_RECVTTL`, `IPV6_RECVHOPLIMIT`).
    package var hopLimit: Int?
    /// Several datagrams in a row, each of this length but for the last (`UDP_GRO`).
    package var segmentSize: Int?
    /// What the error queue says of one that we sent (`IP_RECVERR`, `IPV6_RECVERR`).
    package var error: NetworkError?

    package init() {}

    /// Parses the control messages in `control`. What is cut off or unknown is left out.
    package init(parsing control: RawSpan) {
        var offset = 0
        while let length = control.value(Int.self, at: offset),
            let level = control.value(Int32.self, at: offset + 8),
            let type = control.value(Int32.self, at: offset + 12),
            length >= Self.headerLength, length <= control.byteCount - offset
        {
            take(level, type, control.extracting((offset + Self.headerLength)..<(offset + length)))
            offset += Self.aligned(length)
        }
    }

    private mutating func take(_ level: Int32, _ type: Int32, _ data: RawSpan) {
        switch (level, type) {
        case (Int32(IPPROTO_IP), IP_PKTINFO):
            // struct in_pktinfo: the interface, our address, the destination.
            guard data.byteCount >= 12 else { return }
            interface = data.value(UInt32.self, at: 0)
            local = AnyIPAddress(bytes: data.extracting(4..<8).array)
            destination = AnyIPAddress(bytes: data.extracting(8..<12).array)
        case (Int32(IPPROTO_IPV6), IPV6_PKTINFO):
            // struct in6_pktinfo: the destination, the interface.
            guard data.byteCount >= 20 else { return }
            destination = AnyIPAddress(bytes: data.extracting(0..<16).array)
            interface = data.value(UInt32.self, at: 16)
        case (SOL_SOCKET, SO_TIMESTAMPNS):
            guard let time = data.value(timespec.self, at: 0) else { return }
            timestamp = Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
        case (SOL_SOCKET, SO_RXQ_OVFL):
            drops = data.value(UInt32.self, at: 0)
        case (Int32(IPPROTO_IP), IP_TTL), (Int32(IPPROTO_IPV6), IPV6_HOPLIMIT):
            hopLimit = data.value(Int32.self, at: 0).map { Int($0) }
        case (SocketOption.receiveOffload.level.number, SocketOption.receiveOffload.number):
            segmentSize = data.value(Int32.self, at: 0).flatMap { $0 > 0 ? Int($0) : nil }
        case (Int32(IPPROTO_IP), IP_RECVERR), (Int32(IPPROTO_IPV6), IPV6_RECVERR):
            error = NetworkError(parsing: data)
        default:
            break
        }
    }

    /// `CMSG_LEN(0)`.
    static let headerLength = MemoryLayout<cmsghdr>.size
    /// `CMSG_ALIGN`.
    static func aligned(_ length: Int) -> Int { (length + 7) & ~7 }
    /// Room for every control message that a socket of ours asks for.
    static let capacity = 512
}

/// The way a datagram takes out: the control messages of `sendmsg(2)`.
package struct DatagramRoute: Hashable, Sendable {
    /// The interface's index, 0 for the one that the routes say.
    package var interface: UInt32
    /// The source address, nil for the one that the routes say.
    package var source: AnyIPAddress?

    package init(interface: UInt32 = 0, source: AnyIPAddress? = nil) {
        self.interface = interface
        self.source = source
    }

    /// The control messages for a destination of this family.
    /// - Parameter segmentSize: cut the payload into datagrams of this length (`UDP_SEGMENT`).
    func control(_ family: AddressFamily, segmentSize: Int?) -> [UInt8] {
        var bytes: [UInt8] = []
        if interface != 0 || source != nil {
            switch (family, source) {
            case (.inet, _):
                var local: [UInt8] = [0, 0, 0, 0]
                if case .inet(let address) = source { local = address.bytes }
                Self.append(
                    Int32(IPPROTO_IP), IP_PKTINFO, interface.kernelBytes + local + [0, 0, 0, 0], &bytes)
            case (.inet6, _):
                var local = [UInt8](repeating: 0, count: 16)
                if case .inet6(let address) = source { local = address.bytes }
                Self.append(Int32(IPPROTO_IPV6), IPV6_PKTINFO, local + interface.kernelBytes, &bytes)
            case (.unix, _), (.vsock, _): break
            }
        }
        if let segmentSize {
            let option = SocketOption.segmentSize
            Self.append(
                option.level.number, option.number, UInt16(clamping: segmentSize).kernelBytes, &bytes)
        }
        return bytes
    }

    private static func append(_ level: Int32, _ type: Int32, _ data: [UInt8], _ bytes: inout [UInt8]) {
        bytes += (AncillaryData.headerLength + data.count).kernelBytes + level.kernelBytes + type.kernelBytes
        bytes += data
        bytes += [UInt8](repeating: 0, count: AncillaryData.aligned(data.count) - data.count)
    }
}
