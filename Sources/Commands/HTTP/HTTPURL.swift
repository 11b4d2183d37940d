// An `http` or `https` URL as a user types it, taken apart for a request: RFC 3986, RFC 9110 section 4.2.1.

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

    init(_ word: Word) throws(Failure) {
        let text = word.bytes
        guard let scheme = text.firstRange(of: "://".utf8) else {
            throw .url(word, "not understood", hint: "a URL is written http://HOST[:PORT][/PATH]")
        }
        let rest = text[scheme.upperBound...]
        switch String(decoding: text[..<scheme.lowerBound], as: UTF8.self).lowercased() {
        case "http": isSecure = false
        case "https": isSecure = true
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
        guard !host.isEmpty else { throw .url(word, "it names no host") }
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
