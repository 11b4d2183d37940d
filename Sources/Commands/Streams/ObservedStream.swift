// A stream whose bytes are seen as they pass. The kernel does not move them past whoever looks.

import Sockets

/// Sees a connection's bytes, each with its direction.
protocol Observer: AnyObject {
    /// - Parameter offset: where in its direction's stream the first byte is.
    func observe(_ bytes: RawSpan, _ direction: Direction, of connection: ConnectionIdentity, at offset: Int)
}

final class ObservedStream: StreamLayer {
    let below: any Stream
    private let connection: ConnectionIdentity
    private let observers: [any Observer]
    /// What is relayed is seen where it is received from, and not once more where it is sent to.
    private let seesSent: Bool
    let mostAtOnce: Int
    private var received = 0
    private var sent = 0

    init(
        _ stream: any Stream, of connection: ConnectionIdentity, by observers: [any Observer],
        seesSent: Bool = true, mostAtOnce: Int = .max
    ) {
        self.mostAtOnce = mostAtOnce
        self.seesSent = seesSent
        below = stream
        self.connection = connection
        self.observers = observers
    }

    func read(into buffer: inout MutableRawSpan) throws(Errno) -> Int {
        let count = try below.read(into: &buffer)
        if count > 0 {
            let bytes = buffer.bytes.extracting(first: count)
            for observer in observers { observer.observe(bytes, .received, of: connection, at: received) }
            received += count
        }
        return count
    }

    func write(_ bytes: RawSpan) throws(Errno) -> Int {
        let count = try below.write(bytes)
        if count > 0, seesSent {
            let bytes = bytes.extracting(first: count)
            for observer in observers { observer.observe(bytes, .sent, of: connection, at: sent) }
            sent += count
        }
        return count
    }

    var kernelDescriptor: BorrowedDescriptor? { nil }
}
