// `resolve` without a process: how operands become queries, what answers look like, and that their JSON is what
// sockctl-json(7) documents.

import Foundation
import Sockets
import Testing

@testable import CommandSpec
@testable import Commands

private let inet = AnyIPAddress("127.0.0.1")!
private let inet6 = AnyIPAddress("fe80::1%1")!

@Suite struct ResolveOperandTests {
    @Test(
        arguments: [
            ("http", "http", nil), ("http/tcp", "http", "tcp"), ("http tcp", "http", "tcp"),
            ("http\ttcp", "http", "tcp"), ("http  TCP", "http", "tcp"), ("80/udp", "80", "udp"),
            ("", "", nil),
            ("a b c", "a", "b c"),
        ] as [(String, String, String?)])
    func service(text: String, subject: String, protocolName: String?) {
        let query = ServiceQuery(text)
        #expect(query.subject == subject && query.protocolName == protocolName)
    }

    @Test(arguments: [
        (["http"], ["http"]), (["http", "tcp"], ["http/tcp"]), (["http", "https"], ["http", "https"]),
        (["http", "tcp", "domain", "udp", "ssh"], ["http/tcp", "domain/udp", "ssh"]), (["tcp"], ["tcp"]),
        (["http/tcp", "udp"], ["http/tcp", "udp"]), (["-", "tcp"], ["-", "tcp"]),
    ])
    func protocols(operands: [String], queries: [String]) {
        #expect(ServiceQuery.group(operands.map { Word($0) }) == queries.map { Word($0) })
    }

    @Test(arguments: [
        (["192", "168", "2", "1"], ["192 168 2 1"]), (["0x7f", "0", "0", "1"], ["0x7f 0 0 1"]),
        (["c0a80201", "7f000001"], ["c0a80201", "7f000001"]), (["1", "2", "3"], ["1", "2", "3"]),
        (["1", "2", "3", "256"], ["1", "2", "3", "256"]), (["1", "-", "2", "3"], ["1", "-", "2", "3"]),
    ])
    func fourNumbers(operands: [String], queries: [String]) {
        #expect(InetNTOA.queries(in: operands.map { Word($0) }) == queries.map { Word($0) })
    }

    @Test(
        arguments: [
            ("localhost", "localhost", nil), ("localhost:http", "localhost", "http"), (":80", nil, "80"),
            ("::1", "::1", nil), ("[::1]", "::1", nil), ("[::1]:80", "::1", "80"), ("[::1", "[::1", nil),
            ("127.0.0.1:", "127.0.0.1", ""), ("", "", nil), ("fe80::1%lo", "fe80::1%lo", nil),
        ] as [(String, String?, String?)])
    func hostAndPort(text: String, host: String?, port: String?) {
        let operand = HostAndPort(text)
        #expect(operand.host == host && operand.port == port)
    }

    @Test func flags() throws {
        func read(_ texts: String...) throws(Failure) -> NameInfo.Flags {
            try FlagNames.read(texts, prefix: "NI_", NameInfo.Flags.named)
        }
        #expect(try read() == [])
        #expect(try read("NI_DGRAM,ni_nofqdn", "namereqd") == [.datagram, .noDomain, .nameRequired])
        #expect(try read("DGRAM|NOFQDN") == [.datagram, .noDomain])
        #expect(throws: Failure.self) { try read("AI_ALL") }
    }

    /// The constants of the command line are those of the types that stand for them.
    @Test func constants() throws {
        #expect(Options.family.spec.kind == .choice([AddressFamily.inet, .inet6].map(\.symbol)))
        #expect(Options.type.spec.kind == .choice([SocketType.stream, .datagram, .raw].map(\.symbol)))
        for (name, flag) in AddressInfo.Flags.named {
            #expect(Options.addressFlags.spec.manual.contains("`\(name)`"), "\(flag)")
        }
        for (name, flag) in NameInfo.Flags.named {
            #expect(Options.nameFlags.spec.manual.contains("`\(name)`"), "\(flag)")
        }
    }
}

@Suite struct ResolveAnswerTests {
    private static let host = HostAnswer(
        .rows(operandWidth: 11), function: "resolve", query: "fe80::1%1", name: "a", aliases: ["b", "c"],
        addresses: [inet, inet6])
    private static let noHost = HostAnswer(
        .rows(operandWidth: 9), function: "resolve", query: "127.0.0.1", name: nil, aliases: [],
        addresses: [inet])

    /// An answer of each shape, with everything that it may hold and with as little as it may.
    static func answers() throws -> [any Document] {
        let all = try AddressInfo.lookUp(
            host: "127.0.0.1", service: "80", flags: [.canonicalName, .numericHost])
        return [
            host, noHost,
            AddressInfoAnswer(
                hasPort: true, query: "a", name: "a", answers: all.map(AddressInfoAnswer.Element.init)),
            AddressInfoAnswer(hasPort: true, query: "a", name: nil, answers: []),
            NameInfoAnswer(query: "a", host: "a", service: "b", address: address),
            NameInfoAnswer(query: "a", host: "a", service: nil, address: address),
            ServiceAnswer(.port, function: "f", query: "a", try ServiceEntry(named: "http")),
            ProtocolAnswer(query: "a", name: "a", aliases: ["b"], number: 1),
            GetHostName.Answer(name: "a"),
            AddressAnswer(.text, function: "f", query: "a", inet),
            AddressAnswer(.text, function: "f", query: "a", inet6),
        ]
    }
    private static let address = inet.with(port: 80)

