// What the kernel has counted in this network namespace since that was made: /proc/net/snmp and netstat (proc(5)),
// and the ports that it gives to connections of its own.

/// Counters by their names, `TcpExt.ListenOverflows`.
package struct NetworkCounters: Sendable {
    private var values: [String: Int] = [:]

    /// What `/proc/net/snmp` and `/proc/net/netstat` say; nil where neither can be read.
    package init?() {
        // What /proc/net leads to is that of the first thread.
        let texts = ["snmp", "netstat"].compactMap {
            try? OwnedDescriptor.contents(of: "/proc/thread-self/net/\($0)")
        }
        if texts.isEmpty { return nil }
        for text in texts { add(text) }
    }

    init(parsing text: [UInt8]) { add(text) }

    package subscript(name: String) -> Int? { values[name] }

    /// Each group is two lines that begin with its name: what is counted, and how often it was.
    private mutating func add(_ text: [UInt8]) {
        var titles: [Substring] = []
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let group = words.first, group.last == ":" else { continue }
            guard titles.first == group else {
                titles = words
                continue
            }
            for (title, word) in zip(titles.dropFirst(), words.dropFirst()) {
                if let value = Int(word) { values["\(group.dropLast()).\(title)"] = value }
            }
            titles = []
        }
    }
}

/// The ports from which the kernel gives one to a socket that asks for none.
package enum EphemeralPorts {
    /// `net.ipv4.ip_local_port_range`, of IPv6 as well; nil where it cannot be read.
    package static var range: ClosedRange<UInt16>? {
        (try? OwnedDescriptor.contents(of: "/proc/sys/net/ipv4/ip_local_port_range")).flatMap(range(parsing:))
    }

    static func range(parsing text: [UInt8]) -> ClosedRange<UInt16>? {
        let bounds = String(decoding: text, as: UTF8.self).split { $0 == "\t" || $0 == " " || $0 == "\n" }
            .map { UInt16($0) }
        guard bounds.count == 2, let lower = bounds[0], let upper = bounds[1], lower <= upper else {
            return nil
        }
        return lower...upper
    }
}
