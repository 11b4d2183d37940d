// Tells how many operands an endpoint takes. `HOST:PORT`, `[V6]:PORT`, `PORT`, `unix:PATH` and URLs are
// complete in one word; anything else is a HOST, and the next word is its PORT.

enum EndpointForm {
    static func wordCount(_ operands: ArraySlice<Word>) -> Int {
        guard let first = operands.first else { return 0 }
        return isComplete(first.text) ? 1 : min(2, operands.count)
    }

    static func isComplete(_ word: String) -> Bool {
        if word.hasPrefix("unix:") || word.contains("://") { return true }
        if word.hasPrefix("[") { return word.contains("]:") }
        if word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        // More than one colon is an IPv6 address, whose port stands in a word of its own.
        return word.utf8.count { $0 == UInt8(ascii: ":") } == 1
    }
}
