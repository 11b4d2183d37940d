// Headers of the PROXY protocol, written and read.

import CommandSpec
import Sockets
import Testing

@testable import Commands

private func address(_ text: String) -> SocketAddress {
    if text.hasPrefix("unix:@") { return .unix(.abstract(Array(text.dropFirst(6).utf8))) }
    if text.hasPrefix("unix:") {
        return .unix(text == "unix:" ? .unnamed : .path(Array(text.dropFirst(5).utf8)))
    }
    let colon = text.lastIndex(of: ":")!
    let host = AnyIPAddress(text[..<colon].filter { $0 != "[" && $0 != "]" })!
    return host.with(port: UInt16(text[text.index(after: colon)...])!)
}

private func header(
    _ version: ProxyHeader.Version, _ source: String? = nil, _ destination: String? = nil
) -> ProxyHeader {
    ProxyHeader(
        version: version,
        ends: source.flatMap { source in
            destination.map { .init(source: address(source), destination: address($0)) }
        })
}

@Suite struct ProxyHeaderTests {
    @Test(
        arguments: [
            ("192.0.2.1:5000", "192.0.2.2:80", "PROXY TCP4 192.0.2.1 192.0.2.2 5000 80\r\n"),
            ("[2001:db8::1]:1", "[::1]:65535", "PROXY TCP6 2001:db8::1 ::1 1 65535\r\n"),
            ("192.0.2.1:1", "[::1]:2", "PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"),
            ("[::1]:2", "192.0.2.1:1", "PROXY TCP6 ::1 ::ffff:192.0.2.1 2 1\r\n"),
            ("unix:", "192.0.2.1:1", "PROXY UNKNOWN\r\n"), ("unix:/a", "unix:/b", "PROXY UNKNOWN\r\n"),
            (nil, nil, "PROXY UNKNOWN\r\n"),
        ] as [(String?, String?, String)])
    func lines(_ source: String?, _ destination: String?, _ line: String) {
        #expect(String(decoding: header(.v1, source, destination).bytes, as: UTF8.self) == line)
    }

    /// As haproxy's proxy-protocol.txt has them, section 2.2.
    @Test func binary() {
        let start: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
        let four: [UInt8] = start + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 0, 80]
        #expect(header(.v2, "192.0.2.1:258", "192.0.2.2:80").bytes == four)
        #expect(header(.v2).bytes == start + [0x21, 0, 0, 0])
        let six = header(.v2, "[::1]:1", "[::2]:2").bytes
        #expect(six.prefix(16) == start + [0x21, 0x21, 0, 36] && six.count == 52)
        let unix = header(.v2, "unix:/a", "unix:@b").bytes
        #expect(unix.prefix(19) == start + [0x21, 0x31, 0, 216, 0x2f, 0x61, 0] && unix.count == 232)
        #expect(unix[124...126] == [0, 0x62, 0])
    }
}

// MARK: Reading

