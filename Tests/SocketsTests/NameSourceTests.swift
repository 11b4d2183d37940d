// What libc reads before it looks up a name: nsswitch.conf, resolv.conf and gai.conf as glibc reads them; how far the
// search gets; which rule of RFC 6724 orders two addresses; and what a child that asked tells.

import Testing

@testable import Sockets

@Suite struct NameServiceSwitchTests {
    /// The sources with what follows each status, in the order success, notfound, unavail, tryagain: r, c or m.
    private static func text(_ hosts: NameServiceSwitch) -> String {
        hosts.sources.map { source in
            let actions = NameServiceStatus.allCases.map { source.action(after: $0).rawValue.prefix(1) }
            return source.name + ":" + actions.joined()
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("files dns", "files:rccc dns:rccc"), ("", ""), ("   ", ""), ("\tfiles\t", "files:rccc"),
        ("files [NOTFOUND=return] dns", "files:rrcc dns:rccc"),
        ("files[notfound=RETURN]dns", "files:rrcc dns:rccc"),
        ("resolve [!UNAVAIL=return] dns", "resolve:rrcr dns:rccc"),
        ("files [!SUCCESS=return] dns", "files:rrrr dns:rccc"),
        ("files [SUCCESS=continue] dns", "files:cccc dns:rccc"),
        ("files [!NOTFOUND=continue] dns", "files:cccc dns:rccc"),
        ("files [SUCCESS=merge TRYAGAIN=return] dns", "files:mccr dns:rccc"),
        ("a [ NOTFOUND = return  UNAVAIL=return ] b", "a:rrrc b:rccc"),
        // No comment begins here.
        ("files # dns", "files:rccc #:rccc dns:rccc"),
        ("mdns4_minimal [NOTFOUND=return] dns mymachines", "mdns4_minimal:rrcc dns:rccc mymachines:rccc"),
    ])
    func line(line: String, expected: String) throws {
        #expect(Self.text(try NameServiceSwitch(line)) == expected)
    }

    @Test(arguments: [
        "files [", "files []", "files [NOTFOUND]", "files [NOTFOUND=]", "files [FOO=return]",
        "files [NOTFOUND=stop]", "files [NOTFOUND=return", "files [!=return]", "files [! NOTFOUND=return]",
    ])
    func malformed(line: String) {
        #expect(throws: NameServiceSwitch.Malformed()) { try NameServiceSwitch(line) }
    }

    @Test(arguments: [
        ("passwd: files\nhosts: files dns\n", "files dns"), ("hosts: dns\nhosts:files\n", "files"),
        ("  hosts :dns", "dns"), ("#hosts: dns\nhostsx: dns\n", nil), ("", nil),
        ("hosts:\n", ""), ("hosts:  files   dns \r\n", "files dns"),
    ])
    func file(file: String, expected: String?) throws {
        #expect(try NameServiceSwitch.hosts(in: Array(file.utf8))?.text == expected)
    }

    /// A status each: s, n, u, t, or - for no answer; then what libc makes of them, and whose answer it takes.
    @Test(arguments: [
        ("a b", "sn", "sr |0", 0), ("a b", "ns", "nc sr", 1), ("a b", "nn", "nc nc", nil),
        ("a b", "us", "uc sr", 1), ("a [NOTFOUND=return] b", "ns", "nr |0", nil),
        ("a [NOTFOUND=return] b", "us", "uc sr", 1), ("a [!UNAVAIL=return] b", "ts", "tr |0", nil),
        ("a [SUCCESS=continue] b", "ss", "sc sr", 1), ("a [SUCCESS=continue] b", "sn", "sc nc", nil),
        ("a b [SUCCESS=continue]", "ns", "nc sc", 1), ("a [SUCCESS=merge] b", "sn", "sm nc", nil),
        ("a b [SUCCESS=merge]", "ns", "nc sm", nil),
        ("a b c", "n-s", "nc - ?1", nil), ("a b c", "s--", "sr |0 |0", 0), ("a", "-", "-", nil),
        ("", "", "", nil),
    ])
    func search(line: String, statuses: String, expected: String, taken: Int?) throws {
        let sources = try NameServiceSwitch(line).sources
        let search = NameServiceSearch(
            sources,
            statuses.map { letter in NameServiceStatus.allCases.first { $0.rawValue.first == letter } })
        let text = search.steps.map { step in
            switch step {
            case .asked(let status, let action): "\(status.rawValue.prefix(1))\(action.rawValue.prefix(1))"
            case .unanswered: "-"
            case .notReached(let end): "|\(end)"
            case .unknown(let since): "?\(since)"
            }
        }.joined(separator: " ")
        #expect(text == expected)
        #expect(search.taken == taken)
    }
}

