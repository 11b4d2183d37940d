// What is said with a proxy before a connection counts: what we say, what its answers mean, and that no byte is taken that
// belongs to what follows.

import CommandSpec
import Sockets
import Testing

@testable import Commands

/// How a preamble went.
struct PreambleOutcome: Equatable {
    var said: [UInt8] = []
    /// How many bytes were taken.
    var taken = 0
    /// Nil while it waits for more.
    var isDone: Bool?
    var message: String?
    /// The exit status.
    var status: Int32?

    /// Lets it have a stream, in pieces that are at most so long.
    init(_ words: some Preamble, _ stream: [UInt8], pieces: Int = .max) {
        var words = words
        said = words.opening
        while isDone == nil, words.wanted > 0, taken < stream.count {
            let piece = Array(stream[taken...].prefix(min(words.wanted, pieces)))
            taken += piece.count
            switch words.take(piece) {
            case .wait: break
            case .send(let bytes): said += bytes
            case .done: isDone = true
            case .failed(let failure): fail(failure)
            case .foreign: fail(words.failure(.foreign(Array(stream[taken...]))))
            }
        }
    }

    private mutating func fail(_ failure: Failure) {
        (isDone, message, status) = (false, failure.message, Int32(failure.status.rawValue))
    }
}

private func request(_ endpoint: String, _ user: String? = nil) throws -> ProxyRequest {
    ProxyRequest(
        proxy: "P", target: try ProxyTarget(try Endpoint([Word(endpoint)]), numeric: false),
        credentials: try user.map { try ProxyCredentials($0.utf8, from: "test") })
}

@Suite struct SOCKS5Tests {
    private static let requests: [(String, [UInt8])] = [
        ("example.com:443", bytes([5, 1, 0, 3, 11], "example.com", [1, 187])),
        ("9000", bytes([5, 1, 0, 3, 9], "localhost", [35, 40])),
        ("127.0.0.1:80", [5, 1, 0, 1, 127, 0, 0, 1, 0, 80]),
        ("[::1]:80", [5, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 80]),
        ("bücher.example:80", bytes([5, 1, 0, 3, 21], "xn--bcher-kva.example", [0, 80])),
    ]

    private static func bytes(_ start: [UInt8], _ text: String, _ end: [UInt8]) -> [UInt8] {
        start + Array(text.utf8) + end
    }

    @Test(arguments: requests)
    func asks(_ endpoint: String, _ expected: [UInt8]) throws {
        let outcome = PreambleOutcome(SOCKS5(try request(endpoint)), [5, 0])
        #expect(outcome.said == [5, 1, 0] + expected)
    }

    @Test func saysWhoAsks() throws {
        let outcome = PreambleOutcome(SOCKS5(try request("127.0.0.1:80", "me:a:b")), [5, 2, 1, 0])
        let user = Self.bytes([5, 2, 0, 2, 1, 2], "me", [3]) + Self.bytes([], "a:b", [])
        #expect(outcome.said == user + [5, 1, 0, 1, 127, 0, 0, 1, 0, 80])
    }

    private static let opened: [[UInt8]] = [
        [5, 0, 5, 0, 0, 1, 10, 0, 0, 1, 0, 9],
        [5, 0, 5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 9],
        bytes([5, 0, 5, 0, 0, 3, 4], "host", [0, 9]),
        [5, 0, 5, 0, 0, 3, 0, 0, 9],
    ]

    /// However it comes, it is opened with its last byte, and what follows is not taken.
    @Test(arguments: opened, [1, 2, 3, .max]) func opens(_ answer: [UInt8], _ pieces: Int) throws {
        let socks = SOCKS5(try request("a:1"))
        let outcome = PreambleOutcome(socks, answer + Array("payload".utf8), pieces: pieces)
        #expect(outcome.isDone == true && outcome.taken == answer.count)
        for length in answer.indices {
            #expect(PreambleOutcome(socks, Array(answer[..<length]), pieces: pieces).isDone == nil)
        }
    }

