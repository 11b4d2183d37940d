// How messages are cut from and joined into a byte stream: the values of `--frame`, as data. What they do
// is in the decoders and encoders.

/// One way to tell where a message ends.
package enum Framing: Hashable, Sendable {
    /// No boundaries: a message is whatever one `recv(2)` returned.
    case none
    /// Text up to these bytes, which are not empty: `line`, `crlf`, `nul`, `delim:STRING`.
    case delimiter([UInt8])
    /// So many bytes, at least one.
    case fixed(Int)
    /// The length in so many bytes (1, 2, 4 or 8), then the message: `u8`, `u16be`, `u32le`, ...
    case lengthPrefix(width: Int, bigEndian: Bool)
    /// The length as unsigned LEB128, then the message.
    case varint
    /// One HTTP/1.x message: RFC 9112.
    case http
}

/// What `--frame` says: how messages are cut on our side (stdin and stdout), and how on the socket.
package struct FramingPair: Hashable, Sendable {
    /// The framing of stdin, and of stdout where messages are written as text.
    package let local: Framing
    package let socket: Framing

    package init(local: Framing, socket: Framing) {
        self.local = local
        self.socket = socket
    }
}
