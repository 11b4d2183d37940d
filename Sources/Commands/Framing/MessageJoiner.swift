// Which framing joins messages, chosen once for a direction of a connection.

enum MessageJoiner: MessageEncoder {
    /// As they are.
    case verbatim
    case delimiter(DelimiterEncoder)
    case prefix(PrefixEncoder)
    case http(HTTPEncoder)
    case forwarded(HTTPForwarder)

    mutating func encode(_ message: RawSpan, into output: inout [UInt8]) throws(FramingError) {
        switch self {
        case .verbatim: output.append(message)
        case .delimiter(let encoder): try encoder.encode(message, into: &output)
        case .prefix(let encoder): try encoder.encode(message, into: &output)
        case .http(var encoder):
            defer { self = .http(encoder) }
            try encoder.encode(message, into: &output)
        case .forwarded(let encoder): try encoder.encode(message, into: &output)
        }
    }
}
