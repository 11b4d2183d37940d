// What TCP knows of a connection: TCP_INFO, as long as this kernel makes it.

import Glibc

/// The bytes of a `struct tcp_info`, read by name. A field is there only if the kernel's answer reaches it.
package struct TCPInfo: Hashable, Sendable {
    /// As the kernel wrote them.
    package let bytes: [UInt8]

    /// What `getsockopt(2)` or `INET_DIAG_INFO` answered.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// `getsockopt(2)` with `TCP_INFO`; `ENOPROTOOPT` or `EOPNOTSUPP` on what is not TCP.
    package init(of descriptor: borrowing some Descriptor & ~Copyable) throws(Errno) {
        let option = SocketOption.tcpInformation
        var buffer = [UInt8](repeating: 0, count: option.type.capacity)
        let length = try descriptor.readOption(option.level.number, option.number, into: &buffer)
        bytes = Array(buffer.prefix(length))
    }

    /// One field of the structure: where it is, and what it says.
    package struct Field: Hashable, Sendable {
        /// The name in the structure, without `tcpi_`.
        package let name: String
        /// In bytes, from the structure's start.
        let offset: Int
        /// In bytes.
        let width: Int
        /// Which bits of it count; nil for all.
        let bits: Range<Int>?
        package let unit: Unit?
        /// How its number is to be taken.
        let kind: Kind
        package let meaning: String

        package var content: Content {
            switch kind {
            case .number, .measured, .elapsed: .number
            case .limit: .numberOrUnlimited
            case .state, .names: .name
            case .flags: .flags
            }
        }
    }

    /// How a field's number is to be taken.
    enum Kind: Hashable, Sendable {
        case number
        /// A number of which this one means no limit.
        case limit(UInt64)
        /// A number that is this one as long as nothing was measured.
        case measured(UInt64)
        /// Milliseconds since something happened. Where it never did they are counted from the start of the
        /// kernel's clock, which is five minutes before it wraps.
        case elapsed
        case state
        case names([String])
        /// A name for each bit, from the lowest.
        case flags([String])
    }

    /// What the value of a field may be.
    package enum Content: Sendable {
        case number
        /// Where all ones are no limit.
        case numberOrUnlimited
        /// A name, or the number where it has none here.
        case name
        case flags
    }

    /// What a field says.
    package enum Value: Hashable, Sendable {
        case number(UInt64)
        case unlimited
        case name(String)
        case flags([String])
    }

    /// What the field says; nil if this kernel does not have it, or has measured nothing yet.
    package subscript(field: Field) -> Value? {
        guard let number = number(field) else { return nil }
        switch field.kind {
        case .number: return .number(number)
        case .limit(let none): return number == none ? .unlimited : .number(number)
        case .measured(let none): return number == none ? nil : .number(number)
        case .elapsed: return number > UInt64(UInt32.max) - 300_000 ? nil : .number(number)
        case .state:
            return TCPState(rawValue: UInt8(truncatingIfNeeded: number)).map { .name($0.name) }
                ?? .number(number)
        case .names(let names): return number < names.count ? .name(names[Int(number)]) : .number(number)
        case .flags(let names):
            return .flags(names.enumerated().filter { number >> $0.offset & 1 == 1 }.map { $0.element })
        }
    }

    /// What the field of this name says, `rto`.
    package subscript(name: String) -> Value? {
        Self.fields.first { $0.name == name }.flatMap { self[$0] }
    }

    private func number(_ field: Field) -> UInt64? {
        let span = unsafe bytes.span.bytes
        let whole: UInt64? =
            switch field.width {
            case 1: span.value(UInt8.self, at: field.offset).map { UInt64($0) }
            case 2: span.value(UInt16.self, at: field.offset).map { UInt64($0) }
            case 4: span.value(UInt32.self, at: field.offset).map { UInt64($0) }
            default: span.value(UInt64.self, at: field.offset)
            }
        guard let bits = field.bits else { return whole }
        return whole.map { $0 >> bits.lowerBound & (1 << bits.count - 1) }
    }
}

// MARK: - The fields the program asks for by name

extension TCPInfo {
    package var state: TCPState? {
        number(.state).flatMap { TCPState(rawValue: UInt8(truncatingIfNeeded: $0)) }
    }
    /// Smoothed round-trip time.
    package var roundTripTime: Duration? { microseconds(.roundTripTime) }
    package var roundTripVariation: Duration? { microseconds(.roundTripVariation) }
    package var minimumRoundTripTime: Duration? { microseconds(.minimumRoundTripTime) }
    /// Time in which there was something to send, of which the next two are parts.
    package var busyTime: Duration? { microseconds(.busyTime) }
    /// Time in which the peer's window was full: the peer reads too slowly.
    package var receiverLimited: Duration? { microseconds(.receiverLimited) }
    /// Time in which the send buffer was too small.
    package var senderLimited: Duration? { microseconds(.senderLimited) }
    package var totalRetransmissions: Int? { count(.totalRetransmissions) }
    /// In segments.
    package var congestionWindow: Int? { count(.congestionWindow) }
    /// In bytes.
    package var sendMaximumSegment: Int? { count(.sendMaximumSegment) }
    /// Segments sent and not yet acknowledged.
    package var unacknowledged: Int? { state == .listen ? nil : count(.unacknowledged) }
    /// Connections that a listener has not accepted yet.
    package var acceptQueue: Int? { state == .listen ? count(.unacknowledged) : nil }
    /// How many connections may wait for a listener.
    package var backlog: Int? { state == .listen ? count(.selectivelyAcknowledged) : nil }
    package var bytesAcknowledged: Int? { count(.bytesAcknowledged) }
    package var bytesReceived: Int? { count(.bytesReceived) }
    package var bytesSent: Int? { count(.bytesSent) }
    package var bytesRetransmitted: Int? { count(.bytesRetransmitted) }
    /// Segments with payload that were sent, repetitions included.
    package var dataSegmentsSent: Int? { count(.dataSegmentsSent) }
    /// Packets received that were not the next.
    package var packetsOutOfOrder: Int? { count(.packetsOutOfOrder) }
    package var bytesNotSent: Int? { count(.bytesNotSent) }
    /// In bytes a second.
    package var deliveryRate: Int? { count(.deliveryRate) }

    private func count(_ field: Field) -> Int? { number(field).map { Int(clamping: $0) } }
    private func microseconds(_ field: Field) -> Duration? { count(field).map { .microseconds($0) } }
}

extension TCPInfo: CustomStringConvertible {
    /// Every field there is, `state=ESTABLISHED,rtt=34,…`.
    package var description: String {
        Self.fields.compactMap { field in self[field].map { "\(field.name)=\($0)" } }.joined(separator: ",")
    }
}

extension TCPInfo.Value: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .unlimited: "unlimited"
        case .name(let name): name
        case .flags(let names): names.joined(separator: "+")
        }
    }
}
