// What `--expect-http` accepts, and blocks of addresses as targets.

import CommandSpec
import Sockets
import Testing

@testable import Commands

@Suite struct CheckExpectationTests {
    @Test("STATUS[:PATH]")
    func expectations() throws {
        let health = try #require(HTTPExpectation("200:/health?x=a:b"))
        #expect(health.statuses == 200...200 && health.path == "/health?x=a:b")
        #expect(try #require(HTTPExpectation("4xx")).statuses == 400...499)
        #expect(
            health.request(to: "a:81")
                == "GET /health?x=a:b HTTP/1.1\r\nHost: a:81\r\nUser-Agent: sockctl\r\n"
                + "Accept: */*\r\nConnection: close\r\n\r\n")
    }

    @Test(
        "nonsense",
        arguments: [
            "", "20", "2000", "99", "600", "xx", "0xx", "6xx", "2x", "200:", "200:health", "200:/a b",
            "200:/a\r\nX: y", "+20",
        ])
    func nonsense(_ text: String) { #expect(HTTPExpectation(text) == nil) }

    @Test(
        "status lines",
        arguments: [
            ("HTTP/1.1 200 OK", nil), ("HTTP/1.0 204", nil),
            ("HTTP/1.1 503 Service Unavailable", "it answered 503 Service Unavailable, and not 2xx"),
            ("SSH-2.0-x", "it said 'SSH-2.0-x', which is no answer to HTTP"),
            ("HTTP/1.1 abc", "it said 'HTTP/1.1 abc', which is no answer to HTTP"),
            ("", "it said '', which is no answer to HTTP"),
        ] as [(String, String?)])
    func lines(_ line: String, _ problem: String?) throws {
        #expect(try #require(HTTPExpectation("2xx")).problem(with: Array(line.utf8)) == problem)
    }

    @Test(
        "blocks of addresses",
        arguments: [
            ("192.0.2.0/30:22", ["192.0.2.1:22", "192.0.2.2:22"]),
            ("192.0.2.4/31:22", ["192.0.2.4:22", "192.0.2.5:22"]),
            ("192.0.2.9/32:22", ["192.0.2.9:22"]),
            ("[2001:db8::]/127:22", ["[2001:db8::]:22", "[2001:db8::1]:22"]), ("192.0.2.0/33:1", []),
            ("[2001:db8::/127]:22", ["[2001:db8::]:22", "[2001:db8::1]:22"]),
            ("2001:db8::2/127 22", ["[2001:db8::2]:22", "[2001:db8::3]:22"]),
            ("192.0.2.7/30 22", ["192.0.2.5:22", "192.0.2.6:22"]),
            ("tls:192.0.2.0/30:443", ["tls:192.0.2.1:443", "tls:192.0.2.2:443"]),
        ])
    func blocks(_ line: String, _ endpoints: [String]) throws {
        let words = line.split(separator: " ").map { Word(String($0)) }
        guard !endpoints.isEmpty else {
            #expect(throws: Failure.self) { try CheckTarget.all(in: words) }
            return
        }
        let targets = try CheckTarget.all(in: words)
        #expect(targets.map { $0.endpoint($0.ports?.text ?? "").text } == endpoints)
    }

    @Test(
        "no more than 4,096 addresses",
        arguments: [
            ("10.0.0.0/20:1", 4094), ("10.0.0.0/19:1", nil), ("[2001:db8::/116]:1", 4096),
            ("[2001:db8::/115]:1", nil), ("0.0.0.0/0:1", nil), ("[::/0]:1", nil),
        ] as [(String, Int?)])
    func bound(_ word: String, _ count: Int?) throws {
        #expect((try? CheckTarget.all(in: [Word(word)]).count) == count)
    }
}
