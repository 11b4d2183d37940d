// Which framing joins messages, chosen once for a direction of a connection.

package struct MessageJoiner {
    enum Form {
        /// As they are.
        case verbatim
        case delimiter(DelimiterEncoder)
        case prefix(PrefixEncoder)
        case http(HTTPEncoder)
        case forwarded(HTTPForwarder)
    }

    var form: Form

    /// Appends the message with its delimiter or length prefix.
    /// - Throws: `FramingError` if the framing has no way to express the message; nothing is appended then.
    package func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        switch form {
        case .verbatim: output.append(message)
        case .delimiter(let encoder): try encoder.encode(message, into: &output)
        case .prefix(let encoder): try encoder.encode(message, into: &output)
        case .http(let encoder): try encoder.encode(message, into: &output)
        case .forwarded(let encoder): encoder.encode(message, into: &output)
        }
    }
}

extension MessageJoiner: MessageEncoder {}
