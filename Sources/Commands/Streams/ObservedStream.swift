// A stream whose bytes are seen as they pass. The kernel does not move them past whoever looks.

import Sockets

/// Sees what passes.
protocol TrafficObserver: AnyObject {
    /// Whether it sees what a relay sends, too; to others that was shown where it was received.
    var seesRelayed: Bool { get }
}

extension TrafficObserver {
    var seesRelayed: Bool { false }
}

/// Sees a connection's bytes, each with its direction, and how it begins and ends on the wire.
protocol Observer: TrafficObserver {
    /// There is a connection, and nothing has passed yet.
    func began(_ stream: any Stream, of connection: ConnectionIdentity)
    /// - Parameter offset: where in its direction's stream the first byte is.
    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
    func ended(_ end: StreamEnd, of connection: ConnectionIdentity)
}

extension Observer {
    func began(_ stream: any Stream, of connection: ConnectionIdentity) {}
    func ended(_ end: StreamEnd, of connection: ConnectionIdentity) {}
}

/// What ends on the wire.
enum StreamEnd {
    /// One direction: all of it was sent.
    case finished(Direction)
    /// Whoever sends in this direction has broken the connection off.
    case reset(Direction)
    /// There is no way to the peer any more.
    case lost
    /// We are done with it. That is the last.
    case closed
}

final class ObservedStream: StreamLayer {
    let below: any Stream
    private let connection: ConnectionIdentity
    private let observers: [any Observer]
    private let observersOfSent: [any Observer]
    let mostAtOnce: Int
    private var received = 0
    private var sent = 0
    private var isReset = false
    private var isClosed = false

    /// - Parameter isRelayed: whether what is sent was received, and seen, elsewhere.
    init(
        _ stream: any Stream, of connection: ConnectionIdentity, by observers: [any Observer],
        isRelayed: Bool = false, mostAtOnce: Int = .max
    ) {
        self.mostAtOnce = mostAtOnce
        below = stream
        self.connection = connection
        self.observers = observers
        observersOfSent = isRelayed ? observers.filter(\.seesRelayed) : observers
        for observer in observers { observer.began(stream, of: connection) }
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let count: Int
        do throws(Errno) {
            count = try below.read(into: &buffer)
        } catch {
            broke(error)
            throw error
        }
        if count == 0 {
            tell(.finished(.received))
        } else {
            let bytes = buffer.bytes.extracting(first: count)
            for observer in observers { observer.observe(bytes, .received, of: connection, at: received) }
            received += count
        }
        return count
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        let count: Int
        do throws(Errno) {
            count = try below.write(bytes)
        } catch {
            broke(error)
            throw error
        }
        if count > 0, !observersOfSent.isEmpty {
            let bytes = bytes.extracting(first: count)
            for observer in observersOfSent { observer.observe(bytes, .sent, of: connection, at: sent) }
            sent += count
        }
        return count
    }

    var kernelDescriptor: BorrowedDescriptor? { nil }

    // MARK: Ends

    func finishSending() {
        tell(.finished(.sent))
        below.finishSending()
    }

    func takePendingError() -> Errno? {
        let error = below.takePendingError()
        if let error { broke(error) }
        return error
    }

    func reset() {
        isReset = kind == .tcp
        below.reset()
    }

    /// The kernel resets a connection of which it has bytes that nobody will read.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        tell(isReset || below.unread ?? 0 > 0 ? .reset(.sent) : .finished(.sent))
        tell(.closed)
        below.close()
    }

    private func broke(_ error: Errno) {
        switch error {
        case .connectionReset, .connectionAborted, .brokenPipe: tell(.reset(.received))
        case .timedOut, .hostUnreachable, .networkUnreachable, .networkDown: tell(.lost)
        default: break
        }
    }

    private func tell(_ end: StreamEnd) {
        for observer in observers { observer.ended(end, of: connection) }
    }
}