@Suite struct ResolverConfigurationTests {
    private func parse(
        _ file: String, domain: String? = nil, options: String? = nil, host: String = "me"
    ) -> ResolverConfiguration {
        ResolverConfiguration(parsing: Array(file.utf8), localDomain: domain, options: options, host: host)
    }

    @Test(arguments: [
        ("", "127.0.0.1"), ("nameserver 192.0.2.1\nnameserver ::1\n", "192.0.2.1 ::1"),
        ("nameserver\t192.0.2.1 # x\nnameserver 192.0.2.2;x\n", "192.0.2.1 192.0.2.2"),
        (" nameserver 192.0.2.1\n#nameserver 192.0.2.2\n;nameserver 192.0.2.3\n", "127.0.0.1"),
        ("nameserver x\nnameserver 127.1", "127.0.0.1"), ("nameserver192.0.2.1\nnameserver\n", "127.0.0.1"),
        ((1...5).map { "nameserver 192.0.2.\($0)\n" }.joined(), "192.0.2.1 192.0.2.2 192.0.2.3"),
    ])
    func servers(file: String, expected: String) {
        #expect(parse(file).servers.map(\.description).joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("search a b\n", nil, "me", "a b"), ("search a\ndomain b c\n", nil, "me", "b"),
        ("domain b\nsearch\ta  c \n", nil, "me", "a c"), ("search a\n", "x y\nz", "me", "x y"),
        ("search a\nsearch \n", nil, "me", "a"), ("", nil, "me.home.test", "home.test"), ("", nil, "me", ""),
        ("search a\n", "", "me.home.test", ""),
    ])
    func search(file: String, domain: String?, host: String, expected: String) {
        #expect(parse(file, domain: domain, host: host).search.joined(separator: " ") == expected)
    }

    @Test func options() {
        let one = parse("options ndots:3 timeout:2\toptions rotate\noptions attempts:99 use-vc x rotate\n")
        #expect(one.dots == 3 && one.timeout == .seconds(2) && one.attempts == 5)
        #expect(one.options == ["rotate", "use-vc"])
        let other = parse(
            "options ndots:3 edns0\n", options: "ndots:99 timeout:99999999999999999999 single-request-reopen")
        #expect(other.dots == 15 && other.timeout == .seconds(30) && other.attempts == 2)
        #expect(other.options == ["edns0", "single-request-reopen"])
        #expect(parse("options ndots:x\n").dots == 0)
    }

    @Test(arguments: [
        ("host", "search a b\n", "host.a host.b host"),
        ("host.x", "search a b\n", "host.x host.x.a host.x.b"),
        ("host.", "search a b\n", "host"), ("host", "", "host"),
        ("host.x", "search a\noptions ndots:2\n", "host.x.a host.x"),
        ("host", "search a\noptions ndots:0\n", "host host.a"),
        ("host", "search a\noptions no-tld-query\n", "host.a"), ("host", "options no-tld-query\n", "host"),
        ("host", "search a .\n", "host.a host"), ("host", "search .a\n", "host.a host"),
        ("host.x", "search a\noptions no_tld_query ndots:9\n", "host.x.a host.x"),
    ])
    func names(name: String, file: String, expected: String) {
        #expect(parse(file).names(for: name).joined(separator: " ") == expected)
    }

    @Test(arguments: [
        ("192.0.2.4", "4.2.0.192.in-addr.arpa"),
        ("2001:db8::1f", "f.1." + String(repeating: "0.", count: 22) + "8.b.d.0.1.0.0.2.ip6.arpa"),
    ])
    func reverse(address: String, name: String) throws {
        #expect(ResolverConfiguration.name(for: try #require(AnyIPAddress(address))) == name)
    }

    @Test("any bytes can be read, in every file")
    func noise() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "hosts:", "files", "[", "]", "!", "=", "NOTFOUND", "return", " ", "\n", "nameserver ", "options ",
            "ndots:", "search ", "label ", "::/0", "precedence ", "scopev4 ", "/", "99999999999999999999",
            "\0", "\u{fe}",
        ]
        for _ in 0..<2000 {
            let text = (0..<12).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            let bytes = Array(text.utf8) + [UInt8.random(in: 0...255)]
            _ = try? NameServiceSwitch.hosts(in: bytes)
            _ = parse(text, options: text).names(for: text)
            _ = AddressPolicy(parsing: bytes).label(of: .inet(.loopback))
            _ = NameReport(bytes)
            _ = InterfaceFlags.parse(bytes)
        }
    }
}

