// A proxy as `--via` names it: `socks5://HOST:PORT` or `http://HOST:PORT`, and what is said to it before a connection counts.

import CommandSpec
import Framing
import Sockets

struct Proxy {
    enum Kind: String, CaseIterable {
        case socks5, http
    }

    let kind: Kind
    /// Where it listens.
    let endpoint: Endpoint
    /// From the URL, where they stand.
    private(set) var credentials: ProxyCredentials?

    /// As it is shown: without user and password.
    var text: String { "\(kind.rawValue)://\(endpoint.text)" }

    init(_ word: Word) throws(Failure) {
        let url = word.text
        guard let colon = url.firstRange(of: "://") else {
            throw .via("not a proxy", hint: "write socks5://HOST:PORT or http://HOST:PORT")
        }
        kind = try Self.kind(url[..<colon.lowerBound].lowercased())
        var authority = url[colon.upperBound...]
        if let at = authority.lastIndex(of: "@") {
            credentials = try Self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        }
        if authority.last == "/" { authority = authority.dropLast() }
        guard !authority.contains("/") else {
            throw .via("a path means nothing to a proxy: write only HOST:PORT")
        }
        guard let (host, port) = try Endpoint.split(String(authority)) else {
            throw .via(
                "no port", hint: "write \(kind.rawValue)://\(authority.isEmpty ? "HOST" : authority):PORT")
        }
        guard !host.isEmpty, host != "*" else { throw .via("it names no host") }
        guard PortNumber.isValid(port) else {
            throw .via("'\(port)' is not a valid port: ports go from 0 to 65535")
        }
        endpoint = .host(host, port: String(port))
    }

    /// A URL as it may be shown.
    static func withoutUser(_ url: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound, let at = url.lastIndex(of: "@"), start <= at
        else { return url }
        return String(url[..<start] + url[url.index(after: at)...])
    }

    private static func kind(_ scheme: String) throws(Failure) -> Kind {
        // Names are always looked up by the proxy.
        if let kind = Kind(rawValue: scheme == "socks5h" ? "socks5" : scheme) { return kind }
        switch scheme {
        case "socks4", "socks4a", "socks":
            throw .via(
                "\(scheme):// is not supported", hint: "most proxies speak SOCKS5, too: socks5://HOST:PORT")
        case "https": throw .via("TLS to a proxy is not supported", hint: "write http://HOST:PORT")
        default:
            throw .via(
                "\(Array(scheme.utf8).quoted) is not a kind of proxy", hint: "write socks5:// or http://")
        }
    }

    /// What stands before `@`, percent-encoded: RFC 3986, section 3.2.1.
    private static func credentials(_ text: Substring) throws(Failure) -> ProxyCredentials {
        let parts = text.utf8.split(
            separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let user = decoded(parts[0]), let password = decoded(parts.count > 1 ? parts[1] : "".utf8[...])
        else {
            throw .via("a '%' in the user or password is not followed by two hexadecimal digits")
        }
        return ProxyCredentials(user: user, password: password)
    }

    private static func decoded(_ text: Substring.UTF8View) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else {
                return nil
            }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }
}

extension Failure {
    /// What is wrong with `--via`. Its value is not repeated: it may have a password.
    static func via(_ words: String, hint: String? = nil) -> Failure {
        Failure("option", "--via", words: words, status: .usage, hint: hint)
    }
}

extension ProxyRequest {
    /// As a step of a dialer, the first one.
    func step(_ kind: Proxy.Kind, _ context: Context) -> EstablishStep {
        EstablishStep(
            "the proxy to connect",
            lateness: "the proxy \(proxy) did not answer in time",
            advice: "it may still be connecting to \(target.authority), or be no proxy of this kind"
        ) { below, _, completion in
            switch kind {
            case .socks5:
                return exchange(SOCKS5(self), below, context, completion) { socks in
                    if let bound = socks.bound { context.reporter.note("the proxy connects from \(bound)") }
                }
            case .http: return exchange(HTTPConnect(self), below, context, completion) { _ in }
            }
        }
    }

    private func exchange<Words: Preamble>(
        _ words: Words, _ below: any Stream, _ context: Context,
        _ completion: @escaping EstablishStep.Completion, _ done: @escaping (Words) -> Void
    ) -> AnyObject {
        let exchange = PreambleExchange(words, over: below, context.loop) { result in
            completion(
                result.map { words in
                    done(words)
                    return below
                })
        }
        exchange.start()
        return exchange
    }
}
