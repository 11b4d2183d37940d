// What a server that is not one answers: `listen --frame http --reply DATA`, and a request it cannot read.

import CommandSpec
import Sockets

/// A response, and what becomes of the connection.
struct HTTPReply: Equatable {
    let bytes: [UInt8]
    /// Whether the connection ends after it.
    let closes: Bool
    /// Of the final response; 0 where the bytes are none.
    let status: Int

    /// Answers a request with data: as it is if it begins with `HTTP/`, otherwise as the content of a
    /// `200 OK` of our own.
    init(_ data: [UInt8], to request: HTTPMessage) {
        guard data.starts(with: "HTTP/".utf8) else {
            self.init(content: data, to: request)
            return
        }
        let (status, closes) = Self.reading(data, as: request)
        self.init(bytes: data, closes: closes || request.closesConnection, status: status)
    }

    private init(bytes: [UInt8], closes: Bool, status: Int) {
        (self.bytes, self.closes, self.status) = (bytes, closes, status)
    }

    private init(content: [UInt8], to request: HTTPMessage) {
        var method = ""
        if case .request(let name, _) = request.start { method = name }
        guard method != "CONNECT" else {
            self.init(status: 501, words: "this is no proxy")
            return
        }
        let closes = request.closesConnection
        var fields: [String] = []
        if !content.isEmpty {
            let isText = String(validating: content, as: UTF8.self) != nil
            fields.append(
                "Content-Type: \(isText ? "text/plain; charset=utf-8" : "application/octet-stream")")
        }
        fields.append("Content-Length: \(content.count)")
        if closes {
            fields.append("Connection: close")
        } else if request.minorVersion == 0 {
            fields.append("Connection: keep-alive")
        }
        let head = Self.head(status: 200, fields)
        // To HEAD the answer has the fields that it would have to GET, and no content.
        self.init(bytes: method == "HEAD" ? head : head + content, closes: closes, status: 200)
    }

    /// Answers a request that cannot be read with the status that the RFC gives for it. After that nobody
    /// knows where the next request would begin, and the connection ends.
    init(refusing error: FramingError) {
        let status =
            switch error {
            case .http(_, _, let status): status
            case .tooLong: 413
            default: 400
            }
        self.init(status: status, words: error.message)
    }

    private init(status: Int, words: String) {
        let content = Array((TerminalEscaper.visible(words) + "\n").utf8)
        let head = Self.head(
            status: status,
            [
                "Content-Type: text/plain; charset=utf-8", "Content-Length: \(content.count)",
                "Connection: close",
            ])
        self.init(bytes: head + content, closes: true, status: status)
    }

    private static func head(status: Int, _ fields: [String]) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) \(reasons[status] ?? "")"] + fields + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    /// RFC 9110 section 15, RFC 6585.
    private static let reasons = [
        200: "OK", 400: "Bad Request", 413: "Content Too Large", 414: "URI Too Long",
        431: "Request Header Fields Too Large", 501: "Not Implemented", 505: "HTTP Version Not Supported",
    ]

    /// The status of the response that a user wrote, and whether it can only end with the connection: because
    /// it says so, has no other end, or is not one response in form.
    private static func reading(_ data: [UInt8], as answer: HTTPMessage) -> (status: Int, closes: Bool) {
        var decoder = HTTPDecoder(maxMessage: .max)
        if case .request(let method, _) = answer.start { decoder.expectResponse(to: method) }
        var last: HTTPMessage?
        var closes = true
        do {
            try decoder.decode(unsafe data.span.bytes) { _, message in last = message ?? last }
            closes = !decoder.remainder.isEmpty
            try decoder.finish { _, message in last = message ?? last }
        } catch {
            closes = true
        }
        guard let last, case .response(let status, _) = last.start else { return (0, true) }
        // After an interim response another would have to come.
        guard status == 101 || status >= 200 else { return (status, true) }
        return (status, closes || status != 101 && last.closesConnection)
    }
}