@Suite struct AddressSelectionTests {
    private func address(_ text: String) throws -> AnyIPAddress {
        try #require(AnyIPAddress(text), "\(text)")
    }

    @Test(arguments: [
        ("::1", 0, 50, 2), ("127.0.0.1", 4, 10, 2), ("169.254.1.1", 4, 10, 2), ("10.0.0.1", 4, 10, 14),
        ("2001:db8::1", 1, 40, 14), ("2002::1", 2, 30, 14), ("fe80::1", 1, 40, 2), ("fec0::1", 5, 40, 5),
        ("fd00::1", 6, 40, 14), ("2001::1", 7, 40, 14), ("::192.0.2.1", 3, 20, 14), ("ff05::1", 1, 40, 5),
    ])
    func builtIn(text: String, label: Int, precedence: Int, scope: Int) throws {
        let (address, policy) = (try address(text), AddressPolicy.standard)
        #expect(policy.label(of: address) == label)
        #expect(policy.precedence(of: address) == precedence)
        #expect(policy.scope(of: address) == scope)
        #expect(policy.changed.isEmpty)
    }

    @Test func file() throws {
        let policy = AddressPolicy(
            parsing: Array(
                """
                # label ::1/128 9
                label 2001:db8::/32 5 # why
                label 2001:db8:1::/48 6
                label bad 7
                label ::/129 7
                precedence ::ffff:0:0/96 100
                scopev4 10.0.0.0/8 5
                scopev4 ::ffff:192.168.0.0/112 5
                reload yes
                """.utf8))
        #expect(policy.label(of: try address("2001:db8:1::1")) == 6)
        #expect(policy.label(of: try address("2001:db8:2::1")) == 5)
        #expect(policy.label(of: try address("::1")) == 1)
        #expect(policy.precedence(of: try address("192.0.2.1")) == 100)
        #expect(policy.precedence(of: try address("::1")) == 40)
        #expect(policy.scope(of: try address("10.1.1.1")) == 5)
        #expect(policy.scope(of: try address("192.168.1.1")) == 5)
        #expect(policy.scope(of: try address("127.0.0.1")) == 14)
        #expect(policy.changed == [.label, .precedence, .scope])
    }

    private func candidate(_ text: String) throws -> AddressCandidate {
        let words = text.split(separator: " ").map(String.init)
        var candidate = AddressCandidate(
            try address(words[0]), from: words[1] == "-" ? nil : try address(words[1]))
        for word in words.dropFirst(2) {
            switch word {
            case "deprecated": candidate.isDeprecated = true
            case "home": candidate.isHome = true
            case "tunnel": (candidate.isNative, candidate.interface) = (false, 9)
            default: candidate.prefix = Int(word) ?? 0
            }
        }
        return candidate
    }

