// Whole packets: a segment of TCP, a datagram of UDP.

import Framing

/// The flags of a segment, RFC 9293.
struct TCPFlags: OptionSet {
    let rawValue: UInt8
    static let fin = TCPFlags(rawValue: 1)
    static let syn = TCPFlags(rawValue: 2)
    static let rst = TCPFlags(rawValue: 4)
    static let psh = TCPFlags(rawValue: 8)
    static let ack = TCPFlags(rawValue: 16)
}

/// A segment's own header.
struct TCPHeader {
    var sequence: UInt32
    /// Zero where `flags` have no ACK.
    var acknowledgement: UInt32
    var flags: TCPFlags
}

extension PacketRoute {
    /// What a segment has room for beside its headers, without options, in a packet of IPv4; one of IPv6 would have room for 20 bytes
    /// more.
    static let longestSegment = 65_495
    /// What a datagram has room for in a packet that Wireshark takes.
    static let longestDatagram = PcapngBlock.longestPacket - 56
    /// The window is always open: 65,535 << 8 bytes are far more than is ever unacknowledged here.
    private static let windowScale: UInt8 = 8

    func appendSegment(_ header: TCPHeader, _ payload: RawSpan? = nil, to packet: inout [UInt8]) {
        let options: [UInt8] =
            header.flags.contains(.syn)
            ? [
                2, 4, UInt8(Self.longestSegment >> 8), UInt8(Self.longestSegment & 0xff), 1, 3, 3,
                Self.windowScale,
            ]
            : []
        let length = 20 + options.count + (payload?.byteCount ?? 0)
        appendHeader(of: .tcp, length: length, to: &packet)
        let start = packet.count
        packet.append(big: sourcePort)
        packet.append(big: destinationPort)
        packet.append(big: header.sequence)
        packet.append(big: header.acknowledgement)
        packet.append(UInt8((20 + options.count) / 4) << 4)
        packet.append(header.flags.rawValue)
        packet.append(big: UInt16.max)
        packet.append(big: 0 as UInt32)
        packet += options
        if let payload { packet.append(payload) }
        let checksum = checksum(of: .tcp, length: length, packet, from: start)
        packet.set(big: checksum, at: start + 16)
    }

    /// - Parameter missing: how many bytes of the datagram are not in `payload`.
    func appendDatagram(_ payload: RawSpan, missing: Int = 0, to packet: inout [UInt8]) {
        let length = 8 + payload.byteCount + missing
        appendHeader(of: .udp, length: length, to: &packet)
        let start = packet.count
        packet.append(big: sourcePort)
        packet.append(big: destinationPort)
        packet.append(big: length > UInt16.max ? 0 : UInt16(length))
        packet.append(big: 0 as UInt16)
        packet.append(payload)
        let checksum = checksum(of: .udp, length: length, packet, from: start)
        // Zero would say that there is none.
        packet.set(big: checksum == 0 ? .max : checksum, at: start + 6)
    }
}
