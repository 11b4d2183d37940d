// Finds a text in a stream that comes in pieces: by Knuth, Morris and Pratt, so that each byte is looked at once and
// none is kept.

package struct TextSearch {
    package let text: [UInt8]
    /// For each beginning of the text, by its last byte: how long the longest shorter beginning is that it ends with.
    private let borders: [Int]
    /// How much of the text the stream ends with.
    private var matched = 0

    /// - Parameter text: at least one byte.
    package init(_ text: [UInt8]) {
        precondition(!text.isEmpty)
        self.text = text
        var borders = [0]
        var length = 0
        for byte in text.dropFirst() {
            while length > 0, byte != text[length] { length = borders[length - 1] }
            if byte == text[length] { length += 1 }
            borders.append(length)
        }
        self.borders = borders
    }

    /// Takes the next bytes of the stream.
    /// - Returns: the offset after the first place where the text ends in them; nil if it does not. What follows it is
    ///   searched anew.
    package mutating func end(in bytes: RawSpan, from start: Int = 0) -> Int? {
        var offset = start
        while offset < bytes.byteCount {
            if matched == 0 {
                guard let first = bytes.firstIndex(of: text[0], from: offset) else { return nil }
                offset = first
            }
            let byte = bytes.byte(at: offset)
            while matched > 0, byte != text[matched] { matched = borders[matched - 1] }
            if byte == text[matched] { matched += 1 }
            offset += 1
            if matched == text.count {
                matched = 0
                return offset
            }
        }
        return nil
    }

    /// What comes next follows nothing.
    package mutating func restart() { matched = 0 }
}
