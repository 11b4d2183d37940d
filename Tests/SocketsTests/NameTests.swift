// Look-ups by name and number, and the spellings of addresses, against Python's socket module.

import Glibc
import Testing

@testable import Sockets

/// Runs a Python script with its input, and returns the lines it prints.
private func python(_ script: String, _ input: [String] = []) throws -> [String] {
    for need in Need.databases(of: script) { try need.require() }
    return try run(["python3", "-c", "import socket, sys\n" + script] + input).split(
        separator: "\n", omittingEmptySubsequences: false
    ).dropLast().map { String($0) }
}

@Suite struct DatabaseTests {
    /// Names, aliases, ports and protocols of every line of `/etc/services`.
    @Test func everyServiceIsThatOfPython() throws {
        let lines = try python(
            """
            def ask(f, *a):
                try: return f(*a)
                except OSError: return "none"
            for line in open("/etc/services"):
                words = line.split("#")[0].split()
                if len(words) < 2: continue
                port, proto = words[1].split("/")
                for name in [words[0]] + words[2:]:
                    print("name", name, proto, ask(socket.getservbyname, name, proto))
                    print("name", name, "-", ask(socket.getservbyname, name))
                print("port", port, proto, ask(socket.getservbyport, int(port), proto))
                print("port", port, "-", ask(socket.getservbyport, int(port)))
            """)
        #expect(lines.count > 500)
        for line in lines {
            let words = line.split(separator: " ").map { String($0) }
            let protocolName = words[2] == "-" ? nil : words[2]
            if words[0] == "name" {
                let entry = try? ServiceEntry(named: words[1], protocolName: protocolName)
                #expect(entry.map { String($0.port) } ?? "none" == words[3], "\(line)")
                if let entry {
                    #expect(entry.name == words[1] || entry.aliases.contains(words[1]), "\(line)")
                }
            } else {
                let entry = try? ServiceEntry(
                    port: try #require(UInt16(words[1])), protocolName: protocolName)
                #expect(entry?.name ?? "none" == words[3], "\(line)")
            }
        }
    }

    @Test func everyProtocolIsThatOfPython() throws {
        let lines = try python(
            """
            for line in open("/etc/protocols"):
                words = line.split("#")[0].split()
                for name in words[:1] + words[2:]: print(name, words[1], socket.getprotobyname(name))
            """)
        #expect(lines.count > 50)
        for line in lines {
            let words = line.split(separator: " ").map { String($0) }
            #expect(String(try ProtocolEntry(named: words[0]).number) == words[2], "\(line)")
            let entry = try ProtocolEntry(number: try #require(Int32(words[1])))
            #expect(String(entry.number) == words[1])
        }
    }

    @Test func everyHostIsThatOfPython() throws {
        let lines = try python(
            """
            hosts = set()
            for line in open("/etc/hosts"): hosts.update(line.split("#")[0].split())
            for host in sorted(hosts):
                for kind, f in ("name", socket.gethostbyname_ex), ("address", socket.gethostbyaddr):
                    try: name, aliases, addresses = f(host)
                    except OSError as e: print(kind, host, "error", sep="|"); continue
                    print(kind, host, name, " ".join(aliases), " ".join(addresses), sep="|")
            """)
        #expect(lines.count >= 4)
        for line in lines {
            let words = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
            let entry: HostEntry?
            if words[0] == "name" {
                entry = try? HostEntry(named: words[1])
            } else if let address = AnyIPAddress(words[1]) {
                entry = try? HostEntry(address: address)
            } else {
                continue
            }
            guard words[2] != "error" else {
                #expect(entry == nil, "\(line)")
                continue
            }
            let found = try #require(entry, "\(line)")
            #expect(found.name == words[2], "\(line)")
            #expect(found.aliases.joined(separator: " ") == words[3], "\(line)")
            #expect(found.addresses.map { $0.description }.joined(separator: " ") == words[4], "\(line)")
        }
    }

    @Test func hostNameIsThatOfPython() throws {
        #expect(try [HostName.current()] == python("print(socket.gethostname())"))
    }

    @Test func whatIsMissingIsTold() {
        #expect(throws: DatabaseError.noSuchService) { _ = try ServiceEntry(named: "nosuch") }
        #expect(throws: DatabaseError.noSuchService) {
            _ = try ServiceEntry(named: "http", protocolName: "nosuch")
        }
        #expect(throws: DatabaseError.noSuchService) { _ = try ServiceEntry(named: "http\0") }
        #expect(throws: DatabaseError.noSuchService) { _ = try ServiceEntry(named: "") }
        #expect(throws: DatabaseError.noServiceOnPort) { _ = try ServiceEntry(port: 65_001) }
        #expect(throws: DatabaseError.noSuchProtocol) { _ = try ProtocolEntry(named: "nosuch") }
        #expect(throws: DatabaseError.noSuchProtocol) { _ = try ProtocolEntry(number: 9999) }
        #expect(throws: HostError.hostNotFound) { _ = try HostEntry(named: "a\0b") }
        #expect(throws: HostError.self) { _ = try HostEntry(named: "nosuch.invalid") }
        for error in [HostError.hostNotFound, .tryAgain, .noRecovery, .noData] {
            #expect(HostError(code: error.code, errno: .noMemory) == error && !error.message.isEmpty)
        }
        #expect(HostError(code: -1, errno: .noMemory).name == "ENOMEM")
    }

    /// An entry that is too long for the first buffer.
    @Test func bufferGrows() {
        var sizes: [Int] = []
        let (code, value) = unsafe lookUp(0, { $0 }) { (entry, buffer, size, result) in
            sizes.append(size)
            guard size >= 100_000 else { return ERANGE }
            unsafe (entry.pointee, result.pointee) = (7, entry)
            return 0
        }
        #expect(code == 0 && value == 7 && sizes == [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072])
        let (failure, none) = unsafe lookUp(0, { $0 }) { _, _, _, _ in ERANGE }
        #expect(failure == ERANGE && none == nil)
    }

    @Test func namesOfAnAddress() throws {
        try Need.file("/etc/services").require()
        let flags: NameInfo.Flags = [.numericHost, .numericService]
        let numeric = try NameInfo(of: .inet(.loopback, port: 80), flags: flags)
        #expect(numeric.host == "127.0.0.1" && numeric.service == "80")
        let named = try NameInfo(of: .inet(.loopback, port: 80))
        #expect(
            try ["\(named.host) \(named.service)"]
                == python("print(*socket.getnameinfo(('127.0.0.1', 80), 0))"))
        let scoped = try NameInfo(of: .inet6(try #require(IPv6Address("fe80::1%lo")), port: 1), flags: flags)
        #expect(scoped.host == "fe80::1%lo")
        #expect(try NameInfo(of: .inet(.loopback, port: 512), flags: [.datagram]).service == "biff")
        let failure = #expect(throws: ResolutionError.self) {
            _ = try NameInfo(of: .inet(try #require(IPv4Address("192.0.2.1")), port: 1), flags: .nameRequired)
        }
        // The other where no name server answers.
        #expect(failure == .noSuchName || failure == .temporaryFailure)
    }

    @Test func answersOfGetaddrinfo() throws {
        try Need.file("/etc/hosts").require()
        try Need.file("/etc/services").require()
        func ask(_ host: String?, _ service: String?, _ flags: String...) throws -> [String] {
            let value = AddressInfo.Flags(
                AddressInfo.Flags.named.filter { flags.contains($0.key) }.map { $0.value })
            return try AddressInfo.lookUp(host: host, service: service, flags: value).map {
                let canonical = $0.canonicalName ?? ""
                return "\($0.address) \($0.kind.family) \($0.kind.type) \($0.kind.protocol) \(canonical)"
            }
        }
        let script = """
            flags = 0
            for name in sys.argv[3:]: flags |= getattr(socket, name)
            arguments = [a or None for a in sys.argv[1:3]]
            for family, kind, proto, name, address in socket.getaddrinfo(*arguments, flags=flags):
                host = "[%s]" % address[0] if ":" in address[0] else address[0]
                print("%s:%d %d %d %d %s" % (host, address[1], family, kind, proto, name))
            """
        #expect(try ask("localhost", "80") == python(script, ["localhost", "80"]))
        #expect(
            try ask("::1", "http", "AI_NUMERICHOST") == python(script, ["::1", "http", "AI_NUMERICHOST"]))
        #expect(try ask(nil, "80", "AI_PASSIVE") == python(script, ["", "80", "AI_PASSIVE"]))
        #expect(
            try ask("localhost", nil, "AI_CANONNAME") == python(script, ["localhost", "", "AI_CANONNAME"]))
        #expect(throws: ResolutionError.noSuchName) { _ = try ask("localhost", nil, "AI_NUMERICHOST") }
        #expect(throws: ResolutionError.noSuchService) { _ = try ask("localhost", "nosuch") }
    }
}

@Suite struct AddressSpellingTests {
    static let spellings = [
        "", "0", "1", "127.1", "127.0.1", "127.0.0.1", "0x7f.1", "0x7f.0.0.1", "0x7f000001", "017700000001",
        "2130706433", "4294967295", "4294967296", "0.0.0.0", "255.255.255.255", "255.255.255.256",
        "256.0.0.1",
        "1.2.3", "1.2.65535", "1.2.65536", "1.16777215", "1.16777216", "1.2.3.4.5", "1.2.3.", ".1.2.3",
        "1..2", "1.2.3.4 ",
        " 1.2.3.4", "1.2.3.4 x", "1.2.3.4x", "1.2.3.4\t", "1.2.3.4\n", "01.02.03.04", "08.0.0.1", "0377.1",
        "0400.1", "0x.1",
        "0xg.1", "0X7F.1", "1.0x2.03.4", "-1", "+1", "1.-2", "a.b.c.d", "localhost", "192.168.2.1",
        "192.168.002.001",
        "192.168.2.01", "0x100.1", "1.2.3.0x100", "00000000000000000177.1", "99999999999", "1e3", "1,2,3,4",
        "１.2.3.4",
        "::", "::1", "1::", "::ffff:1.2.3.4", "::1.2.3.4", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::2::3", ":::", ":1", "1:", "12345::", "g::", "fe80::1%lo",
        "fe80::1%1",
        "fe80::1%", "[::1]", "::1/128", "2001:DB8::A", "::ffff:1.2.3", "::ffff:01.2.3.4", "::ffff:1.2.3.256",
        "0:0:0:0:0:0:0:0",
        "1:0:0:2:0:0:0:3", "::%lo",
    ]

