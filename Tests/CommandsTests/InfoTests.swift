// `info` without a process: what is chosen, how it is laid out, and that its JSON is what sockctl-json(7)
// documents.

import CommandSpec
import Foundation
import Testing

@testable import Commands
@testable import Sockets

private func arguments(_ line: String) throws -> Arguments {
    let words = ["info"] + line.split(separator: " ").map(String.init)
    guard case .run(_, let arguments) = try Program.sockctl.parse(words.map { Word($0) }) else {
        preconditionFailure(line)
    }
    return arguments
}

private func record(
    _ transport: Transport, _ state: TCPState, _ local: SocketAddress, _ peer: SocketAddress
) -> SocketRecord {
    let family: Int32 = local.family.kernelValue
    let kind = SocketKind(family: family, type: transport.socketType, protocol: transport.protocolNumber)
    return SocketRecord(
        kind: kind, state: state, local: local, peer: peer, inode: 7, cookie: 8, uid: 9, interface: 0,
        timer: nil,
        receiveLength: 1, sendLength: 128)
}

private func inet(_ text: String, _ port: UInt16) -> SocketAddress {
    IPv4Address(text).map { .inet($0, port: port) } ?? .inet6(IPv6Address(text) ?? .any, port: port)
}

private let unconnected = inet("0.0.0.0", 0)
private let samples: [String: SocketRecord] = [
    "listener": record(.tcp, .listen, inet("0.0.0.0", 22), unconnected),
    "client": record(.tcp, .established, inet("10.0.0.1", 40000), inet("192.0.2.7", 443)),
    "client6": record(.tcp, .timeWait, inet("::1", 40000), inet("::1", 22)),
    "server": record(.udp, .close, inet("127.0.0.1", 53), unconnected),
    "resolver": record(.udp, .established, inet("127.0.0.1", 40001), inet("127.0.0.1", 53)),
    "unix": record(.unix, .listen, .unix(.path(Array("/run/x".utf8))), .unix(.unnamed)),
]

@Suite struct SocketFilterTests {
    @Test(arguments: [
        ("", ["client", "client6", "listener", "resolver", "server", "unix"]),
        ("--tcp", ["client", "client6", "listener"]), ("--udp --unix", ["resolver", "server", "unix"]),
        ("--listening", ["listener", "server", "unix"]), ("--listening --udp", ["server"]),
        ("--state listen", ["listener", "unix"]),
        ("--state TIME_WAIT --state estab", ["client", "client6", "resolver"]),
        ("--port 22", ["client6", "listener"]), ("--port 53", ["resolver", "server"]),
        ("--address 10.0.0.0/8", ["client"]), ("--address 192.0.2.7", ["client"]),
        ("--address ::/0", ["client6"]), ("--address 10.0.0.0/8 --address ::/0", ["client", "client6"]),
        ("--port ssh,domain", ["client6", "listener", "resolver", "server"]),
        ("--port 20-22,50-60", ["client6", "listener", "resolver", "server"]),
        ("--port 22 --port 443", ["client", "client6", "listener"]),
        ("--local :22", ["listener"]), ("--peer :22", ["client6"]),
        ("--peer *:53,443", ["client", "resolver"]),
        ("--local 127.0.0.0/8", ["resolver", "server"]), ("--local 127.0.0.1:53", ["server"]),
        ("--local [::1]", ["client6"]), ("--local [::]/0:40000", ["client6"]),
        ("--peer [::1/128]:22", ["client6"]),
        ("--local 10.0.0.0/8 --local :53", ["client", "server"]), ("--local 10.0.0.0/8 --peer :53", []),
        ("--state connected", ["client", "client6", "resolver"]), ("--state bucket", ["client6"]),
        ("--state synchronized,listen", ["client", "client6", "listener", "resolver", "unix"]),
        ("--state big --tcp", ["client", "listener"]),
        ("--state all", ["client", "client6", "listener", "resolver", "server", "unix"]),
        ("--user 9 -t", ["client", "client6", "listener"]), ("--user root", []),
        ("--inode 7 -u", ["resolver", "server"]), ("--inode 8", []), ("--cookie 0x8 -x", ["unix"]),
        ("--cookie sk:8 -x", ["unix"]), ("--cookie 7", []),
        ("-tl", ["listener"]), ("-xa", ["unix"]),
        ("-tupn", ["client", "client6", "listener", "resolver", "server"]),
        ("-6", ["client6"]), ("-4 --tcp", ["client", "listener"]),
        ("--process nginx", ["client"]), ("--process ngin", []),
    ])
    func chooses(line: String, expected: [String]) throws {
        let filter = try SocketFilter(try arguments(line))
        let chosen = samples.filter { name, record in
            let socket = SocketDescription(record, owners: nil)
            if name == "client" {
                socket.owners = .known([SocketOwner(pid: 1, nameBytes: Array("nginx".utf8), descriptor: 3)])
            }
            return filter.matches(socket)
        }
        #expect(chosen.keys.sorted() == expected)
    }

