// What went one way, in JSON.

import Sockets

struct TrafficReport: Shaped {
    private let bytes: Int
    private let messages: Int?
    private let heldUp: HeldUp?

    init(_ traffic: DatagramTraffic) {
        (bytes, messages, heldUp) = (traffic.bytes, traffic.messages, nil)
    }

    /// - Parameter heldUp: nil where it was not watched.
    init(_ traffic: ClosingAccount.Traffic, heldUp: HeldUp?) {
        (bytes, messages, self.heldUp) = (traffic.bytes, traffic.messages, heldUp)
    }

    static let shape = Shape<TrafficReport>(
        "traffic", "What went in one direction.",
        [
            .integer("bytes", "Bytes of payload.") { $0.bytes },
            .integer("messages", optional: "Messages: with `--frame`, and datagrams.") { $0.messages },
            .microseconds(
                "duration_us",
                optional: """
                    How long it took, to the last byte or its acknowledgement. This field and the next two are \
                    there in `closed`, for a direction of at least 64 KiB and 100 ms that was watched.
                    """
            ) { $0.heldUp?.time },
            .word("limited_by", optional: "Who was waited for the longest.") { $0.heldUp?.most?.cause },
            .field(
                "limits", .map(of: .number),
                """
                Each one who was waited for at least a hundredth of the time, with the share of the time, \
                from 0 to 1.
                """
                    + " "
                    + HeldUp.Cause.allCases.map { "`\($0.rawValue)`: \($0.meaning)" }.joined(separator: "; ")
                    + ".",
                optional: true, { $0.heldUp?.shares }
            ) { shares, writer in
                writer.object { writer in
                    for share in shares {
                        writer.key(named: share.cause.rawValue)
                        writer.share(share.share)
                    }
                }
            },
        ])
}

extension HeldUp.Cause {
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
