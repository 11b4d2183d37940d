// The lines of an HTTP message's head: the start line, and the field lines of header and trailer sections.
// Lines come without their CR LF, and hold neither.

extension HTTPMessage {
    /// Parses a start line: RFC 9112 sections 3 and 4.
    init(startLine line: ArraySlice<UInt8>) throws(FramingError) {
        // No method holds a solidus: a line that begins so can only be meant as a status line.
        if line.prefix(5).equalsIgnoringCase("HTTP/") {
            try self.init(statusLine: line)
        } else {
            try self.init(requestLine: line)
        }
    }

    /// `method SP request-target SP HTTP-version`: RFC 9112 section 3. Its leave to split at any whitespace is
    /// not taken: parsers that disagree about where the target ends are how requests are smuggled.
    private init(requestLine line: ArraySlice<UInt8>) throws(FramingError) {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts[0].isToken else { throw .rfc9110("9.1", "\(parts[0].quoted) is not a method") }
        guard parts.count >= 2 else { throw .rfc9112("3", "\(line.quoted) names no target") }
        guard let last = parts.last, parts.count >= 3 else {
            throw .rfc9112("3", "\(line.quoted) ends without a version, such as HTTP/1.1")
        }
        guard !parts.contains(where: \.isEmpty) else {
            throw .rfc9112("3", "more than one space in a row, or one at the end, in \(line.quoted)")
        }
        guard parts.count == 3 else {
            throw .rfc9112("3.2", "a space in the target of \(line.quoted): it is written %20")
        }
        minorVersion = try Self.minorVersion(last)
        let target = try Self.target(parts[1], of: parts[0])
        start = .request(method: String(decoding: parts[0], as: UTF8.self), target: target)
        fields = []
    }

    /// `HTTP-version SP status-code SP [reason-phrase]`: RFC 9112 section 4. The second space may be missing, as
    /// many servers leave it out with the reason.
    private init(statusLine line: ArraySlice<UInt8>) throws(FramingError) {
        let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        minorVersion = try Self.minorVersion(parts[0])
        guard parts.count >= 2, parts[1].count == 3, parts[1].allSatisfy(\.isDigit) else {
            throw .rfc9112("4", "\(line.quoted) has no status of three digits")
        }
        let reason = parts.count == 3 ? parts[2] : []
        if let control = reason.first(where: { !$0.isFieldText }) {
            throw .rfc9112("4", "a control character (\(control.named)) in the reason phrase")
        }
        let status = parts[1].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        start = .response(status: status, reason: String(decoding: reason, as: UTF8.self))
        fields = []
    }

    /// `HTTP/1.` and one digit: RFC 9112 section 2.3.
    private static func minorVersion(_ version: ArraySlice<UInt8>) throws(FramingError) -> Int {
        let bytes = Array(version)
        guard bytes.count == 8, bytes.starts(with: "HTTP/".utf8), bytes[5].isDigit,
            bytes[6] == UInt8(ascii: "."), bytes[7].isDigit
        else { throw .rfc9112("2.3", "\(version.quoted) is not an HTTP version: HTTP/1.1 is one") }
        guard bytes[5] == UInt8(ascii: "1") else {
            throw .rfc9110("15.6.6", "\(version.quoted) is not supported: HTTP/1.1 and 1.0 are", status: 505)
        }
        return Int(bytes[7] - UInt8(ascii: "0"))
    }

    /// The four forms of a target: RFC 9112 section 3.2.
    private static func target(
        _ target: ArraySlice<UInt8>, of method: ArraySlice<UInt8>
    ) throws(FramingError) -> String {
        if let byte = target.first(where: { !$0.isVisible }) {
            throw .rfc9112("3.2", "the byte \(byte.named) in the target: it is written %XX")
        }
        if target.contains(UInt8(ascii: "#")) {
            throw .rfc9112("3.2", "a fragment, which is not sent, in the target \(target.quoted)")
        }
        let isForm =
            if method.elementsEqual("CONNECT".utf8) {
                isAuthority(target)
            } else if target.elementsEqual("*".utf8) {
                method.elementsEqual("OPTIONS".utf8)
            } else {
                target.first == UInt8(ascii: "/") || isAbsolute(target)
            }
        let text = String(decoding: target, as: UTF8.self)
        guard isForm else { throw .rfc9112("3.2", "\(target.quoted) is not a target of \(method.quoted)") }
        return text
    }

    /// `host:port`.
    private static func isAuthority(_ target: ArraySlice<UInt8>) -> Bool {
        guard let colon = target.lastIndex(of: UInt8(ascii: ":")), colon > target.startIndex else {
            return false
        }
        let port = target[(colon + 1)...]
        return !port.isEmpty && port.allSatisfy(\.isDigit) && isHost(target)
    }

    /// Whether it is a URI with an authority: a scheme alone, as in `host:443`, is the form of CONNECT, which a
    /// recipient could take for either.
    private static func isAbsolute(_ target: ArraySlice<UInt8>) -> Bool {
        guard let colon = target.firstIndex(of: UInt8(ascii: ":")), let first = target.first else {
            return false
        }
        func isLetter(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        let isScheme =
            isLetter(first)
            && target[..<colon].allSatisfy { isLetter($0) || $0.isDigit || "+-.".utf8.contains($0) }
        let rest = target[(colon + 1)...]
        guard isScheme, rest.starts(with: "//".utf8) else { return false }
        // A host is required: RFC 9110 section 4.2.1. A user's name is not taken: section 4.2.4.
        let authority = rest.dropFirst(2).prefix { !"/?".utf8.contains($0) }
        return !authority.isEmpty && authority.first != UInt8(ascii: ":") && isHost(authority)
    }

    /// Whether it is `uri-host [":" port]`, or empty: RFC 9110 section 7.2. That the names could exist is not
    /// asked, only that no parser can see anything but a host in them.
    package static func isHost(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        var rest = Array(value)[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")), end > 1,
                rest[1..<end].allSatisfy({ $0.isTokenCharacter || $0 == UInt8(ascii: ":") })
            else { return false }
            rest = rest[(end + 1)...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            // unreserved, percent-encoded and sub-delims: RFC 3986 section 3.2.2.
            let allowed = rest[..<end].allSatisfy {
                $0.isTokenCharacter && !"#^`|".utf8.contains($0) || "(),;=".utf8.contains($0)
            }
            guard allowed else { return false }
            rest = rest[end...]
        }
        return rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(\.isDigit)
    }
}

extension HTTPMessage.Field {
    /// `field-name ":" OWS field-value OWS`: RFC 9112 section 5.
    package init(line: ArraySlice<UInt8>) throws(FramingError) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .rfc9112("5", "\(line.quoted) is not a header field: it has no colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty else { throw .rfc9110("5.1", "a header field without a name: \(line.quoted)") }
        if name.last?.isBlank == true, name.trimmed.isToken {
            throw .rfc9112("5.1", "whitespace before the colon in \(line.quoted)")
        }
        guard name.isToken else { throw .rfc9110("5.1", "\(name.quoted) is not the name of a header field") }
        self.name = String(decoding: name, as: UTF8.self)
        value = []
        try append(line[(colon + 1)...])
    }

    /// Adds a line to the value, the first or one that was folded: a fold stands for a space.
    mutating func append(_ text: ArraySlice<UInt8>) throws(FramingError) {
        if let control = text.first(where: { !$0.isFieldText }) {
            throw .rfc9110("5.5", "a control character (\(control.named)) in the value of \(name)")
        }
        let text = text.trimmed
        if !value.isEmpty, !text.isEmpty { value.append(0x20) }
        value += text
    }
}
