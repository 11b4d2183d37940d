// HTTP CONNECT: how an HTTP proxy is asked for a tunnel (RFC 9110, section 9.3.6).

import CommandSpec
import Framing
import Sockets

struct HTTPConnect: Preamble {
    private let request: ProxyRequest
    /// The head of the answer, or of the last one where others came before it.
    private var head: [UInt8] = []
    private var count = 0

    /// No proxy needs more to say yes or no.
    private static let longest = 16 << 10
    /// `HTTP/1.0 200` and two line feeds.
    private static let shortest = 14

    init(_ request: ProxyRequest) { self.request = request }

    var opening: [UInt8] {
        let authority = request.target.authority
        var text = "CONNECT \(authority) HTTP/1.1\r\nHost: \(authority)\r\n"
        if let credentials = request.credentials {
            let pair = credentials.user + [UInt8(ascii: ":")] + credentials.password
            text += "Proxy-Authorization: Basic \(Base64.encode(pair))\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    /// The head ends with an empty line, and what follows belongs to the tunnel.
    var wanted: Int {
        if head.count < Self.shortest { return Self.shortest - head.count }
        return head.last == .lineFeed || head.suffix(2) == [.lineFeed, .carriageReturn] ? 1 : 2
    }

    mutating func take(_ bytes: [UInt8]) -> PreambleStep {
        head += bytes
        count += bytes.count
        let start = Array("HTTP/".utf8)
        guard head.prefix(start.count).elementsEqual(start.prefix(head.count)) else { return .foreign }
        guard count <= Self.longest else {
            return .failed(request.failure("answers at great length", .malformed))
        }
        guard isComplete else { return .wait }
        return decide()
    }

    private var isComplete: Bool {
        head.suffix(2) == [.lineFeed, .lineFeed] || head.suffix(3) == [.lineFeed, .carriageReturn, .lineFeed]
    }

    private mutating func decide() -> PreambleStep {
        guard let status = HTTPStatus(head) else { return .foreign }
        switch status.code {
        case 100..<200:
            head = []
            return .wait
        case 200..<300: return .done
        case 407: return .failed(unauthorized)
        // RFC 9110 has 407 for it, and some have not read it.
        case 401 where request.credentials != nil: return .failed(request.wrongCredentials)
        case 403: return .failed(refusal(status, "it does not allow this connection", .notPermitted))
        case 405, 501: return .failed(refusal(status, "it does not do CONNECT", .notPermitted))
        case 502, 503: return .failed(refusal(status, "it could not connect there", .unreachable))
        case 504: return .failed(refusal(status, "it got no answer there", .timedOut))
        default:
            return .failed(
                refusal(
                    status, nil, .failure,
                    hint: status.code == 400 || status.code == 404
                        ? "a web server that is no proxy answers so" : nil))
        }
    }

    private func refusal(
        _ status: HTTPStatus, _ words: String?, _ exit: ExitStatus, hint: String? = nil
    ) -> Failure {
        request.failure("answered '\(status.text)'\(words.map { ": " + $0 } ?? "")", exit, hint: hint)
    }

    private var unauthorized: Failure {
        guard request.credentials != nil else { return request.needsCredentials }
        let schemes = HTTPStatus.values(of: "Proxy-Authenticate", in: head)
        let takesBasic = schemes.isEmpty || schemes.contains { $0.lowercased().hasPrefix("basic") }
        return takesBasic
            ? request.wrongCredentials
            : request.failure(
                "wants an authentication that is not supported: \(schemes.joined(separator: ", "))",
                .notPermitted)
    }

    func failure(_ trouble: PreambleTrouble) -> Failure {
        guard case .foreign(let rest) = trouble else { return request.failure(trouble) }
        let said = head + rest
        return request.failure(
            "does not speak HTTP: it said \(Utterance.quoted(said))", .malformed,
            hint: said.first == 5 ? "a SOCKS5 proxy is written socks5://HOST:PORT" : nil)
    }
}

/// The status line of an answer, as much as has to be understood of it.
private struct HTTPStatus {
    let code: Int
    /// The code and the reason, for a message.
    let text: String

    /// Nil if it is none: RFC 9112, section 4.
    init?(_ head: [UInt8]) {
        let line = head.prefix { $0 != .lineFeed && $0 != .carriageReturn }
        let parts = line.split(separator: 0x20, maxSplits: 1)
        guard parts.count == 2, parts[1].prefix(3).count == 3, parts[1].prefix(3).allSatisfy(\.isDigit),
            parts[1].dropFirst(3).first.map({ $0 == 0x20 }) ?? true
        else { return nil }
        code = parts[1].prefix(3).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        text = String(decoding: parts[1].prefix(60).filter { $0.isVisible || $0 == 0x20 }, as: UTF8.self)
    }

    /// The values of a field, one for each line.
    static func values(of name: String, in head: [UInt8]) -> [String] {
        head.split(separator: .lineFeed).dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[..<colon].equalsIgnoringCase(name)
            else { return nil }
            let value = line[(colon + 1)...].prefix(60).filter { $0.isVisible || $0 == 0x20 }
            return String(decoding: value.trimmed, as: UTF8.self)
        }
    }
}
