// An HTTP message in JSON.

import Framing

struct HTTPReport: Shaped {
    let message: HTTPMessage

    enum Kind: String, CaseIterable { case request, response }

    private var kind: Kind { if case .request = message.start { .request } else { .response } }

    private var request: (method: String, target: String)? {
        if case .request(let method, let target) = message.start { (method, target) } else { nil }
    }

    private var response: (status: Int, reason: String?)? {
        if case .response(let status, let reason) = message.start { (status, reason) } else { nil }
    }

    static let shape = Shape<HTTPReport>(
        "http", "An HTTP/1.x message, as RFC 9112 cuts and names its parts.",
        [
            .word("kind", "Which it is.") { $0.kind },
            .string("method", optional: "The method of a request.") { $0.request?.method },
            .string("target", optional: "The target of a request, as it was sent.") { $0.request?.target },
            .string("version", "The version, such as `1.1`.") { "1.\($0.message.minorVersion)" },
            .integer("status", optional: "The status of a response.") { $0.response?.status },
            .string("reason", optional: "The reason phrase of a response, which may be empty.") {
                $0.response?.reason
            },
            .objects("headers", "The header fields in their order, with duplicates.") {
                $0.message.fields.map(HTTPHeader.init)
            },
            .object("body", "The content.") { HTTPBody(bytes: $0.message.body) },
            .objects("trailers", optional: "The fields after a chunked body, if there are any.") {
                $0.message.trailers.map(HTTPHeader.init)
            },
        ])
}

/// A field line.
struct HTTPHeader: Shaped {
    let field: HTTPMessage.Field

    static let shape = Shape<HTTPHeader>(
        "header", "A field of an HTTP message.",
        [
            .string("name", "The name, as it was sent.") { $0.field.name },
            .text("value", base64: "base64", "The value without whitespace at its ends") { $0.field.value },
        ])
}

/// The content, without chunks.
struct HTTPBody: Shaped {
    let bytes: [UInt8]

    static let shape = Shape<HTTPBody>(
        "body", "The content of an HTTP message, put together from its chunks; other codings are left on it.",
        [
            .integer("size", "Its length in bytes.") { $0.bytes.count },
            .text("text", base64: "base64", "The content") { $0.bytes },
        ])
}