    @Test func everySpellingIsThatOfPython() throws {
        #expect(Self.spellings.count >= 60)
        let lines = try python(
            """
            def ask(f, *a):
                try: return f(*a).hex()
                except (OSError, ValueError): return "bad"
            for text in sys.argv[1:]:
                print(ask(socket.inet_aton, text), ask(socket.inet_pton, socket.AF_INET, text),
                      ask(socket.inet_pton, socket.AF_INET6, text))
            """, Self.spellings)
        #expect(lines.count == Self.spellings.count)
        func hexadecimal(_ bytes: [UInt8]?) -> String {
            bytes.map { OptionValue.bytes($0).description } ?? "bad"
        }
        for (text, line) in zip(Self.spellings, lines) {
            let own = [
                IPv4Address(aton: text)?.bytes, AnyIPAddress(pton: text, family: .inet)?.bytes,
                AnyIPAddress(pton: text, family: .inet6)?.bytes,
            ]
            #expect(own.map { hexadecimal($0) }.joined(separator: " ") == line, "\"\(text)\"")
        }
    }

    @Test func addressesAreWrittenAsPythonDoes() throws {
        var random = Xorshift(seed: 7)
        var addresses: [AnyIPAddress] = [
            .inet(.any), .inet6(.any), .inet6(.loopback), .inet6(IPv6Address(0xffff << 32)),
        ]
        for _ in 0..<60 {
            addresses.append(.inet(IPv4Address(UInt32.random(in: 0 ... .max, using: &random))))
            // Groups of zeros are what makes the writing difficult.
            let groups = (0..<8).map { _ in
                Bool.random(using: &random) ? UInt128(UInt16.random(in: 0...9, using: &random)) : 0
            }
            addresses.append(.inet6(IPv6Address(groups.reduce(0) { $0 << 16 | $1 })))
        }
        let lines = try python(
            """
            for text in sys.argv[1:]:
                b = bytes.fromhex(text)
                print(socket.inet_ntoa(b) if len(b) == 4 else socket.inet_ntop(socket.AF_INET6, b))
            """, addresses.map { OptionValue.bytes($0.bytes).description })
        #expect(addresses.map { $0.description } == lines)
        for address in addresses {
            #expect(
                AnyIPAddress(bytes: address.bytes) == address && AnyIPAddress(address.description) == address)
        }
        #expect(AnyIPAddress(bytes: [1, 2, 3]) == nil)
    }

