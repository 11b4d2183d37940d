// The request of `send --http METHOD URL`: what a user gives, and the fields that a correct request needs.

import CommandSpec
import Framing
import Sockets

/// A whole request, and where it is sent.
struct HTTPRequest {
    let endpoint: Endpoint
    let method: String
    let bytes: [UInt8]

    /// - Parameters:
    ///   - socket: the path of the Unix socket where it is sent instead of to the URL's host, or `@` and an abstract
    ///     name.
    ///   - headers: each `Name: value`, added at the end. One with the name of a field that would be there
    ///     anyway (Host, User-Agent, Accept, Content-Length, Connection) replaces it, `Name:` leaves it out,
    ///     and `Name;` sends it with an empty value, as for curl.
    ///   - data: the content, nil for none.
    init(
        method: Word, url: Word, over socket: Word? = nil, headers: [Word], data: [UInt8]?
    ) throws(Failure) {
        guard method.bytes.isToken else {
            throw Failure(
                "method", method.quoted, words: "not one", status: .usage,
                hint: "the method comes first: --http GET http://HOST/PATH")
        }
        guard method.text != "CONNECT" else {
            throw Failure(
                "method", method.quoted, words: "it asks a proxy for a tunnel, which is not done here",
                status: .usage)
        }
        let url = try HTTPURL(url, isLocal: socket != nil)
        let place =
            if let socket {
                try Endpoint.unix(socket.bytes, of: socket.text)
            } else {
                Endpoint.host(url.host, port: url.port)
            }
        endpoint = url.isSecure ? .tls(place, for: url.host) : place
        self.method = method.text
        // OPTIONS of a server as a whole: RFC 9112 section 3.2.4.
        let target = method.text == "OPTIONS" && url.isBare ? "*" : url.target

        var own: [HTTPMessage.Field] = []
        var leftOut: [String] = []
        for header in headers {
            let field = try Self.field(header)
            if field.value.isEmpty, header.bytes.last != UInt8(ascii: ";") {
                leftOut.append(field.name)
            } else {
                own.append(field)
            }
        }
        func isGiven(_ name: String) -> Bool {
            own.contains { $0.isNamed(name) } || leftOut.contains { $0.utf8.equalsIgnoringCase(name) }
        }
        let isChunked = own.contains { $0.isNamed("Transfer-Encoding") }
        var defaults = [("Host", url.authority), ("User-Agent", "sockctl"), ("Accept", "*/*")]
        // Methods that have content say so even if there is none: RFC 9110 section 8.6.
        if !isChunked, data != nil || ["POST", "PUT", "PATCH"].contains(method.text) {
            defaults.append(("Content-Length", String(data?.count ?? 0)))
        }
        defaults.append(("Connection", "close"))
        let fields =
            // Host comes first, whoever gives it: RFC 9110 section 7.2.
            own.filter { $0.isNamed("Host") }
            + defaults.filter { !isGiven($0.0) }.map { .init(name: $0.0, value: Array($0.1.utf8)) }
            + own.filter { !$0.isNamed("Host") }

        var bytes = method.bytes + Array(" \(target) HTTP/1.1\r\n".utf8)
        for field in fields {
            bytes += Array("\(field.name):".utf8) + (field.value.isEmpty ? [] : [0x20]) + field.value
            bytes += "\r\n".utf8
        }
        bytes += "\r\n".utf8
        if isChunked {
            if let data, !data.isEmpty {
                bytes += Array("\(String(data.count, radix: 16))\r\n".utf8) + data + Array("\r\n".utf8)
            }
            bytes += "0\r\n\r\n".utf8
        } else {
            bytes += data ?? []
        }
        try Self.check(bytes)
        self.bytes = bytes
    }

    private static func field(_ header: Word) throws(Failure) -> HTTPMessage.Field {
        func failure(_ words: String, _ hint: String? = nil) -> Failure {
            Failure("header", header.quoted, words: words, status: .usage, hint: hint)
        }
        // A line end would begin another field, or end the head.
        guard !header.bytes.contains(where: { $0 == .carriageReturn || $0 == .lineFeed }) else {
            throw failure("it holds a line end", "give each header with a -H of its own")
        }
        var line = header.bytes
        if line.last == UInt8(ascii: ";"), !line.contains(UInt8(ascii: ":")) {
            line[line.count - 1] = UInt8(ascii: ":")
        }
        guard line.contains(UInt8(ascii: ":")) else {
            throw failure("it has no colon", "a header is written 'Name: value'")
        }
        do {
            return try HTTPMessage.Field(line: line[...])
        } catch {
            throw failure(error.message)
        }
    }

    /// Whether headers of the user's own broke the request: a Content-Length that is not the data's, say.
    private static func check(_ bytes: [UInt8]) throws(Failure) {
        let joiner = Framing.http.joiner()
        var output: [UInt8] = []
        do {
            try joiner.encode(unsafe bytes.span.bytes, into: &output)
        } catch {
            throw Failure(
                "request", words: "with these headers it would be malformed: \(error.message)",
                status: .usage,
                hint: "a malformed request can be sent as DATA, without --http")
        }
    }
}
