// What `connect --check` is to test, as a user writes it: `HOST PORTS`, `HOST:PORTS`, `PORTS` and endpoints with a
// scheme, as many as there are. An endpoint of one port is written as everywhere.

import CommandSpec
import Sockets

/// The ports of one host, or another kind of endpoint; not yet looked up.
enum CheckTarget: Equatable {
    /// Of this host, by the name `localhost`.
    case ports(PortList)
    case host(String, PortList)
    /// One that begins with a scheme, and has no list of ports.
    case single(Endpoint)
    /// TLS to the ports of another.
    indirect case tls(CheckTarget)

    /// What the operands name, in their order.
    static func all(in operands: [Word]) throws(Failure) -> [CheckTarget] {
        try groups(in: operands).flatMap(\.targets)
    }

    /// The targets of one operand, one host or a block of addresses, and what it is called in messages.
    struct Group {
        let name: String
        let targets: [CheckTarget]
    }

    /// What the operands name, in their order.
    static func groups(in operands: [Word]) throws(Failure) -> [Group] {
        var groups: [Group] = []
        var words = operands[...]
        while let word = words.popFirst() {
            if let block = try block(word, &words) {
                groups.append(Group(name: word.text, targets: block))
            } else {
                let target = try next(word, &words, after: groups.flatMap { $0.targets.prefix(1) })
                groups.append(Group(name: target.hostText, targets: [target]))
            }
        }
        return groups
    }

    /// How many hosts a block of addresses may have.
    private static let mostHosts = 4096

    /// The hosts of a block of addresses, `192.0.2.0/28:22`; nil if the word is none.
    private static func block(_ word: Word, _ rest: inout ArraySlice<Word>) throws(Failure) -> [CheckTarget]?
    {
        if let (scheme, inner) = EndpointScheme.split(word) {
            guard scheme == .tls else { return nil }
            var nothing: ArraySlice<Word> = []
            return try block(Word(bytes: inner), &nothing)?.map { .tls($0) }
        }
        let text = word.text
        guard let slash = text.lastIndex(of: "/") else { return nil }
        // `[2001:db8::/120]:22` and `192.0.2.0/28:22` have their ports in the word.
        var (written, ports) = (text, String?.none)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]"), text[end...].hasPrefix("]:") {
            written = String(text[..<end].dropFirst())
            ports = String(text[end...].dropFirst(2))
        } else if text.hasPrefix("["), let end = text.firstIndex(of: "]"), text[end...].hasPrefix("]/") {
            // `[2001:db8::]/120:22`
            let rest = text[end...].dropFirst()
            written = String(text[..<end].dropFirst()) + String(rest.prefix { $0 != ":" })
            ports = rest.firstIndex(of: ":").map { String(rest[rest.index(after: $0)...]) }
        } else if let colon = text[slash...].firstIndex(of: ":") {
            written = String(text[..<colon])
            ports = String(text[text.index(after: colon)...])
        }
        guard AnyIPAddress(String(written.prefix { $0 != "/" })) != nil else { return nil }
        guard let block = AddressBlock(written) else {
            throw .endpoint(text, "'\(written)' is no block of addresses: write it as 192.0.2.0/28")
        }
        guard let hosts = block.hosts(atMost: mostHosts) else {
            throw .endpoint(text, "more than \(mostHosts) addresses: write a longer prefix")
        }
        guard let ports = ports ?? rest.popFirst()?.text else {
            throw .endpoint(text, "no port: write \(text):PORTS")
        }
        let list = try PortList(ports, of: text)
        return hosts.map { .host($0.description, list) }
    }

    private static func next(
        _ word: Word, _ rest: inout ArraySlice<Word>, after targets: [CheckTarget]
    ) throws(Failure) -> CheckTarget {
        let text = word.text
        guard !word.bytes.isEmpty else { throw .emptyHost }
        if let (scheme, inner) = EndpointScheme.split(word) {
            guard scheme == .tls else { return .single(try Endpoint([word])) }
            guard !inner.isEmpty else { throw .endpoint(text, "no host: write tls:HOST:PORT") }
            var nothing: ArraySlice<Word> = []
            return .tls(try next(Word(bytes: inner), &nothing, after: []))
        }
        if PortList.isOnlyThat(text) {
            // After a host it would be anybody's guess whose port it is.
            if let last = targets.last(where: \.isNamed), let ports = last.ports {
                let host = last.hostText
                throw .endpoint(
                    text, "is \(text) another port of \(host)? write '\(host) \(ports.text),\(text)'",
                    hint: "a port of this host is written localhost:\(text)")
            }
            return .ports(try PortList(text, of: text))
        }
        if EndpointForm.isComplete(word), let (host, ports) = try Endpoint.split(text) {
            return .host(try named(host, of: text), try PortList(String(ports), of: text))
        }
        guard let ports = rest.popFirst()?.text else {
            // As everywhere, a word alone is the port of localhost, if it can be one.
            guard case .port = try Endpoint([word]), targets.isEmpty else {
                throw .endpoint(text, "no port: write HOST PORTS or HOST:PORTS")
            }
            return .ports(try PortList(text, of: text))
        }
        let host = try named(try Endpoint.host(text[...], of: text), of: text)
        return .host(host, try PortList(ports, of: "\(text) \(ports)"))
    }

    /// A host that can be tested.
    private static func named(_ host: String, of text: String) throws(Failure) -> String {
        if host.contains(",") { throw .endpoint(text, "one host at a time: write HOST:PORTS for each") }
        if host.isEmpty || host == "*" {
            throw .endpoint(text, "every interface, which is for listening: name a host to test")
        }
        return host
    }

    /// The word for the port that takes most room.
    var longestPort: String {
        guard let ports else { return "1" }
        return ports.longest
    }

    /// Whether it names a host, and does not have its address.
    var hasName: Bool {
        switch self {
        case .host(let host, _): AnyIPAddress(host) == nil
        case .ports: true
        case .single: false
        case .tls(let target): target.hasName
        }
    }

    private var isNamed: Bool {
        switch self {
        case .host: true
        case .ports, .single: false
        case .tls(let target): target.isNamed
        }
    }

    // MARK: What it stands for

    /// How many ports at most.
    var count: Int {
        switch self {
        case .ports(let ports), .host(_, let ports): ports.count
        case .single: 1
        case .tls(let target): target.count
        }
    }

    /// Nil for an endpoint without a list of them.
    var ports: PortList? {
        switch self {
        case .ports(let ports), .host(_, let ports): ports
        case .single: nil
        case .tls(let target): target.ports
        }
    }

    /// The endpoint of one of the ports.
    func endpoint(_ port: String) -> Endpoint {
        switch self {
        case .ports: .port(port)
        case .host(let host, _): .host(host, port: port)
        case .single(let endpoint): endpoint
        case .tls(let target): .tls(target.endpoint(port))
        }
    }

    /// The type of the sockets that it is tested with, where connections are.
    var connectionType: SocketType {
        if case .single(let endpoint) = self { endpoint.connectionType } else { .stream }
    }

    /// The host, as it is called in messages.
    var hostText: String {
        switch self {
        case .ports: "localhost"
        case .host(let host, _): host
        case .single(let endpoint): endpoint.text
        case .tls(let target): target.hostText
        }
    }
}
