// An `http` or `https` URL as a user types it, taken apart for a request: RFC 3986, RFC 9110 section 4.2.1. Without a
// scheme it is `http`, as for curl.

import CommandSpec
import Framing
import Sockets

/// Where to connect to, and what to ask for there. Nothing is percent-encoded and nothing is decoded: what
/// is typed is what is sent. The fragment, which is never sent, is dropped.
struct HTTPURL: Equatable {
    let isSecure: Bool
    let host: String
    let port: String
    /// For the field Host: with brackets and port where they are needed, and without an interface.
    let authority: String
    /// The path and query as they are sent; `*` is not among them.
    let target: String
    /// Whether the URL ends with host and port.
    let isBare: Bool

    /// - Parameter isLocal: whether the host says only whom to ask for, so that it may be left out: a path alone is
    ///   one of `localhost`.
    init(_ word: Word, isLocal: Bool = false) throws(Failure) {
        let isPath = isLocal && word.bytes.first == UInt8(ascii: "/")
        let (scheme, rest) = Self.scheme(
            of: isPath ? Word(bytes: Array("localhost".utf8) + word.bytes) : word)
        switch scheme.map({ String(decoding: $0, as: UTF8.self).lowercased() }) {
        case "http": isSecure = false
        case "https": isSecure = true
        case nil:
            isSecure = false
            try Self.refuseOthers(word)
        default: throw .url(word, "only http:// and https:// are supported")
        }
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        let tail = rest[end...].prefix { $0 != UInt8(ascii: "#") }
        if let byte = tail.first(where: { !$0.isVisible }) {
            throw .url(
                word, byte == 0x20 ? "it holds a space" : "it holds the byte \(byte.named)",
                hint:
                    "in a URL that is written %\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            )
        }
        isBare = tail.isEmpty
        target = (tail.first == UInt8(ascii: "/") ? "" : "/") + String(decoding: tail, as: UTF8.self)
        let usual = isSecure ? 443 : 80
        (host, port) = try Self.hostAndPort(rest[..<end], of: word, usual)
        let bare = host.prefix { $0 != "%" }
        authority = (host.contains(":") ? "[\(bare)]" : host) + (port == String(usual) ? "" : ":\(port)")
    }

    /// What stands before `://`, nil without it, and what follows.
    private static func scheme(of word: Word) -> (ArraySlice<UInt8>?, rest: ArraySlice<UInt8>) {
        let text = word.bytes
        // In a path or a query it may stand, too.
        guard let mark = text.firstRange(of: "://".utf8),
            !text[..<mark.lowerBound].contains(where: { "/?#".utf8.contains($0) })
        else { return (nil, text[...]) }
        return (text[..<mark.lowerBound], text[mark.upperBound...])
    }

    /// Without a scheme: what is a slip, or an endpoint of another kind, is not taken for the name of a host.
    private static func refuseOthers(_ word: Word) throws(Failure) {
        let form = "a URL is written http://HOST[:PORT][/PATH]"
        let start = String(decoding: word.bytes.prefix(6), as: UTF8.self).lowercased()
        if word.bytes.isEmpty || start == "https:" || start.hasPrefix("http:") {
            throw .url(word, "not understood", hint: form)
        }
        guard let (scheme, _) = EndpointScheme.split(word) else { return }
        throw .url(
            word, "it is an endpoint, and --http takes a URL",
            hint: scheme == .unix
                ? "name the socket with --unix-socket PATH, and give the URL: http://localhost/PATH" : form)
    }

    private static func hostAndPort(
        _ authority: ArraySlice<UInt8>, of word: Word, _ usualPort: Int
    ) throws(Failure) -> (host: String, port: String) {
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw Failure(
                "URL", words: "a user name in it is not sent", status: .usage,
                hint: "give it as a header: -H 'Authorization: Basic ...'")
        }
        guard authority.first != UInt8(ascii: "[") || authority.contains(UInt8(ascii: "]")) else {
            throw .url(word, "'[' without ']'")
        }
        var host = authority
        var port: ArraySlice<UInt8> = []
        // A colon in brackets is part of an IPv6 address.
        let bracket = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        if let colon = authority[bracket...].lastIndex(of: UInt8(ascii: ":")) {
            host = authority[..<colon]
            port = authority[(colon + 1)...]
        }
        guard port.allSatisfy(\.isDigit),
            let number = port.isEmpty ? usualPort : Int(String(decoding: port, as: UTF8.self)),
            (1...65535).contains(number)
        else { throw .url(word, "\(port.quoted) is not a valid port: ports go from 1 to 65535") }
        guard !host.isEmpty else {
            let hint = word.bytes.first == UInt8(ascii: "/") ? "a path alone needs --unix-socket" : nil
            throw .url(word, "it names no host", hint: hint)
        }
        var name = String(decoding: host, as: UTF8.self)
        if name.hasPrefix("["), name.hasSuffix("]") {
            // RFC 6874 writes the percent sign before an interface as %25; without that is common.
            name = String(name.dropFirst().dropLast()).replacing("%25", with: "%", maxReplacements: 1)
            if let interface = IPv6Address.missingInterface(of: name) {
                throw .noInterface(interface, of: name)
            }
            guard IPv6Address(name) != nil else { throw .url(word, "no IPv6 address between '[' and ']'") }
        } else if name.utf8.contains(where: { $0 > 0x7e }) {
            let form = InternationalName.ascii(name) ?? "the xn-- form of the name"
            throw .url(word, "a host is written in ASCII", hint: "write \(form)")
        } else if !HTTPMessage.isHost(host) || name.contains("%") || name.contains(":") {
            throw .url(
                word, "\(host.quoted) is not a valid host", hint: "an IPv6 address is written [ADDRESS]")
        }
        return (name, String(number))
    }
}

extension Failure {
    fileprivate static func url(_ word: Word, _ what: String, hint: String? = nil) -> Failure {
        Failure("URL", word.quoted, words: what, status: .usage, hint: hint)
    }
}
