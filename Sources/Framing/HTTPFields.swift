// What the header fields of an HTTP message say about the message and its connection.

extension HTTPMessage {
    /// Adds a field line, or continues the field before it, to the header or the trailer section.
    mutating func addField(
        _ line: ArraySlice<UInt8>, to section: WritableKeyPath<HTTPMessage, [Field]>
    ) throws(FramingError) {
        if line.first?.isBlank == true {
            guard let last = self[keyPath: section].indices.last else {
                throw .rfc9112("2.2", "whitespace before the first header field: \(line.quoted)")
            }
            // A server refuses obsolete line folding; a client replaces it by a space.
            guard !isRequest else {
                throw .rfc9112("5.2", "a header field folded over two lines: \(line.quoted)")
            }
            return try self[keyPath: section][last].append(line)
        }
        let field = try Field(line: line)
        guard fields.count + trailers.count < HTTPDecoder.fieldLimit else {
            throw .rfc9110("5.4", "more than \(HTTPDecoder.fieldLimit) header fields", status: 431)
        }
        // They come too late to be obeyed, and a recipient that merged them into the header would obey them.
        if section == \.trailers, Self.notInTrailers.contains(where: field.isNamed) {
            throw .rfc9110("6.5.1", "\(field.name) in the trailers, where it must not be")
        }
        self[keyPath: section].append(field)
    }

    private static let notInTrailers = ["Content-Length", "Transfer-Encoding", "Host"]

    /// A request of HTTP/1.1 has one Host, any other at most one, which could be one: RFC 9112 section 3.2.
    func checkHost() throws(FramingError) {
        guard isRequest else { return }
        let hosts = values(of: "Host")
        guard hosts.count <= 1 else { throw .rfc9112("3.2", "\(hosts.count) Host fields") }
        guard let host = hosts.first else {
            guard minorVersion == 0 else { throw .rfc9112("3.2", "no Host, which HTTP/1.1 requires") }
            return
        }
        guard Self.isHost(host) else { throw .rfc9112("3.2", "\(host.quoted) is not a valid Host") }
    }

    /// Whether the client waits for `100 Continue` before it sends the body: RFC 9110 section 10.1.1.
    var expectsContinue: Bool {
        isRequest && minorVersion >= 1 && has("100-continue", in: "Expect")
    }

    /// Whether the connection ends with this message: RFC 9112 section 9.3.
    var closesConnection: Bool {
        if has("close", in: "Connection") { return true }
        return minorVersion == 0 && !has("keep-alive", in: "Connection")
    }
}
