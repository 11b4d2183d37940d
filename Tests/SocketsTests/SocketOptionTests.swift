// The catalog of options as a table, and each option against the kernel.

import Glibc
import Testing

@testable import Sockets

@Suite struct SocketOptionCatalogTests {
    @Test func symbolsAndNumbersAreUnique() {
        #expect(Set(SocketOption.catalog.map { $0.symbol }).count == SocketOption.catalog.count)
        let numbers = SocketOption.catalog.map { [$0.level.number, $0.number] }
        #expect(Set(numbers).count == numbers.count)
    }

    @Test(arguments: SocketOption.catalog)
    func entryIsWellFormed(_ option: SocketOption) {
        #expect(option.symbol.hasPrefix(option.level.prefix))
        #expect(!option.meaning.isEmpty && option.meaning.utf8.count <= 80 && !option.meaning.hasSuffix("."))
        #expect(option.isReadable || option.isSettable)
        #expect(SocketOption.named(option.symbol) == option)
        #expect(SocketOption.named(option.symbol.lowercased()) == option)
        #expect(SocketOption.named("\(option.level.number):\(option.number)") == option)
    }

    @Test(arguments: SocketOption.catalog.filter(\.isSettable))
    func exampleIsUnderstood(_ option: SocketOption) throws {
        let parts = option.example.split(separator: "=", maxSplits: 1)
        #expect(parts.count == 2 && parts[0] == option.symbol)
        _ = try OptionValue(parsing: String(parts[1]), for: option)
    }

    @Test(arguments: [
        ("RCVBUF", "SO_RCVBUF"), ("rcvbuf", "SO_RCVBUF"), ("nodelay", "TCP_NODELAY"), ("cork", "TCP_CORK"),
        ("mtu", "IP_MTU"), ("ttl", "IP_TTL"), ("v6only", "IPV6_V6ONLY"), ("gro", "UDP_GRO"),
        ("1:8", "SO_RCVBUF"),
        ("0x6:0x17", "TCP_FASTOPEN"), ("mark", "SO_MARK"), ("info", "TCP_INFO"), ("6:200", "6:200"),
    ])
    func nameIsFound(_ text: String, _ symbol: String) {
        #expect(SocketOption.named(text)?.symbol == symbol)
    }

    @Test(arguments: ["", "SO_", "_RCVBUF", "6:", ":6", "6:23:1", "6:+23", "rcv buf", "SO_NOTHING", "a:b"])
    func nameIsNotFound(_ text: String) {
        #expect(SocketOption.named(text) == nil)
    }

    @Test(arguments: [
        ("SO_RCVBUFF", "SO_RCVBUF"), ("nodealy", "TCP_NODELAY"), ("SO_KEPALIVE", "SO_KEEPALIVE"),
        ("SO_REUSEADR", "SO_REUSEADDR"), ("lingr", "SO_LINGER"),
    ])
    func misspellingIsRecognised(_ text: String, _ symbol: String) {
        #expect(SocketOption.nearest(to: text)?.symbol == symbol)
    }

    @Test func nothingIsNearNonsense() {
        #expect(SocketOption.nearest(to: "qqqqqqqqqq") == nil)
        // At once: 100 KiB of it took half a minute.
        #expect(SocketOption.nearest(to: String(repeating: "SO_RCVBUF", count: 10_000)) == nil)
    }

    /// What is not in the catalog is a number of four bytes, or bytes, and may disturb.
    @Test func optionOutsideOfTheCatalog() throws {
        let option = try #require(SocketOption.named("1:250"))
        #expect(option.disturbs && option.isReadable && option.isSettable)
        #expect(option.level == .socket)
        #expect(try OptionValue(parsing: "5", for: option) == .int(5))
        #expect(try OptionValue(parsing: "hex:00ff", for: option) == .bytes([0, 255]))
        #expect(OptionValue(kernel: [7, 0, 0, 0], type: option.type) == .int(7))
        #expect(OptionValue(kernel: [7], type: option.type) == .bytes([7]))
    }
}

