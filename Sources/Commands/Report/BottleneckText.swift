// What held a transfer up, in words for one who has never heard of a congestion window.

import Sockets

enum BottleneckText {
    static func sending(
        _ bottleneck: Bottleneck, _ connection: ConnectionIdentity, _ account: ClosingAccount
    ) -> String {
        sentence(bottleneck, "sending", connection.leg) { cause in
            switch cause {
            case .input, .program: ""
            case .receiver:
                ": its \(account.tcp == nil ? "buffer" : "window") was full "
                    + "(it reads too slowly, or its buffer is too small)"
            case .sendBuffer: bufferHint(account)
            case .network where connection.staysHere: ", which is this machine: both ends are on it"
            case .network, .peer, .output: losses(account)
            }
        }
    }

    static func receiving(
        _ bottleneck: Bottleneck, _ connection: ConnectionIdentity, _ account: ClosingAccount
    ) -> String {
        sentence(bottleneck, "receiving", connection.leg) {
            $0 == .output || $0 == .program ? "" : disorder(account)
        }
    }

    /// - Parameter detail: what more there is to say of what took most of the time.
    private static func sentence(
        _ bottleneck: Bottleneck, _ direction: String, _ leg: Leg?, _ detail: (Bottleneck.Cause) -> String
    ) -> String {
        guard let most = bottleneck.most else { return "\(direction) was limited by nothing" }
        if most.share >= 0.5 {
            return
                "\(direction) was limited by \(name(most.cause, leg)) (\(Statistics.percent(most.share)) of the time)"
                + detail(most.cause)
        }
        let shares = bottleneck.shares.prefix(3).map {
            "\(name($0.cause, leg)) (\(Statistics.percent($0.share)))"
        }
        return "\(direction) was limited by " + shares.joined(separator: ", ") + " of the time"
    }

    /// - Parameter leg: of a relay; its input and its output are the other side.
    static func name(_ cause: Bottleneck.Cause, _ leg: Leg?) -> String {
        switch cause {
        case .input where leg != nil, .output where leg != nil:
            "the other side, the \((leg == .client ? Leg.server : .client).rawValue)"
        case .receiver where leg != nil: "the \(leg?.rawValue ?? "")"
        case .input: "the input"
        case .sendBuffer: "the send buffer"
        case .receiver: "the receiver"
        case .network: "the network"
        case .peer: "the sender or the network"
        case .output: "the output"
        case .program: "this program"
        }
    }

    private static func bufferHint(_ account: ClosingAccount) -> String {
        guard let size = account.sendBuffer, let window = account.tcp?.congestionWindowBytes else {
            return ""
        }
        return ": SO_SNDBUF is \(Statistics.bytes(size)), the congestion window \(Statistics.bytes(window))"
    }

    private static func losses(_ account: ClosingAccount) -> String {
        guard let tcp = account.tcp, let again = tcp.bytesRetransmitted, let sent = tcp.bytesSent, sent > 0,
            // A little is lost on every way.
            again * 200 >= sent
        else { return "" }
        return ": \(Statistics.percent(Double(again) / Double(sent))) of the bytes were retransmitted"
    }

    private static func disorder(_ account: ClosingAccount) -> String {
        guard let count = account.tcp?.packetsOutOfOrder, count > 0 else { return "" }
        return ": \(count) \(count == 1 ? "packet" : "packets") arrived out of order, as after a loss"
    }
}

extension ConnectionIdentity {
    /// Whether the peer is on this machine, so that there is no network between.
    fileprivate var staysHere: Bool {
        switch (local, peer) {
        case (.inet(let local, _), .inet(let peer, _)): local == peer
        case (.inet6(let local, _), .inet6(let peer, _)): local == peer
        default: false
        }
    }
}
