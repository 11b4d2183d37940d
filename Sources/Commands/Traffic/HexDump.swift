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
        show(bytes, direction, connection.leg, connection.peerText, at: offset)
    }

    /// - Parameters:
    ///   - leg: whose side of a relay sent it.
    ///   - offset: where in its stream the first byte is; 0 for a datagram.
    func show(
        _ bytes: RawSpan, _ direction: Direction, _ leg: Leg?, _ peer: some CustomStringConvertible,
        at offset: Int = 0
    ) {
        let mark = leg.map { "\($0.rawValue) >" } ?? direction.arrow
        let size = Statistics.bytes(exactly: bytes.byteCount)
        let line = TerminalEscaper.visible("\(Timestamp.now) \(mark) \(peer) \(size)")
        var text = Array(style.paint(line, direction == .received ? .received : .sent).utf8)
        text.append(UInt8(ascii: "\n"))
        Self.lines(bytes, at: offset, into: &text)
        write(text)
    }

    private static let bytesPerLine = 16
    /// Up to 16 digits of the offset, a colon, eight groups, two spaces, the characters and a line feed.
    private static let longestLine = 16 + 1 + 8 * 5 + 2 + bytesPerLine + 1
    /// The two digits of each byte and the byte as a character, side by side.
    private static let shown: [UInt8] = (UInt8.min...UInt8.max).flatMap { byte in
        let digits = Array("0123456789abcdef".utf8)
        let character = (0x20...0x7e).contains(byte) ? byte : UInt8(ascii: ".")
        return [digits[Int(byte >> 4)], digits[Int(byte & 15)], character]
    }

    /// The lines of `xxd -o OFFSET`.
    static func lines(_ bytes: RawSpan, at offset: Int, into output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.byteCount / bytesPerLine + 1) * 68)
        unsafe shown.withUnsafeBufferPointer { shown in
            for start in stride(from: 0, to: bytes.byteCount, by: bytesPerLine) {
                let end = min(start + bytesPerLine, bytes.byteCount)
                unsafe line(bytes.extracting(start..<end), at: offset + start, shown, into: &output)
            }
        }
    }

    /// A line is put together at one place and taken over as a whole, which takes less than half the time.
    private static func line(
        _ bytes: RawSpan, at offset: Int, _ shown: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
    ) {
        let width = max(8, (63 - offset.leadingZeroBitCount) / 4 + 1)
        let textStart = width + 1 + 8 * 5 + 2
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: longestLine) { line in
            unsafe line.initialize(repeating: UInt8(ascii: " "))
            for place in 0..<width {
                let digit = offset >> ((width - 1 - place) * 4) & 15
                unsafe line[place] = shown[digit * 3 + 1]
            }
            unsafe line[width] = UInt8(ascii: ":")
            for index in 0..<bytes.byteCount {
                let entry = unsafe Int(bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)) * 3
                let place = width + 2 + index * 2 + index / 2
                unsafe line[place] = shown[entry]
                unsafe line[place + 1] = shown[entry + 1]
                unsafe line[textStart + index] = shown[entry + 2]
            }
            let end = textStart + bytes.byteCount
            unsafe line[end] = UInt8(ascii: "\n")
            unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: line[...end]))
        }
    }
}
