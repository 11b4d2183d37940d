// Why a byte stream could not be cut into messages, or a message not be put into one.

package enum FramingError: Error, Equatable {
    /// A message is longer than `--max-message` allows; its length where the stream says it.
    case tooLong(length: UInt64?, limit: Int)
    /// The stream ended inside a message: so many bytes of it were there, of so many where that is known.
    case cutOff(count: Int, length: Int?)
    /// The stream ended inside a length prefix, after so many bytes of it.
    case cutOffPrefix(count: Int)
    /// A length prefix that is not one.
    case badLength(String)
    /// To be sent: the message holds the delimiter, and its end could not be told.
    case containsDelimiter
    /// To be sent: a message of this length, where all have a fixed one.
    case wrongLength(Int, fixed: Int)
    /// To be sent: a message of this length, where the prefix can express less.
    case prefixTooNarrow(length: Int, largest: UInt64)
    /// Malformed HTTP: what is wrong, in words, the section of the RFC that says so, and the status that a
    /// server answers it with.
    case http(String, section: String, status: Int = 400)

    /// In words, to follow "message 3: ".
    package var message: String {
        switch self {
        case .tooLong(let length?, let limit): "\(length) bytes long, and --max-message allows \(limit)"
        case .tooLong(nil, let limit): "longer than the \(limit) bytes that --max-message allows"
        case .cutOff(let count, let length?): "cut off by the end of the stream: \(count) of \(length) bytes"
        case .cutOff(let count, nil): "cut off by the end of the stream after \(Self.bytes(count))"
        case .cutOffPrefix(let count):
            "cut off by the end of the stream after \(Self.bytes(count)) of its length prefix"
        case .badLength(let words): words
        case .containsDelimiter: "it contains the delimiter"
        case .wrongLength(let length, let fixed): "\(length) bytes long, and each is to have \(fixed)"
        case .prefixTooNarrow(let length, let largest):
            "\(length) bytes long, and its length prefix can say \(largest) at most"
        case .http(let words, let section, _): "\(words) (\(section))"
        }
    }

    private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}
