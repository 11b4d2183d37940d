// HTTP messages, good and bad, each with what RFC 9112 or 9110 says about it. A section in parentheses leaves
// the choice to the recipient; then it is our decision that is tested.

/// One stream and its verdict.
struct HTTPCase: CustomStringConvertible {
    enum Verdict: Equatable {
        /// These bodies, one for each message. What belongs to no message is nil.
        case messages([String?])
        /// Refused, with the section (such as `9112 6.3`), and the status that a server answers.
        case refused(String, status: Int)
        case tooLong
        case cutOff
    }

    let stream: [UInt8]
    let methods: [String]
    let verdict: Verdict

    var description: String { String(decoding: stream.prefix(150), as: UTF8.self).debugDescription }

    /// One message or several, with these bodies.
    static func good(_ stream: String, _ bodies: String?..., answering methods: String...) -> HTTPCase {
        HTTPCase(stream: Array(stream.utf8), methods: methods, verdict: .messages(bodies))
    }

    static func bad(_ section: String, _ stream: String, status: Int = 400) -> HTTPCase {
        HTTPCase(stream: Array(stream.utf8), methods: [], verdict: .refused(section, status: status))
    }

    static func bad(_ section: String, _ stream: [UInt8]) -> HTTPCase {
        HTTPCase(stream: stream, methods: [], verdict: .refused(section, status: 400))
    }

    static func other(_ verdict: Verdict, _ stream: String) -> HTTPCase {
        HTTPCase(stream: Array(stream.utf8), methods: [], verdict: verdict)
    }

    /// A request with these header lines and what follows them.
    static func request(_ lines: String, method: String = "POST", version: String = "1.1") -> String {
        "\(method) / HTTP/\(version)\r\nHost: a\r\n\(lines)"
    }

    static func chunked(_ body: String) -> String {
        request("Transfer-Encoding: chunked\r\n\r\n\(body)")
    }

    static func response(_ lines: String) -> String { "HTTP/1.1 200 OK\r\n\(lines)" }
}

enum HTTPTable {
    static let all =
        requestLines + statusLines + fields + lineEnds + hosts + lengths + codings + chunks + ends

