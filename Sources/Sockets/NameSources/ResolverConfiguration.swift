// What the source `dns` works with: resolv.conf(5) and the environment, read as glibc reads them, and the names that
// follow from it for one that is looked up.

import Glibc

package struct ResolverConfiguration: Hashable, Sendable {
    package private(set) var servers: [AnyIPAddress] = []
    /// The domains that may be appended.
    package private(set) var search: [String] = []
    /// A name with fewer dots is tried in the domains first.
    package private(set) var dots = 1
    /// How long one server is waited for, the first time.
    package private(set) var timeout = Duration.seconds(5)
    /// How often all of them are asked.
    package private(set) var attempts = 2
    /// The other options, such as `rotate`.
    package private(set) var options: [String] = []

    /// What glibc has room for.
    private static let mostServers = 3
    private static let (mostDots, longestTimeout, mostAttempts) = (15, 30, 5)

    /// Options without a value that glibc knows. It takes what only begins so, too.
    private static let flags = [
        "rotate", "edns0", "single-request-reopen", "single-request", "no_tld_query", "no-tld-query",
        "no-reload",
        "use-vc", "trust-ad", "no-aaaa",
    ]

    /// - Parameters:
    ///   - file: what resolv.conf holds; nothing if there is none.
    ///   - domains: `LOCALDOMAIN` in the environment, which takes the place of `domain` and `search`.
    ///   - more: `RES_OPTIONS` in the environment, which comes last.
    ///   - host: this machine's name, whose domain is searched if no other is given.
    package init(parsing file: [UInt8], localDomain domains: String?, options more: String?, host: String) {
        if let domains { search = Self.words(domains.prefix { $0 != "\n" }).map(String.init) }
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            guard let blank = line.firstIndex(where: Self.isBlank) else { continue }
            let words = Self.words(line[blank...])
            switch line[..<blank] {
            case "domain" where domains == nil && !words.isEmpty: search = [String(words[0])]
            case "search" where domains == nil && !words.isEmpty: search = words.map(String.init)
            case "nameserver":
                guard servers.count < Self.mostServers, let word = words.first else { continue }
                if let server = Self.server(String(word)) { servers.append(server) }
            case "options": set(words)
            default: continue
            }
        }
        if servers.isEmpty { servers = [.inet(.loopback)] }
        if search.isEmpty, domains == nil, let dot = host.firstIndex(of: ".") {
            search = [String(host[dot...].dropFirst())]
        }
        if let more { set(Self.words(more[...])) }
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func words(_ text: Substring) -> [Substring] { text.split(whereSeparator: isBlank) }

    private static func server(_ word: String) -> AnyIPAddress? {
        let text = String(word.prefix { $0 != ";" && $0 != "#" })
        return IPv4Address(aton: text).map { .inet($0) } ?? IPv6Address(text).map { .inet6($0) }
    }

    private mutating func set(_ words: [Substring]) {
        for word in words {
            if let number = Self.number(word, "ndots:") {
                dots = min(number, Self.mostDots)
            } else if let number = Self.number(word, "timeout:") {
                timeout = .seconds(min(number, Self.longestTimeout))
            } else if let number = Self.number(word, "attempts:") {
                attempts = min(number, Self.mostAttempts)
            } else if let flag = Self.flags.first(where: { word.hasPrefix($0) }), !options.contains(flag) {
                options.append(flag)
            }
        }
    }

    /// As `atoi(3)` reads it.
    private static func number(_ word: Substring, _ name: String) -> Int? {
        guard word.hasPrefix(name) else { return nil }
        let digits = word.dropFirst(name.count).prefix { $0.isASCII && $0.isNumber }
        return digits.isEmpty ? 0 : Int(digits.prefix(9))
    }

    /// The names that are tried one after the other until one is found, as `res_search(3)` does.
    package func names(for name: String) -> [String] {
        let isAbsolute = name.hasSuffix(".")
        let count = name.count { $0 == "." }
        if isAbsolute { return [String(name.dropLast())] }
        var names: [String] = []
        let isFirst = count >= dots
        if isFirst { names.append(name) }
        var hasRoot = false
        for domain in search {
            let domain = domain.hasPrefix(".") ? domain.dropFirst() : domain[...]
            hasRoot = hasRoot || domain.isEmpty
            names.append(domain.isEmpty ? name : "\(name).\(domain)")
        }
        let isAlone = count == 0 && (options.contains("no_tld_query") || options.contains("no-tld-query"))
        if !isFirst, !hasRoot, search.isEmpty || !isAlone { names.append(name) }
        return names
    }

    /// The name that stands for an address: `4.2.0.192.in-addr.arpa`.
    package static func name(for address: AnyIPAddress) -> String {
        switch address {
        case .inet: address.bytes.reversed().map { "\($0)." }.joined() + "in-addr.arpa"
        case .inet6:
            address.bytes.reversed().map { byte in
                "\(String(byte & 15, radix: 16)).\(String(byte >> 4, radix: 16))."
            }.joined() + "ip6.arpa"
        }
    }
}
