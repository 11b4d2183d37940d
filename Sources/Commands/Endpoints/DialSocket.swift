// A socket that tries an address, and can mostly try another: by connecting, by an empty datagram, or by taking the
// address of a peer to whom nothing is sent. One that is let go of is closed in order: to the server it is a client who
// said nothing, while a reset would be an error to log. What stays behind for a minute (TIME_WAIT) takes no port from
// others, because each test is of another port.

import Sockets

final class DialSocket {
    /// What is to be reached.
    enum Goal {
        /// A connection.
        case connection
        /// An answer to an empty datagram.
        case answer
        /// That the datagram socket has a peer.
        case peer
    }

    private var socket: Socket?
    /// The file that the socket is bound to, if it is.
    private var file: UnixSocketFile?
    private let goal: Goal
    /// For the loop to wait for.
    let descriptor: BorrowedDescriptor
    /// Whether it can try another address: on Linux an attempt to connect that failed leaves no trace.
    private(set) var isReusable: Bool

    private let reportsErrors: Bool
    /// When the connection was there, and nothing had been asked of it yet.
    private(set) var connected: Instant?

    /// Opens a socket with the options that the user sets, bound as the user wants.
    /// - Parameters:
    ///   - connectionType: of what is to be connected.
    ///   - wantsReports: whether it is of interest who reported by ICMP that connecting failed. That is a call for each
    ///     failure, which many ports feel.
    init(
        _ family: AddressFamily, _ goal: Goal, as connectionType: SocketType = .stream,
        from source: SourceAddress?, _ settings: Settings, wantsReports: Bool = true
    ) throws(Failure) {
        let type: SocketType = goal == .connection ? connectionType : .datagram
        let socket = try settings.openSocket(family, type)
        if goal == .answer, let option = family.receiveErrors { try? socket.set(option, to: true) }
        try socket.apply(settings)
        if let source {
            file = try attempt("bind", source.text, type: type) { () throws(Errno) in
                try source.bind(socket, family: family, type)
            }
        }
        self.goal = goal
        descriptor = socket.borrowed
        // One of Multipath TCP whose attempt has failed may answer the next one with ECONNABORTED.
        isReusable = goal == .connection && family.hasPorts && !settings.isMultipath
        reportsErrors = wantsReports && goal == .connection && family.receiveErrors != nil
        self.socket = consume socket
    }

    /// What to wait for.
    var interest: Interest { goal == .connection ? .write : .read }

    deinit { file?.remove() }

    /// Gives up the file that the socket is bound to, for whoever goes on with that.
    func releaseFile() -> UnixSocketFile? { file.take() }

    /// Gives up the socket for whoever goes on with it; nil if it was given up before.
    func release() -> Socket? { socket.take() }

    /// Begins: connects, or sends an empty datagram. True if that is reached, false if it is not decided by
    /// now; on this host it mostly is, and nothing has to be waited for.
    func begin(_ address: SocketAddress) throws(NetworkError) -> Bool {
        connected = nil
        let isConnected = try checked { () throws(Errno) in try descriptor.connect(to: address) }
        if isConnected { connected = .now }
        switch goal {
        case .peer: return true
        case .connection: return isConnected ? true : try look(address)
        case .answer:
            // What it sent to itself would be no answer.
            if descriptor.isConnectedToItself(at: address.port) { throw NetworkError(.connectionRefused) }
            _ = try checked { () throws(Errno) in try unsafe descriptor.send([UInt8]().span.bytes) }
            return try look(address)
        }
    }

    /// Asks again what became of it.
    func look(_ address: SocketAddress) throws(NetworkError) -> Bool {
        goal == .answer ? try isAnswered() : try isConnected(address)
    }

    /// Why there was no answer, when the time is up: what ICMP reported without ending the attempt, which would go on
    /// for minutes, or else just that.
    func giveUp() -> NetworkError {
        takeReport()
        return NetworkError(descriptor.takePendingError() ?? .timedOut)
    }

    /// What ICMP reported of an attempt to connect, with who said so: the last of it. The kernel keeps it, in newer versions
    /// also for a socket that has not asked for it.
    private(set) var report: NetworkError?

    private func takeReport() {
        guard reportsErrors else { return }
        while let next = try? descriptor.takeNetworkError() {
            if next.reason != nil { report = next }
        }
    }

    /// Why the connection that was made is broken already: what the peer said before is still there to be read.
    private(set) var brokenBy: Errno?

    private func isConnected(_ address: SocketAddress) throws(NetworkError) -> Bool {
        // What is established is not asked by connect(2), which would throw away what a peer has sent that resets the
        // connection in this moment.
        let isEstablished = (try? descriptor.peerAddress()) ?? nil != nil
        if !isEstablished, try !isDecided(address) { return false }
        connected = .now
        if brokenBy != nil { return true }
        guard descriptor.isConnectedToItself(at: address.port) else { return true }
        // Nobody listens. Orderly, the connection would block the port for a minute, also for a server that is
        // to begin there.
        isReusable = false
        try? descriptor.set(.linger, to: .linger(on: true, seconds: 0))
        throw NetworkError(.connectionRefused)
    }

    /// Asks an attempt that is not established. It has been where this is true, and may be broken already.
    private func isDecided(_ address: SocketAddress) throws(NetworkError) -> Bool {
        // Looked at first: connect(2) would throw away what a peer has sent that reset the connection at once.
        if let unread = try? descriptor.inputQueue(), unread > 0, let error = descriptor.takePendingError() {
            // Of Multipath TCP something is told to be there also where the attempt has failed.
            guard hasBytes else {
                takeReport()
                throw NetworkError(error)
            }
            brokenBy = error
            return true
        }
        do throws(Errno) {
            return try descriptor.finishConnecting(to: address)
        } catch {
            takeReport()
            throw NetworkError(error)
        }
    }

    /// Whether there is something to be read.
    private var hasBytes: Bool {
        let buffer = ByteBuffer(capacity: 1)
        let count = try? buffer.fill { (span) throws(Errno) in
            try descriptor.receive(into: &span, flags: [.dontWait, .peek])
        }
        return count ?? 0 > 0
    }

    private func isAnswered() throws(NetworkError) -> Bool {
        // What ICMP reported, with who said so; then what has come.
        if let error = try checked({ () throws(Errno) in try descriptor.takeNetworkError() }) { throw error }
        do throws(Errno) {
            // Of a datagram nothing is taken, and all of it is gone.
            _ = try descriptor.receiveDiscarding(count: 0)
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
