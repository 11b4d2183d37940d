// The line before each chunk of a body in the chunked transfer coding: RFC 9112 section 7.1.

struct HTTPChunkLine {
    /// The size; what does not fit is said as the largest number.
    let size: Int
    /// How many bytes of the line are chunk extensions, which are checked and ignored.
    let extensionCount: Int

    /// `chunk-size [chunk-ext]`, without its CR LF.
    init(_ line: ArraySlice<UInt8>) throws(FramingError) {
        var size = 0
        var rest = line
        while let digit = rest.first?.hexDigit {
            size = size > Int.max >> 4 ? .max : size << 4 | digit
            rest = rest.dropFirst()
        }
        guard rest.startIndex > line.startIndex else {
            throw .rfc9112("7.1", "\(line.quoted) is not a chunk size: hexadecimal digits are")
        }
        self.size = size
        extensionCount = rest.count
        while !rest.isEmpty {
            guard rest.takeParameter() else {
                throw .rfc9112("7.1.1", "\(line.quoted) is neither a chunk size nor one with extensions")
            }
        }
    }

    /// The content of chunks, as far as they are well-formed and have come.
    static func content(of chunks: ArraySlice<UInt8>) -> [UInt8] {
        var content: [UInt8] = []
        var rest = chunks
        while let end = rest.firstIndex(of: .lineFeed), end > rest.startIndex,
            let size = try? HTTPChunkLine(rest[..<(end - 1)]).size, size > 0
        {
            rest = rest[(end + 1)...]
            content += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard rest.starts(with: [.carriageReturn, .lineFeed]) else { break }
            rest = rest.dropFirst(2)
        }
        return content
    }
}
