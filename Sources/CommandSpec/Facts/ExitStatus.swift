// The exit statuses: numbers that a script can branch on, and what they mean.

package enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    case failure = 1
    case usage = 2
    case resolution = 3
    case refused = 4
    case timedOut = 5
    case unreachable = 6
    case connectionLost = 7
    case addressUnavailable = 8
    case notPermitted = 9
    case inputOutput = 10
    case malformed = 11
    case tls = 12

    package var meaning: String {
        switch self {
        case .success: "done"
        case .failure: "any failure without a number of its own"
        case .usage: "usage"
        case .resolution: "a name, service or address could not be resolved"
        case .refused: "connection refused, or port unreachable"
        case .timedOut: "timed out"
        case .unreachable: "host or network unreachable"
        case .connectionLost: "connection lost: reset, broken pipe, TLS cut short"
        case .addressUnavailable: "the local address is taken or not available"
        case .notPermitted: "not permitted"
        case .inputOutput: "reading the input or writing the output failed"
        case .malformed: "malformed or truncated message"
        case .tls: "TLS: the handshake failed, or a certificate is not valid"
        }
    }
}
