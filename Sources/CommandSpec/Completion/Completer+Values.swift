// The values of options and operands, by their kind.

import Framing

extension Completer {
    func values(of option: OptionSpec, _ typed: String) -> Completion {
        guard hasLegs(option) else { return values(option.kind, typed) }
        for leg in Self.legs where typed.hasPrefix(leg.value) {
            return values(option.kind, String(typed.dropFirst(leg.value.count))).behind(leg.value)
        }
        return Completion(Self.legs, for: typed) + values(option.kind, typed)
    }

    /// Whether the value may be for one leg of a relay.
    private func hasLegs(_ option: OptionSpec) -> Bool {
        line.given.contains(Options.relayTo.label)
            && (Options.RelayUse.legged + [Options.fault]).contains { $0.label == option.label }
    }

    private static let legs = [
        Candidate("client:", "of the client's connection", isOpen: true),
        Candidate("server:", "of the server's connection", isOpen: true),
    ]

    func values(_ kind: ValueKind, _ typed: String) -> Completion {
        switch kind {
        case .none, .duration, .size, .number, .port, .text, .data, .network: .nothing
        case .usual(let words), .choice(let words): Completion(words.map { Candidate($0) }, for: typed)
        case .usualList(let words): .list(words.map { Candidate($0) }, for: typed)
        case .file, .unixSocket: .files
        case .dataOrFile: typed.hasPrefix("@") ? Completion.files.behind("@") : .nothing
        case .commandLine: Completion(programWords: 1)
        case .processID: Completion(live.processIDs, for: typed)
        case .processName: Completion(live.processNames, for: typed, .byPart)
        case .user: Completion(live.users, for: typed)
        case .networkNamespace: typed.contains("/") ? .files : Completion(live.networkNamespaces, for: typed)
        case .interface: Completion(live.interfaces, for: typed)
        case .descriptor: descriptors(typed)
        case .endpoint(let use): endpoint(use, typed)
        case .source: Completion(live.localAddresses, for: typed)
        case .host: Completion(live.hosts, for: typed)
        case .address: Completion(live.localAddresses, for: typed)
        case .service: service(typed)
        case .protocolName: Completion(live.protocols, for: typed)
        case .livePorts: .list(live.ports(of: .either), for: typed)
        case .liveAddress(let side): liveAddress(side, typed)
        case .proxy: proxy(typed)
        case .socketOption: assignment(typed)
        case .readableOption: Completion(live.socketOptions(.reading), for: typed, .byPart)
        case .shownOption:
            Completion(live.optionLevels + live.socketOptions(.reading), for: typed, .byPart)
        case .socketState: .list(live.socketStates, for: typed, .byPart)
        case .addressFlags: .list(live.addressFlags, for: typed, .byPart)
        case .nameFlags: .list(live.nameFlags, for: typed, .byPart)
        case .command: .nothing
        case .framing: framing(typed)
        case .fault: .list(FaultSpec.all.map { Candidate($0 + "=", isOpen: true) }, for: typed)
        }
    }

    /// Descriptors of the process that the line names.
    private func descriptors(_ typed: String) -> Completion {
        guard let pid = line.value(of: Options.pid) else { return .nothing }
        return Completion(live.descriptors(ofProcess: pid.text), for: typed)
    }

    /// `NAME=VALUE`.
    private func assignment(_ typed: String) -> Completion {
        guard let sign = typed.firstIndex(of: "=") else {
            return Completion(live.socketOptions(.setting).map { $0.opened(by: "=") }, for: typed, .byPart)
        }
        let values = live.values(ofSocketOption: String(typed[..<sign]))
        return Completion(values, for: String(typed[typed.index(after: sign)...])).behind(typed[...sign])
    }

    /// One framing, or after the colon behind one the second of a pair.
    private func framing(_ typed: String) -> Completion {
        let bytes = Array(typed.utf8)
        let framings =
            Framing.names.map { Candidate($0) } + [
                Candidate("delim:", "text up to a delimiter", isOpen: true),
                Candidate("fixed:", "messages of one size", isOpen: true),
            ]
        for colon in Escapes.bareColons(in: bytes) where Framing(parsing: bytes[..<colon]) != nil {
            let rest = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
            return Completion(framings, for: rest).behind(typed.dropLast(rest.count))
        }
        return Completion(framings, for: typed)
    }

    /// `NAME`, `NAME/PROTO` or, as an operand of its own, PROTO.
    private func service(_ typed: String) -> Completion {
        if let slash = typed.firstIndex(of: "/") {
            let rest = String(typed[typed.index(after: slash)...])
            return Completion(CommandSpec.serviceProtocols.map { Candidate($0) }, for: rest).behind(
                typed[...slash])
        }
        let protocols = line.operands.isEmpty ? [] : CommandSpec.serviceProtocols.map { Candidate($0) }
        return Completion(live.services(isDatagram: isDatagram) + protocols, for: typed)
    }

    /// Whether the command is about datagrams.
    var isDatagram: Bool {
        let first = line.command?.path.first
        return ["udp", "broadcast"].contains(first) || line.given.contains(Options.udp.label)
    }
}