/// Python's socket module has its own table of the same numbers.
@Test func numbersAreThoseOfPython() throws {
    let symbols = SocketOption.catalog.map { $0.symbol }
    let script = """
        import socket, sys
        for name in sys.argv[1:]:
            value = getattr(socket, name, None)
            if value is not None: print(name, value)
        """
    let lines = try run(["python3", "-c", script] + symbols).split(separator: "\n")
    #expect(lines.count > 60)
    for line in lines {
        let parts = line.split(separator: " ")
        #expect(SocketOption.named(String(parts[0]))?.number == Int32(parts[1]), "\(line)")
    }
}

@Suite struct SocketOptionKernelTests {
    /// A value that each settable option takes on a fresh socket, and what it then reads as.
    static let settings: [(String, OptionValue, OptionValue)] = [
        ("SO_REUSEADDR", true, true), ("SO_REUSEPORT", true, true), ("SO_DONTROUTE", true, true),
        ("SO_BROADCAST", true, true), ("SO_SNDBUF", 20000, 40000), ("SO_RCVBUF", 20000, 40000),
        ("SO_KEEPALIVE", true, true), ("SO_OOBINLINE", true, true), ("SO_NO_CHECK", true, true),
        ("SO_PRIORITY", 5, 5), ("SO_LINGER", .linger(on: true, seconds: 7), .linger(on: true, seconds: 7)),
        ("SO_LINGER", .linger(on: false, seconds: 0), .linger(on: false, seconds: 0)), ("SO_RCVLOWAT", 9, 9),
        ("SO_PASSCRED", true, true), ("SO_PASSSEC", true, true),
        ("SO_RCVTIMEO", .duration(.milliseconds(2500)), .duration(.milliseconds(2500))),
        ("SO_SNDTIMEO", .duration(.seconds(3)), .duration(.seconds(3))),
        ("SO_BINDTODEVICE", .text("lo"), .text("lo")),
        ("SO_TIMESTAMP", true, true), ("SO_TIMESTAMPNS", true, true), ("SO_MARK", 7, .unsigned(7)),
        ("SO_TIMESTAMPING", record(["flags": 24, "bind_phc": 0]), record(["flags": 24, "bind_phc": 0])),
        ("SO_RXQ_OVFL", true, true), ("SO_WIFI_STATUS", true, true), ("SO_PEEK_OFF", 3, 3),
        ("SO_NOFCS", true, true),
        ("SO_SELECT_ERR_QUEUE", true, true), ("SO_BUSY_POLL", 50, 50),
        ("SO_MAX_PACING_RATE", 1_000_000, .unsigned(1_000_000)),
        ("SO_MAX_PACING_RATE", .unlimited, .unlimited),
        ("SO_INCOMING_CPU", 1, 1), ("SO_ZEROCOPY", true, true), ("SO_BINDTOIFINDEX", 1, 1),
        ("SO_TXTIME", record(["clockid": 1, "flags": 0]), record(["clockid": 1, "flags": 0])),
        ("SO_TIMESTAMP_NEW", true, true), ("SO_TIMESTAMPNS_NEW", true, true),
        ("SO_RCVTIMEO_NEW", .duration(.milliseconds(1500)), .duration(.milliseconds(1500))),
        ("SO_SNDTIMEO_NEW", .duration(.milliseconds(1500)), .duration(.milliseconds(1500))),
        ("SO_PREFER_BUSY_POLL", true, true), ("SO_BUF_LOCK", 3, .unsigned(3)),
        ("SO_TXREHASH", 0, 0), ("SO_RCVMARK", true, true), ("SO_LOCK_FILTER", true, true),
        ("TCP_NODELAY", true, true), ("TCP_MAXSEG", 900, 900), ("TCP_CORK", true, true),
        ("TCP_KEEPIDLE", 61, 61),
        ("TCP_KEEPINTVL", 62, 62), ("TCP_KEEPCNT", 6, 6), ("TCP_SYNCNT", 3, 3), ("TCP_LINGER2", 12, 12),
        ("TCP_DEFER_ACCEPT", 3, 3), ("TCP_WINDOW_CLAMP", 50000, 50000), ("TCP_QUICKACK", false, false),
        ("TCP_CONGESTION", .text("reno"), .text("reno")), ("TCP_THIN_LINEAR_TIMEOUTS", true, true),
        ("TCP_USER_TIMEOUT", 4321, .unsigned(4321)), ("TCP_NOTSENT_LOWAT", 4096, .unsigned(4096)),
        ("TCP_SAVE_SYN", 1, 1), ("TCP_FASTOPEN_CONNECT", true, true), ("TCP_FASTOPEN_NO_COOKIE", true, true),
        ("TCP_FASTOPEN_KEY", .bytes(Array(1...16)), .bytes(Array(1...16))), ("TCP_INQ", true, true),
        ("TCP_RTO_MAX_MS", 60000, 60000), ("TCP_RTO_MIN_US", 100_000, 100_000),
        ("TCP_DELACK_MAX_US", 40_000, 40_000),
        ("UDP_CORK", true, true), ("UDP_NO_CHECK6_TX", true, true), ("UDP_NO_CHECK6_RX", true, true),
        ("UDP_SEGMENT", 1200, 1200), ("UDP_GRO", true, true), ("UDP_ENCAP", 2, 2),
        ("IP_TOS", 16, 16), ("IP_TTL", 33, 33), ("IP_OPTIONS", .bytes([1, 1, 1, 1]), .bytes([1, 1, 1, 1])),
        ("IP_RECVOPTS", true, true), ("IP_RETOPTS", true, true), ("IP_PKTINFO", true, true),
        ("IP_MTU_DISCOVER", 2, 2), ("IP_RECVERR", true, true), ("IP_RECVTTL", true, true),
        ("IP_RECVTOS", true, true), ("IP_FREEBIND", true, true), ("IP_PASSSEC", true, true),
        ("IP_TRANSPARENT", true, true), ("IP_RECVORIGDSTADDR", true, true), ("IP_MINTTL", 5, 5),
        ("IP_CHECKSUM", true, true), ("IP_BIND_ADDRESS_NO_PORT", true, true), ("IP_RECVFRAGSIZE", true, true),
        ("IP_RECVERR_RFC4884", true, true),
        ("IP_MULTICAST_IF", .ipv4Address(.loopback), .ipv4Address(.loopback)), ("IP_MULTICAST_TTL", 4, 4),
        ("IP_MULTICAST_LOOP", false, false), ("IP_MULTICAST_ALL", false, false), ("IP_UNICAST_IF", 1, 1),
        (
            "IP_LOCAL_PORT_RANGE", .portRange(lower: 40000, upper: 50000),
            .portRange(lower: 40000, upper: 50000)
        ),
        ("IPV6_2292PKTINFO", true, true), ("IPV6_2292HOPOPTS", true, true), ("IPV6_2292DSTOPTS", true, true),
        ("IPV6_2292RTHDR", true, true), ("IPV6_2292HOPLIMIT", true, true), ("IPV6_FLOWINFO", true, true),
        ("IPV6_UNICAST_HOPS", 12, 12), ("IPV6_MULTICAST_IF", 1, 1), ("IPV6_MULTICAST_HOPS", 13, 13),
        ("IPV6_MULTICAST_LOOP", false, false), ("IPV6_MTU_DISCOVER", 3, 3), ("IPV6_RECVERR", true, true),
        ("IPV6_V6ONLY", true, true), ("IPV6_MULTICAST_ALL", false, false),
        ("IPV6_RECVERR_RFC4884", true, true),
        ("IPV6_FLOWINFO_SEND", true, true), ("IPV6_RECVPKTINFO", true, true),
        ("IPV6_RECVHOPLIMIT", true, true),
        ("IPV6_RECVHOPOPTS", true, true), ("IPV6_RECVRTHDR", true, true), ("IPV6_RECVDSTOPTS", true, true),
        ("IPV6_HOPOPTS", .bytes([0, 0, 1, 4, 0, 0, 0, 0]), .bytes([0, 0, 1, 4, 0, 0, 0, 0])),
        ("IPV6_DSTOPTS", .bytes([0, 0, 1, 4, 0, 0, 0, 0]), .bytes([0, 0, 1, 4, 0, 0, 0, 0])),
        ("IPV6_RECVPATHMTU", true, true), ("IPV6_DONTFRAG", true, true), ("IPV6_RECVTCLASS", true, true),
        ("IPV6_TCLASS", 40, 40), ("IPV6_AUTOFLOWLABEL", false, false), ("IPV6_ADDR_PREFERENCES", 2, 1026),
        ("IPV6_MINHOPCOUNT", 8, 8), ("IPV6_RECVORIGDSTADDR", true, true), ("IPV6_TRANSPARENT", true, true),
        ("IPV6_UNICAST_IF", 1, 1), ("IPV6_RECVFRAGSIZE", true, true), ("IPV6_FREEBIND", true, true),
        ("SO_PASSPIDFD", true, true), ("SO_RCVPRIORITY", true, true), ("SO_PASSRIGHTS", false, false),
        ("SO_DEBUG", true, true), ("TCP_REPAIR", 1, 1), ("TCP_TX_DELAY", 0, 0),
        ("TCP_FASTOPEN", 5, 5),
    ]