    /// Destination and source of two, and the rule by which the first comes first.
    @Test(arguments: [
        ("192.0.2.1 192.0.2.9", "2001:db8::1 -", 1), ("fe80::1 fe80::2", "2001:db8::1 fe80::2", 2),
        ("2001:db8::1 2001:db8::2", "2001:db8::3 2001:db8::4 deprecated", 3),
        ("2001:db8::1 2001:db8::2 home", "2001:db8::3 2001:db8::4", 4),
        ("2001:db8::1 2001:db8::2", "2002::1 2001:db8::2", 5), ("::1 ::1", "127.0.0.1 127.0.0.1", 6),
        ("2001:db8::1 2001:db8::2", "192.0.2.1 192.0.2.9", 6),
        ("2001:db8::1 2001:db8::2", "2001:db8::3 2001:db8::4 tunnel", 7),
        ("127.0.0.1 127.0.0.1", "192.0.2.1 192.0.2.9", 8), ("192.0.2.1 -", "192.0.2.2 -", 10),
        ("192.0.2.10 192.0.2.9 24", "192.0.2.1 192.0.2.9 24", 9),
        // Nothing in common counts outside of the subnet.
        ("192.0.2.10 192.0.2.9 32", "192.0.2.1 192.0.2.9 32", 10),
        ("2001:db8:1::1 2001:db8:1::2", "2001:db8:8::1 2001:db8:1::2", 9),
        ("2001:db8::1 2001:db8::2", "2001:db8::5 2001:db8::6", 10), ("::1 ::1", "::1 ::1", 10),
        ("2001:db8::1 -", "2001:db8::5 -", 10), ("2001:db8::1 -", "192.0.2.1 -", 6),
    ])
    func rule(one: String, other: String, number: Int) throws {
        let (first, second) = (try candidate(one), try candidate(other))
        let forwards = AddressPolicy.standard.decide(first, second)
        #expect(forwards.rule.rawValue == number && forwards.isFirst)
        let backwards = AddressPolicy.standard.decide(second, first)
        #expect(backwards.rule == forwards.rule)
        #expect(backwards.isFirst == (number == 10))
    }

    @Test func flags() throws {
        let found = InterfaceFlags.parse(
            Array(
                """
                00000000000000000000000000000001 01 80 10 80       lo
                20010db8000000000000000000000001 02 40 00 20     eth0
                20010db8000000000000000000000002 02 40 00 10     eth0
                x
                """.utf8))
        #expect(found[try address("::1").bytes] == InterfaceFlags())
        #expect(found[try address("2001:db8::1").bytes] == InterfaceFlags(isDeprecated: true, isHome: false))
        #expect(found[try address("2001:db8::2").bytes] == InterfaceFlags(isDeprecated: false, isHome: true))
    }
}

@Suite struct NameReportTests {
    private static let lines: [NameReport.Line] = [
        .addresses(
            .found(
                [.inet(.loopback), .inet6(.loopback), .inet6(IPv6Address(0xfe80 << 112 | 1, scope: 3))],
                name: "b\u{fc}cher \n.test"), .microseconds(1500)),
        .addresses(.found([], name: nil), .zero), .addresses(.failed(.noSuchName), .seconds(1)),
        .addresses(.failed(.system(.tooManyDescriptors)), .zero), .addresses(.nameless(.noData), .zero),
        .addresses(.nameless(.system(.noMemory)), .zero), .names("a", ["", "b c"], .seconds(2)),
        .configured(.found([.inet(.loopback)], name: "x")), .host(.inet6, [.inet6(.loopback)]),
        .host(.inet, []),
        .status(.tryAgain), .notInstalled, .unused(.notPermitted),
    ]

    @Test(arguments: lines.indices)
    func roundTrip(index: Int) { #expect(NameReport.Line(Self.lines[index].text) == Self.lines[index]) }

    @Test func whole() {
        let text = Self.lines.map(\.text).joined(separator: "\n")
        let report = NameReport(Array((text + "\nstatus succ").utf8))
        #expect(report.name == "a" && report.aliases == ["", "b c"] && report.time == .seconds(2))
        #expect(report.status == .tryAgain && report.isNotInstalled && report.unusedFiles == .notPermitted)
        #expect(report.hosts == [.inet: [], .inet6: [.inet6(.loopback)]] && report.error == nil)
        // What is cut off says nothing.
        #expect(NameReport(Array("status success".utf8)).status == nil)
        #expect(NameReport([]).outcome == nil)
    }
}
