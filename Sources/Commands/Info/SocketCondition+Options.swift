// The condition on addresses and ports as the options of `info` say it: --port, --address, --local and --peer. Several
// values of one option are alternatives; what different options ask for has to be met together.

import CommandSpec
import Sockets

extension SocketCondition {
    /// Nil where no option asks for addresses or ports.
    init?(_ arguments: Arguments) throws(Failure) {
        let isNumeric = arguments[Options.numeric]
        var conditions: [SocketCondition] = []
        func add(_ alternatives: [SocketCondition]) {
            if alternatives.count > 1 {
                conditions.append(.any(alternatives))
            } else {
                conditions += alternatives
            }
        }
        let lists = arguments.all(Options.port)
        if !lists.isEmpty {
            let ports = try PortRanges(lists, "--port", isNumeric: isNumeric).ranges
            add(ports.flatMap { [.localPort($0), .peerPort($0)] })
        }
        var blocks: [AddressBlock] = []
        for text in arguments.all(Options.address) {
            guard let block = AddressBlock(text) else {
                throw Failure(
                    "option", "--address",
                    words: "'\(text)' is not an address or a network such as 192.0.2.0/24",
                    status: .usage)
            }
            blocks.append(block)
        }
        add(blocks.flatMap { [.localAddress($0), .peerAddress($0)] })
        let ends:
            [(Option<String>, (AddressBlock) -> SocketCondition, (ClosedRange<UInt16>) -> SocketCondition)] =
                [
                    (Options.local, SocketCondition.localAddress, SocketCondition.localPort),
                    (Options.peer, SocketCondition.peerAddress, SocketCondition.peerPort),
                ]
        for (option, address, port) in ends {
            var alternatives: [SocketCondition] = []
            for text in arguments.all(option) {
                let (block, list) = try Self.end(text, option.label)
                let ranges = try list.map { (list) throws(Failure) in
                    try PortRanges([list], option.label, isNumeric: isNumeric).ranges
                }
                let ports: SocketCondition? = ranges.map { $0.count == 1 ? port($0[0]) : .any($0.map(port)) }
                let parts = [block.map(address), ports].compactMap(\.self)
                alternatives.append(parts.count == 1 ? parts[0] : .all(parts))
            }
            add(alternatives)
        }
        guard let first = conditions.first else { return nil }
        self = conditions.count == 1 ? first : .all(conditions)
    }

    /// An address or a network, ports after a colon, or both: `192.0.2.0/24`, `:443`, `[2001:db8::]/32:80,443`.
    private static func end(_ text: String, _ option: String) throws(Failure) -> (AddressBlock?, String?) {
        if let block = AddressBlock(text) { return (block, nil) }
        var host = text[...]
        var ports: Substring?
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            let rest = text[text.index(after: close)...]
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = text[text.index(after: text.startIndex)..<close] + parts[0]
            if parts.count > 1 { ports = parts[1] }
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            ports = text[text.index(after: colon)...]
            if text.contains("%") {
                throw Failure(
                    "option", option, words: "'\(text)' names an interface", status: .usage,
                    hint: "an address is compared without its interface: leave out what begins with %")
            }
            if host.contains(":") {
                throw Failure(
                    "option", option, words: "'\(text)' has more than one colon", status: .usage,
                    hint: "an IPv6 address with a port is written [ADDRESS]:PORT")
            }
        }
        if ports?.isEmpty == true {
            throw Failure("option", option, words: "'\(text)' has no port after its colon", status: .usage)
        }
        if let ports, host.isEmpty || host == "*" { return (nil, String(ports)) }
        if let block = AddressBlock(String(host)) { return (block, ports.map { String($0) }) }
        throw Failure(
            "option", option, words: "'\(text)' is not an address or a network, with or without ports",
            status: .usage, hint: "such as 192.0.2.7, 2001:db8::/32, 192.0.2.0/24:443 or :80,443")
    }
}

/// Ports as users list them, with names looked up: in order, and none twice.
struct PortRanges {
    let ranges: [ClosedRange<UInt16>]

    init(_ lists: [String], _ option: String, isNumeric: Bool) throws(Failure) {
        var ranges: [ClosedRange<UInt16>] = []
        for text in lists {
            let list: PortList
            do throws(Failure) { list = try PortList(text, of: text) } catch {
                throw Failure("option", option, words: "'\(text)': \(error.message)", status: .usage)
            }
            for item in list.items {
                switch item {
                case .range(let range): ranges.append(range)
                case .service(let name):
                    if isNumeric { throw .notNumeric(option, name) }
                    let port = try Self.port(of: name, option)
                    ranges.append(port...port)
                }
            }
        }
        var merged: [ClosedRange<UInt16>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            // One that begins where another ends is part of it.
            if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    private static func port(of name: String, _ option: String) throws(Failure) -> UInt16 {
        do {
            return try ServiceEntry(named: name).port
        } catch {
            throw Failure(
                "option", option, words: "'\(name)': \(error.message)", status: .resolution,
                hint: Hints.services)
        }
    }
}
