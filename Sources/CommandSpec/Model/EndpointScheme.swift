// The schemes of endpoints: what stands before the first colon of a word says what kind of endpoint it is. A new kind
// is a line here, and a file that reads it.

package enum EndpointScheme: String, CaseIterable, Sendable {
    case unix
    case unixSeqpacket = "unix-seqpacket"
    case tls
    case fd
    case vsock

    /// A few words for a list.
    var summary: String {
        switch self {
        case .unix: "a Unix socket: a path, or @NAME"
        case .unixSeqpacket: "a Unix socket that keeps boundaries"
        case .tls: "TLS to HOST:PORT"
        case .fd: "an inherited socket"
        case .vsock: "CID:PORT of a virtual machine"
        }
    }

    /// Whether what is sent in one call is received in one call.
    package var keepsBoundaries: Bool { self == .unixSeqpacket }

    /// The scheme that a word begins with, and what follows the first colon, as it is; nil without a scheme. A host
    /// with such a name is written with its port as a word of its own.
    package static func split(_ word: Word) -> (scheme: EndpointScheme, rest: [UInt8])? {
        guard let colon = word.bytes.firstIndex(of: UInt8(ascii: ":")),
            let scheme = EndpointScheme(rawValue: String(decoding: word.bytes[..<colon], as: UTF8.self))
        else { return nil }
        return (scheme, Array(word.bytes[(colon + 1)...]))
    }
}