    @Test(arguments: [
        ("--state open", "'open' is not a valid state"), ("--state listen,", "'' is not a valid state"),
        ("--address here", "'here' is not an address"),
        ("--port 70000", "'70000': 70000 is not a valid port"),
        ("--port 9-1", "'9-1': the range 9-1 runs backwards"),
        ("--port 1,", "'1,': a port is missing beside a comma"),
        ("--local here", "'here' is not an address or a network, with or without ports"),
        ("--local ::1:80", nil), ("--peer ::1:70000", "'::1:70000' has more than one colon"),
        ("--local [::1", "'[::1' has more than one colon"), ("--local :", "':' has no port"),
        ("--peer fe80::1%lo", "'fe80::1%lo' names an interface"),
        ("--user 4294967295", "4294967295 is not a valid user ID"),
        ("-n --port http", "'http' is a name, and --numeric looks up none"),
        ("-n --user root", "'root' is a name, and --numeric looks up none"),
    ])
    func refuses(line: String, words: String?) throws {
        guard let words else {
            _ = try SocketFilter(try arguments(line))
            return
        }
        let failure = #expect(throws: Failure.self) { try SocketFilter(try arguments(line)) }
        #expect(
            failure?.message.hasPrefix(words) == true && failure?.status == .usage,
            "\(failure?.message ?? "")")
    }

    @Test(arguments: ["--port no-such-service", "--local :no-such-service", "--user no-such-user"])
    func namesThatThereAreNot(line: String) throws {
        let failure = #expect(throws: Failure.self) { try SocketFilter(try arguments(line)) }
        #expect(failure?.status == .resolution)
    }

    @Test func nameOfAProcessIsCutAsTheKernelDoes() throws {
        #expect(
            try SocketFilter(try arguments("--process a-very-long-name-of-a-server")).process
                == Array("a-very-long-nam".utf8))
    }

    @Test(arguments: [
        ("--new tcp --fd 3", "--new and --fd cannot be combined"),
        ("h:1 --pid 3", "ENDPOINT and --pid cannot be combined"),
        ("--new tcp --listening", "--new and --listening cannot be combined"),
        ("--fd 3 --local :1", "--fd and --local cannot be combined"),
        ("-j --no-owners --pid 1", "--no-owners and --pid cannot be combined"),
        ("--pid 1 --user 0 --cookie 7", nil),
        ("--inode x", "--inode: 'x' is not a number, decimal or hexadecimal after 0x"),
        ("--cookie 0x", "--cookie: '0x' is not a number, decimal or hexadecimal after 0x"), ("-tulpn", nil),
        ("-taneim", nil),
        ("--timeout 3", "--timeout needs ENDPOINT"),
        ("--new sctp", "--new: 'sctp' is not one of tcp, tcp6, udp, udp6, unix"),
        ("getsokopt", "unknown command 'getsokopt'"), ("http", nil),
        ("getsockopt SO_TYPE h:1 --new tcp", nil), ("getsockopt 6:23 6:24 --new tcp", nil),
    ])
    func rules(line: String, message: String?) {
        do {
            _ = try Program.sockctl.parse(["info"] + line.split(separator: " ").map { Word(String($0)) })
            #expect(message == nil)
        } catch {
            #expect(error.message == message)
        }
    }

    @Test(arguments: [
        ("SO_TYPE h:1", ["SO_TYPE"], ["h:1"]), ("SO_TYPE TCP_INFO 22", ["SO_TYPE", "TCP_INFO"], ["22"]),
        ("6:23 --fd 3", ["6:23"], []), ("1:2 6:23 --fd 3", ["1:2", "6:23"], []), ("6:23", ["6:23"], []),
        ("SO_TYPE --udp unix:/x", ["SO_TYPE"], ["unix:/x"]),
    ])
    func endpointComesLast(line: String, names: [Word], endpoint: [Word]) throws {
        let arguments = try arguments("getsockopt " + line)
        #expect(arguments[Operands.optionsToRead] == names && arguments[Operands.lookAt] == endpoint)
    }
}

