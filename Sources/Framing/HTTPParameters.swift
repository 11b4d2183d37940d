// What is written after a name in HTTP: parameters, of transfer codings and of chunks alike, and lists of them.

extension ArraySlice<UInt8> {
    /// Takes `BWS ";" BWS name [ BWS "=" BWS value ]`, as chunk extensions (RFC 9112 section 7.1.1) and the parameters
    /// of transfer codings (section 7) are written.
    mutating func takeParameter() -> Bool {
        skipBlanks()
        guard popFirst() == UInt8(ascii: ";") else { return false }
        skipBlanks()
        guard takeToken() != nil else { return false }
        var value = self
        value.skipBlanks()
        guard value.first == UInt8(ascii: "=") else { return true }
        value = value.dropFirst()
        value.skipBlanks()
        self = value
        return first == UInt8(ascii: "\"") ? takeQuotedString() : takeToken() != nil
    }

    mutating func skipBlanks() { self = drop(while: \.isBlank) }

    /// Takes a token; nil if there is none.
    mutating func takeToken() -> ArraySlice<UInt8>? {
        let token = prefix(while: \.isTokenCharacter)
        self = dropFirst(token.count)
        return token.isEmpty ? nil : token
    }

    /// `DQUOTE *( qdtext / quoted-pair ) DQUOTE`: RFC 9110 section 5.6.4.
    private mutating func takeQuotedString() -> Bool {
        self = dropFirst()
        while let byte = popFirst() {
            guard byte.isFieldText else { return false }
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\"), popFirst()?.isFieldText != true { return false }
        }
        return false
    }
}
