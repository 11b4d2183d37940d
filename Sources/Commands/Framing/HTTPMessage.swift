// An HTTP/1.x message, parsed: what RFC 9112 calls the start line, the field lines and the message body.

struct HTTPMessage: Equatable {
    enum StartLine: Equatable {
        case request(method: String, target: String)
        /// The reason phrase may be empty.
        case response(status: Int, reason: String)
    }

    /// A field line, or a line of a trailer section. Values are bytes: not all of them are UTF-8.
    struct Field: Equatable {
        var name: String
        var value: [UInt8]
    }

    var start: StartLine
    /// As in `HTTP/1.1`: 0 or 1.
    var minorVersion: Int
    /// In their order, with duplicates.
    var fields: [Field]
    /// The content without its transfer coding.
    var body: [UInt8]
    var trailers: [Field] = []
}
