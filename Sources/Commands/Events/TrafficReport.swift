// What went one way, in JSON.

import Sockets

struct TrafficReport: Shaped {
    private let bytes: Int
    private let messages: Int?
    private var encrypted: Int?
    private var rate: Int?
    private let bottleneck: Bottleneck?

    init(_ traffic: DatagramTraffic) {
        (bytes, messages, rate, bottleneck) = (traffic.bytes, traffic.messages, nil, nil)
    }

    /// What went in this time.
    init(_ traffic: DatagramTraffic, in time: Duration) {
        self.init(traffic)
        rate = Self.rate(traffic.bytes, in: time)
    }

    /// - Parameter bottleneck: nil where it was not watched.
    init(_ traffic: ClosingAccount.Traffic, bottleneck: Bottleneck?) {
        (bytes, messages, rate, self.bottleneck) = (traffic.bytes, traffic.messages, nil, bottleneck)
        encrypted = traffic.encrypted
    }

    /// What went in this time.
    init(_ traffic: ClosingAccount.Traffic, in time: Duration, bottleneck: Bottleneck?) {
        self.init(traffic, bottleneck: bottleneck)
        rate = Self.rate(traffic.bytes, in: time)
    }

    private static func rate(_ bytes: Int, in time: Duration) -> Int {
        Int(min(Double(bytes) / max(time.seconds, 1e-9), 1e18))
    }

    /// - Parameter rate: in bytes a second; nil where there is none yet.
    init(bytes: Int, rate: Double?, bottleneck: Bottleneck? = nil) {
        (self.bytes, messages, self.bottleneck) = (bytes, nil, bottleneck)
        self.rate = rate.map { Int(min($0, 1e18)) }
    }

    /// What a socket that is watched has received; nil where the kernel does not count that.
    init?(received socket: WatchedSocket) {
        guard socket.record.state != .listen, let bytes = socket.bytes else { return nil }
        self.init(bytes: bytes.received, rate: socket.rates?.received)
    }

    /// What a socket that is watched has sent; nil where the kernel does not count that.
    init?(sent socket: WatchedSocket) {
        guard socket.record.state != .listen, let bytes = socket.bytes else { return nil }
        self.init(bytes: bytes.sent, rate: socket.rates?.sent, bottleneck: socket.limitation)
    }

    static let shape = Shape("traffic", "What went in one direction.")

    static func list(_ fields: inout some Fields<TrafficReport>) {
        fields.add("bytes", "Bytes of payload.") { $0.bytes }
        fields.add("encrypted_bytes", optional: "With TLS: what they became on the wire, handshake included.")
        {
            $0.encrypted
        }
        fields.add("messages", optional: "Messages: with `--frame`, and datagrams.") { $0.messages }
        fields.add(
            "rate", optional: "Bytes a second: since the line before, or in `total` over all of the time."
        ) {
            $0.rate
        }
        fields.add(
            "duration_us",
            optional: """
                How long it took, to the last byte or its acknowledgement. This field and the next two are \
                there in `closed` and `sample`, for a direction of at least 64 KiB and 100 ms that was watched.
                """
        ) { $0.bottleneck?.time }
        fields.add("limited_by", optional: "Who was waited for the longest.") { $0.bottleneck?.most?.cause }
        fields.add(
            "limits",
            optional: """
                Each one who was waited for at least a hundredth of the time, with the share of the time, \
                from 0 to 1. \(Bottleneck.Cause.meanings).
                """
        ) { $0.bottleneck.map { Limits(shares: $0.shares) } }
    }

    private struct Limits: JSONValue {
        let shares: [Bottleneck.Share]

        static var kind: FieldSpec.Kind { .map(of: .number) }

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                for share in shares {
                    writer.key(named: share.cause.rawValue)
                    writer.share(share.share)
                }
            }
        }
    }
}

extension Bottleneck.Cause: JSONWord {
    fileprivate static var meanings: String {
        allCases.map { "`\($0.rawValue)`: \($0.meaning)" }.joined(separator: "; ")
    }

    fileprivate var meaning: String {
        switch self {
        case .input: "there was nothing to send"
        case .sendBuffer: "our send buffer was full, and all of it on its way"
        case .receiver: "the window of the receiver was full"
        case .network: "the network took no more"
        case .peer: "nothing came, because of the sender or the network"
        case .output: "the output took no more"
        case .program: "nobody was waited for, this program was at work"
        }
    }
}
