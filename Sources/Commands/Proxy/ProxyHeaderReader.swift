// Reading a header of the PROXY protocol. What breaks a rule of proxy-protocol.txt is no header: who is let in depends on it.

import CommandSpec
import Sockets

struct ProxyHeaderReader: Preamble {
    private var taken: [UInt8] = []
    /// Nil until it has come.
    private(set) var header: ProxyHeader?

    /// `PROXY UNKNOWN` and CR LF: no header is shorter.
    private static let shortest = 15
    /// What version 2 has before the addresses.
    private static let fixedLength = 16

    var wanted: Int {
        if header != nil { return 0 }
        if taken.count < Self.shortest { return Self.shortest - taken.count }
        guard taken[0] == ProxyHeader.signature[0] else { return taken.last == 0x0d ? 1 : 2 }
        return (taken.count < Self.fixedLength ? Self.fixedLength : Self.fixedLength + length) - taken.count
    }

    /// How much of version 2 follows its fixed part.
    private var length: Int { Int(taken[14]) << 8 | Int(taken[15]) }

    mutating func take(_ bytes: [UInt8]) -> PreambleStep {
        taken += bytes
        let start = taken.first == ProxyHeader.signature[0] ? ProxyHeader.signature : ProxyHeader.word
        guard taken.prefix(start.count).elementsEqual(start.prefix(taken.count)) else { return .foreign }
        do throws(Malformation) {
            header = try start.count == ProxyHeader.word.count ? line() : binary()
            return header == nil ? .wait : .done
        } catch {
            return .failed(Self.failure("PROXY header: \(error.words)"))
        }
    }

    private struct Malformation: Error {
        let words: String

        init(_ words: String) { self.words = words }
    }

    private static func failure(_ words: String) -> Failure {
        Failure("accept", words: words, status: .malformed)
    }

    func failure(_ trouble: PreambleTrouble) -> Failure {
        switch trouble {
        case .unsent(let error), .broke(let error):
            Failure("accept", words: "no PROXY header: \(error.message)", error)
        case .ended where taken.isEmpty: Self.failure("no PROXY header: it ended without a word")
        case .ended: Self.failure("no PROXY header: it ended after \(Utterance.quoted(taken))")
        case .foreign(let rest): Self.failure("no PROXY header: it said \(Utterance.quoted(taken + rest))")
        case .followed: Self.failure("no PROXY header")
        }
    }

    // MARK: Version 1

    private func line() throws(Malformation) -> ProxyHeader? {
        guard let end = taken.firstIndex(of: 0x0a) else {
            guard taken.count < ProxyHeader.longestLine else {
                throw Malformation("a line of more than \(ProxyHeader.longestLine) bytes")
            }
            return nil
        }
        guard taken[end - 1] == 0x0d, end == taken.count - 1, end < ProxyHeader.longestLine else {
            throw Malformation(
                "\(Utterance.quoted(taken)) is no line of at most \(ProxyHeader.longestLine) bytes")
        }
        let words = String(decoding: taken.dropLast(2), as: UTF8.self)
            .split(separator: " ", omittingEmptySubsequences: false)
        // What follows that is to be ignored.
        if words[1] == "UNKNOWN" { return ProxyHeader(version: .v1) }
        guard words.count == 6, let ends = Self.ends(words) else {
            throw Malformation("not understood: \(Utterance.quoted(taken))")
        }
        return ProxyHeader(version: .v1, ends: ends)
    }

    private static func ends(_ words: [Substring]) -> ProxyHeader.Ends? {
        guard let from = port(words[4]), let to = port(words[5]) else { return nil }
        let (source, destination) = (String(words[2]), String(words[3]))
        switch words[1] {
        case "TCP4":
            guard let source = IPv4Address(source), let destination = IPv4Address(destination) else {
                return nil
            }
            return .init(source: .inet(source, port: from), destination: .inet(destination, port: to))
        case "TCP6":
            guard !(source + destination).contains("%"), let source = IPv6Address(source),
                let destination = IPv6Address(destination)
            else { return nil }
            return .init(source: .inet6(source, port: from), destination: .inet6(destination, port: to))
        default: return nil
        }
    }

