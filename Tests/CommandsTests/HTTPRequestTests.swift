// URLs are taken apart, and requests built from what a user gives, or refused with words that help.

import CommandSpec
import Framing
import Sockets
import Testing

@testable import Commands

@Suite struct HTTPRequestTests {
    private func request(
        _ method: String, _ url: String, _ headers: [String] = [], data: String? = nil
    ) throws -> HTTPRequest {
        try HTTPRequest(
            method: Word(method), url: Word(url), headers: headers.map { Word($0) },
            data: data.map { Array($0.utf8) })
    }

    private func text(_ request: HTTPRequest) -> String { String(decoding: request.bytes, as: UTF8.self) }

    @Test func theWholeRequest() throws {
        let request = try request("GET", "http://localhost:8080/a?b")
        #expect(request.endpoint == .host("localhost", port: "8080"))
        #expect(
            text(request)
                == "GET /a?b HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: sockctl\r\nAccept: */*\r\n"
                + "Connection: close\r\n\r\n")
    }

    @Test func dataHasItsLength() throws {
        #expect(
            text(try request("PUT", "http://a/", data: "hello")).hasSuffix(
                "Content-Length: 5\r\nConnection: close\r\n\r\nhello"))
    }

    @Test(arguments: [("POST", true), ("PUT", true), ("PATCH", true), ("GET", false), ("DELETE", false)])
    func noDataHasALengthWhereContentIsExpected(method: String, isSaid: Bool) throws {
        #expect(text(try request(method, "http://a/")).contains("\r\nContent-Length: 0\r\n") == isSaid)
    }

    /// URL, host, port, Host field, target.
    @Test(arguments: [
        ("http://a", "a", "80", "a", "/"),
        ("HTTP://a/", "a", "80", "a", "/"),
        ("http://a:80/", "a", "80", "a", "/"),
        ("https://a/", "a", "443", "a", "/"), ("https://a:443/", "a", "443", "a", "/"),
        ("https://a:80/", "a", "80", "a:80", "/"), ("http://a:443/", "a", "443", "a:443", "/"),
        ("http://a:/", "a", "80", "a", "/"),
        ("http://a:0080/", "a", "80", "a", "/"),
        ("http://a:81", "a", "81", "a:81", "/"),
        ("http://a?b", "a", "80", "a", "/?b"),
        ("http://a/?b?c/d", "a", "80", "a", "/?b?c/d"),
        ("http://a/b#c", "a", "80", "a", "/b"),
        ("http://a#c", "a", "80", "a", "/"),
        ("http://a?b#c?d", "a", "80", "a", "/?b"),
        ("http://a/b:c@d//e", "a", "80", "a", "/b:c@d//e"),
        ("http://a/%20%zz{|}", "a", "80", "a", "/%20%zz{|}"),
        ("http://[::1]", "::1", "80", "[::1]", "/"),
        ("http://[::1]:81/", "::1", "81", "[::1]:81", "/"),
        ("http://[fe80::1%25lo]/", "fe80::1%lo", "80", "[fe80::1]", "/"),
        ("http://[fe80::1%lo]:81/", "fe80::1%lo", "81", "[fe80::1]:81", "/"),
        ("http://127.0.0.1:8080/", "127.0.0.1", "8080", "127.0.0.1:8080", "/"),
        ("http://my_host.example./", "my_host.example.", "80", "my_host.example.", "/"),
        ("a", "a", "80", "a", "/"), ("a:81/b?c", "a", "81", "a:81", "/b?c"), ("a:/b", "a", "80", "a", "/b"),
        ("[::1]:81/b", "::1", "81", "[::1]:81", "/b"), ("127.0.0.1/b", "127.0.0.1", "80", "127.0.0.1", "/b"),
        ("a/b?c=https://d/", "a", "80", "a", "/b?c=https://d/"), ("https", "https", "80", "https", "/"),
    ])
    func urls(text: String, host: String, port: String, authority: String, target: String) throws {
        let url = try HTTPURL(Word(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.authority == authority)
        #expect(url.target == target)
    }

    @Test(arguments: [
        ("", "not understood"),
        ("http:a", "not understood"), ("HTTPS:/a/b", "not understood"),
        ("unix:/run/x.sock", "an endpoint"), ("tls:a:443", "an endpoint"), ("/b", "no host"),
        ("?b", "no host"),
        ("ftp://a/", "only http://"),
        ("://a/", "only http://"),
        ("http://", "no host"),
        ("http:///b", "no host"),
        ("http://:80/", "no host"),
        ("http://a:0/", "not a valid port"),
        ("http://a:65536/", "not a valid port"),
        ("http://a:-1/", "not a valid port"),
        ("http://a:99999999999999999999/", "not a valid port"),
        ("http://a:b/", "not a valid port"),
        ("http://::1/", "not a valid host"),
        ("http://[::1/", "without ']'"),
        ("http://[a]/", "no IPv6 address"),
        ("http://[::1]a/", "not a valid host"),
        ("http://a b/", "not a valid host"),
        ("http://a%41/", "not a valid host"),
        ("http://é/", "ASCII"),
        ("http://a/b c", "a space"),
        ("http://a/é", "0xc3"),
        ("http://a/\r\nHost: b", "0x0d"),
        ("http://a\r\n/", "not a valid host"),
        ("http://a/\u{0}", "0x00"),
        ("http://user:secret@a/", "user name"),
    ])
    func urlsThatAreNone(text: String, words: String) throws {
        let failure = try #require(throws: Failure.self) { try HTTPURL(Word(text)) }
        #expect(failure.status == .usage)
        #expect(failure.message.contains(words), "\(failure.text)")
        #expect(!failure.text.contains("secret"))
    }

    @Test(
        "over a Unix socket the host is only named",
        arguments: [
            ("/v1.43/info?a", "/x", "unix:/x", "GET /v1.43/info?a HTTP/1.1\r\nHost: localhost\r\n"),
            ("http://docker:1/b", "@x", "unix:@x", "GET /b HTTP/1.1\r\nHost: docker:1\r\n"),
            ("docker", "x", "unix:x", "GET / HTTP/1.1\r\nHost: docker\r\n"),
            ("//a", "/x", "unix:/x", "GET //a HTTP/1.1\r\nHost: localhost\r\n"),
            ("https://a/b", "/x", "tls:unix:/x", "GET /b HTTP/1.1\r\nHost: a\r\n"),
        ])
    func unixSocket(url: String, socket: String, endpoint: String, start: String) throws {
        let request = try HTTPRequest(
            method: "GET", url: Word(url), over: Word(socket), headers: [], data: nil)
        #expect(request.endpoint.text == endpoint)
        #expect(request.endpoint.hostName == (url.hasPrefix("https") ? "a" : nil))
        #expect(text(request).hasPrefix(start))
    }

    @Test func aHeaderIsAddedReplacedOrLeftOut() throws {
        let request = try request(
            "GET", "http://a/",
            ["X-One: 1", "user-agent: me", "Accept:", "X-One:2", "X-Empty;", "Host: b", "X-Not-There:"])
        #expect(
            text(request)
                == "GET / HTTP/1.1\r\nHost: b\r\nConnection: close\r\nX-One: 1\r\nuser-agent: me\r\n"
                + "X-One: 2\r\nX-Empty:\r\n\r\n")
    }

    @Test func transferEncodingChunksTheData() throws {
        let chunked = try request(
            "POST", "http://a/", ["Transfer-Encoding: chunked"], data: "hello world, again")
        #expect(text(chunked).hasSuffix("\r\n\r\n12\r\nhello world, again\r\n0\r\n\r\n"))
        #expect(!text(chunked).contains("Content-Length"))
        #expect(
            text(try request("POST", "http://a/", ["Transfer-Encoding: chunked"])).hasSuffix(
                "\r\n\r\n0\r\n\r\n"))
    }

    @Test func optionsOfAServer() throws {
        #expect(text(try request("OPTIONS", "http://a")).hasPrefix("OPTIONS * HTTP/1.1\r\n"))
        #expect(text(try request("OPTIONS", "http://a/")).hasPrefix("OPTIONS / HTTP/1.1\r\n"))
    }

    @Test(arguments: [
        ("GET", "Name", "no colon"), ("GET", "Na me: x", "is not the name of a header field"),
        ("GET", "Name : x", "before the colon"),
        ("GET", ": x", "without a name"), ("GET", "Name: x\r\nOther: y", "line end"),
        ("GET", "Name: x\nOther: y", "line end"), ("GET", "Name: x\u{0}", "control character"),
        ("GET", "Name: x\u{1b}[0m", "control character"), ("", "A: b", "not one"),
        ("G T", "A: b", "not one"), ("GET\r\n", "A: b", "not one"), ("http://a/", "A: b", "not one"),
        ("CONNECT", "A: b", "tunnel"), ("GET", "Host:", "no Host"),
        ("GET", "Host: a/b", "is not a valid Host"),
        ("POST", "Content-Length: 6", "cut off"), ("POST", "Content-Length: 4", "followed by more"),
        ("POST", "Content-Length:", "followed by more"), ("POST", "Transfer-Encoding: gzip", "not chunked"),
    ])
    func whatWouldBeMalformedIsRefused(method: String, header: String, words: String) throws {
        let failure = try #require(throws: Failure.self) {
            try request(method, "http://a/", [header], data: "hello")
        }
        #expect(failure.status == .usage)
        #expect(failure.message.contains(words), "\(failure.text)")
    }

    @Test(arguments: ["GET", "POST", "DELETE", "M-SEARCH"])
    func aRequestIsRead(method: String) throws {
        let request = try request(method, "http://[::1]:1/a?b=c", ["A: b"], data: "\r\n\r\n")
        let cutter = MessageCutter(.http, maxMessage: 1 << 20)
        var messages: [HTTPMessage?] = []
        _ = try cutter.cut(request.bytes.span.bytes) { _, detail in
            messages.append((detail as? HTTPDetail)?.message)
            return .proceed
        }
        let message = try #require(messages.first ?? nil)
        #expect(messages.count == 1 && cutter.remainder.isEmpty)
        #expect(message.start == .request(method: method, target: "/a?b=c"))
        #expect(message.body == Array("\r\n\r\n".utf8))
    }
}
