// What `connect --check` is to test, as a user writes it: `HOST PORTS`, `HOST:PORTS`, `PORTS` and `unix:PATH`, as many
// as there are. An endpoint of one port is written as everywhere.

import CommandSpec
import Sockets

/// The ports of one host, or a Unix socket; not yet looked up.
enum CheckTarget: Equatable {
    /// Of this host, by the name `localhost`.
    case ports(PortList)
    case host(String, PortList)
    case unix(UnixName)

    /// What the operands name, in their order.
    static func all(in operands: [Word]) throws(Failure) -> [CheckTarget] {
        var targets: [CheckTarget] = []
        var words = operands[...]
        while let word = words.popFirst() { targets.append(try next(word, &words, after: targets)) }
        return targets
    }

    private static func next(
        _ word: Word, _ rest: inout ArraySlice<Word>, after targets: [CheckTarget]
    ) throws(Failure) -> CheckTarget {
        let text = word.text
        if text.hasPrefix("unix:") { return .unix(try name(word)) }
        if PortList.isOnlyThat(text) {
            // After a host it would be anybody's guess whose port it is.
            if let host = targets.last(where: \.isNamed)?.hostText {
                throw .endpoint(
                    text, "of \(host)? join its ports with commas; if not, write localhost:\(text)")
            }
            return .ports(try PortList(text, of: text))
        }
        if let colon = text.lastIndex(of: ":"),
            text.hasPrefix("[") ? text.contains("]:") : isOnly(colon, in: text)
        {
            let ports = try PortList(String(text[text.index(after: colon)...]), of: text)
            return .host(try host([Word("\(text[..<colon]):1")], of: text), ports)
        }
        guard let ports = rest.popFirst()?.text else {
            // As everywhere, a word alone is the port of localhost, if it can be one.
            guard case .port = try Endpoint([word]), targets.isEmpty else {
                throw .endpoint(text, "no port: write HOST PORTS or HOST:PORTS")
            }
            return .ports(try PortList(text, of: text))
        }
        return .host(try host([word, "1"], of: text), try PortList(ports, of: "\(text) \(ports)"))
    }

    /// More than one colon is an IPv6 address, whose ports stand in a word of their own.
    private static func isOnly(_ colon: String.Index, in text: String) -> Bool {
        text.firstIndex(of: ":") == colon
    }

    private static func name(_ word: Word) throws(Failure) -> UnixName {
        guard case .unix(let name) = try Endpoint([word]) else {
            throw .endpoint(word.text, "not understood")
        }
        return name
    }

    /// The host of an endpoint whose port stands for all.
    private static func host(_ words: [Word], of text: String) throws(Failure) -> String {
        do throws(Failure) {
            switch try Endpoint(words) {
            case .host(let host, _) where host.contains(","):
                throw .endpoint(text, "one host at a time: write HOST:PORTS for each")
            case .host(let host, _): return host
            default: throw .endpoint(text, "every interface, which is for listening: name a host to test")
            }
        } catch {
            var failure = error
            failure.operand = "'\(text)'"
            throw failure
        }
    }

    private var isNamed: Bool { if case .host = self { true } else { false } }

    // MARK: What it stands for

    /// How many ports at most.
    var count: Int {
        switch self {
        case .ports(let ports), .host(_, let ports): ports.count
        case .unix: 1
        }
    }

    /// Nil for a Unix socket.
    var ports: PortList? {
        switch self {
        case .ports(let ports), .host(_, let ports): ports
        case .unix: nil
        }
    }

    /// The endpoint of one of the ports.
    func endpoint(_ port: String) -> Endpoint {
        switch self {
        case .ports: .port(port)
        case .host(let host, _): .host(host, port: port)
        case .unix(let name): .unix(name)
        }
    }

    /// The host, as it is called in messages.
    var hostText: String {
        switch self {
        case .ports: "localhost"
        case .host(let host, _): host
        case .unix(let name): Endpoint.unix(name).text
        }
    }
}
