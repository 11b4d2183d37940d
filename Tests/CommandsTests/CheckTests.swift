// Lists of ports and targets as they are written, and the results of a check in JSON.

import CommandSpec
import Foundation
import Sockets
import Testing

import enum CommandSpec.ExitStatus

@testable import Commands

@Suite struct CheckTests {
    // MARK: What is written

    @Test(arguments: [
        ("22", [22]), ("1", [1]), ("65535", [65535]), ("00022", [22]),
        ("22,80,8000-8003", [22, 80, 8000, 8001, 8002, 8003]),
        ("80-80", [80]), ("3-1,2", nil), ("443,22", [443, 22]), ("22,20-23,21", [22, 20, 21, 23]),
        ("ssh", [22]), ("ssh,80,http-alt", [22, 80, 8080]), ("http-alt,http,80", [8080, 80]),
        ("65534-65535", [65534, 65535]),
        // What is none: empty, out of range, backwards, half, not a word.
        ("", nil), (",", nil), ("22,", nil), (",22", nil), ("22,,80", nil), ("0", nil), ("0-10", nil),
        ("65536", nil), ("70000", nil), ("99999999999999999999", nil), ("80-70", nil), ("80-", nil),
        ("-80", nil),
        ("-", nil), ("1-2-3", nil), ("1-65536", nil), ("22 80", nil), ("22, 80", nil), ("22;80", nil),
        ("a:b", nil),
        ("２２", nil), ("22\n", nil), ("sch\u{f6}n", nil),
    ])
    func portList(text: String, expected: [UInt16]?) throws {
        let services: [String: UInt16] = ["ssh": 22, "http": 80, "http-alt": 8080]
        guard let expected else {
            let failure = #expect(throws: Failure.self) { try PortList(text, of: "host:\(text)") }
            #expect(failure?.status == .usage && failure?.operand == "'host:\(text)'")
            return
        }
        let list = try PortList(text, of: text)
        #expect(list.ports(services) == expected)
        #expect(list.count >= expected.count)
    }

    @Test func allPorts() throws {
        let list = try PortList("1-65535", of: "")
        #expect(list.count == 65535 && list.ports([:]) == Array(1...65535))
    }

    @Test func aServiceThatWasNotFoundIsNoPort() throws {
        #expect(try PortList("ssh,80", of: "").ports([:]) == [80])
    }

    @Test(arguments: [
        ("22", "localhost:22"), ("22,80", "localhost:22,80"), ("8000-8100", "localhost:8000-8100"),
        ("ssh", "localhost:ssh"), ("ssh,http", "localhost:ssh,http"),
        ("22 80-90", "localhost:22 localhost:80-90"),
        ("host 22", "host:22"), ("host:22,80", "host:22,80"), ("host ssh,1-5", "host:ssh,1-5"),
        ("::1 22", "::1:22"), ("[::1] 22,80", "::1:22,80"), ("[::1]:22,80", "::1:22,80"),
        ("fe80::1%lo 22", "fe80::1%lo:22"), ("127.0.0.1:22", "127.0.0.1:22"),
        ("127.0.0.1 22", "127.0.0.1:22"),
        ("a:1 b:2,3 c 4 [::2]:5", "a:1 b:2,3 c:4 ::2:5"), ("80 a:1 b 2", "localhost:80 a:1 b:2"),
        ("unix:/run/x:y", "unix"), ("unix:@x a:1", "unix a:1"), ("a:1 unix:/x,y b 2", "a:1 unix b:2"),
        ("1 unix:/x 2", "localhost:1 unix localhost:2"),
    ])
    func targets(line: String, expected: String) throws {
        let targets = try CheckTarget.all(in: line.split(separator: " ").map { Word(String($0)) })
        let texts = targets.map { target in
            target.ports.map { "\(target.hostText):\($0.text)" } ?? "unix"
        }
        #expect(texts.joined(separator: " ") == expected)
    }

