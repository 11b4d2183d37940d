// The blocks of a pcapng file (draft-ietf-opsawg-pcapng): its head, an interface, a packet. Bytes from values, and nothing else:
// what a packet holds is appended by whoever has it. Everything is little-endian.

import CommandSpec
import Framing
import Sockets

enum PcapngBlock {
    /// What a section header begins with, and therefore a file. It is no text, whatever becomes of line ends.
    static let magic: [UInt8] = [0x0a, 0x0d, 0x0d, 0x0a]

    /// LINKTYPE_RAW: a packet begins with the header of IPv4 or IPv6.
    private static let rawIP: UInt16 = 101
    /// More of a packet is refused by Wireshark.
    static let longestPacket = 262_144

    /// A section header.
    /// - Parameters:
    ///   - application: who writes it.
    ///   - comment: what it is of.
    static func appendHeader(application: String, comment: String, to file: inout [UInt8]) {
        append(0x0a0d_0d0a, to: &file) { file in
            file.append(little: 0x1a2b_3c4d as UInt32)
            file.append(little: 1 as UInt16)
            file.append(little: 0 as UInt16)
            // How long the section gets is not known yet.
            file.append(little: Int64(-1))
            option(1, comment, to: &file)
            option(3, "Linux", to: &file)
            option(4, application, to: &file)
            endOptions(&file)
        }
    }

    /// An interface description: packets name it by its place among them. Their times are in nanoseconds.
    static func appendInterface(name: String, description: String, to file: inout [UInt8]) {
        append(1, to: &file) { file in
            file.append(little: rawIP)
            file.append(little: 0 as UInt16)
            file.append(little: UInt32(longestPacket))
            option(2, name, to: &file)
            option(3, description, to: &file)
            // if_tsresol: 10 to the power of -9 seconds.
            option(9, [9], to: &file)
            endOptions(&file)
        }
    }

    /// What is said of a packet beside its bytes.
    struct PacketFacts {
        /// Of the interface, counted from 0.
        var interface: UInt32
        var time: Timestamp
        var direction: Direction
        /// How many bytes of it are not in the file.
        var missing = 0
        var comment: String?
    }

    /// An enhanced packet.
    /// - Parameter body: appends its bytes.
    static func appendPacket(
        _ facts: PacketFacts, to file: inout [UInt8], body: (inout [UInt8]) -> Void
    ) {
        append(6, to: &file) { file in
            let time = UInt64(facts.time.seconds) &* 1_000_000_000 &+ UInt64(facts.time.nanoseconds)
            file.append(little: facts.interface)
            file.append(little: UInt32(truncatingIfNeeded: time >> 32))
            file.append(little: UInt32(truncatingIfNeeded: time))
            let lengths = file.count
            file.append(little: 0 as UInt64)
            body(&file)
            let captured = file.count - lengths - 8
            file.set(little: UInt32(captured), at: lengths)
            file.set(little: UInt32(captured + facts.missing), at: lengths + 4)
            pad(captured, &file)
            if let comment = facts.comment { option(1, comment, to: &file) }
            // epb_flags: inbound is 1, outbound 2.
            option(2, [facts.direction == .received ? 1 : 2, 0, 0, 0], to: &file)
            endOptions(&file)
        }
    }

    // MARK: What they are made of

    /// A block has its length at both ends.
    private static func append(_ type: UInt32, to file: inout [UInt8], body: (inout [UInt8]) -> Void) {
        let start = file.count
        file.append(little: type)
        file.append(little: 0 as UInt32)
        body(&file)
        let length = UInt32(file.count - start + 4)
        file.set(little: length, at: start + 4)
        file.append(little: length)
    }

    private static func option(_ code: UInt16, _ text: String, to file: inout [UInt8]) {
        option(code, Array(text.utf8.prefix(Int(UInt16.max))), to: &file)
    }

    private static func option(_ code: UInt16, _ value: [UInt8], to file: inout [UInt8]) {
        file.append(little: code)
        file.append(little: UInt16(value.count))
        file += value
        pad(value.count, &file)
    }

    private static func endOptions(_ file: inout [UInt8]) { file.append(little: 0 as UInt32) }

    private static func pad(_ count: Int, _ file: inout [UInt8]) {
        for _ in 0..<(-count & 3) { file.append(0) }
    }
}
