// A command line of nc(1) or ncat(1), with no command of ours in front or with one: read by their letters, written with our
// words. What has the same letter here stays as it was typed.

struct NetcatLine {
    /// The command that was typed; nil for none.
    private let command: CommandSpec?
    /// Options of ours: of the command, or of those that it may become.
    private let ownOptions: [OptionSpec]
    private var listens = false
    private var isDatagram = false
    private var checks = false
    private var isUnix = false
    private var port: Word?
    private var source: Word?
    private var proxy: Word?
    private var proxyScheme: String?
    private var kept: [Word] = []
    private var last: [Word] = []
    private var data: [Word] = []
    private var operands: [Word] = []
    /// Whether operands stand behind `--`.
    private var isLiteral = false
    /// Whether anything was there that is not ours.
    private var isForeign: Bool
    private var rest: ArraySlice<Word>

    /// Nil where the words are none of netcat's, or cannot be said here.
    init?(_ words: [Word], _ path: [CommandSpec], _ program: Program) {
        command = path.last
        ownOptions =
            command.map(\.options)
            ?? ["listen", "connect"].compactMap { program.command(named: $0) }.flatMap(\.options)
        rest = words.dropFirst(path.count)
        isForeign = path.isEmpty
        guard command == nil || Self.commands.contains(command?.path[0] ?? "") else { return nil }
        while let word = rest.popFirst() {
            if word == "--" {
                isLiteral = true
                operands += rest
                break
            }
            guard read(word) else { return nil }
        }
        if command == nil, !hasPlace { return nil }
        // A group of commands, with a place in place of one of them.
        if path.count == 1, command?.path == ["udp"] { isForeign = hasPlace }
        guard isForeign || listensByPort else { return nil }
    }

    private static let commands: Set<String> = ["listen", "connect", "send", "recv", "udp"]

    /// Without a command, what is there must look like a place: a port, an address, a host and its port.
    private var hasPlace: Bool {
        if listens || isUnix || port != nil { return true }
        guard let first = operands.first?.text, !first.contains("://"), !first.hasPrefix("@"),
            !OtherNames.isCommand(Word(first))
        else { return false }
        if operands.count == 1 {
            return EndpointForm.isPorts(first) || first.contains(".")
                || first.utf8.count(where: { $0 == UInt8(ascii: ":") }) == 1
        }
        return operands.dropFirst().allSatisfy { EndpointForm.isPorts($0.text) }
    }

    // MARK: Reading

    /// Takes one word, and its value; false for what cannot be said here.
    private mutating func read(_ word: Word) -> Bool {
        if word.bytes.starts(with: "--".utf8) { return readLong(word) }
        if word.bytes.first == UInt8(ascii: "-"), word.bytes.count > 1 { return readCluster(word) }
        operands.append(word)
        return true
    }

    private mutating func readLong(_ word: Word) -> Bool {
        let name = word.text.dropFirst(2).prefix { $0 != "=" }
        let attached = word.bytes.firstIndex(of: UInt8(ascii: "=")).map {
            Word(bytes: Array(word.bytes[($0 + 1)...]))
        }
        if let own = ownOptions.first(where: { $0.long == name }), !(own.takesRest && command == nil) {
            kept.append(word)
            if own.takesRest {
                last = [kept.removeLast()] + rest
                rest = []
            } else if !own.isFlag, attached == nil {
                guard let value = rest.popFirst() else { return false }
                kept.append(value)
            }
            return true
        }
        guard let foreign = ForeignOption.named(long: String(name), in: command) else { return false }
        isForeign = true
        if foreign.hasValue {
            guard let value = attached ?? rest.popFirst() else { return false }
            return take(foreign, value)
        }
        return attached == nil && take(foreign, "")
    }

    private mutating func readCluster(_ word: Word) -> Bool {
        var letters = word.text.dropFirst()
        var cluster = ""
        defer { if !cluster.isEmpty { kept.append(Word("-" + cluster)) } }
        while let letter = letters.popFirst() {
            let foreign = ForeignOption.named(letter, in: command)
            let own = ownOptions.first { $0.short == letter }
            // With a command, its own letters are what they are there.
            if let own, command != nil || foreign == nil {
                if own.isFlag {
                    cluster.append(letter)
                    checks = checks || own.long == Options.check.spec.long
                    continue
                }
                if !cluster.isEmpty {
                    kept.append(Word("-" + cluster))
                    cluster = ""
                }
                if own.long == Options.sourcePort.spec.long || own.long == Options.source.spec.long,
                    let foreign
                {
                    return readValue(of: foreign, letters)
                }
                if letters.isEmpty {
                    guard let value = rest.popFirst() else { return false }
                    // What nc(1) writes a dump to is no option of a socket.
                    let isFile =
                        command == nil && letter == "o" && !value.text.contains("=")
                        && value.text.contains(".")
                    kept += [isFile ? "-O" : Word("-\(letter)"), value]
                } else {
                    kept.append(Word("-\(letter)" + letters))
                }
                return true
            }
            guard let foreign else { return false }
            isForeign = true
            if case .check = foreign.meaning { cluster.append(letter) }
            guard foreign.hasValue else {
                guard take(foreign, "") else { return false }
                continue
            }
            return readValue(of: foreign, letters)
        }
        return true
    }

