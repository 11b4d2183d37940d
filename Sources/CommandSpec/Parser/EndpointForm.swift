// Tells how many operands an endpoint takes. `HOST:PORT`, `[V6]:PORT`, `PORT`, URLs and what begins with a scheme
// (`unix:PATH`) are complete in one word; anything else is a HOST, and the next word is its PORT.

package enum EndpointForm {
    static func wordCount(_ operands: ArraySlice<Word>) -> Int {
        guard let first = operands.first else { return 0 }
        // An empty word is a host that is missing, with its port after it.
        return isComplete(first) && !first.bytes.isEmpty ? 1 : min(2, operands.count)
    }

    /// Whether it is made of numbers of ports, with ranges and lists: `22`, `80,8000-8100`.
    static func isPorts(_ text: String) -> Bool {
        text.first?.isNumber == true
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ",")
            }
    }

    /// Whether it names several.
    package static func isList(_ port: Substring) -> Bool {
        isPorts(String(port)) && port.contains { "-,".contains($0) }
    }

    package static func isComplete(_ word: Word) -> Bool {
        let text = word.text
        if EndpointScheme.split(word) != nil || text.contains("://") { return true }
        if text.hasPrefix("[") { return text.contains("]:") }
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        // More than one colon is an IPv6 address, whose port stands in a word of its own.
        return text.utf8.count { $0 == UInt8(ascii: ":") } == 1
    }
}
