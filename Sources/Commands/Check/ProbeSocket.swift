// A socket that tests one address after the other: by connecting, or by an empty datagram. A connection is closed in
// order: to the server it is a client who said nothing, while a reset would be an error to log. What stays behind for
// a minute (TIME_WAIT) takes no port from others, because each test is of another port.

import Sockets

final class ProbeSocket {
    private let socket: Socket
    private let type: SocketType
    /// Whether it can try another address: on Linux an attempt to connect that failed leaves no trace.
    private(set) var isReusable: Bool

    init(_ socket: consuming Socket, _ type: SocketType) {
        self.socket = socket
        self.type = type
        isReusable = type == .stream
    }

    /// For the loop to wait for.
    var descriptor: BorrowedDescriptor { socket.borrowed }
    /// What to wait for.
    var interest: Interest { type == .stream ? .write : .read }

    /// Begins: connects, or sends an empty datagram. True if the port is open, false if that is not decided by
    /// now; on this host it mostly is, and nothing has to be waited for.
    func begin(_ address: SocketAddress) throws(NetworkError) -> Bool {
        let isConnected = try checked { () throws(Errno) in try socket.connect(to: address) }
        guard type == .datagram else { return isConnected ? true : try look(address) }
        // What it sent to itself would be no answer.
        if socket.isConnectedToItself { throw NetworkError(.connectionRefused) }
        _ = try checked { () throws(Errno) in try unsafe socket.send([UInt8]().span.bytes) }
        return try look(address)
    }

    /// Asks again what became of it.
    func look(_ address: SocketAddress) throws(NetworkError) -> Bool {
        type == .datagram ? try isAnswered() : try isConnected(address)
    }

    /// Why there was no answer, when the time is up: what ICMP reported without ending the attempt, which would go on
    /// for minutes, or else just that.
    func giveUp() -> NetworkError { NetworkError(socket.takePendingError() ?? .timedOut) }

    private func isConnected(_ address: SocketAddress) throws(NetworkError) -> Bool {
        guard try checked({ () throws(Errno) in try socket.finishConnecting(to: address) }) else {
            return false
        }
        guard socket.isConnectedToItself else { return true }
        // Nobody listens. Orderly, the connection would block the port for a minute.
        isReusable = false
        try? socket.set(.linger, to: .linger(on: true, seconds: 0))
        throw NetworkError(.connectionRefused)
    }

    private func isAnswered() throws(NetworkError) -> Bool {
        // What ICMP reported, with who said so; then what has come.
        if let error = try checked({ () throws(Errno) in try socket.takeNetworkError() }) { throw error }
        do throws(Errno) {
            // Of a datagram nothing is taken, and all of it is gone.
            _ = try socket.receiveDiscarding(count: 0)
            return true
        } catch .wouldBlock {
            return false
        } catch {
            throw NetworkError(error)
        }
    }

    private func checked<Result>(_ body: () throws(Errno) -> Result) throws(NetworkError) -> Result {
        do throws(Errno) { return try body() } catch { throw NetworkError(error) }
    }
}