    @Test func fieldsAreDocumented() throws {
        try Need.file("/etc/services").require()
        for answer in try Self.answers() { try Documented.line(answer.json) }
    }

    @Test func rowsSayForWhatTheyAreTheAnswer() {
        #expect(
            Self.host.text(TextStyle()) == """
                fe80::1%1    a                link-local
                fe80::1%1    b                link-local
                fe80::1%1    c                link-local

                """)
        #expect(Self.noHost.text(TextStyle()) == "127.0.0.1  127.0.0.1        loopback\n")
        #expect(
            Self.noHost.text(TextStyle(hasColor: true))
                == "127.0.0.1  127.0.0.1        \u{1b}[2mloopback\u{1b}[0m\n")
    }

    @Test func everyFormOfAnAddress() {
        let answer = AddressAnswer(.hexadecimal, function: "inet_aton", query: "127.1", inet)
        #expect(answer.text(TextStyle()) == "7f000001\n")
        #expect(
            answer.text(TextStyle(isVerbose: true)) == """
                7f000001
                  address  127.0.0.1
                  bytes    127 0 0 1
                  number   2130706433
                  class    loopback (127.0.0.0/8, RFC 1122)

                """)
    }

    @Test func failuresAreToldApart() {
        func text(_ error: HostError) -> String { Failure("gethostbyname", "a.invalid", error).text }
        #expect(text(.hostNotFound) == "gethostbyname a.invalid: no such name (HOST_NOT_FOUND)")
        #expect(text(.noData) == "gethostbyname a.invalid: there is no address of that family (NO_DATA)")
        #expect(
            text(.tryAgain).hasPrefix("gethostbyname a.invalid: the name service did not answer (TRY_AGAIN)"))
        let words = Set(
            [ResolutionError.noSuchName, .noAddressOfFamily, .temporaryFailure].map(\.message))
        #expect(words.count == 3)
        #expect(Failure("getaddrinfo", "a", ResolutionError.noSuchName).status == .resolution)
        #expect(Failure("getservbyname", "a", DatabaseError.noSuchService).status == .resolution)
        #expect(Failure("resolve", "a", noAnswerWithin: .seconds(1)).status == .timedOut)
    }
}

@Suite struct ResolveSourcesTests {
    /// An answer of sources that have said this; libc said what the last one did.
    private func answer(_ line: String, _ said: [String]) throws -> SourcesAnswer {
        let hosts = try NameServiceSwitch(line)
        return SourcesAnswer(
            "a-rather-long-name-of-a-host.example.test", .name("a", family: nil), hosts,
            configurationFile: "/etc/x",
            nil, timeout: .seconds(1)
        ) { source in
            let index =
                source.flatMap { name in hosts.sources.firstIndex { $0.name == name } } ?? said.count - 1
            return (NameReport(Array(said[index].utf8)), said[index].isEmpty ? .died(Signal(11)) : .complete)
        }
    }

    private static let found =
        "addresses 1500000 found x61 7f000001 20010db8000000000000000000000001\nstatus success\n"
    private static let nothing = "addresses 900 failed -2 0\nstatus notfound\n"
    private static let missing = "addresses 900 failed -11 2\nstatus unavail\nnot-installed\n"

    @Test("no line is longer than the terminal is wide", arguments: [40, 60, 80, 120])
    func width(columns: Int) throws {
        let answer = try answer(
            "files mdns4_minimal [NOTFOUND=return] dns myhostname",
            [Self.nothing, Self.missing, "", Self.found])
        let lines = answer.text(TextStyle(columns: columns)).split(separator: "\n")
        #expect(lines.count > 10)
        for line in lines.dropFirst() { #expect(line.count <= columns, "\(line)") }
        #expect(!answer.text(TextStyle(columns: columns)).contains("\u{1b}"))
        #expect(answer.text(TextStyle(hasColor: true, columns: columns)).contains("\u{1b}["))
    }

    @Test func deathOfAChild() throws {
        let answer = try answer("files dns", [Self.nothing, ""])
        #expect(answer.sources[1].reason == "libc has died of asking it (SIGSEGV)")
        #expect(answer.sources[1].status == nil && answer.isExplained == nil)
        #expect(answer.failure?.message == "libc has died of it (SIGSEGV)")
    }

    @Test("an answer that the sources alone do not explain is told as not sure")
    func notExplained() throws {
        let answer = try answer("files [SUCCESS=return] dns", [Self.found, Self.nothing])
        #expect(answer.taken == "files" && answer.isExplained == false)
        #expect(answer.text(TextStyle()).contains("not sure"))
    }

    @Test func isDocumented() throws {
        for said in [[Self.nothing, Self.found], [Self.found, Self.nothing], [Self.nothing, ""]] {
            var lines = JSONLines()
            var line: [UInt8] = []
            try answer("files dns", said).json(&lines, to: &line)
            try Documented.line(line)
        }
    }
}
