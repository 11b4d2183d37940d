// What held a transfer up. The program knows whom it waited for, its input or the connection; while it waited
// for the connection, TCP_INFO knows whether that was for the receiver's window, a buffer or the network.

import Sockets

/// Whom one direction of a connection waited for, each with its share of the time.
struct Bottleneck: Equatable {
    enum Cause: String, CaseIterable {
        // Sending.
        case input
        case sendBuffer = "send-buffer"
        case receiver
        case network
        // Receiving: who cannot know whether the sender is slow or the network.
        case peer
        case output
        // Either.
        case program
    }

    struct Share: Equatable {
        let cause: Cause
        /// Of the time, from 0 to 1.
        let share: Double
    }

    /// From the start to the last byte, or its acknowledgement.
    let time: Duration
    /// The largest first; what is below a hundredth is left out.
    let shares: [Share]

    /// Who was waited for the longest.
    var most: Share? { shares.first }

    /// The kernel counts in ticks of some milliseconds: what took less than many of them cannot be told.
    private static let leastTime = Duration.milliseconds(100)
    /// What fits into the buffers on the way is held up by nothing.
    private static let leastBytes = 64 << 10

    /// Nil for too little to tell.
    /// - Parameter isPart: whether it is of a while of a transfer, in which nothing may have moved.
    init?(_ bytes: Int, in time: Duration, isPart: Bool = false, _ parts: [(Cause, Duration)]) {
        guard bytes >= Self.leastBytes || isPart, time >= Self.leastTime else { return nil }
        self.time = time
        shares = parts.map { Share(cause: $0.0, share: min($0.1.seconds / time.seconds, 1)) }
            .filter { $0.share >= 0.01 }.sorted { $0.share > $1.share }
    }
}

extension ClosingAccount {
    /// Nil where it cannot be told.
    var receivingBottleneck: Bottleneck? {
        guard let timing = received.timing else { return nil }
        return Bottleneck(
            received.bytes, in: timing.time,
            [(.peer, timing.waitedForInput), (.output, timing.waitedForOutput), (.program, timing.worked)])
    }

    /// Nil where it cannot be told.
    var sendingBottleneck: Bottleneck? {
        guard let tcp else { return sendingBottleneckWithoutTCP }
        guard let busy = added(tcp, \.busyTime), let window = added(tcp, \.receiverLimited),
            let buffer = added(tcp, \.senderLimited)
        else { return nil }
        // What was handed over is not yet sent, so TCP may be busy long after the program is done.
        let time = max(busy, sent.timing?.time ?? duration)
        // While TCP had to wait for something else the input was not what was missing.
        var rest = max(.zero, time - window - buffer)
        func take(_ part: Duration) -> Duration {
            let part = min(part, rest)
            rest -= part
            return part
        }
        let worked = take(sent.timing?.worked ?? .zero)
        let input = take(sent.timing?.waitedForInput ?? time - busy)
        let buffers = isSendBufferTooSmall ? buffer + take(rest) : buffer
        return Bottleneck(
            sent.bytes, in: time, isPart: tcpBefore != nil && sent.timing != nil,
            [
                (.receiver, window), (.sendBuffer, buffers), (.program, worked), (.input, input),
                (.network, rest),
            ])
    }

    private func added(_ tcp: TCPInfo, _ time: (TCPInfo) -> Duration?) -> Duration? {
        guard let before = tcpBefore.flatMap(time) else { return time(tcp) }
        return time(tcp).map { $0 - before }
    }

    /// What has been added since then.
    func since(_ before: ClosingAccount) -> ClosingAccount {
        func difference(_ now: Traffic, _ before: Traffic) -> Traffic {
            Traffic(
                bytes: now.bytes - before.bytes,
                messages: now.messages.map { $0 - (before.messages ?? 0) },
                encrypted: now.encrypted.map { $0 - (before.encrypted ?? 0) },
                timing: now.timing.map { before.timing.map($0.since) ?? $0 })
        }
        var account = self
        account.received = difference(received, before.received)
        account.sent = difference(sent, before.sent)
        account.duration = duration - before.duration
        account.tcpBefore = before.tcp
        return account
    }

    /// How many segments were sent again.
    var retransmissions: Int? {
        tcp?.totalRetransmissions.map { Int($0) - Int(tcpBefore?.totalRetransmissions ?? 0) }
    }

    private var sendingBottleneckWithoutTCP: Bottleneck? {
        guard let timing = sent.timing else { return nil }
        return Bottleneck(
            sent.bytes, in: timing.time,
            [(.input, timing.waitedForInput), (.receiver, timing.waitedForOutput), (.program, timing.worked)])
    }

    /// Whether a send buffer that the user has fixed holds less than the network would have taken. The kernel
    /// notices it only where the program waits in the call that sends.
    var isSendBufferTooSmall: Bool {
        guard let sendBuffer, let window = tcp?.congestionWindowBytes else { return false }
        return sendBuffer < window
    }
}

extension TCPInfo {
    /// How much may be on the way as far as the network goes.
    var congestionWindowBytes: Int? {
        guard let window = congestionWindow, let segment = sendMaximumSegment else { return nil }
        return window.multipliedReportingOverflow(by: segment).partialValue
    }
}