@Suite struct SocketListingTests {
    private func description(_ name: String, owners: SocketDescription.Owners) throws -> SocketDescription {
        let description = SocketDescription(try #require(samples[name]), owners: nil)
        description.owners = owners
        return description
    }

    @Test func table() throws {
        let owner = SocketOwner(pid: 12, nameBytes: Array("a\nb".utf8), descriptor: 3)
        let listing = SocketListing(sockets: [
            try description(
                "listener",
                owners: .known([owner, SocketOwner(pid: 13, nameBytes: Array("c".utf8), descriptor: 4)])),
            try description("client", owners: .known([])), try description("unix", owners: .hidden("why")),
        ])
        #expect(
            listing.text(TextStyle()) == """
                proto  state   recv-q  send-q  local           peer           owner
                tcp    LISTEN       1     128  0.0.0.0:22      *              a^Jb pid=12 fd=3, c pid=13 fd=4
                tcp    ESTAB        1     128  10.0.0.1:40000  192.0.2.7:443
                u_str  LISTEN       1     128  /run/x          *              ?

                """)
        #expect(listing.notices == ["the owners of 1 socket are not visible: why"])
        // What has no room beside stands below.
        #expect(
            listing.text(TextStyle(columns: 70)) == """
                proto  state   recv-q  send-q  local           peer
                tcp    LISTEN       1     128  0.0.0.0:22      *
                    a^Jb pid=12 fd=3, c pid=13 fd=4
                tcp    ESTAB        1     128  10.0.0.1:40000  192.0.2.7:443
                u_str  LISTEN       1     128  /run/x          *
                    ?

                """)
        #expect(
            listing.text(TextStyle(columns: 40)) == """
                proto  state   recv-q  local
                tcp    LISTEN       1  0.0.0.0:22
                  send-q 128  a^Jb pid=12 …c pid=13 fd=4
                tcp    ESTAB        1  10.0.0.1:40000
                  send-q 128  192.0.2.7:443
                u_str  LISTEN       1  /run/x
                  send-q 128  ?

                """)
        #expect(listing.text(TextStyle(hasColor: true)).hasPrefix("\u{1b}[1mproto"))
    }

    /// The tables of /proc/net tell no backlog, and those of Unix sockets no queues.
    @Test func queuesThatAreNotToldAreNone() throws {
        var untold = try #require(samples["unix"])
        (untold.receiveLength, untold.sendLength) = (nil, nil)
        let text = SocketListing(sockets: [SocketDescription(untold, owners: nil)]).text(TextStyle())
        #expect(text.split(separator: "\n").last?.hasPrefix("u_str  LISTEN  /run/x") == true)
    }

    @Test func whoWaitsForPeersComesFirstByPortThenTheOthersByPeer() throws {
        let names = ["unix", "client6", "resolver", "client", "server", "listener"]
        let listing = SocketListing(sockets: try names.map { try description($0, owners: .known([])) })
        let lines = listing.text(TextStyle()).split(separator: "\n").dropFirst()
        #expect(
            lines.map { $0.split(separator: " ")[4] } == [
                "0.0.0.0:22", "127.0.0.1:53", "127.0.0.1:40001", "10.0.0.1:40000", "[::1]:40000", "/run/x",
            ])
    }

    @Test func onlyNamesOfUnixSocketsAreCut() throws {
        var long = try #require(samples["unix"])
        long.local = .unix(.path(Array(("/" + String(repeating: "long/", count: 20) + "end").utf8)))
        let sockets = [
            SocketDescription(long, owners: nil), try description("client", owners: .known([])),
        ]
        let narrow = SocketListing(sockets: sockets).text(TextStyle(columns: 80))
        #expect(
            narrow.contains("…") && narrow.contains("/end") && narrow.contains("10.0.0.1:40000"), "\(narrow)")
        #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(narrow)")
        for style in [TextStyle(), TextStyle(isVerbose: true, columns: 80)] {
            #expect(!SocketListing(sockets: sockets).text(style).contains("…"))
        }
    }

    @Test func socketsOfANamespaceStandTogetherWithItsInterfaces() throws {
        var other = HeldNamespace(inode: 5, isOwn: false)
        other.name = Array("blue".utf8)
        let namespaces = [
            SocketNamespace(HeldNamespace(inode: 4, isOwn: true), interfaceNames: nil),
            SocketNamespace(other, interfaceNames: [7: "eth7"]),
        ]
        var record = try #require(samples["client"])
        let address = try #require(IPv6Address("fe80::1"))
        (record.local, record.peer) = (.inet6(address, port: 80), .inet6(address, port: 81))
        var sockets: [SocketDescription] = []
        for namespace in namespaces {
            for port in [90, 80] as [UInt16] {
                record.local = .inet6(address, port: port)
                let socket = SocketDescription(record, owners: nil)
                socket.namespace = namespace
                if namespace === namespaces[1] { socket.interface = 7 }
                sockets.append(socket)
            }
        }
        sockets[3].container = String(repeating: "0123456789abcdef", count: 4)
        sockets[3].owners = .known([SocketOwner(pid: 1, nameBytes: Array("a".utf8), descriptor: 2)])
        let lines = SocketListing(sockets: sockets).text(TextStyle()).split(separator: "\n")
        #expect(lines.map { $0.prefix { $0 != " " } } == ["netns", "0", "0", "blue", "blue"])
        #expect(lines[1].contains(" [fe80::1]:80 ") && lines[2].contains(" [fe80::1]:90 "))
        #expect(lines[3].contains(" [fe80::1%eth7]:80  [fe80::1%eth7]:81  0123456789ab  a pid=1 fd=2"))
        #expect(lines[4].contains(" [fe80::1%eth7]:90  [fe80::1%eth7]:81"))
    }

    @Test func nothingIsNoTable() { #expect(SocketListing(sockets: []).text(TextStyle()) == "") }

    @Test func columnsAreCutWhereTheyMayBe() {
        var table = TextTable(columns: [.init(title: "name"), .init(title: "path", minimum: 9)])
        table.add(["a", "/run/user/1000/bus"], notes: ["more"])
        #expect(table.text(TextStyle()) == "name  path\na     /run/user/1000/bus\n    more\n")
        #expect(table.text(TextStyle(columns: 15)) == "name  path\na     /run…/bus\n    more\n")
        #expect(table.text(TextStyle(columns: 1)) == table.text(TextStyle(columns: 15)))
    }
}