    private static let refusals: [([UInt8], String, Int32)] = [
        ([5, 0, 5, 1], "general failure", 1), ([5, 0, 5, 2], "does not allow", 9),
        ([5, 0, 5, 3], "network unreachable", 6), ([5, 0, 5, 4], "host unreachable", 6),
        ([5, 0, 5, 5], "connection refused", 4), ([5, 0, 5, 6], "TTL", 6),
        ([5, 0, 5, 7], "CONNECT", 1), ([5, 0, 5, 8], "type of address", 1),
        ([5, 0, 5, 200], "the code 200", 1), ([5, 255], "wants a user", 9),
        ([5, 2], "not offered", 11), ([5, 0, 5, 0, 0, 9, 1], "type 9", 11),
        ([0, 91, 0, 0], "SOCKS4", 11), ([5, 0, 4, 0, 0], "does not speak SOCKS5", 11),
        (Array("HTTP/1.1 400 Bad Request\r\n".utf8), "'HTTP/1.1 400 Bad Request'", 11),
        (Array("HTTP".utf8), "'HTTP'", 11),
    ]

    @Test(arguments: refusals)
    func refuses(_ answer: [UInt8], _ words: String, _ status: Int32) throws {
        let outcome = PreambleOutcome(SOCKS5(try request("a:1")), answer)
        #expect(outcome.isDone == false && outcome.status == status)
        #expect(outcome.message?.contains(words) == true, "\(outcome)")
    }

    @Test(
        arguments: [([5, 2, 1, 1], "does not accept"), ([5, 255], "accepts no user")] as [([UInt8], String)])
    func refusesUser(_ answer: [UInt8], _ words: String) throws {
        let outcome = PreambleOutcome(SOCKS5(try request("a:1", "me:secret")), answer)
        #expect(outcome.status == 9 && outcome.message?.contains(words) == true, "\(outcome)")
        #expect(outcome.message?.contains("secret") == false)
    }
}

@Suite struct HTTPConnectTests {
    @Test(arguments: [
        ("example.com:443", "example.com:443"), ("9000", "localhost:9000"), ("[::1]:80", "[::1]:80"),
    ])
    func asks(_ endpoint: String, _ authority: String) throws {
        let text = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        #expect(HTTPConnect(try request(endpoint)).opening == Array("\(text)\r\n".utf8))
        // RFC 7617, section 2.
        #expect(
            HTTPConnect(try request(endpoint, "Aladdin:open sesame")).opening
                == Array("\(text)Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n".utf8))
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\n\n",
            "HTTP/1.1 200 \r\nA: b\r\n\r\n",
            "HTTP/1.1 299 x\nA: b\r\n\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA:\r\n\r\n",
        ], [1, 3, .max])
    func opens(_ answer: String, _ pieces: Int) throws {
        let http = HTTPConnect(try request("a:1"))
        let bytes = Array(answer.utf8)
        for payload in ["\r\n\r\n", "\nx", "payload"] {
            let outcome = PreambleOutcome(http, bytes + Array(payload.utf8), pieces: pieces)
            #expect(outcome.isDone == true && outcome.taken == bytes.count, "\(outcome)")
        }
        for length in bytes.indices {
            #expect(PreambleOutcome(http, Array(bytes[..<length]), pieces: pieces).isDone == nil)
        }
    }

    private static let refusals: [(String, String?, String, Int32)] = [
        ("HTTP/1.1 407 No\r\n\r\n", nil, "wants a user", 9),
        ("HTTP/1.1 407 No\r\n\r\n", "a:b", "does not accept", 9),
        ("HTTP/1.1 407 No\r\nProxy-authenticate: Digest x\r\n\r\n", "a:b", "Digest x", 9),
        ("HTTP/1.1 401 No\r\n\r\n", "a:b", "does not accept", 9),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", nil, "'403 Forbidden': it does not allow", 9),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", nil, "could not connect", 6),
        ("HTTP/1.1 503 \r\n\r\n", nil, "could not connect", 6),
        ("HTTP/1.1 504 Late\r\n\r\n", nil, "got no answer", 5),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", nil, "'400 Bad Request'", 1),
        ("HTTP/1.1 500 \u{1b}[31m\r\n\r\n", nil, "'500 [31m'", 1),
        ("HTTP/1.1 2000 OK\r\n\r\n", nil, "does not speak HTTP", 11),
        ("HTTP/1.1 xxx\r\n\r\n", nil, "does not speak HTTP", 11),
        ("SSH-2.0-OpenSSH\r\nxxxxxxx", nil, "'SSH-2.0-OpenSSH'", 11),
        ("\u{05}\u{ff}", nil, "the bytes 05 c3 bf", 11),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 4000), nil, "length", 11),
        (String(repeating: "HTTP/1.1 100 Go\r\n\r\n", count: 1000), nil, "length", 11),
    ]

    @Test(arguments: refusals)
    func refuses(_ answer: String, _ user: String?, _ words: String, _ status: Int32) throws {
        let outcome = PreambleOutcome(HTTPConnect(try request("a:1", user)), Array(answer.utf8))
        #expect(outcome.isDone == false && outcome.status == status, "\(outcome)")
        #expect(outcome.message?.contains(words) == true, "\(outcome)")
    }
}