    private mutating func readValue(of foreign: ForeignOption, _ letters: Substring) -> Bool {
        if !letters.isEmpty {
            // A word behind one dash is the long option of a program of another kind.
            guard foreign.letter.map({ "ce".contains($0) }) != true,
                letters.count < 5 || !letters.allSatisfy(\.isLetter)
            else { return false }
            return take(foreign, Word(String(letters)))
        }
        // To be quiet has no value here, and seconds have one there.
        if foreign.letter == "q", rest.first.map({ !EndpointForm.isPorts($0.text) }) ?? true {
            kept.append("-q")
            return true
        }
        guard let value = rest.popFirst() else { return false }
        return take(foreign, value)
    }

    private mutating func take(_ foreign: ForeignOption, _ value: Word) -> Bool {
        switch foreign.meaning {
        case .listen: listens = true
        case .datagrams: isDatagram = true
        case .unixPath: isUnix = true
        case .check: checks = true
        case .port: port = value
        case .source: source = value
        case .socks:
            proxy = value
            proxyScheme = proxyScheme ?? "socks5"
        case .proxy: proxy = value
        case .proxyKind:
            switch value.text.lowercased() {
            case "5", "socks5": proxyScheme = "socks5"
            case "connect", "http": proxyScheme = "http"
            default: return false
            }
        case .nothing: break
        case .option(let name): kept += foreign.hasValue ? [Word(name), value] : [Word(name)]
        case .secured(let name):
            if !kept.contains("--tls") { kept.append("--tls") }
            kept += [Word(name), value]
        case .program(let name):
            last =
                [Word(name)]
                + (name == "--exec" ? value.text.split(separator: " ").map { Word(String($0)) } : [value])
        case .assignment(let name): kept += ["-o", Word("\(name)=\(value.text)")]
        case .data: if kept.contains("--http") { kept += ["--data", value] } else { data.append(value) }
        case .unsupported: return false
        }
        return true
    }

    // MARK: Writing

    /// Whether it is `listen -p 9000`: the port stands where it does in nc.
    private var listensByPort: Bool { binds && (port != nil || source != nil) && operands.isEmpty }

    private var binds: Bool {
        guard let command else { return listens }
        return listens || ["listen", "recv"].contains(command.name)
    }

    /// The same in our words.
    var words: [Word]? {
        guard let path else { return nil }
        var options = kept
        var place = operands
        if binds {
            // Where peers are waited for: ADDRESS PORT.
            if let port { place = (source.map { [$0] } ?? Array(operands.prefix(1))) + [port] }
        } else {
            if let source { options += ["-s", source] }
            if let port { options += ["-p", port] }
        }
        // Without its proxy the connection would take another way than was meant.
        if proxy != nil || proxyScheme != nil {
            let (proxy, proxyScheme) = (proxy ?? "HOST:PORT", proxyScheme ?? "http")
            let address =
                proxy.text.contains(":")
                ? proxy.text : proxy.text + (proxyScheme == "http" ? ":3128" : ":1080")
            options += ["--via", Word("\(proxyScheme)://\(address)")]
        }
        if isUnix, let path = place.first { place[0] = Word(bytes: Array("unix:".utf8) + path.bytes) }
        place = EndpointHabits.meant(place) ?? place
        if command == nil, !binds, place.count == 1, !EndpointForm.isComplete(place[0]) {
            place.append("PORT")
        }
        if place.isEmpty { place = binds ? ["PORT"] : ["HOST", "PORT"] }
        // nc(1) takes several ports to test, and ours are a list.
        if checks, place.count > 2 {
            place = [place[0], Word(place.dropFirst().map(\.text).joined(separator: ","))]
        }
        if checks, isDatagram { options.append("--udp") }
        // What stands last would be an operand, too.
        guard !isLiteral || last.isEmpty else { return nil }
        return path.map { Word($0) } + options + (isLiteral ? ["--"] : []) + place + data + last
    }

    private var path: [String]? {
        guard let command else {
            if listens { return isDatagram ? ["udp", "listen"] : ["listen"] }
            return isDatagram && !checks ? ["udp", "connect"] : ["connect"]
        }
        switch command.path {
        case ["listen"]: return isDatagram ? ["udp", "listen"] : ["listen"]
        case ["recv"]: return isDatagram ? ["udp", "recv"] : ["recv"]
        case ["connect"] where listens: return isDatagram ? ["udp", "listen"] : ["listen"]
        case ["connect"]: return isDatagram && !checks ? ["udp", "connect"] : ["connect"]
        case ["send"] where listens && !isDatagram: return ["send", "--listen"]
        case ["send"]: return isDatagram ? ["udp", listens ? "listen" : "send"] : ["send"]
        case ["udp"]: return ["udp", listens ? "listen" : "connect"]
        case ["udp", "send"], ["udp", "connect"]: return listens ? ["udp", "listen"] : command.path
        case let path where path[0] == "udp": return path
        default: return nil
        }
    }
}