@Suite struct InfoJSONTests {
    private func objects(_ answer: any Presentable) throws -> [[String: Any]] {
        try answer.json.split(separator: UInt8(ascii: "\n")).map { try Documented.line($0 + [0x0a]) }
    }

    @Test func everySocketHasTheDocumentedShape() throws {
        let listener = try Socket(.inet, .stream)
        try listener.listen(backlog: 3)
        let tcp = try Socket(.inet, .stream)
        let udp = try Socket(.inet6, .datagram)
        let unix = try Socket(.unix, .stream)
        var sockets: [SocketDescription] = []
        for socket in [listener.borrowed, tcp.borrowed, udp.borrowed, unix.borrowed] {
            sockets.append(try SocketDescription(of: HeldSocket(descriptor: socket, isOurs: true)))
            sockets.append(try SocketDescription(of: HeldSocket(descriptor: socket)))
        }
        let listed = SocketDescription(try #require(samples["client"]), owners: nil)
        listed.mptcpToken = 7
        listed.limitation = "not permitted"
        listed.timer = .init(purpose: .keepAlive, remaining: .milliseconds(5), repetitions: 1)
        listed.interface = 1
        listed.congestion = "cubic"
        listed.peerInode = 7
        listed.namespace = SocketNamespace(HeldNamespace(inode: 5, isOwn: true), interfaceNames: nil)
        listed.container = "0123"
        sockets.append(listed)
        sockets += try SocketListing(SocketFilter(), isVerbose: true).sockets

        var seen: Set<String> = []
        for object in try objects(SocketListing(sockets: sockets)) { seen.formUnion(object.keys) }
        #expect(
            Set(SocketObject.spec.fields.map(\.name)).subtracting(seen).subtracting(["tls"]) == [],
            "documented, but never written")
        // All about one socket is the same object.
        var first = try #require(try objects(SocketListing(sockets: sockets)).first)
        var same = try #require(try objects(SocketReport(socket: sockets[0])).first)
        (first["time"], same["time"]) = (nil, nil)
        #expect(same as NSDictionary == first as NSDictionary)
    }