    // RFC 9112 sections 2 and 3.
    static let requestLines: [HTTPCase] = [
        .good("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("GET /a?b=c&d=%20 HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("CONNECT [::1]:443 HTTP/1.1\r\nHost: a\r\n\r\n\u{16}\u{3}\u{1}", "", nil),
        .good("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("get / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("GET / HTTP/1.0\r\n\r\n", ""),
        .good("GET / HTTP/1.2\r\nHost: a\r\n\r\n", ""),
        .good("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .good("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", "", ""),
        .good("GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n", "", ""),
        .good("GET /\(String(repeating: "a", count: 60_000)) HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .bad("9112 3", "GET /\r\n\r\n"),
        .bad("9112 3", "GET\r\n\r\n"),
        .bad("9112 3", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
        .bad("9112 3", "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9110 9.1", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET /é HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET /#top HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        // A scheme and no authority: `host:port`, which only CONNECT has.
        .bad("9112 3.2", "GET host:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "PUT s://]x/: HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET http:///b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET http:a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET http://u@a/b HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET http://a:b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .good("GET http://[::1]:80?q HTTP/1.1\r\nHost: a\r\n\r\n", ""),
        .bad("9112 3.2", "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "CONNECT http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9110 9.1", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9110 9.1", "GET/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / http/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / HTTP/1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / HTTP/1,1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.3", "GET / HTTPS/1.1\r\nHost: a\r\n\r\n"),
        .bad("9110 15.6.6", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", status: 505),
        .bad("9110 15.6.6", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 505),
        .bad("9110 15.6.6", "GET / HTTP/0.9\r\n\r\n", status: 505),
        .bad("9112 2.1", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.1", [0x16, 0x03, 0x01, 0x02, 0x00]),
        .bad("9112 2.1", "\u{0}GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 3", "GET /\(String(repeating: "a", count: 70_000)) HTTP/1.1\r\n", status: 414),
    ]

    // RFC 9112 section 4.
    static let statusLines: [HTTPCase] = [
        .good("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        .good("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi", "hi"),
        .good("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", "hi"),
        .good("HTTP/1.1 404 Not  Found at\tall \r\nContent-Length: 0\r\n\r\n", ""),
        .good("HTTP/1.1 200 Schön\r\nContent-Length: 0\r\n\r\n", ""),
        .good("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", ""),
        .good("HTTP/1.0 200 OK\r\n\r\nall\r\nof it", "all\r\nof it"),
        .bad("9112 4", "HTTP/1.1 20 OK\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1 2000 OK\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1 2x0 OK\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1 +20 OK\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1  200 OK\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1\r\n\r\n"),
        .bad("9112 4", "HTTP/1.1 200 O\u{1b}K\r\n\r\n"),
        .bad("9112 2.3", "http/1.1 200 OK\r\n\r\n"),
        .bad("9112 2.3", "HTTP/11 200 OK\r\n\r\n"),
        .bad("9110 15.6.6", "HTTP/3.0 200 OK\r\n\r\n", status: 505),
        .bad("9112 2.1", "\r\nHTTP/1.1 200 OK\r\n\r\n"),
    ]

    // RFC 9112 section 5, RFC 9110 section 5.
    static let fields: [HTTPCase] = [
        .good(HTTPCase.request("A:b\r\nA:  c\t\r\na: \r\nB:\r\n\r\n"), ""),
        .good(HTTPCase.request("A: one: two\r\n\r\n"), ""),
        .good(HTTPCase.request("!#$%&'*+-.^_`|~09: x\r\n\r\n"), ""),
        .good(HTTPCase.request("A: ü \u{80}\r\n\r\n"), ""),
        .good(HTTPCase.request(String(repeating: "A: b\r\n", count: 999) + "\r\n"), ""),
        // A client puts a space for a fold.
        .good(HTTPCase.response("A: b\r\n  c\r\nContent-Length: 0\r\n\r\n"), ""),
        .bad("9112 5.2", HTTPCase.request("A: b\r\n c\r\n\r\n")),
        .bad("9112 5.2", HTTPCase.request("A: b\r\n\tc\r\n\r\n")),
        .bad("9112 2.2", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        .bad("9112 2.2", "HTTP/1.1 200 OK\r\n\tA: b\r\n\r\n"),
        .bad("9112 5.1", HTTPCase.request("A : b\r\n\r\n")),
        .bad("9112 5.1", HTTPCase.request("Content-Length\t: 5\r\n\r\n")),
        .bad("9112 5.1", HTTPCase.response("A : b\r\n\r\n")),
        .bad("9112 5", HTTPCase.request("novalue\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request(": b\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request("A B: b\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request("A(: b\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request("Ä: b\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request("A\u{0}: b\r\n\r\n")),
        .bad("9110 5.1", HTTPCase.request("Transfer-Encoding\u{b}: chunked\r\n\r\n")),
        .bad("9110 5.5", HTTPCase.request("A: b\u{0}c\r\n\r\n")),
        .bad("9110 5.5", HTTPCase.request("A: b\u{1b}[2J\r\n\r\n")),
        .bad("9110 5.5", HTTPCase.request("A: \u{7f}\r\n\r\n")),
        .bad("9110 5.4", HTTPCase.request(String(repeating: "A: b\r\n", count: 1000) + "\r\n"), status: 431),
        .bad("9110 5.4", HTTPCase.request("A: " + String(repeating: "b", count: 70_000)), status: 431),
        .bad(
            "9110 5.4",
            HTTPCase.request(String(repeating: "A: \(String(repeating: "b", count: 990))\r\n", count: 70)),
            status: 431),
    ]

    // RFC 9112 section 2.2.
    static let lineEnds: [HTTPCase] = [
        .bad("9112 2.2", "GET / HTTP/1.1\nHost: a\n\n"),
        .bad("9112 2.2", "GET / HTTP/1.1\r\nHost: a\n\r\n"),
        .bad("9112 2.2", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .bad("9112 2.2", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .bad("9112 2.2", "GET / HTTP/1.1\rHost: a\r\n\r\n"),
        .bad("9112 2.2", HTTPCase.request("A: b\rTransfer-Encoding: chunked\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.request("A: b\r\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.request("A: b\r\n\r\r\n")),
        .bad("9112 2.2", HTTPCase.chunked("2\nhi\r\n0\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.chunked("2;a\nhi\r\n0\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.chunked("2\rX\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.chunked("2\r\nhi\r\n0\r\n\n")),
    ]

    // RFC 9112 section 3.2.
    static let hosts: [HTTPCase] = [
        .good("GET / HTTP/1.1\r\nHost:\r\n\r\n", ""),
        .good("GET / HTTP/1.1\r\nhOST: a.example:8080\r\n\r\n", ""),
        .good("GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", ""),
        .good("GET / HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n", ""),
        .good("GET / HTTP/1.0\r\nHost: a\r\n\r\n", ""),
        .bad("9112 3.2", "GET / HTTP/1.1\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        .bad("9112 3.2", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    ]

    // RFC 9112 section 6.3, RFC 9110 section 8.6.
    static let lengths: [HTTPCase] = [
        .good(HTTPCase.request("Content-Length: 5\r\n\r\nhello"), "hello"),
        .good(HTTPCase.request("Content-Length: 0\r\n\r\n"), ""),
        .good(HTTPCase.request("Content-Length: 0005\r\n\r\nhello"), "hello"),
        .good(HTTPCase.request("Content-Length: 5\r\n\r\nhello", method: "GET"), "hello"),
        .good(HTTPCase.request("Content-Length: 5\r\n\r\nhello\(HTTPCase.request("\r\n"))"), "hello", ""),
        .good(HTTPCase.request("Content-Length: 4\r\n\r\n\r\n\r\n"), "\r\n\r\n"),
        .good(HTTPCase.request("\r\n"), ""),
        .good(HTTPCase.response("\r\nto the end"), "to the end"),
        .good(HTTPCase.response("\r\n"), ""),
        .good(HTTPCase.response("Content-Length: 5\r\n\r\n"), "", answering: "HEAD"),
        .good(HTTPCase.response("Transfer-Encoding: chunked\r\n\r\n"), "", answering: "HEAD"),
        .good("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", ""),
        .good("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""),
        .good("HTTP/1.1 100 Continue\r\n\r\n\(HTTPCase.response("Content-Length: 2\r\n\r\nhi"))", "", "hi"),
        .good(
            "HTTP/1.1 103 Early Hints\r\n\r\n\(HTTPCase.response("Content-Length: 2\r\n\r\n"))", "", "",
            answering: "HEAD"),
        .good(
            HTTPCase.response("Content-Length: 2\r\n\r\n") + HTTPCase.response("Content-Length: 2\r\n\r\nhi"),
            "",
            "hi", answering: "HEAD", "GET"),
        .good("HTTP/1.1 101 Switching Protocols\r\n\r\n\u{1}\u{2}", "", nil),
        .good(HTTPCase.response("Content-Length: 5\r\n\r\n\u{16}"), "", nil, answering: "CONNECT"),
        .good(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno\(HTTPCase.response("\r\n"))", "no", "",
            answering: "CONNECT", "GET"),
        .bad(
            "9112 6.3", HTTPCase.request("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        .bad(
            "9112 6.3", HTTPCase.request("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")),
        .bad(
            "9112 6.3", HTTPCase.response("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello")),
        // Here a recipient may take the one value for all.
        .bad("9110 8.6", HTTPCase.request("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: 5, 5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: -5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: +5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: 0x5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: 5 5\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: 5.0\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length: ٥\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.request("Content-Length:\r\n\r\nhello")),
        .bad("9110 8.6", HTTPCase.response("Content-Length: five\r\n\r\nhello")),
        .other(.tooLong, HTTPCase.request("Content-Length: 1048577\r\n\r\n")),
        .other(.tooLong, HTTPCase.request("Content-Length: 9223372036854775807\r\n\r\n")),
        .other(.tooLong, HTTPCase.request("Content-Length: 18446744073709551616\r\n\r\n")),
        .other(.tooLong, HTTPCase.request("Content-Length: 99999999999999999999999999\r\n\r\n")),
    ]

    // RFC 9112 sections 6.1 and 7.
    static let codings: [HTTPCase] = [
        .good(HTTPCase.chunked("5\r\nhello\r\n0\r\n\r\n"), "hello"),
        .good(HTTPCase.request("TRANSFER-ENCODING: ChunkeD\r\n\r\n0\r\n\r\n"), ""),
        .good(HTTPCase.request("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nzz\r\n0\r\n\r\n"), "zz"),
        .good(HTTPCase.request("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), ""),
        .good(HTTPCase.request("Transfer-Encoding: , chunked,\r\n\r\n0\r\n\r\n"), ""),
        .good(HTTPCase.response("Transfer-Encoding: gzip\r\n\r\nzz"), "zz"),
        .good(HTTPCase.response("Transfer-Encoding: chunked, gzip\r\n\r\nzz"), "zz"),
        .bad("9112 6.3", HTTPCase.request("Transfer-Encoding: gzip\r\n\r\nzz")),
        .bad("9112 6.3", HTTPCase.request("Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n")),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")),
        .bad(
            "9112 6.1",
            HTTPCase.request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n"), status: 501),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding: identity\r\n\r\n"), status: 501),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), status: 501),
        .bad("9112 7", HTTPCase.request("Transfer-Encoding: chunked x\r\n\r\n0\r\n\r\n")),
        .bad("9112 7", HTTPCase.request("Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")),
        // A comma in a quoted string is none of the list.
        .bad("9112 7", HTTPCase.request("Transfer-Encoding: gzip;x=\"a, chunked\r\n\r\n0\r\n\r\n")),
        .bad("9112 6.3", HTTPCase.request("Transfer-Encoding: gzip;x=\"a, chunked\"\r\n\r\n")),
        .bad("9112 7", HTTPCase.request("Transfer-Encoding: gzip;x=\"a\"b, chunked\r\n\r\n0\r\n\r\n")),
        .bad("9112 7", HTTPCase.response("Transfer-Encoding: gzip;x=\"a, chunked\r\n\r\n0\r\n\r\n")),
        .good(
            HTTPCase.request("Transfer-Encoding: gzip;x=\"a,\\\"b\" , chunked\r\n\r\n0\r\n\r\n"), ""),
        // Of a response whose codings are not known the end is: that of the connection, or of the chunks.
        .good(HTTPCase.response("Transfer-Encoding: x\r\n\r\nto the end"), "to the end"),
        .good(HTTPCase.response("Transfer-Encoding: identity\r\n\r\nto the end"), "to the end"),
        .good(HTTPCase.response("Transfer-Encoding: chunked, identity\r\n\r\nzz"), "zz"),
        .good(HTTPCase.response("Transfer-Encoding: identity, chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"), "hi"),
        .bad("9112 7.1", HTTPCase.request("Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n")),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding:\r\n\r\n0\r\n\r\n")),
        .bad("9112 6.1", HTTPCase.request("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", version: "1.0")),
        .bad("9112 6.1", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    // RFC 9112 section 7.1.
    static let chunks: [HTTPCase] = [
        .good(HTTPCase.chunked("0\r\n\r\n"), ""),
        .good(HTTPCase.chunked("000\r\n\r\n"), ""),
        .good(HTTPCase.chunked("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"), "hello world"),
        .good(HTTPCase.chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"), "01234567890123456789"),
        .good(HTTPCase.chunked("0002\r\nhi\r\n0\r\n\r\n"), "hi"),
        .good(HTTPCase.chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"), "\r\n\r\n"),
        .good(
            HTTPCase.chunked("2;a\r\nhi\r\n0;b=c;d=\"e;\\\"\r\"\r\n\r\n".replacing("\r\"", with: "\"")), "hi"),
        .good(HTTPCase.chunked("2 ; a = b\r\nhi\r\n0\r\n\r\n"), "hi"),
        .good(HTTPCase.chunked("2\r\nhi\r\n0\r\nA: b\r\nC: d\r\n\r\n"), "hi"),
        .good(HTTPCase.chunked("0\r\n\r\n\(HTTPCase.chunked("2\r\nhi\r\n0\r\n\r\n"))"), "", "hi"),
        .good(HTTPCase.response("Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"), "hi"),
        .good(HTTPCase.response("Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n c\r\n\r\n"), ""),
        .bad("9112 7.1", HTTPCase.chunked("0x2\r\nhi\r\n0\r\n\r\n").replacing("0x2", with: "x2")),
        .bad("9112 7.1.1", HTTPCase.chunked("0x2\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("+2\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("-2\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked(" 2\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2 \r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2_\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked(";a=b\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("3\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("1\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("2\r\nhi\n0\r\n\r\n")),
        .bad("9112 7.1", HTTPCase.chunked("2\r\nhi0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;a=\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;a=\"b\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;a=b \r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;a\u{0}\r\nhi\r\n0\r\n\r\n")),
        .bad("9112 7.1.1", HTTPCase.chunked("2;" + String(repeating: "a", count: 20_000))),
        .bad(
            "9112 7.1.1",
            HTTPCase.chunked(String(repeating: "1;\(String(repeating: "a", count: 999))\r\nx\r\n", count: 20))
        ),
        .bad("9112 7.1.1", HTTPCase.chunked(String(repeating: "0", count: 20_000))),
        .bad("9112 5.1", HTTPCase.chunked("0\r\nA : b\r\n\r\n")),
        .bad("9112 5.2", HTTPCase.chunked("0\r\nA: b\r\n c\r\n\r\n")),
        .bad("9112 2.2", HTTPCase.chunked("0\r\n A: b\r\n\r\n")),
        .bad("9110 6.5.1", HTTPCase.chunked("0\r\nContent-Length: 5\r\n\r\n")),
        .bad("9110 6.5.1", HTTPCase.chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n")),
        .bad("9110 6.5.1", HTTPCase.chunked("0\r\nhost: b\r\n\r\n")),
        .bad("9110 5.4", HTTPCase.chunked("0\r\n" + String(repeating: "A: b\r\n", count: 1000)), status: 431),
        .other(.tooLong, HTTPCase.chunked("100000\r\n")),
        .other(.tooLong, HTTPCase.chunked("7fffffffffffffff\r\n")),
        .other(.tooLong, HTTPCase.chunked("ffffffffffffffff\r\n")),
        .other(.tooLong, HTTPCase.chunked("10000000000000002\r\nhi\r\n")),
    ]

    // RFC 9112 section 8: incomplete messages.
    static let ends: [HTTPCase] = [
        .good(""),
        .good("\r\n\r\n"),
        .other(.cutOff, "G"),
        .other(.cutOff, "\r"),
        .other(.cutOff, "GET / HTTP/1.1\r\n"),
        .other(.cutOff, "GET / HTTP/1.1\r\nHost: a\r\n"),
        .other(.cutOff, "GET / HTTP/1.1\r\nHost: a\r\n\r"),
        .other(.cutOff, HTTPCase.request("Content-Length: 5\r\n\r\nhell")),
        .other(.cutOff, HTTPCase.response("Content-Length: 5\r\n\r\nhell")),
        .other(.cutOff, HTTPCase.response("Content-Length: 5\r\n\r\n")),
        .other(.cutOff, HTTPCase.chunked("")),
        .other(.cutOff, HTTPCase.chunked("5")),
        .other(.cutOff, HTTPCase.chunked("5\r\nhell")),
        .other(.cutOff, HTTPCase.chunked("5\r\nhello")),
        .other(.cutOff, HTTPCase.chunked("5\r\nhello\r\n")),
        .other(.cutOff, HTTPCase.chunked("5\r\nhello\r\n0\r\n")),
        .other(.cutOff, HTTPCase.response("Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n")),
    ]
}