    @Test(arguments: [
        (["c0a80201"], "192.168.2.1"), (["0xc0a80201"], "192.168.2.1"), (["3232236033"], "192.168.2.1"),
        (["192", "168", "2", "1"], "192.168.2.1"), (["00000001"], "0.0.0.1"), (["1"], "0.0.0.1"),
        (["12345678"], "18.52.86.120"), (["0x1"], "0.0.0.1"), (["C0A80201"], "192.168.2.1"),
        (["0"], "0.0.0.0"),
        (["0xff", "0", "0", "1"], "255.0.0.1"), (["4294967296"], nil), (["c0a802"], nil),
        (["256", "0", "0", "1"], nil),
        (["1", "2", "3"], nil), (["-1"], nil), ([""], nil), ([], nil), (["192.168.2.1"], nil),
        (["0xc0a8020100"], nil),
    ])
    func argumentOfNtoaIsRead(_ words: [String], _ address: String?) {
        let read = IPv4Address(ntoa: words)
        #expect(read?.description == address)
        if let read { #expect(IPv4Address(ntoa: [read.hexadecimal]) == read) }
    }
}

@Suite struct AddressClassTests {
    @Test(arguments: [
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "this network"), ("10.255.0.1", "private"),
        ("172.15.0.1", nil),
        ("172.16.0.0", "private"), ("172.31.255.255", "private"), ("172.32.0.0", nil),
        ("192.168.0.1", "private"),
        ("192.169.0.1", nil), ("100.63.255.255", nil), ("100.64.0.1", "CGNAT"), ("100.127.255.255", "CGNAT"),
        ("127.255.0.1", "loopback"), ("169.254.1.1", "link-local"), ("192.0.2.7", "documentation"),
        ("198.51.100.1", "documentation"), ("203.0.113.9", "documentation"), ("198.19.0.1", "benchmarking"),
        ("192.88.99.1", "6to4 relay"), ("224.0.0.1", "multicast"), ("233.252.0.5", "documentation"),
        ("239.255.255.250", "multicast"), ("240.0.0.1", "reserved"), ("255.255.255.255", "broadcast"),
        ("8.8.8.8", nil),
        ("::", "unspecified"), ("::1", "loopback"), ("::ffff:10.0.0.1", "mapped"), ("::2", "IPv4-compatible"),
        ("64:ff9b::1.2.3.4", "NAT64"), ("100::1", "discard"), ("2001::1", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("3fff:fff::1", "documentation"), ("2002:102:304::", "6to4"), ("fc00::1", "unique-local"),
        ("fd12::1", "unique-local"),
        ("fe80::1", "link-local"), ("fe80::1%lo", "link-local"), ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("2606:4700::1111", nil), ("2001:2::1", "benchmarking"), ("2001:20::1", "ORCHID"),
        ("5f00::1", "segment routing"),
    ])
    func addressIsOfItsClass(_ text: String, _ name: String?) throws {
        #expect(try #require(AnyIPAddress(text)).special?.name == name)
    }

    /// Python's ipaddress module has its own table of what is valid everywhere.
    @Test func globalAddressesAreThoseOfPython() throws {
        var random = Xorshift(seed: 3)
        let addresses = (0..<300).map { _ in
            AnyIPAddress.inet(IPv4Address(UInt32.random(in: 0 ... .max, using: &random)))
        }
        let lines = try python(
            """
            import ipaddress
            for text in sys.argv[1:]:
                a = ipaddress.ip_address(text)
                print(a.is_global and not a.is_multicast or a.is_multicast, a.is_multicast)
            """, addresses.map { $0.description })
        for (address, line) in zip(addresses, lines) {
            let special = address.special?.name
            let isMulticast = special == "multicast"
            #expect(
                "\(special == nil || isMulticast ? "True" : "False") \(isMulticast ? "True" : "False")"
                    == line, "\(address)")
        }
    }
}
