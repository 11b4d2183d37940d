// The first word, where it is no command of ours: the name of another program, a command's name in other words or other
// letters, a function of the API that is a subcommand, an option that belongs behind the command.

enum OtherNames {
    /// The words with a command of ours in front, where the first one says which.
    static func replaced(in words: [Word], _ program: Program) -> [Word] {
        guard let first = words.first, program.command(named: first) == nil else { return words }
        let name = first.text
        let rest = Array(words.dropFirst())
        if programs.contains(name) { return replaced(in: rest, program) }
        switch name {
        case "openssl" where rest.first == "s_client", "s_client":
            return secureClient(name == "openssl" ? rest.dropFirst() : rest[...])
        case "curl", "wget", "http", "https": return request(rest)
        case "lsof": return ["info"] + rest.map { $0 == "-p" ? "--pid" : $0 }
        case "forward", "relay", "tunnel", "proxy":
            guard rest.count == 2 else { return words }
            return ["listen", "-k", rest[0], "--to", rest[1]]
        default: break
        }
        // What other programs print their version for; with more, -v is to say more.
        if versions.contains(first), rest.isEmpty { return ["--version"] }
        if name.hasPrefix("-"), let behind = behindCommand(words, program) { return behind }
        if let meant = synonym(name.lowercased(), program) ?? function(name, program) { return meant + rest }
        let lowercased = Word(name.lowercased())
        if program.command(named: lowercased) != nil { return [lowercased] + rest }
        return words
    }

    /// Programs whose words are understood without their name.
    private static let programs: Set<String> = [
        "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "socat", "sockctl",
    ]

    private static let versions: Set<Word> = ["-V", "-v", "--ver", "-version"]

    /// A command in other words.
    private static let synonyms: [String: [Word]] = [
        "receive": ["recv"], "server": ["listen"], "serve": ["listen"], "client": ["connect"],
        "open": ["connect"],
        "dial": ["connect"], "telnet": ["connect"], "scan": ["connect", "--check"],
        "check": ["connect", "--check"],
        "nmap": ["connect", "--check"], "wait": ["connect", "--check", "--wait", "30s"],
        "cert": ["connect", "--check", "--tls", "-v"], "certificate": ["connect", "--check", "--tls", "-v"],
        "tls": ["connect", "--tls"], "ssl": ["connect", "--tls"], "explain": ["connect", "--explain"],
        "diagnose": ["connect", "--explain"], "get": ["send", "--http", "GET"],
        "head": ["send", "--http", "HEAD"],
        "post": ["send", "--http", "POST"], "put": ["send", "--http", "PUT"], "replay": ["send", "--replay"],
        "lookup": ["resolve"], "dig": ["resolve"], "nslookup": ["resolve"], "ss": ["info"],
        "netstat": ["info"],
        "list": ["info"], "listening": ["info", "-l"], "ports": ["info", "-tul"],
        "watch": ["info", "--watch"],
        "kill": ["info", "destroy", "--port"], "close": ["info", "destroy", "--port"],
        "chat": ["listen", "--keep-open", "--chat"], "echo": ["listen", "--keep-open", "--echo"],
        "version": ["--version"], "man": ["help"],
    ]

    /// Whether it is a command in other words, and so no host.
    static func isCommand(_ word: Word) -> Bool { synonyms[word.text] != nil }

    private static func synonym(_ name: String, _ program: Program) -> [Word]? {
        if let meant = synonyms[name] { return meant }
        // With a slip, unless a command's own name is as near.
        guard NearestMatch.of(name, among: program.commandNames) == nil else { return nil }
        return NearestMatch.of(name, among: synonyms.keys.filter { $0.count > 5 }.sorted()).flatMap {
            synonyms[$0]
        }
    }

    /// A subcommand by its own name, `getsockopt`, with the command that it stands under.
    private static func function(_ name: String, _ program: Program) -> [Word]? {
        guard name.utf8.count > 3,
            name.utf8.allSatisfy({
                $0 == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
            })
        else { return nil }
        let owners = program.commands.filter { command in
            command.name != "udp" && command.subcommands.contains { $0.name == name }
        }
        guard owners.count == 1, let owner = owners.first else { return nil }
        return [Word(owner.name), Word(name)]
    }

    /// `--json resolve NAME`: the command first, and what stood before it next.
    private static func behindCommand(_ words: [Word], _ program: Program) -> [Word]? {
        let options = words.prefix { $0.text.hasPrefix("-") }
        guard options.count < words.count, options.count <= 3,
            let command = program.command(named: words[options.count]),
            options.allSatisfy({ command.isFlag($0) })
        else { return nil }
        return [Word(command.name)] + options + words[(options.count + 1)...]
    }

    /// `openssl s_client`: its options have one dash and names.
    private static func secureClient(_ words: ArraySlice<Word>) -> [Word] {
        var options: [Word] = ["--tls"]
        var place: [Word] = []
        var rest = words
        while let word = rest.popFirst() {
            switch word.text.drop(while: { $0 == "-" }) {
            case "connect": place = rest.popFirst().map { [$0] } ?? place
            case "servername": options += ["--sni", rest.popFirst() ?? "NAME"]
            case "CAfile": options += ["--ca", rest.popFirst() ?? "FILE"]
            case "starttls": options += ["--starttls", rest.popFirst() ?? "smtp"]
            case "cert": options += ["--cert", rest.popFirst() ?? "FILE"]
            case "key": options += ["--key", rest.popFirst() ?? "FILE"]
            case "alpn": options += ["--alpn", rest.popFirst() ?? "h2"]
            case "crlf": options.append("--crlf")
            case "showcerts": options += ["--check", "-v"]
            case "quiet", "brief": continue
            default:
                if word.bytes.first != UInt8(ascii: "-") { place = [word] }
            }
        }
        return ["connect"] + options + place
    }

    /// curl(1), with a URL of which the scheme may be left out.
    private static func request(_ words: [Word]) -> [Word] {
        guard !words.contains(where: { $0.text.contains("://") }),
            let index = words.firstIndex(where: {
                $0.text.contains(":") || $0.text.contains("/") || $0.text.contains(".")
            })
        else { return ["send"] + words }
        var words = words
        words[index] = Word("http://" + words[index].text)
        return ["send"] + words
    }
}

extension CommandSpec {
    /// Whether the word is nothing but flags of the command.
    fileprivate func isFlag(_ word: Word) -> Bool {
        switch WordForm(word) {
        case .long(let name, nil): options.contains { Word($0.long) == name && $0.isFlag }
        case .cluster(let letters): letters.allSatisfy { option($0)?.isFlag == true }
        default: false
        }
    }
}
