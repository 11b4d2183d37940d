// An HTTP message in JSON.

import Framing

struct HTTPReport: Shaped {
    let message: HTTPMessage

    enum Kind: String, JSONWord { case request, response }

    private var kind: Kind { if case .request = message.start { .request } else { .response } }

    private var request: (method: String, target: String)? {
        if case .request(let method, let target) = message.start { (method, target) } else { nil }
    }

    private var response: (status: Int, reason: String?)? {
        if case .response(let status, let reason) = message.start { (status, reason) } else { nil }
    }

    static let shape = Shape("http", "An HTTP/1.x message, as RFC 9112 cuts and names its parts.")

    static func list(_ fields: inout some Fields<HTTPReport>) {
        fields.add("kind", "Which it is.") { $0.kind }
        fields.add("method", optional: "The method of a request.") { $0.request?.method }
        fields.add("target", optional: "The target of a request, as it was sent.") { $0.request?.target }
        fields.add("version", "The version, such as `1.1`.") { "1.\($0.message.minorVersion)" }
        fields.add("status", optional: "The status of a response.") { $0.response?.status }
        fields.add("reason", optional: "The reason phrase of a response, which may be empty.") {
            $0.response?.reason
        }
        fields.add("headers", "The header fields in their order, with duplicates.") {
            $0.message.fields.map(HTTPHeader.init)
        }
        fields.add("body", "The content.") { HTTPBody(bytes: $0.message.body) }
        fields.add("trailers", optional: "The fields after a chunked body, if there are any.") {
            $0.message.trailers.map(HTTPHeader.init).nonEmpty
        }
    }
}

/// A field line.
struct HTTPHeader: Shaped {
    let field: HTTPMessage.Field

    static let shape = Shape("header", "A field of an HTTP message.")

    static func list(_ fields: inout some Fields<HTTPHeader>) {
        fields.add("name", "The name, as it was sent.") { $0.field.name }
        fields.text("value", base64: "base64", "The value without whitespace at its ends") { $0.field.value }
    }
}

/// The content, without chunks.
struct HTTPBody: Shaped {
    let bytes: [UInt8]

    static let shape = Shape(
        "body", "The content of an HTTP message, put together from its chunks; other codings are left on it.")

    static func list(_ fields: inout some Fields<HTTPBody>) {
        fields.add("size", "Its length in bytes.") { $0.bytes.count }
        fields.text("text", base64: "base64", "The content") { $0.bytes }
    }
}
