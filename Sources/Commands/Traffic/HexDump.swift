// Traffic as it can be read: 16 bytes a line as `xxd` writes them, each call or datagram under a line that says
// when, which way and with whom.

import Sockets

enum Direction: String, CaseIterable {
    case received
    case sent

    /// As an arrow points: to us, or to the peer.
    var arrow: String { self == .received ? "<" : ">" }
}

/// Writes the hex dump of what passes.
final class HexDump: Observer {
    private let style: TextStyle
    private let write: ([UInt8]) -> Void

    init(_ style: TextStyle = TextStyle(), write: @escaping ([UInt8]) -> Void) {
        self.style = style
        self.write = write
    }

    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
    {
        show(bytes, direction, connection.leg, connection.peer, at: offset)
    }

    /// - Parameters:
    ///   - leg: whose side of a relay sent it.
    ///   - offset: where in its stream the first byte is; 0 for a datagram.
    func show(
        _ bytes: RawSpan, _ direction: Direction, _ leg: Leg?, _ peer: SocketAddress, at offset: Int = 0
    ) {
        let mark = leg.map { "\($0.rawValue) >" } ?? direction.arrow
        let size = Statistics.bytes(exactly: bytes.byteCount)
        let line = TerminalEscaper.visible("\(Timestamp.now) \(mark) \(peer) \(size)")
        var text = Array(style.paint(line, direction == .received ? .received : .sent).utf8)
        text.append(UInt8(ascii: "\n"))
        Self.lines(bytes, at: offset, into: &text)
        write(text)
    }

    private static let digits = Array("0123456789abcdef".utf8)
    private static let bytesPerLine = 16

    /// The lines of `xxd -o OFFSET`.
    static func lines(_ bytes: RawSpan, at offset: Int, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.byteCount / bytesPerLine + 1) * 68)
        for start in stride(from: 0, to: bytes.byteCount, by: bytesPerLine) {
            let count = min(bytesPerLine, bytes.byteCount - start)
            var shift = max(28, (63 - (offset + start).leadingZeroBitCount) / 4 * 4)
            while shift >= 0 {
                output.append(digits[(offset + start) >> shift & 15])
                shift -= 4
            }
            output.append(UInt8(ascii: ":"))
            for index in 0..<bytesPerLine {
                if index % 2 == 0 { output.append(UInt8(ascii: " ")) }
                guard index < count else {
                    output += [0x20, 0x20]
                    continue
                }
                let byte = unsafe bytes.unsafeLoad(fromByteOffset: start + index, as: UInt8.self)
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
            output += [0x20, 0x20]
            for index in 0..<count {
                let byte = unsafe bytes.unsafeLoad(fromByteOffset: start + index, as: UInt8.self)
                output.append((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "."))
            }
            output.append(UInt8(ascii: "\n"))
        }
    }
}
