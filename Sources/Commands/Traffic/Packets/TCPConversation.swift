// A connection told as the segments that carry it: the handshake, payload in order with its acknowledgements, how each side ended.
// What TCP really did to get it across is not known here, nor is it told.

import Sockets

struct TCPConversation {
    private struct Side {
        /// The sequence number of what it sends next.
        var next: UInt32
        var hasFinished = false
        /// How many segments with payload it has sent since the other side acknowledged any.
        var unacknowledged = 0
    }

    private let interface: UInt32
    /// From us to the peer.
    private let route: PacketRoute
    private var ours: Side
    private var theirs: Side
    /// Whether nothing can follow: after a reset, or once the connection was lost.
    private var isOver = false

    /// The other side acknowledges at the latest so many: a megabyte, far less than its window.
    private static let mostUnacknowledged = 16

    /// - Parameters:
    ///   - route: from us to the peer.
    ///   - first: the sequence numbers that both sides begin with.
    init(_ route: PacketRoute, on interface: UInt32, from first: UInt32) {
        self.route = route
        self.interface = interface
        ours = Side(next: first)
        theirs = Side(next: first)
    }

    /// The handshake.
    /// - Parameters:
    ///   - opener: whether we connected (`.sent`) or the peer did.
    ///   - began: when the first of it was sent.
    mutating func open(
        by opener: Direction, _ began: Timestamp, _ made: Timestamp, _ comment: String, to file: inout [UInt8]
    ) {
        append(.syn, opener, began, comment: comment, to: &file)
        append([.syn, .ack], opener.opposite, made, to: &file)
        append(.ack, opener, made, to: &file)
    }

    /// Payload, as one call sent or received it.
    mutating func carry(_ bytes: RawSpan, _ direction: Direction, at time: Timestamp, to file: inout [UInt8])
    {
        guard !isOver, !self[direction].hasFinished else { return }
        var rest = bytes
        while rest.byteCount > 0 {
            let part = rest.extracting(first: PacketRoute.longestSegment)
            rest = rest.extracting(droppingFirst: part.byteCount)
            append(rest.byteCount == 0 ? [.psh, .ack] : .ack, direction, time, part, to: &file)
            self[direction].unacknowledged += 1
            if self[direction].unacknowledged >= Self.mostUnacknowledged {
                append(.ack, direction.opposite, time, to: &file)
            }
        }
    }

    /// One side has sent all.
    mutating func finish(_ direction: Direction, at time: Timestamp, to file: inout [UInt8]) {
        guard !isOver, !self[direction].hasFinished else { return }
        append([.fin, .ack], direction, time, to: &file)
        self[direction].hasFinished = true
        append(.ack, direction.opposite, time, to: &file)
    }

    /// One side has broken it off.
    mutating func reset(_ direction: Direction, at time: Timestamp, to file: inout [UInt8]) {
        // Once both have sent their ends the kernel sends no reset any more.
        guard !isOver, direction == .received || !ours.hasFinished || !theirs.hasFinished else { return }
        isOver = true
        append([.rst, .ack], direction, time, to: &file)
    }

    /// It is no more, and nobody said so.
    mutating func lose() { isOver = true }

    // MARK: Segments

    private mutating func append(
        _ flags: TCPFlags, _ direction: Direction, _ time: Timestamp, _ payload: RawSpan? = nil,
        comment: String? = nil, to file: inout [UInt8]
    ) {
        let header = TCPHeader(
            sequence: self[direction].next,
            acknowledgement: flags.contains(.ack) ? self[direction.opposite].next : 0, flags: flags)
        let route = direction == .sent ? route : route.reversed
        let facts = PcapngBlock.PacketFacts(
            interface: interface, time: time, direction: direction, comment: comment)
        PcapngBlock.appendPacket(facts, to: &file) { route.appendSegment(header, payload, to: &$0) }
        let length = UInt32(payload?.byteCount ?? 0) + (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
        self[direction].next &+= length
        self[direction.opposite].unacknowledged = 0
    }

    private subscript(_ direction: Direction) -> Side {
        get { direction == .sent ? ours : theirs }
        set { if direction == .sent { ours = newValue } else { theirs = newValue } }
    }
}

extension Direction {
    var opposite: Direction { self == .sent ? .received : .sent }
}