    /// A decimal number without leading zeros.
    private static func port(_ text: Substring) -> UInt16? {
        guard let number = PortNumber.read(text), String(number) == text else { return nil }
        return number
    }

    // MARK: Version 2

    private func binary() throws(Malformation) -> ProxyHeader? {
        guard taken.count >= Self.fixedLength else { return nil }
        let (command, family, transport) = (taken[12] & 15, taken[13] >> 4, taken[13] & 15)
        guard taken[12] >> 4 == 2 else { throw Malformation("version \(taken[12] >> 4)") }
        guard command <= 1 else { throw Malformation("command \(command) of version 2") }
        // Of the proxy's own connection all that follows is to be ignored, the family included.
        let isLocal = command == 0
        guard isLocal || family <= ProxyHeader.Family.unix && transport <= 2 else {
            throw Malformation("family \(family) with transport \(transport)")
        }
        let addresses = isLocal ? 0 : [0, 12, 36, 2 * ProxyHeader.unixLength][Int(family)]
        guard length >= addresses else {
            throw Malformation("\(length) bytes, and \(addresses) are needed for the addresses")
        }
        let rest = length - addresses
        guard rest <= ProxyHeader.mostOfTLVs + (isLocal ? 2 * ProxyHeader.unixLength : 0) else {
            throw Malformation("\(rest) bytes of TLVs, more than \(ProxyHeader.mostOfTLVs)")
        }
        guard taken.count == Self.fixedLength + length else { return nil }
        var header = ProxyHeader(version: .v2, isLocal: isLocal)
        guard !isLocal, family != ProxyHeader.Family.unspecified else { return header }
        header.ends = ends(family)
        header.tlvs = try tlvs(from: Self.fixedLength + addresses)
        return header
    }

    private func ends(_ family: UInt8) -> ProxyHeader.Ends? {
        let body = taken[Self.fixedLength...]
        if family == ProxyHeader.Family.unix {
            let half = ProxyHeader.unixLength
            return .init(
                source: .unix(UnixName(padded: body.prefix(half))),
                destination: .unix(UnixName(padded: body.dropFirst(half).prefix(half))))
        }
        let width = family == ProxyHeader.Family.inet ? 4 : 16
        guard family != ProxyHeader.Family.unspecified,
            let source = AnyIPAddress(bytes: Array(body.prefix(width))),
            let destination = AnyIPAddress(bytes: Array(body.dropFirst(width).prefix(width)))
        else { return nil }
        let ports = Array(body.dropFirst(2 * width).prefix(4)).map { UInt16($0) }
        return .init(
            source: source.with(port: ports[0] << 8 | ports[1]),
            destination: destination.with(port: ports[2] << 8 | ports[3]))
    }

    private func tlvs(from start: Int) throws(Malformation) -> [ProxyHeader.TLV] {
        var tlvs: [ProxyHeader.TLV] = []
        var rest = taken[start...]
        while !rest.isEmpty {
            guard rest.count >= 3 else { throw Malformation("a TLV that is cut off") }
            let type = rest[rest.startIndex]
            let count = Int(rest[rest.startIndex + 1]) << 8 | Int(rest[rest.startIndex + 2])
            let value = rest.dropFirst(3).prefix(count)
            guard value.count == count else { throw Malformation("a TLV that is cut off") }
            if type == ProxyHeader.TLV.crc32c { try verify(value) }
            tlvs.append(.init(type: type, value: Array(value)))
            rest = rest.dropFirst(3 + count)
        }
        return tlvs
    }

    /// The checksum is that of the header with zeros in its place.
    private func verify(_ checksum: ArraySlice<UInt8>) throws(Malformation) {
        guard checksum.count == 4 else { throw Malformation("a checksum of \(checksum.count) bytes") }
        var zeroed = taken
        for index in checksum.indices { zeroed[index] = 0 }
        guard CRC32C.checksum(of: zeroed) == checksum.reduce(0, { $0 << 8 | UInt32($1) }) else {
            throw Malformation("its checksum is wrong")
        }
    }
}

/// The checksum of RFC 4960, appendix B.
enum CRC32C {
    static func checksum(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0x82f6_3b78 : sum >> 1 }
        }
    }
}
