// Why one address of `getaddrinfo` comes before the next: the rule of RFC 6724 that decided, and how other calls differ.

import Sockets

/// Two neighbours in the order of getaddrinfo(3).
struct AddressOrder: Shaped {
    let first: AnyIPAddress
    let second: AnyIPAddress
    /// From where they would be reached; nil if they cannot be.
    let firstSource: AnyIPAddress?
    let secondSource: AnyIPAddress?
    /// Nil where the rules as they are known here would have it the other way.
    let rule: SelectionRule?
    let reason: String

    /// Of each pair of neighbours.
    static func list(_ addresses: [AnyIPAddress], _ policy: AddressPolicy) -> [AddressOrder] {
        guard addresses.count > 1 else { return [] }
        let candidates = AddressCandidate.found(addresses)
        return zip(candidates, candidates.dropFirst()).map { AddressOrder($0, $1, policy) }
    }

    init(_ one: AddressCandidate, _ other: AddressCandidate, _ policy: AddressPolicy) {
        (first, second) = (one.destination, other.destination)
        (firstSource, secondSource) = (one.source, other.source)
        let (rule, isFirst) = policy.decide(one, other)
        self.rule = isFirst ? rule : nil
        reason =
            isFirst
            ? Self.words(rule, one, other, policy)
            : "not known: by rule \(rule.rawValue) it would come second"
    }

    private static func words(
        _ rule: SelectionRule, _ one: AddressCandidate, _ other: AddressCandidate, _ policy: AddressPolicy
    ) -> String {
        func file(_ table: AddressPolicy.Table) -> String {
            policy.changed.contains(table) ? " (gai.conf)" : ""
        }
        func value(_ table: AddressPolicy.Table, _ of: (AnyIPAddress) -> Int) -> String {
            "\(of(one.destination)), not \(of(other.destination))\(file(table))"
        }
        switch rule {
        case .reachable: return "only this one can be reached"
        case .scope: return "only its source address has the same scope"
        case .deprecated: return "its source address is not deprecated"
        case .home: return "its source address is a home address"
        case .label: return "only its source address has the same label\(file(.label))"
        case .precedence: return "higher precedence: \(value(.precedence, policy.precedence))"
        case .native: return "not through a tunnel"
        case .smallerScope: return "smaller scope: \(value(.scope, policy.scope))"
        case .prefix:
            let bits = AddressPolicy.commonBits(one, other)
            return "more bits in common with the source address: \(bits.0), not \(bits.1)"
        case .unchanged: return "no other rule decides: as the source gave them"
        }
    }

    /// In words.
    /// - Parameter sources: whether to say from where they would be reached.
    func text(sources: Bool) -> String {
        func named(_ address: AnyIPAddress, _ source: AnyIPAddress?) -> String {
            sources ? "\(address) (\(source.map { "from \($0)" } ?? "unreachable"))" : "\(address)"
        }
        let number = rule.map { "rule \($0.rawValue), " } ?? ""
        return "\(named(first, firstSource)) before \(named(second, secondSource)): \(number)\(reason)"
    }

    static let shape = Shape("address-order", "Why an address comes before the next one.")

    static func list(_ fields: inout some Fields<AddressOrder>) {
        fields.add("first", "The address that comes first.") { AddressReport($0.first) }
        fields.add("second", "The next one.") { AddressReport($0.second) }
        fields.add(
            "first_source",
            optional: "The address from which the first would be reached; absent if it cannot be."
        ) { $0.firstSource.map { AddressReport($0) } }
        fields.add("second_source", optional: "The same of the next one.") {
            $0.secondSource.map { AddressReport($0) }
        }
        fields.add(
            "rule",
            optional: """
                The number of the rule in section 6 of RFC 6724 that decided, 10 if none did; absent if it is not known, \
                because the rules would have it the other way.
                """
        ) { $0.rule?.rawValue }
        fields.add("reason", "The same in words.") { $0.reason }
    }
}

/// How `gethostbyname`, and `getaddrinfo` with `AI_ADDRCONFIG`, differ from `getaddrinfo`.
struct NameDifferences: Shaped {
    /// What `gethostbyname` gives: IPv4 only.
    let older: [AnyIPAddress]
    let onlyNewer: [AnyIPAddress]
    let onlyOlder: [AnyIPAddress]
    let notConfigured: [AnyIPAddress]

    /// Nil if libc did not say.
    init?(_ report: NameReport) {
        guard !report.addresses.isEmpty, !report.hosts.isEmpty else { return nil }
        let newer = report.addresses
        older = report.hosts[.inet] ?? []
        let both = older + (report.hosts[.inet6] ?? [])
        func missing(_ addresses: [AnyIPAddress], in others: [AnyIPAddress]) -> [AnyIPAddress] {
            var found: [AnyIPAddress] = []
            // An address of the older call has no scope.
            for address in addresses
            where !others.contains(where: { $0.bytes == address.bytes }) && !found.contains(address) {
                found.append(address)
            }
            return found
        }
        onlyNewer = missing(newer, in: both)
        onlyOlder = missing(both, in: newer)
        notConfigured =
            switch report.configured {
            case .found(let addresses, _): missing(newer, in: addresses)
            case .failed, .nameless: newer
            case nil: []
            }
    }

    /// In words.
    var text: String {
        // glibc takes ::1 in /etc/hosts for 127.0.0.1 as well, which is then there twice.
        func list(_ addresses: [AnyIPAddress]) -> String {
            var words: [String] = []
            for (index, address) in addresses.enumerated() where !addresses[..<index].contains(address) {
                let count = addresses.count { $0 == address }
                words.append("\(address)" + (count > 1 ? " (\(count) times)" : ""))
            }
            return words.joined(separator: ", ")
        }
        var parts = [older.isEmpty ? "no address: it knows IPv4 only" : list(older)]
        if !onlyNewer.isEmpty { parts.append("only getaddrinfo gives \(list(onlyNewer))") }
        if !onlyOlder.isEmpty { parts.append("getaddrinfo does not give \(list(onlyOlder))") }
        return parts.joined(separator: "; ")
    }

    /// What `AI_ADDRCONFIG` leaves out, in words; nil for nothing.
    var configuredText: String? {
        guard !notConfigured.isEmpty else { return nil }
        let families = Set(notConfigured.map { $0.family == .inet ? "IPv4" : "IPv6" }).sorted()
        let list = notConfigured.map(\.description).joined(separator: ", ")
        return
            "leaves out \(list): no address of \(families.joined(separator: " or ")) but the loopback is configured"
    }

    static let shape = Shape(
        "name-differences", "How other calls for the addresses of a name differ from `getaddrinfo`.")

    static func list(_ fields: inout some Fields<NameDifferences>) {
        fields.add("gethostbyname", "What `gethostbyname` gives, which knows IPv4 only.") {
            $0.older.map { AddressReport($0) }
        }
        fields.add(
            "only_getaddrinfo", "What `getaddrinfo` gives, and neither `gethostbyname` nor `gethostbyname2`."
        ) { $0.onlyNewer.map { AddressReport($0) } }
        fields.add("only_gethostbyname", "What only these two give.") {
            $0.onlyOlder.map { AddressReport($0) }
        }
        fields.add(
            "addrconfig_omits",
            "What `getaddrinfo` leaves out with `AI_ADDRCONFIG`, because no interface has an address of that family."
        ) { $0.notConfigured.map { AddressReport($0) } }
    }
}