    static func record(_ pairs: KeyValuePairs<String, UInt32>) -> OptionValue {
        .record(pairs.map { OptionValue.Field(name: $0.key, value: $0.value) })
    }

    /// The kinds of fresh sockets, the likeliest for the level first.
    static func sockets(for level: OptionLevel) -> [(AddressFamily, SocketType)] {
        switch level {
        case .tcp: [(.inet, .stream), (.inet6, .stream)]
        case .udp: [(.inet, .datagram), (.inet6, .datagram)]
        case .ipv6: [(.inet6, .datagram), (.inet6, .stream)]
        case .ip: [(.inet, .datagram), (.inet, .stream)]
        default:
            [(.inet, .stream), (.inet, .datagram), (.unix, .stream), (.unix, .datagram), (.inet6, .stream)]
        }
    }

    @Test(arguments: settings.map { ($0.0, $0.1, $0.2) })
    func valueIsSetAndReadBack(_ symbol: String, _ value: OptionValue, _ expected: OptionValue) throws {
        let option = try #require(SocketOption.named(symbol))
        var errors: [Errno] = []
        for (family, type) in Self.sockets(for: option.level) {
            let socket = try Socket(family, type)
            do {
                try socket.set(option, to: value)
            } catch {
                errors.append(error)
                continue
            }
            let read = try socket.get(option)
            #expect(read == expected, "\(symbol) on \(family) \(type)")
            return
        }
        switch errors.first {
        case .notPermitted, .accessDenied: try Need.root.require()
        case .noProtocolOption: try Need.kernel("it does not know \(symbol)").require()
        default: break
        }
        Issue.record("\(errors.map { $0.name })")
    }

