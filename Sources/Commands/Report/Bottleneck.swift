// What held a transfer up, in words for one who has never heard of a congestion window.

import Sockets

enum Bottleneck {
    static func sending(
        _ heldUp: HeldUp, _ connection: ConnectionIdentity, _ account: ClosingAccount
    ) -> String {
        sentence(heldUp, "sending") { cause, share in
            switch cause {
            case .input:
                "our input: for \(share) of the time there was nothing to send"
            case .program:
                "this program: it was reading and sending for \(share) of the time, and waited for nobody"
            case .receiver:
                "the receiver: for \(share) of the time its buffer was full (it reads too slowly, or the buffer is "
                    + "too small)"
            case .sendBuffer:
                "our send buffer: for \(share) of the time it was full" + bufferHint(account)
            case .network where connection.staysHere:
                "this machine: both ends are on it, and for \(share) of the time the way between them took "
                    + "no more"
            case .network, .peer, .output:
                "the network: for \(share) of the time it took no more" + losses(account)
            }
        }
    }

    static func receiving(_ heldUp: HeldUp, _ account: ClosingAccount) -> String {
        sentence(heldUp, "receiving") { cause, share in
            switch cause {
            case .output:
                "our output: for \(share) of the time it took no more"
            case .program:
                "this program: it was receiving and writing for \(share) of the time, and waited for nobody"
            default:
                "the sender or the network: for \(share) of the time nothing had come" + disorder(account)
            }
        }
    }

    private static func sentence(
        _ heldUp: HeldUp, _ direction: String, _ words: (HeldUp.Cause, String) -> String
    ) -> String {
        guard let most = heldUp.most else { return "\(direction) was limited by nothing" }
        if most.share >= 0.5 {
            return "\(direction) was limited by " + words(most.cause, Statistics.percent(most.share))
        }
        let shares = heldUp.shares.prefix(3).map { "\(name($0.cause)) (\(Statistics.percent($0.share)))" }
        return "\(direction) was limited by " + shares.joined(separator: ", ") + " of the time"
    }

    private static func name(_ cause: HeldUp.Cause) -> String {
        switch cause {
        case .input: "our input"
        case .sendBuffer: "our send buffer"
        case .receiver: "the receiver"
        case .network: "the network"
        case .peer: "the sender or the network"
        case .output: "our output"
        case .program: "this program's own work"
        }
    }

    private static func bufferHint(_ account: ClosingAccount) -> String {
        guard let size = account.sendBuffer, let window = account.tcp?.congestionWindowBytes else {
            return ""
        }
        return "; it holds \(Statistics.bytes(size)), and the network would take \(Statistics.bytes(window))"
            + " at a time (SO_SNDBUF)"
    }

    private static func losses(_ account: ClosingAccount) -> String {
        guard let tcp = account.tcp, let again = tcp.bytesRetransmitted, let sent = tcp.bytesSent, sent > 0,
            // A little is lost on every way.
            again * 200 >= sent
        else { return "" }
        return
            ", and \(Statistics.percent(Double(again) / Double(sent))) of what was sent had to be sent again"
    }

    private static func disorder(_ account: ClosingAccount) -> String {
        guard let count = account.tcp?.packetsOutOfOrder, count > 0 else { return "" }
        return ", and \(count) \(count == 1 ? "packet" : "packets") came out of order, as after a loss"
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