extension ProxyHeaderTests {
    private static let start: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)

    private static func read(_ bytes: [UInt8], pieces: Int = .max) -> (PreambleOutcome, ProxyHeader?) {
        let outcome = PreambleOutcome(ProxyHeaderReader(), bytes, pieces: pieces)
        var reader = ProxyHeaderReader()
        var rest = bytes[...]
        while reader.wanted > 0, !rest.isEmpty {
            let piece = rest.prefix(reader.wanted)
            rest = rest.dropFirst(piece.count)
            guard case .wait = reader.take(Array(piece)) else { break }
        }
        return (outcome, reader.header)
    }

    private static func binary(_ bytes: [UInt8], _ body: [UInt8]) -> [UInt8] {
        start + bytes + [UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
    }

    private static let four: [UInt8] = [192, 0, 2, 1, 192, 0, 2, 2, 1, 2, 0, 80]

    /// What was written is read, however it comes, and nothing that follows is taken.
    @Test(
        arguments: [
            ("192.0.2.1:5000", "192.0.2.2:80"), ("[2001:db8::1]:1", "[::1]:65535"), ("unix:/a", "unix:@b"),
            ("unix:", "unix:/b"), (nil, nil),
        ] as [(String?, String?)], [1, 5, .max])
    func roundTrip(_ ends: (source: String?, destination: String?), _ pieces: Int) {
        for version in ProxyHeader.Version.allCases {
            let written = header(version, ends.source, ends.destination)
            let bytes = written.bytes
            for payload in ["", "payload", "\r\n"] {
                let (outcome, read) = Self.read(bytes + Array(payload.utf8), pieces: pieces)
                #expect(outcome.isDone == true && outcome.taken == bytes.count)
                let isLost = version == .v1 && ends.source?.hasPrefix("unix") == true
                #expect(read == (isLost ? header(.v1) : written))
            }
            for length in bytes.indices {
                #expect(
                    PreambleOutcome(ProxyHeaderReader(), Array(bytes[..<length]), pieces: pieces).isDone
                        == nil)
            }
        }
    }

    @Test func tlvs() {
        let written = ProxyHeader(
            version: .v2, ends: header(.v2, "192.0.2.1:1", "192.0.2.2:2").ends,
            tlvs: [.init(type: 2, value: Array("a.example".utf8)), .init(type: 0xea, value: [])])
        #expect(Self.read(written.bytes).1 == written)
        #expect(
            Self.read(Self.binary([0x20, 0x11], Self.four)).1 == ProxyHeader(version: .v2, isLocal: true))
        #expect(Self.read(Self.binary([0x20, 0xff], [])).1 == ProxyHeader(version: .v2, isLocal: true))
        // Of LOCAL and UNSPEC the addresses are to be ignored, whatever they are.
        #expect(Self.read(Self.binary([0x21, 0], [1, 2, 3])).1 == ProxyHeader(version: .v2))
        #expect(Self.read(Array("PROXY UNKNOWN ffff::1 what ever\r\n".utf8)).1 == ProxyHeader(version: .v1))
    }

    /// RFC 3720, appendix B.4, and what haproxy sends.
    @Test func checksum() {
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(CRC32C.checksum(of: Array(0..<32)) == 0x46dd_794e)
        var bytes = Self.binary([0x21, 0x11], Self.four + [3, 0, 4, 0, 0, 0, 0])
        let sum = CRC32C.checksum(of: bytes)
        for place in 0..<4 { bytes[bytes.count - 4 + place] = UInt8(sum >> (24 - 8 * UInt32(place)) & 0xff) }
        #expect(Self.read(bytes).0.isDone == true)
        bytes[20] ^= 1
        #expect(Self.read(bytes).0.message?.contains("checksum") == true)
    }

    private static let malformed: [(String, String)] = [
        ("GET / HTTP/1.1\r\nHost: a", "'GET / HTTP/1.1'"), ("PROXY", ""), ("PROXYX", "no PROXY header"),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n", "not understood"),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n", "not understood"),
        ("PROXY TCP4 1.2.3.4 ::1 1 2\r\n", "not understood"),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "not understood"),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n", "not understood"),
        ("PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n", "not understood"),
        ("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n", "not understood"),
        ("PROXY TCP6 fe80::1%lo ::1 1 2\r\n", "not understood"),
        ("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n", "not understood"),
        ("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n", "not understood"),
        ("PROXY UNKNOWN\nxx", "no line"), ("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\nxx", "no line"),
        ("PROXY X\r\nxxxxxxxxxx", "no line"),
        ("PROXY UNKNOWN " + String(repeating: "x", count: 100), "more than 107"),
        ("PROXY UNKNOWN " + String(repeating: "x", count: 92) + "\r\n", "107"),
        ("\r\n\r\nGET / HTTP/1.1\r\n", "no PROXY header"), ("\r\n", ""),
    ]

    @Test(arguments: malformed) func malformedText(_ text: String, _ words: String) {
        let (outcome, header) = Self.read(Array(text.utf8))
        #expect(header == nil)
        #expect(outcome.isDone == (words.isEmpty ? nil : false), "\(outcome)")
        #expect(outcome.message?.contains(words) == true || words.isEmpty, "\(outcome)")
    }

    /// The longest line there may be.
    @Test func longestLine() {
        let line = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(line.utf8.count == 107 && Self.read(Array(line.utf8)).0.isDone == true)
    }

    private static let malformedBinary: [([UInt8], [UInt8], String)] = [
        ([0x11, 0x11], four, "version 1"), ([0x22, 0x11], four, "command 2"),
        ([0x21, 0x41], four, "family 4"), ([0x21, 0x13], four, "transport 3"),
        ([0x21, 0x11], Array(four.dropLast()), "12 are needed"), ([0x21, 0x21], four, "36 are needed"),
        ([0x21, 0x31], four, "216 are needed"), ([0x21, 0x11], four + [1], "cut off"),
        ([0x21, 0x11], four + [1, 0, 2, 0], "cut off"), ([0x21, 0x11], four + [3, 0, 1, 0], "checksum"),
        ([0x21, 0x11], four + [UInt8](repeating: 4, count: 4097), "more than 4096"),
        ([0x21, 0x00], [UInt8](repeating: 4, count: 4097), "more than 4096"),
        ([0x21, 0x11], four + [UInt8](repeating: 4, count: 65523), "more than 4096"),
    ]

    /// One that is too long is known by its length, before it has come.
    @Test(arguments: malformedBinary)
    func malformedBytes(_ bytes: [UInt8], _ body: [UInt8], _ words: String) {
        let (outcome, header) = Self.read(Self.binary(bytes, body))
        #expect(
            header == nil && outcome.isDone == false && outcome.message?.contains(words) == true, "\(outcome)"
        )
        #expect(!words.hasPrefix("more") || outcome.taken == 16)
    }

    @Test func mostOfTLVs() {
        let body = Self.four + [4, 0x0f, 0xfd] + [UInt8](repeating: 0, count: 4093)
        #expect(Self.read(Self.binary([0x21, 0x11], body)).1?.tlvs.count == 1)
    }
}
