// An HTTP/1.x message, parsed: what RFC 9112 calls the start line, the field lines and the message body.

package struct HTTPMessage: Equatable {
    package enum StartLine: Equatable {
        case request(method: String, target: String)
        /// The reason phrase may be empty.
        case response(status: Int, reason: String)
    }

    /// A field line, or a line of a trailer section. Values are bytes: not all of them are UTF-8.
    package struct Field: Equatable {
        package var name: String
        package var value: [UInt8]

        package init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    package var start: StartLine
    /// The digit after the point in `HTTP/1.1`. Above 1 it is treated as 1 (RFC 9110 section 6.2).
    package var minorVersion: Int
    /// In their order, with duplicates.
    package var fields: [Field]
    /// The content. Of the transfer codings only `chunked` is taken off.
    package var body: [UInt8] = []
    package var trailers: [Field] = []

    /// Whether it is a response before the real one: 100 Continue, 103 Early Hints.
    package var isInterim: Bool {
        if case .response(let status, _) = start {
            (100..<200).contains(status) && status != 101
        } else {
            false
        }
    }

    package var isRequest: Bool {
        if case .request = start { true } else { false }
    }

    /// The values of every field of that name, in their order.
    func values(of name: String) -> [[UInt8]] {
        fields.filter { $0.isNamed(name) }.map(\.value)
    }

    /// Whether one of the comma-separated elements of the fields of that name is this one, in any case.
    func has(_ element: String, in name: String) -> Bool {
        values(of: name).contains { value in
            value.split(separator: UInt8(ascii: ",")).contains { $0.trimmed.equalsIgnoringCase(element) }
        }
    }
}

extension HTTPMessage.Field {
    /// Field names do not depend on case.
    package func isNamed(_ other: String) -> Bool { name.utf8.equalsIgnoringCase(other) }
}

/// A message on its way to who asked for it.
package final class HTTPDetail: MessageDetail {
    package let message: HTTPMessage

    init(_ message: HTTPMessage) { self.message = message }

    package var isInterim: Bool { message.isInterim }
    package var body: [UInt8] { message.body }
}