    /// What is wrong, and that the message says so.
    @Test(arguments: [
        ("host:80-70", "'host:80-70': the range 80-70 runs backwards"),
        ("host 70000", "'host 70000': 70000 is not a valid port: ports go from 1 to 65535"),
        ("22,,80", "'22,,80': a port is missing beside a comma"), ("host:", "'host:': no port"),
        ("127.0.0.1", "'127.0.0.1': an address without a port: write '127.0.0.1 PORT'"),
        ("::1", "'::1': an address without a port: write '::1 PORT'"),
        ("a:22 b", "'b': no port: write HOST PORTS or HOST:PORTS"),
        ("a b:22", "'a b:22': 'b:22' is neither a port, a range nor the name of a service"),
        ("a 22 80", "'80': is 80 another port of a? write 'a 22,80'"),
        ("a:22 80,90", "'80,90': is 80,90 another port of a? write 'a 22,80,90'"),
        ("a:1 unix:/x 80", "'80': is 80 another port of a? write 'a 1,80'"),
        ("a,b:22", "'a,b:22': one host at a time: write HOST:PORTS for each"),
        ("*:22", "'*:22': every interface, which is for listening: name a host to test"),
        (":22", "':22': every interface, which is for listening: name a host to test"),
        ("[x]:22", "'[x]:22': no IPv6 address between '[' and ']'"), ("[::1:22", "'[::1:22': "),
        ("unix:", "'unix:': "),
        ("a:b:80", "'a:b:80': more than one colon: write HOST:PORT, or [ADDRESS]:PORT for an IPv6 address"),
        ("http://a:80/", "'http://a:80/': a URL: an endpoint is written HOST:PORT"),
        ("a:22 /run/x 80", "'/run/x': not a host or port: a Unix socket is written unix:/run/x"),
        ("/run/x", "'/run/x': not a host or port: a Unix socket is written unix:/run/x"),
    ])
    func wrongTargets(line: String, message: String) {
        let words = line.split(separator: " ").map { Word(String($0)) }
        let failure = #expect(throws: Failure.self) { try CheckTarget.all(in: words) }
        #expect(failure?.status == .usage)
        #expect(failure?.text.hasPrefix("endpoint " + message) == true, "\(failure?.text ?? "")")
    }

    // MARK: Results

    static func result(
        _ error: Errno?, _ type: CheckResult.Transport = .tcp, failures: [(SocketAddress, Errno)] = []
    ) -> CheckResult {
        let address: SocketAddress = type == .unix ? .unix(.path([0x2f])) : .inet(.loopback, port: 9)
        return CheckResult(
            position: (0, 0), endpoint: type == .unix ? "unix:/" : "host:9",
            port: type == .unix ? nil : 9, transport: type,
            answer: .init(address: address, error: error.map { NetworkError($0) }, time: .milliseconds(1)),
            failures: failures.map { .init(address: $0, error: NetworkError($1), time: .zero) })
    }

    static let results = [
        result(nil), result(nil, .unix),
        result(
            .connectionRefused,
            failures: [(.inet6(.loopback, port: 9), .noSuchFile), (.inet(.loopback, port: 9), .timedOut)]),
        result(.timedOut, .udp), result(.accessDenied),
    ]

    @Test(arguments: results.indices) func resultsAreDocumented(index: Int) throws {
        let object = try Documented.line(Self.results[index].json)
        let attempts = object["attempts"] as? [[String: Any]]
        #expect((attempts?.count ?? 0) == Self.results[index].attempts.count)
    }

    @Test(arguments: [
        (Errno?.none, "open", ExitStatus.success), (.connectionRefused, "refused", .refused),
        (.timedOut, "no-answer", .timedOut), (.hostUnreachable, "unreachable", .unreachable),
        (.networkUnreachable, "unreachable", .unreachable), (.accessDenied, "failed", .notPermitted),
        (.addressNotAvailable, "failed", .addressUnavailable), (.noSuchFile, "failed", .failure),
        (.tooManyDescriptors, "failed", .failure),
    ])
    func statesAndStatuses(error: Errno?, state: String, status: ExitStatus) {
        var result = Self.result(error)
        #expect(result.state.rawValue == state && result.status == status)
        result.triedFor = .seconds(1)
        #expect(result.status == (error == nil ? .success : .timedOut))
    }

    @Test func theMostTellingAddressDecides() {
        func answer(_ port: UInt16, _ error: Errno) -> CheckResult.Answer {
            .init(address: .inet(.loopback, port: port), error: NetworkError(error), time: .zero)
        }
        let (odd, refused, silent) =
            (answer(1, .addressNotAvailable), answer(2, .connectionRefused), answer(3, .timedOut))
        #expect([odd, refused, silent].mostTelling?.address.port == 3)
        #expect([odd, refused].mostTelling?.address.port == 2)
        #expect([odd, answer(4, .accessDenied)].mostTelling?.address.port == 1)
        #expect([CheckResult.Answer]().mostTelling == nil)
    }

    @Test func theTableHasOnlyTheColumnsThatSaySomething() {
        var (open, failed) = (Self.result(nil), Self.result(.accessDenied))
        #expect(CheckTable(rows: [open]).text(TextStyle()) == "host:9  open  1 ms  127.0.0.1\n")
        (open.service, failed.service) = ("discard", "discard")
        #expect(
            CheckTable(rows: [open, failed]).text(TextStyle())
                == """
                endpoint  state   time  address    service  reason
                host:9    open    1 ms  127.0.0.1  discard
                host:9    failed  1 ms  127.0.0.1  discard  permission denied (EACCES)

                """)
    }
}