    @Test func otherAnswersHaveTheDocumentedShape() throws {
        let option = try #require(SocketOption.named("SO_RCVBUF"))
        let answers: [any Presentable] = [
            DescriptorAnswer(3), SocketNameAnswer(inet("::1", 80)),
            SocketNameAnswer(ForeignAddress.netlink(port: 7)),
            OptionValuesAnswer(values: [OptionReading(option: option, value: 5)]),
            OptionValuesAnswer(values: []), try OptionCatalog([]),
        ]
        for answer in answers { #expect(try !objects(answer).isEmpty) }
    }

    @Test func optionThatIsThereTwiceIsOneField() throws {
        let option = try #require(SocketOption.named("SO_RCVBUF"))
        let values = [OptionReading(option: option, value: 1), OptionReading(option: option, value: 2)]
        let json = OptionValuesAnswer(values: values).json
        #expect(String(decoding: json, as: UTF8.self).hasSuffix(",\"options\":{\"SO_RCVBUF\":2}}\n"))
    }

    @Test(arguments: [
        (OptionValue.bool(true), "true"), (.int(-1), "-1"), (.unsigned(.max), "18446744073709551615"),
        (.unlimited, "null"), (.linger(on: true, seconds: 5), #"{"on":true,"seconds":5}"#),
        (.duration(.milliseconds(1500)), "1500000"), (.duration(.seconds(3)), "3000000"),
        (.text("a\"\\\n/é"), #""a\"\\\n/é""#),
        (.bytes([0, 255]), #""00ff""#), (.groups([1, 2]), "[1,2]"), (.groups([]), "[]"),
        (.credentials(.init(pid: 1, uid: .max, gid: 3)), #"{"pid":1,"uid":-1,"gid":3}"#),
        (.record([.init(name: "b", value: 1), .init(name: "a", value: 2)]), #"{"b":1,"a":2}"#),
        (.portRange(lower: 1, upper: 2), #"{"lower":1,"upper":2}"#),
        (.ipv4Address(.loopback), #""127.0.0.1""#),
        (.socketAddress(.inet(.loopback, port: 9)), #"{"family":"inet","host":"127.0.0.1","port":9}"#),
    ])
    func optionValue(value: OptionValue, json: String) {
        var writer = JSONWriter()
        var bytes: [UInt8] = []
        writer.object { writer in
            writer.key(named: "value")
            writer.option(value)
        }
        writer.drain(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "{\"value\":\(json)}")
    }

    @Test(arguments: [
        SocketAddress.inet(.loopback, port: 80), .inet6(IPv6Address(1), port: 0), .unix(.unnamed),
        .unix(.abstract([0x61, 0, 0x22])), .unix(.path([0x2f, 0xff])),
        .inet6(IPv6Address(0xfe80 << 112 | 1, scope: 1), port: 9),
    ])
    func address(_ address: SocketAddress) throws {
        var writer = JSONWriter()
        var bytes: [UInt8] = []
        [address, address].write(to: &writer)
        writer.drain(into: &bytes)
        let objects = try JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]]
        for object in try #require(objects) { try Documented.object(object, as: "address") }
        #expect(
            (objects?[0]["host"] as? String)
                == address.host.map { host in
                    if case .inet6(let host) = host { host.text } else { host.description }
                })
    }
}

@Suite struct OptionCatalogTests {
    @Test(arguments: [
        ([], SocketOption.catalog.count), (["tcp"], 36), (["IPPROTO_UDP"], 6), (["rcvbuf", "so_type"], 2),
    ])
    func chooses(names: [String], count: Int) throws {
        let text = try OptionCatalog(names).text(TextStyle())
        #expect(text.split(separator: "\n").count == count + 1)
        #expect(!text.contains(" \n"))
    }

    @Test func nearestIsNamed() {
        let failure = #expect(throws: Failure.self) { try OptionCatalog(["SO_RCVBUFF"]) }
        #expect(failure?.hint == "did you mean SO_RCVBUF?" && failure?.status == .usage)
    }
}
