// An HTTP message in the JSON output, as sockctl-json(7) documents it.

import Framing
import Sockets

/// What a framing knows of a message, in JSON.
protocol JSONDetail: MessageDetail {
    /// Fills in what stands for the message's bytes.
    func describe(in event: inout JSONEvent)
}

extension HTTPDetail: JSONDetail {
    func describe(in event: inout JSONEvent) { event.http = JSONHTTP(message) }
}

/// The object `http` of a message.
struct JSONHTTP: Encodable {
    let kind: String
    let method: String?
    let target: String?
    let version: String
    let status: Int?
    let reason: String?
    let headers: [Header]
    let body: Body
    let trailers: [Header]?

    /// A field line. Its value is text where it is valid UTF-8.
    struct Header: Encodable {
        let name: String
        let value: String?
        let base64: String?

        init(_ field: HTTPMessage.Field) {
            let content = JSONPayload(unsafe field.value.span.bytes)
            name = field.name
            value = content.text
            base64 = content.base64
        }
    }

    /// The content, without chunks.
    struct Body: Encodable {
        let size: Int
        let text: String?
        let base64: String?

        init(_ bytes: [UInt8]) {
            let content = JSONPayload(unsafe bytes.span.bytes)
            size = bytes.count
            text = content.text
            base64 = content.base64
        }
    }

    init(_ message: HTTPMessage) {
        switch message.start {
        case .request(let method, let target):
            kind = "request"
            (self.method, self.target) = (method, target)
            (status, reason) = (nil, nil)
        case .response(let status, let reason):
            kind = "response"
            (method, target) = (nil, nil)
            (self.status, self.reason) = (status, reason)
        }
        version = "1.\(message.minorVersion)"
        headers = message.fields.map(Header.init)
        body = Body(message.body)
        trailers = message.trailers.isEmpty ? nil : message.trailers.map(Header.init)
    }
}
