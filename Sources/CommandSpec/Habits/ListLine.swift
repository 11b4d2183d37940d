// The letters and the filters of ss(8), netstat(8) and lsof(8), with `info` in front or without it.

enum ListLine {
    static func translated(_ words: [Word], _ path: [CommandSpec], _ program: Program) -> [Word]? {
        var words = words
        if let first = words.first, words.count == 1, ListLetter.isCluster(first) {
            words.insert("info", at: 0)
        }
        guard words.first == "info", path.count < 2,
            let command = path.first ?? program.command(named: "info")
        else { return nil }
        var result: [Word] = ["info"]
        var rest = words.dropFirst()
        while let word = rest.popFirst() {
            switch word {
            // lsof(8): -i :80, -i TCP:80, -iTCP:80.
            case _ where word.bytes.starts(with: "-i".utf8) && ofInternet(word, rest.first) != nil:
                result += ofInternet(word, rest.first) ?? []
                if word == "-i" { rest = rest.dropFirst() }
            case "-p" where rest.first.map { EndpointForm.isPorts($0.text) } == true:
                let number = rest.popFirst() ?? ""
                // What is no port is a process.
                result += [Int(number.text).map { $0 > 65535 } == true ? "--pid" : "--port", number]
            case "-s", "--summary": result.append("--summary")
            case "-K", "--kill": result.insert("destroy", at: 1)
            case _ where word.text.hasPrefix(":") && EndpointForm.isPorts(String(word.text.dropFirst())):
                result += ["--port", Word(String(word.text.dropFirst()))]
            case "-H", "-O", "-r": continue
            case "-o": result.append("-v")
            case "-M": result.append("--mptcp")
            case "-f", "-A":
                guard let kind = rest.popFirst().flatMap({ kinds[$0.text] }) else { return nil }
                result.append(kind)
            default:
                if let option = filter(word.text, &rest) {
                    result += option
                } else if EndpointForm.isComplete(word), word.bytes.first != UInt8(ascii: "-"),
                    result.count > 1 || EndpointForm.isPorts(word.text), let port = command.port(in: [word])
                {
                    result += ["--port", Word(port)]
                } else {
                    result.append(word)
                    if command.takesNext(after: word), let value = rest.popFirst() { result.append(value) }
                }
            }
        }
        return result
    }

    private static let kinds: [String: Word] = [
        "inet": "-4", "inet6": "-6", "unix": "-x", "tcp": "-t", "udp": "-u", "packet": "--packet",
        "netlink": "--netlink", "vsock": "--vsock",
    ]

    private static func ofInternet(_ word: Word, _ next: Word?) -> [Word]? {
        let value = word == "-i" ? next?.text ?? "" : String(word.text.dropFirst(2))
        guard let colon = value.lastIndex(of: ":") else { return nil }
        let port = String(value[value.index(after: colon)...])
        guard EndpointForm.isPorts(port) else { return nil }
        return switch value[..<colon].lowercased() {
        case "": ["--port", Word(port)]
        case "tcp": ["-t", "--port", Word(port)]
        case "udp": ["-u", "--port", Word(port)]
        default: nil
        }
    }

    /// The option for a filter of ss(8): `state established`, `sport = :80`.
    private static func filter(_ name: String, _ rest: inout ArraySlice<Word>) -> [Word]? {
        guard ["state", "sport", "dport", "src", "dst"].contains(name) else { return nil }
        var words = rest
        if let word = words.first, ["=", "==", "eq"].contains(word) { words = words.dropFirst() }
        guard let value = words.popFirst()?.text else { return nil }
        rest = words
        let port = value.hasPrefix(":") ? value : ":" + value
        return switch name {
        case "state": ["--state", Word(value)]
        case "sport": ["--local", Word(port)]
        case "dport": ["--peer", Word(port)]
        case "src": ["--local", Word(value)]
        default: ["--peer", Word(value)]
        }
    }
}

extension CommandSpec {
    /// Whether the word is an option whose value is the next one.
    fileprivate func takesNext(after word: Word) -> Bool {
        let text = word.text
        if text.hasPrefix("--") { return options.contains { $0.label == text && !$0.isFlag } }
        guard text.hasPrefix("-"), let letter = text.last, text.count > 1 else { return false }
        return options.contains { $0.short == letter && !$0.isFlag }
    }
}
