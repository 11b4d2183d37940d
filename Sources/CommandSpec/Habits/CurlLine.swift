// A URL where a command or an endpoint belongs, with the options of curl(1) around it.

enum CurlLine {
    static func translated(_ words: [Word]) -> [Word]? {
        var rest = words[...]
        if let first = rest.first, ["connect", "send"].contains(first) { rest = rest.dropFirst() }
        guard !rest.contains("--http"), let url = rest.first(where: isURL) else { return nil }
        var method: Word = "GET"
        var options: [Word] = []
        var data: [Word] = []
        while let word = rest.popFirst() {
            switch word {
            case url: continue
            case "-X", "--request": method = rest.popFirst() ?? method
            case "-I", "--head": method = "HEAD"
            case "-d", "--data":
                if method == "GET" { method = "POST" }
                data += [rest.popFirst() ?? ""]
            case "-o", "--output": options += ["-O", rest.popFirst() ?? "FILE"]
            case "-H", "--header": options += ["-H", rest.popFirst() ?? ""]
            case "-k", "--insecure": options.append("--insecure")
            case "-m", "--max-time": options += ["--deadline", rest.popFirst() ?? ""]
            case "--unix-socket", "-w": options += [word, rest.popFirst() ?? ""]
            // It is so without them. That -L follows a redirection is not.
            case "-s", "-S", "-sS", "-i", "--silent", "--http1.1": continue
            case "-v", "--verbose": options.append(word)
            default:
                // Words to send, as `send` has them; anything else is not understood.
                guard words.first == "send", word.bytes.first != UInt8(ascii: "-") else { return nil }
                data.append(word)
            }
        }
        if words.first == "send", !data.isEmpty, method == "GET" { method = "POST" }
        if let body = data.first, data.count == 1 {
            options += ["--data", body]
        } else if !data.isEmpty {
            return nil
        }
        return ["send", "--http", method, url] + options
    }

    private static func isURL(_ word: Word) -> Bool {
        let text = word.text.lowercased()
        return text.hasPrefix("http://") || text.hasPrefix("https://")
    }
}