    /// Every settable option has a line in the table, or a reason not to.
    @Test func tableCoversTheCatalog() {
        let elsewhere: Set<String> = [
            "SO_DETACH_FILTER", "SO_SNDBUFFORCE", "SO_RCVBUFFORCE", "SO_CNX_ADVICE",
            "SO_DETACH_REUSEPORT_BPF",
            "SO_BUSY_POLL_BUDGET", "SO_TIMESTAMPING_NEW", "SO_INQ", "SO_RESERVE_MEM", "TCP_TIMESTAMP",
            "TCP_THIN_DUPACK", "TCP_REPAIR_QUEUE",
            "TCP_QUEUE_SEQ", "TCP_REPAIR_WINDOW", "TCP_ULP", "IP_HDRINCL", "IP_ROUTER_ALERT", "IP_NODEFRAG",
            "IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP", "IPV6_ADD_MEMBERSHIP", "IPV6_DROP_MEMBERSHIP",
            "IPV6_ADDRFORM", "IPV6_CHECKSUM", "IPV6_ROUTER_ALERT", "IPV6_ROUTER_ALERT_ISOLATE",
            "IPV6_HDRINCL",
            "IPV6_MTU", "IPV6_RTHDR", "IPV6_RTHDRDSTOPTS",
        ]
        let covered = Set(Self.settings.map { $0.0 }).union(elsewhere)
        let missing = SocketOption.catalog.filter { $0.isSettable && !covered.contains($0.symbol) }
        #expect(missing.map { $0.symbol } == [])
    }

    /// On a connected socket of each kind, what can be read is read in its type, and what cannot is refused
    /// with an error that says that it does not apply.
    @Test(arguments: [
        (AddressFamily.inet, SocketType.stream), (.inet6, .stream), (.inet, .datagram), (.inet6, .datagram),
        (.unix, .stream), (.unix, .datagram),
    ])
    func everyReadableOptionIsReadOrRefused(_ family: AddressFamily, _ type: SocketType) throws {
        let pair = try ConnectedPair(family, type)
        let inapplicable: Set<Int32> = [
            ENOPROTOOPT, EOPNOTSUPP, ENODATA, EINVAL, EPERM, ENOENT, EADDRNOTAVAIL, ENOTCONN, EAFNOSUPPORT,
        ]
        for option in SocketOption.catalog where option.isReadable && option.symbol != "SO_PEERPIDFD" {
            do {
                let value = try pair.client.get(option)
                if case .bytes = value, option.type != .bytes { Issue.record("\(option.symbol) is \(value)") }
            } catch {
                #expect(inapplicable.contains(error.rawValue), "\(option.symbol): \(error.name)")
            }
        }
    }

