// What stands behind each scheme of endpoints: the table in which a new kind is one line.

import CommandSpec
import Sockets

extension EndpointScheme {
    /// Understands what follows the scheme.
    private var reader: ([UInt8], String) throws(Failure) -> Endpoint {
        switch self {
        case .unix: Endpoint.unix
        case .tls: Endpoint.tls
        case .fd: Endpoint.inherited
        case .unixSeqpacket: Endpoint.seqpacket
        case .vsock: Endpoint.vsock
        }
    }

    /// - Parameters:
    ///   - rest: what follows the colon.
    ///   - text: the whole word, for a message.
    func endpoint(_ rest: [UInt8], of text: String) throws(Failure) -> Endpoint { try reader(rest, text) }
}