@Suite struct ProxyTests {
    @Test(
        arguments: [
            ("socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080", nil, nil),
            ("SOCKS5H://proxy.example:9/", "socks5://proxy.example:9", nil, nil),
            ("http://[::1]:3128", "http://[::1]:3128", nil, nil),
            ("http://me:p%40ss%3a@proxy:1", "http://proxy:1", "me", "p@ss:"),
            ("http://me@proxy:1", "http://proxy:1", "me", ""),
            ("socks5://a:b@c@proxy:http", "socks5://proxy:http", "a", "b@c"),
        ] as [(String, String, String?, String?)])
    func reads(_ url: String, _ text: String, _ user: String?, _ password: String?) throws {
        let proxy = try Proxy(Word(url))
        #expect(proxy.text == text)
        #expect(proxy.credentials?.user == user.map { Array($0.utf8) })
        #expect(proxy.credentials?.password == password.map { Array($0.utf8) })
    }

    /// What is wrong is said, and never with the password.
    @Test(arguments: [
        ("proxy:1080", "not a proxy"), ("socks4://u:secret@h:1", "socks4://"),
        ("https://u:secret@h:1", "TLS"),
        ("ftp://u:secret@h:1", "'ftp'"), ("socks5://u:secret@h", "no port"),
        ("socks5://u:secret@:1", "no host"),
        ("socks5://u:secret@*:1", "no host"), ("socks5://u:secret@h:70000", "not a valid port"),
        ("socks5://u:secret%4@h:1", "hexadecimal"), ("socks5://u:secret@h/x:1", "a path means nothing"),
        ("socks5://u:secret@::1:80", "an address"), ("socks5://", "no port"),
    ])
    func refuses(_ url: String, _ words: String) {
        #expect {
            try Proxy(Word(url))
        } throws: { error in
            guard let failure = error as? Failure else { return false }
            return failure.status == .usage && failure.text.contains(words)
                && !failure.text.contains("secret")
        }
    }

    @Test(arguments: [
        "unix:/x", "*:80", "[fe80::1%1]:80", "a\r\nb:80", "a b:80",
        String(repeating: "a", count: 256) + ":80", "host:nosuchservice",
    ])
    func refusesTarget(_ endpoint: String) throws {
        let endpoint = try Endpoint([Word(endpoint)])
        #expect(throws: Failure.self) { try ProxyTarget(endpoint, numeric: false) }
    }
}
