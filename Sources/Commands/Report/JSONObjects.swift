// The objects that JSON events are made of.

import CommandSpec
import Sockets

/// An address, `{"family":"inet","host":"127.0.0.1","port":80}`.
struct JSONAddress: Encodable {
    let family: String
    var host: String?
    var port: UInt16?
    var scope: String?
    var path: String?
    var abstract: Bool?

    init(_ address: SocketAddress) {
        family = address.family.rawValue
        switch address {
        case .inet(let host, let port):
            self.host = host.description
            self.port = port
        case .inet6(let host, let port):
            self.host = host.text
            self.port = port
            if host.scope != 0 { scope = host.scopeName ?? String(host.scope) }
        case .unix(.path(let path)):
            self.path = String(decoding: path, as: UTF8.self)
        case .unix(.abstract(let name)):
            path = String(decoding: name, as: UTF8.self)
            abstract = true
        case .unix(.unnamed):
            break
        }
    }
}

/// What went one way.
struct JSONTraffic: Encodable {
    let bytes: Int
    let messages: Int?
    let seconds: Double?
    let limitedBy: String?
    let limits: [String: Double]?

    enum CodingKeys: String, CodingKey {
        case bytes, messages, seconds, limits
        case limitedBy = "limited_by"
    }

    /// - Parameter heldUp: nil where it was not watched.
    init(_ traffic: DatagramTraffic) {
        bytes = traffic.bytes
        messages = traffic.messages
        (seconds, limitedBy, limits) = (nil, nil, nil)
    }

    init(_ traffic: ClosingAccount.Traffic, heldUp: HeldUp? = nil) {
        bytes = traffic.bytes
        messages = traffic.messages
        seconds = heldUp?.time.seconds
        limitedBy = heldUp?.most?.cause.rawValue
        limits = heldUp.map { heldUp in
            let rounded = heldUp.shares.map { ($0.cause.rawValue, ($0.share * 1000).rounded() / 1000) }
            return Dictionary(rounded) { first, _ in first }
        }
    }
}

/// How long connecting took.
struct JSONConnectTime: Encodable {
    let seconds: Double
    let lookUp: Double
    let handshake: Double

    enum CodingKeys: String, CodingKey {
        case seconds
        case lookUp = "lookup_seconds"
        case handshake = "handshake_seconds"
    }

    init(_ time: ConnectTime) {
        seconds = time.total.seconds
        lookUp = time.lookUp.seconds
        handshake = time.handshake.seconds
    }
}

/// TCP's account of a connection; times in microseconds.
struct JSONTCPInfo: Encodable {
    let state: String?
    let rtt: Int?
    let rttvar: Int?
    let minRTT: Int?
    let retransmissions: Int?
    let congestionWindow: Int?
    let busy: Int?
    let receiverLimited: Int?
    let senderLimited: Int?

    enum CodingKeys: String, CodingKey {
        case state
        case rtt = "rtt_us"
        case rttvar = "rttvar_us"
        case minRTT = "min_rtt_us"
        case retransmissions = "retransmits"
        case congestionWindow = "snd_cwnd"
        case busy = "busy_us"
        case receiverLimited = "rwnd_limited_us"
        case senderLimited = "sndbuf_limited_us"
    }

    init(_ info: TCPInfo) {
        func microseconds(_ duration: Duration?) -> Int? { duration.map { Int($0.nanoseconds / 1000) } }
        state = info.state?.name
        rtt = microseconds(info.roundTripTime)
        rttvar = microseconds(info.roundTripVariation)
        minRTT = microseconds(info.minimumRoundTripTime)
        retransmissions = info.totalRetransmissions
        congestionWindow = info.congestionWindow
        busy = microseconds(info.busyTime)
        receiverLimited = microseconds(info.receiverLimited)
        senderLimited = microseconds(info.senderLimited)
    }
}

/// `{"error":{…}}`, what a failed command writes to stderr.
struct JSONFailureLine: Encodable {
    let error: JSONFailure
}

/// A failure.
struct JSONFailure: Encodable {
    let operation: String
    let endpoint: String?
    let code: String?
    let errno: Int32?
    let message: String
    let hint: String?
    let status: Int32
    let attempts: [Attempt]?

    /// One address that did not connect.
    struct Attempt: Encodable {
        let address: JSONAddress
        let code: String?
        let errno: Int32?
        let message: String
    }

    init(_ failure: Failure) {
        operation = failure.operation
        endpoint = failure.operand
        code = failure.code
        errno = failure.number
        message = failure.message
        hint = failure.hint
        status = failure.status.rawValue
        attempts =
            failure.attempts.isEmpty
            ? nil
            : failure.attempts.map {
                Attempt(
                    address: JSONAddress($0.address), code: $0.cause.code, errno: $0.cause.number,
                    message: $0.cause.message)
            }
    }
}
