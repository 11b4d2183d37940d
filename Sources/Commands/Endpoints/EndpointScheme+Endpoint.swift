// What stands behind each scheme of endpoints: the table of those that are built, in which a new kind is one line.

import CommandSpec
import Sockets

extension EndpointScheme {
    /// Understands what follows the scheme; nil for a kind that is not built.
    private var reader: (([UInt8], String) throws(Failure) -> Endpoint)? {
        switch self {
        case .unix: Endpoint.unix
        case .tls: Endpoint.tls
        case .fd: Endpoint.inherited
        case .unixSeqpacket: Endpoint.seqpacket
        case .vsock: nil
        }
    }

    /// - Parameters:
    ///   - rest: what follows the colon.
    ///   - text: the whole word, for a message.
    func endpoint(_ rest: [UInt8], of text: String) throws(Failure) -> Endpoint {
        guard let reader else {
            throw .endpoint(
                text, "endpoints that begin with \(rawValue): are not supported",
                hint: "if '\(rawValue)' is a host, write its port as a word of its own: '\(rawValue) PORT'")
        }
        return try reader(rest, text)
    }
}
