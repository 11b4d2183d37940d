// The lines of stdin, one at a time, in the poll loop.

import CommandSpec
import Sockets

final class LineReader {
    enum Next {
        case line(Word)
        /// There is none yet: `onMore` is called when that has changed.
        case later
        case end
    }

    /// What a line may hold at most: far more than any name.
    private static let longest = 1 << 16

    private let channel: Channel
    private var bytes: ArraySlice<UInt8> = []
    private var failure: Failure?
    private var isAtEnd = false

    init(_ context: Context, onMore: @escaping () -> Void) throws(Failure) {
        channel = try context.standardInput()
        channel.onReadable = { [unowned self] in
            read()
            if !channel.wantsRead { onMore() }
        }
    }

    /// The next line without its line feed, and without a carriage return before that.
    func next() throws(Failure) -> Next {
        if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[..<end]
            bytes = bytes[(end + 1)...]
            return .line(Word(bytes: Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)))
        }
        if let failure { throw failure }
        if isAtEnd {
            defer { bytes = [] }
            return bytes.isEmpty ? .end : .line(Word(bytes: Array(bytes)))
        }
        guard bytes.count <= Self.longest else {
            let words = "a line is longer than \(Self.longest) bytes"
            throw Failure("read", channel.name, words: words, status: .malformed)
        }
        channel.wantsRead = true
        return .later
    }

    /// Takes what is there, and stops reading until it is used up.
    private func read() {
        var buffer = [UInt8](repeating: 0, count: Self.longest)
        do throws(Errno) {
            var span = buffer.mutableSpan
            var rawBytes = unsafe span.mutableBytes
            let count = try channel.read(into: &rawBytes)
            isAtEnd = count == 0
            bytes = ArraySlice(bytes + buffer[..<count])
        } catch .wouldBlock {
            return
        } catch {
            failure = Failure("read", channel.name, error, status: .inputOutput)
        }
        channel.wantsRead = false
    }
}