    /// All options of the socket level are there on one kind of socket or another.
    @Test func everyReadableOptionIsReadSomewhere() throws {
        var unread = Set(SocketOption.catalog.filter { $0.isReadable && $0.symbol != "SO_PEERPIDFD" })
        for (family, type): (AddressFamily, SocketType) in [
            (.inet, .stream), (.inet6, .stream), (.inet, .datagram), (.inet6, .datagram), (.unix, .stream),
        ] {
            let pair = try ConnectedPair(family, type)
            for option in unread where (try? pair.client.get(option)) != nil { unread.remove(option) }
        }
        let elsewhere: Set<String> = [
            "SO_PEERSEC", "SO_INQ", "TCP_REPAIR_QUEUE", "TCP_QUEUE_SEQ", "TCP_REPAIR_WINDOW",
            "IPV6_CHECKSUM", "IPV6_HDRINCL",
        ]
        #expect(unread.map { $0.symbol }.filter { !elsewhere.contains($0) }.sorted() == [])
    }

    @Test func groupsAreJoinedAndLeft() throws {
        let socket = try Socket(.inet, .datagram)
        let join = try OptionValue(parsing: "239.1.2.3%lo", for: .addMembership)
        #expect(join == .group(IPv4Address(0xef01_0203), interface: 1))
        try socket.set(.addMembership, to: join)
        #expect(throws: Errno.addressInUse) { try socket.set(.addMembership, to: join) }
        try socket.set(try #require(.named("IP_DROP_MEMBERSHIP")), to: join)

        let socket6 = try Socket(.inet6, .datagram)
        try socket6.set(.addMembership6, to: try OptionValue(parsing: "ff02::123%lo", for: .addMembership6))
    }

    @Test func valueOfAnotherTypeIsInvalid() throws {
        let socket = try Socket(.inet, .stream)
        #expect(throws: Errno.invalidArgument) { try socket.set(.keepAlive, to: .text("on")) }
        #expect(throws: Errno.invalidArgument) { try socket.set(.linger, to: 5) }
        #expect(throws: Errno.invalidArgument) { try socket.set(.sendBuffer, to: .int(1 << 40)) }
    }

    @Test func whatIsNoSocketSaysSo() {
        #expect(throws: Errno(rawValue: ENOTSOCK)) { try Pipe(capacity: 4096).readEnd.get(.keepAlive) }
        #expect(throws: Errno.badDescriptor) { try BorrowedDescriptor(9999).get(.keepAlive) }
    }
}

@Suite struct OptionValueTests {
    @Test(arguments: [
        ("SO_KEEPALIVE", "on", OptionValue.bool(true)), ("SO_KEEPALIVE", "FALSE", .bool(false)),
        ("SO_KEEPALIVE", "yes", .bool(true)), ("SO_KEEPALIVE", "0", .bool(false)),
        ("SO_RCVBUF", "64k", .int(65536)),
        ("SO_RCVBUF", "1M", .int(1 << 20)), ("SO_RCVBUF", "0x1000", .int(4096)),
        ("SO_PEEK_OFF", "-1", .int(-1)),
        ("SO_LINGER", "off", .linger(on: false, seconds: 0)),
        ("SO_LINGER", "0", .linger(on: true, seconds: 0)),
        ("SO_LINGER", "5", .linger(on: true, seconds: 5)),
        ("SO_LINGER", "1m", .linger(on: true, seconds: 60)),
        ("SO_RCVTIMEO", "250ms", .duration(.milliseconds(250))),
        ("SO_RCVTIMEO", "1.5m", .duration(.seconds(90))),
        ("SO_RCVTIMEO", "2", .duration(.seconds(2))), ("SO_RCVTIMEO", "7us", .duration(.microseconds(7))),
        ("TCP_USER_TIMEOUT", "5s", .unsigned(5000)), ("TCP_KEEPIDLE", "2m", .int(120)),
        ("SO_BUSY_POLL", "1ms", .int(1000)), ("SO_MAX_PACING_RATE", "10M", .unsigned(10 << 20)),
        ("SO_MAX_PACING_RATE", "unlimited", .unlimited), ("SO_MARK", "0xffffffff", .unsigned(0xffff_ffff)),
        ("TCP_CONGESTION", "cubic", .text("cubic")), ("IP_OPTIONS", "0101ff", .bytes([1, 1, 255])),
        ("IP_LOCAL_PORT_RANGE", "40000-50000", .portRange(lower: 40000, upper: 50000)),
        ("IP_MULTICAST_IF", "10.0.0.1", .ipv4Address(IPv4Address(0x0a00_0001))),
        ("SO_TXTIME", "flags=2,clockid=1", SocketOptionKernelTests.record(["clockid": 1, "flags": 2])),
        ("SO_TXTIME", "1", SocketOptionKernelTests.record(["clockid": 1, "flags": 0])),
    ])
    func textIsParsed(_ symbol: String, _ text: String, _ value: OptionValue) throws {
        let option = try #require(SocketOption.named(symbol))
        #expect(try OptionValue(parsing: text, for: option) == value)
        #expect(try OptionValue(parsing: value.description, for: option) == value, "\(value)")
    }

