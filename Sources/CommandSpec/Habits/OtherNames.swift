// The first word, where it is no command of ours: the name of another program, a command's name in other words or other
// letters, a function of the API that is a subcommand.

enum OtherNames {
    /// The words with a command of ours in front, where the first one says which.
    static func replaced(in words: [Word], _ program: Program) -> [Word] {
        guard let first = words.first, program.command(named: first) == nil else { return words }
        let name = first.text
        if programs.contains(name) { return replaced(in: Array(words.dropFirst()), program) }
        if let meant = letters(first) ?? synonym(name.lowercased(), program) ?? function(name, program) {
            return meant + words.dropFirst()
        }
        let lowercased = Word(name.lowercased())
        if program.command(named: lowercased) != nil { return [lowercased] + words.dropFirst() }
        return words
    }

    /// Programs whose words are understood without their name.
    private static let programs: Set<String> = [
        "nc", "ncat", "netcat", "nc.openbsd", "nc.traditional", "socat", "curl", "sockctl",
    ]

    /// A command in other words.
    private static let synonyms: [String: [Word]] = [
        "receive": ["recv"], "server": ["listen"], "serve": ["listen"], "client": ["connect"],
        "open": ["connect"],
        "dial": ["connect"], "telnet": ["connect"], "scan": ["connect", "--check"],
        "check": ["connect", "--check"],
        "explain": ["connect", "--explain"], "diagnose": ["connect", "--explain"], "lookup": ["resolve"],
        "dig": ["resolve"], "nslookup": ["resolve"], "ss": ["info"], "netstat": ["info"], "lsof": ["info"],
        "list": ["info"], "watch": ["info", "--watch"], "chat": ["listen", "--keep-open", "--chat"],
        "echo": ["listen", "--keep-open", "--echo"], "version": ["--version"], "man": ["help"],
    ]

    private static func synonym(_ name: String, _ program: Program) -> [Word]? {
        if let meant = synonyms[name] { return meant }
        // With a slip, unless a command's own name is as near.
        guard NearestMatch.of(name, among: program.commandNames) == nil else { return nil }
        return NearestMatch.of(name, among: synonyms.keys.filter { $0.count > 4 }.sorted()).flatMap {
            synonyms[$0]
        }
    }

    /// What other programs print their version for.
    private static func letters(_ word: Word) -> [Word]? {
        ["-V", "-v", "--ver", "-version"].contains(word) ? ["--version"] : nil
    }

    /// A subcommand by its own name, `getsockopt`, with the command that it stands under.
    private static func function(_ name: String, _ program: Program) -> [Word]? {
        guard name.utf8.count > 3,
            name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 })
        else { return nil }
        let owners = program.commands.filter { command in
            command.name != "udp" && command.subcommands.contains { $0.name == name }
        }
        guard owners.count == 1, let owner = owners.first else { return nil }
        return [Word(owner.name), Word(name)]
    }
}
