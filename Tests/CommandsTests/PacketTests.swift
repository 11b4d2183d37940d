// What a recording of packets is made of: blocks of pcapng, checksums, headers, and the segments that tell of a connection.

import Sockets
import Testing

@testable import Commands

@Suite struct PacketTests {
    // MARK: pcapng

    @Test func aSectionHeader() {
        var file: [UInt8] = []
        PcapngBlock.appendHeader(application: "app", comment: "hello", to: &file)
        #expect(
            file == PcapngBlock.magic + [64, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0]
                + [UInt8](repeating: 0xff, count: 8)
                + [1, 0, 5, 0] + Array("hello".utf8) + [0, 0, 0]
                + [3, 0, 5, 0] + Array("Linux".utf8) + [0, 0, 0]
                + [4, 0, 3, 0] + Array("app".utf8) + [0] + [0, 0, 0, 0] + [64, 0, 0, 0])
    }

    @Test func aPacket() {
        var file: [UInt8] = []
        let time = Timestamp(
            seconds: 0x1_0000_0000 / 1_000_000_000, nanoseconds: 0x1_0000_0000 % 1_000_000_000)
        PcapngBlock.appendPacket(
            .init(interface: 3, time: time, direction: .sent, missing: 2, comment: "no"), to: &file
        ) { $0 += [7, 8, 9] }
        #expect(
            file == [
                6, 0, 0, 0, 56, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0, 7, 8, 9,
                0,
                1, 0, 2, 0, 0x6e, 0x6f, 0, 0, 2, 0, 4, 0, 2, 0, 0, 0, 0, 0, 0, 0, 56, 0, 0, 0,
            ])
    }

    // MARK: checksums and headers

    /// The sum as RFC 1071 defines it, word by word.
    private func reference(_ bytes: [UInt8]) -> UInt16 {
        var sum = 0
        for index in bytes.indices { sum += index % 2 == 0 ? Int(bytes[index]) << 8 : Int(bytes[index]) }
        while sum > 0xffff { sum = (sum & 0xffff) + (sum >> 16) }
        return ~UInt16(sum)
    }

    private func checksum(_ bytes: [UInt8], from start: Int = 0) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(bytes, from: start)
        return checksum.value
    }

    @Test func checksums() {
        #expect(checksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]) == 0x220d)
        #expect(checksum([UInt8](repeating: 0xff, count: 65_535)) == 0x00ff)
        for length in 0..<80 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
            #expect(checksum(bytes) == reference(bytes), "\(length)")
            #expect(checksum([1, 2, 3] + bytes, from: 3) == reference(bytes), "\(length)")
        }
    }

    private func route(_ from: String, _ to: String) throws -> PacketRoute? {
        func address(_ text: String) throws -> SocketAddress {
            if let address = IPv4Address(text) { return .inet(address, port: 7) }
            return .inet6(try #require(IPv6Address(text)), port: 9)
        }
        return PacketRoute(from: try address(from), to: try address(to))
    }

    @Test(
        "what a dual-stack socket sees is the packet that it was",
        arguments: [
            ("127.0.0.1", "127.0.0.2", true), ("::ffff:127.0.0.1", "127.0.0.2", true),
            ("::", "127.0.0.1", true),
            ("::ffff:10.0.0.1", "::ffff:10.0.0.2", true), ("::1", "::1", false), ("::", "::1", false),
            ("::", "::", false), ("10.0.0.1", "::1", false),
        ])
    func versions(_ from: String, _ to: String, _ isIPv4: Bool) throws {
        let route = try #require(try route(from, to))
        #expect(route.isIPv4 == isIPv4)
        #expect(route.reversed.reversed == route)
    }

    @Test func aSegment() throws {
        let route = try #require(try route("10.0.0.1", "10.0.0.2"))
        var packet: [UInt8] = []
        let payload: [UInt8] = [1, 2, 3]
        route.appendSegment(
            TCPHeader(sequence: 0x0102_0304, acknowledgement: 5, flags: [.psh, .ack]), payload.span.bytes,
            to: &packet)
        #expect(packet.count == 43)
        #expect(Array(packet[..<10]) == [0x45, 0, 0, 43, 0, 0, 0x40, 0, 64, 6])
        #expect(reference(Array(packet[..<20])) == 0)
        #expect(Array(packet[20..<36]) == [0, 7, 0, 7, 1, 2, 3, 4, 0, 0, 0, 5, 0x50, 0x18, 0xff, 0xff])
        // The pseudo-header makes the sum whole.
        #expect(reference(Array(packet[12..<20]) + [0, 6, 0, 23] + packet[20...]) == 0)
    }

    @Test("a datagram, and one that is longer than any of UDP", arguments: [0, 1, 65_527, 65_528, 200_001])
    func datagrams(_ length: Int) throws {
        let route = try #require(try route("::1", "::2"))
        var packet: [UInt8] = []
        let payload = [UInt8](repeating: 5, count: length)
        route.appendDatagram(payload.span.bytes, to: &packet)
        let header = length > 65_527 ? 48 : 40
        #expect(packet.count == header + 8 + length)
        #expect(packet[6] == (header == 48 ? 0 : 17))
        let total = UInt32(length + 8)
        let pseudo = Array(packet[8..<40]) + (0..<4).map { UInt8(truncatingIfNeeded: total >> (24 - 8 * $0)) }
        #expect(reference(pseudo + [0, 0, 0, 17] + packet[header...]) == 0)
    }

    @Test func unixSocketsHaveAddressesOfTheirOwn() {
        let routes = [1, 2, 16_384, 16_385, 40_000].map(PacketRoute.unixConnection)
        for (index, route) in routes.enumerated() { #expect(!routes[..<index].contains(route)) }
        let (one, other) = (UnixName.path(Array("/a".utf8)), UnixName.abstract(Array("/a".utf8)))
        let route = PacketRoute.unixDatagram(from: one, to: other)
        #expect(route.source != route.destination && !route.isIPv4)
        #expect(route.reversed == PacketRoute.unixDatagram(from: other, to: one))
    }

    // MARK: a connection

    private struct Segment: Equatable {
        let direction: Direction
        let sequence: UInt32
        let acknowledgement: UInt32
        let flags: UInt8
        let size: Int
    }

    /// Reads the packets of IPv4 back.
    private func segments(_ file: [UInt8]) -> [Segment] {
        var segments: [Segment] = []
        var offset = 0
        func little(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(file[at + $1]) << (8 * $1) } }
        func big(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 << 8 | UInt32(file[at + $1]) } }
        while offset < file.count {
            let (ip, captured) = (offset + 28, little(offset + 20))
            let tcp = ip + 20
            segments.append(
                Segment(
                    direction: file[tcp + 1] == 1 ? .sent : .received, sequence: big(tcp + 4),
                    acknowledgement: big(tcp + 8), flags: file[tcp + 13],
                    size: captured - 20 - Int(file[tcp + 12] >> 4) * 4))
            offset += little(offset + 4)
        }
        return segments
    }

    private func conversation(from first: UInt32) throws -> TCPConversation {
        let local = SocketAddress.inet(.loopback, port: 1)
        let route = try #require(PacketRoute(from: local, to: .inet(.loopback, port: 2)))
        return TCPConversation(route, on: 0, from: first)
    }

    @Test("sequence numbers begin anew after the last of 32 bits")
    func wraps() throws {
        var (file, conversation) = ([UInt8](), try conversation(from: 0xffff_fff0))
        conversation.open(by: .sent, .now, .now, "", to: &file)
        let payload = [UInt8](repeating: 1, count: 65_500)
        conversation.carry(payload.span.bytes, .sent, at: .now, to: &file)
        let three: [UInt8] = [1, 2, 3]
        conversation.carry(three.span.bytes, .received, at: .now, to: &file)
        conversation.finish(.received, at: .now, to: &file)
        conversation.finish(.received, at: .now, to: &file)
        conversation.reset(.sent, at: .now, to: &file)
        conversation.carry(payload.span.bytes, .sent, at: .now, to: &file)
        let (first, ours): (UInt32, UInt32) = (0xffff_fff0, 0xffff_fff1 &+ 65_500)
        #expect(
            segments(file) == [
                Segment(direction: .sent, sequence: first, acknowledgement: 0, flags: 2, size: 0),
                Segment(
                    direction: .received, sequence: first, acknowledgement: first + 1, flags: 18, size: 0),
                Segment(
                    direction: .sent, sequence: first + 1, acknowledgement: first + 1, flags: 16, size: 0),
                Segment(
                    direction: .sent, sequence: first + 1, acknowledgement: first + 1, flags: 16, size: 65_495
                ),
                Segment(
                    direction: .sent, sequence: ours &- 5, acknowledgement: first + 1, flags: 24, size: 5),
                Segment(direction: .received, sequence: first + 1, acknowledgement: ours, flags: 24, size: 3),
                Segment(direction: .received, sequence: first + 4, acknowledgement: ours, flags: 17, size: 0),
                Segment(direction: .sent, sequence: ours, acknowledgement: first + 5, flags: 16, size: 0),
                Segment(direction: .sent, sequence: ours, acknowledgement: first + 5, flags: 20, size: 0),
            ])
    }

    @Test("what goes one way is acknowledged every now and then")
    func acknowledges() throws {
        var (file, conversation) = ([UInt8](), try conversation(from: 0))
        let one: [UInt8] = [1]
        for _ in 0..<100 { conversation.carry(one.span.bytes, .received, at: .now, to: &file) }
        let acknowledgements = segments(file).filter { $0.direction == .sent }.map(\.acknowledgement)
        #expect(acknowledgements == [16, 32, 48, 64, 80, 96])
    }

    @Test("when both have ended there is no reset of ours")
    func noReset() throws {
        var (file, conversation) = ([UInt8](), try conversation(from: 0))
        conversation.finish(.received, at: .now, to: &file)
        conversation.finish(.sent, at: .now, to: &file)
        conversation.reset(.sent, at: .now, to: &file)
        #expect(segments(file).map(\.flags) == [17, 16, 17, 16])
    }

    @Test(
        "an earlier time",
        arguments: [
            (Duration.nanoseconds(5), 9, 999_999_999), (.seconds(2), 8, 4), (.nanoseconds(4), 10, 0),
            (.zero, 10, 4),
            (.milliseconds(1500), 8, 500_000_004),
        ])
    func earlier(_ duration: Duration, _ seconds: Int, _ nanoseconds: Int) {
        let time = Timestamp(seconds: 10, nanoseconds: 4)
        #expect(time - duration == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }
}