    @Test(arguments: [
        ("SO_KEEPALIVE", "maybe"), ("SO_KEEPALIVE", ""), ("SO_KEEPALIVE", "2"), ("SO_RCVBUF", "64q"),
        ("SO_RCVBUF", "9999999999"), ("SO_RCVBUF", "4G"), ("SO_RCVBUF", "k"), ("SO_RCVBUF", "+5"),
        ("SO_RCVBUF", "0x"),
        ("SO_RCVBUF", "0x+5"), ("SO_RCVBUF", "1.5"), ("SO_LINGER", "-1"), ("SO_LINGER", "long"),
        ("SO_RCVTIMEO", "5d"), ("SO_RCVTIMEO", "-1s"), ("SO_RCVTIMEO", "inf"), ("SO_RCVTIMEO", "1e5"),
        ("SO_RCVTIMEO", "."), ("SO_RCVTIMEO", "99999999999999999999h"), ("TCP_KEEPIDLE", "250ms"),
        ("TCP_KEEPIDLE", "99999999999h"), ("SO_MARK", "-1"), ("IP_OPTIONS", "123"), ("IP_OPTIONS", "zz"),
        ("IP_OPTIONS", "+1"), ("IP_LOCAL_PORT_RANGE", "1-99999"), ("IP_LOCAL_PORT_RANGE", "5"),
        ("IP_MULTICAST_IF", "1.2.3"), ("SO_TXTIME", "clock=1"), ("SO_TXTIME", "1,2,3"), ("SO_PEERCRED", "1"),
        ("IP_ADD_MEMBERSHIP", "239.1.2.3%none"), ("SO_BINDTODEVICE", "a\0b"),
        ("SO_RCVBUF", "9223372036854775807k"),
    ])
    func textIsRefused(_ symbol: String, _ text: String) throws {
        let option = try #require(SocketOption.named(symbol))
        let error = OptionValueError(option: option, text: text)
        #expect(throws: error) { try OptionValue(parsing: text, for: option) }
        #expect(error.message.hasPrefix("\(symbol) takes "))
    }

    @Test(arguments: SocketOption.catalog)
    func shortAnswerIsLeftAsBytes(_ option: SocketOption) {
        for length in 0...300 {
            _ = OptionValue(kernel: [UInt8](repeating: 0xff, count: length), type: option.type).description
        }
    }

    /// Times that no kernel answers, and no `Duration` holds, are left as bytes.
    @Test(arguments: [(Int64.max, Int64.max), (.min, .min), (5, 1_000_000), (5, -1), (-1, 0)])
    func impossibleTimesAreLeftAsBytes(seconds: Int64, microseconds: Int64) {
        let bytes = seconds.kernelBytes + microseconds.kernelBytes
        let value = OptionValue(kernel: bytes, type: .timeval)
        #expect(value == .bytes(bytes))
        #expect(value.description.count == 32)
    }
}
