// What a server of TLS says to a client that speaks none, before it closes the connection: an alert.

import CommandSpec
import Sockets
import TLS

enum PlainAnswer {
    /// A record with an alert: RFC 8446, sections 5.1 and 6.
    static let alertSize = 7

    /// Whether that is all.
    static func isAlert(_ bytes: [UInt8]) -> Bool {
        bytes.count == alertSize && bytes[0] == 0x15 && bytes[1] == 3 && bytes[3] == 0 && bytes[4] == 2
            && (1...2).contains(bytes[5])
    }

    static var failure: Failure {
        Failure(
            "receive", nil,
            .tls(
                TLSError(
                    "this port wants TLS: it answered with a TLS alert", code: "TLS_ALERT",
                    hint: "--tls speaks TLS with it")))
    }
}
