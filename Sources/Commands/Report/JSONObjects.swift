// The objects that JSON events are made of.

import CommandSpec
import Sockets

/// An address, `{"family":"inet","host":"127.0.0.1","port":80}`.
struct JSONAddress: Encodable {
    let family: String
    var host: String?
    var port: UInt32?
    var scope: String?
    var path: String?
    /// The path or abstract name that is not valid UTF-8.
    var pathBase64: String?
    var abstract: Bool?
    // Of those that only `info` tells.
    var cid: UInt32?
    var interface: String?
    var `protocol`: String?

    enum CodingKeys: String, CodingKey {
        case family, host, port, scope, path, abstract, cid, interface, `protocol`
        case pathBase64 = "path_base64"
    }

    init(_ address: SocketAddress) {
        family = address.family.rawValue
        switch address {
        case .inet(let host, let port):
            self.host = host.description
            self.port = UInt32(port)
        case .inet6(let host, let port):
            self.host = host.text
            self.port = UInt32(port)
            if host.scope != 0 { scope = host.scopeName ?? String(host.scope) }
        case .unix(.path(let path)):
            name(path)
        case .unix(.abstract(let name)):
            self.name(name)
            abstract = true
        case .unix(.unnamed):
            break
        }
    }

    init(_ address: ForeignAddress) {
        family = address.family
        switch address {
        case .netlink(let port):
            self.port = port
        case .packet(let number, let interface):
            self.protocol = SocketKind.packetProtocolName(number)
            self.interface = ForeignAddress.interfaceName(interface)
        case .vsock(let cid, let port):
            // What stands for any is left out.
            self.cid = cid == ForeignAddress.anyVsock ? nil : cid
            self.port = port == ForeignAddress.anyVsock ? nil : port
        }
    }

    private mutating func name(_ bytes: [UInt8]) {
        let content = JSONPayload(bytes)
        (path, pathBase64) = (content.text, content.base64)
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
