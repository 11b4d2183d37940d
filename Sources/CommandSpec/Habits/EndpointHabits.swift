// Endpoints as other programs write them, in the place where ours stands.

enum EndpointHabits {
    /// The words with an endpoint of ours in place of what stands there; nil if there is nothing to replace.
    static func replaced(in words: [Word], _ path: [CommandSpec], _ program: Program) -> [Word]? {
        guard let command = path.last else { return nil }
        let start = path.count
        let place = place(in: words, command, program)
        if let place, let words = withOurs(place, in: words, command) { return words }
        if path.first?.name == "resolve", let last = words.last, words.count > start,
            EndpointForm.isPorts(String(last.text.split(separator: ":").last ?? ""))
        {
            return ["resolve", "getaddrinfo"] + words.dropFirst(start)
        }
        // Two endpoints: the other one is relayed to.
        if command.path == ["listen"], words.count == start + 2, EndpointForm.isComplete(words[start]),
            EndpointForm.isComplete(words[start + 1]), words[start + 1].text.contains(":")
        {
            return ["listen", "-k", words[start], "--to", words[start + 1]]
        }
        return oneWord(words, command, start) ?? withTarget(words, command, start)
            ?? place.flatMap { withPort($0, in: words) }
    }

    /// The words of an endpoint, and where they begin on the line.
    private typealias Place = (words: [Word], index: Int, isCheck: Bool)

    /// Of a line that is understood.
    private static func place(in words: [Word], _ command: CommandSpec, _ program: Program) -> Place? {
        // The target of a request is a path.
        guard !words.contains("--http"),
            let operand = command.operands.first(where: { $0.kind.isEndpoint }),
            case .run(_, let arguments)? = try? program.understand(words),
            case let place = arguments[operand], let first = place.first,
            let index = words.lastIndex(of: first), index >= command.path.count
        else { return nil }
        return (place, index, arguments.contains(Options.check.label))
    }

    /// The same with an endpoint of ours where one of another program stands.
    private static func withOurs(_ place: Place, in words: [Word], _ command: CommandSpec) -> [Word]? {
        if let meant = meant(place.words) {
            return words[..<place.index] + meant + words[(place.index + 1)...]
        }
        // Ports to be tested.
        let port = place.words.last?.text.split(separator: ":").last ?? ""
        guard command.path == ["connect"], EndpointForm.isList(port), !place.isCheck else { return nil }
        return ["connect", "-z"] + words.dropFirst()
    }

    /// A host that stands alone lacks its port.
    private static func withPort(_ place: Place, in words: [Word]) -> [Word]? {
        guard place.words.count == 1, let host = place.words.first, !host.bytes.isEmpty,
            !EndpointForm.isComplete(host), !EndpointForm.isList(host.text[...])
        else { return nil }
        return words[...place.index] + ["PORT"] + words[(place.index + 1)...]
    }

    /// One endpoint as we write it; nil where it is as it should be, or no endpoint.
    static func meant(_ place: [Word]) -> [Word]? {
        guard let first = place.first, place.count == 1, let text = first.validText else { return nil }
        if text == "*" { return ["*:PORT"] }
        if text.hasPrefix("@"), text.count > 1 { return [Word("unix:" + text)] }
        for scheme in ["tcp://", "telnet://"] where text.lowercased().hasPrefix(scheme) {
            return split(text.dropFirst(scheme.count).prefix { $0 != "/" })
        }
        if let place = SocatAddress(text)?.endpoint { return place }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        // As bash(1) has it: /dev/tcp/HOST/PORT.
        if text.hasPrefix("/dev/tcp/"), parts.count == 5 {
            return [Word(String(parts[3])), Word(String(parts[4]))]
        }
        if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") {
            return [Word("unix:" + text)]
        }
        return nil
    }

    /// HOST and PORT of `HOST:PORT`.
    static func split(_ text: Substring) -> [Word]? {
        guard let colon = text.lastIndex(of: ":") else {
            return text.isEmpty
                ? nil
                : EndpointForm.isPorts(String(text)) ? [Word(String(text))] : [Word(String(text)), "PORT"]
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        let port = text[text.index(after: colon)...]
        guard !port.isEmpty else { return [Word(String(host)), "PORT"] }
        return host.isEmpty ? [Word(String(port))] : [Word(String(host)), Word(String(port))]
    }

    /// Where ENDPOINT comes last and is one word: `info getsockopt NAME HOST PORT`, or `HOST:PORT NAME`.
    private static func oneWord(_ words: [Word], _ command: CommandSpec, _ start: Int) -> [Word]? {
        guard command.operands.count > 1, command.operands.last?.kind.isEndpoint == true,
            command.operands[0].kind == .readableOption || command.operands[0].kind == .socketOption
        else { return nil }
        // A value that stands apart, of a socket that an option names.
        if command.operands[0].kind == .socketOption, words.count > start + 2,
            words.contains(where: { ["--pid", "--fd", "--new"].contains($0) }), let value = words.last,
            let name = words.dropLast().last, name.text.allSatisfy({ $0.isLetter || $0 == "_" })
        {
            return words.dropLast(2) + [Word("\(name.text)=\(value.text)")]
        }
        if words.count > start + 2, let host = words.dropLast().last, let port = words.last,
            EndpointForm.isPorts(port.text)
        {
            let name = host.text.contains(":") ? "[\(host.text)]" : host.text
            return words.dropLast(2) + [Word("\(name):\(port.text)")]
        }
        guard words.count > start + 1, EndpointForm.isComplete(words[start]) else { return nil }
        return words[..<start] + words[(start + 1)...] + [words[start]]
    }

    /// `info sockname`: what is asked of a socket, without the get in front.
    private static func withTarget(_ words: [Word], _ command: CommandSpec, _ start: Int) -> [Word]? {
        guard start < words.count, command.action.isRun,
            let function = command.subcommands.first(where: { $0.name == "get" + words[start].text })
        else { return nil }
        let target = words.dropFirst(start + 1)
        return words[..<start] + [Word(function.name)] + (target.isEmpty ? ["HOST", "PORT"] : target)
    }
}

extension CommandSpec.Action {
    var isRun: Bool { if case .run = self { true } else { false } }
}
