// The listening sockets of an endpoint: opened and bound, or inherited.

import CommandSpec
import Sockets

/// A socket that listens.
struct ListeningSocket {
    let channel: Channel
    let local: SocketAddress
    /// Whether accepting may wait, because others share the socket and its flags.
    let mayWait: Bool
}

final class ListeningSockets {
    private let context: Context
    /// How many may wait, where that is said: an inherited listener keeps what it has otherwise.
    private let backlog: Int?
    private(set) var sockets: [ListeningSocket] = []
    private var unixFile: UnixSocketFile?

    init(_ context: Context, backlog: Int?) {
        self.context = context
        self.backlog = backlog
    }

    /// Looks up the endpoint and listens at each of its addresses. `body` may be called before this returns; where a
    /// connection was inherited it gets that, and nothing listens.
    func open(
        at endpoint: Endpoint, within limit: TimeLimit?,
        _ body: @escaping (Result<AcceptedSocket?, Failure>) -> Void
    ) {
        do throws(Failure) { try context.settings.checkMode(at: endpoint) } catch {
            return body(.failure(error))
        }
        if case .inherited(let numbers, _) = endpoint.transport {
            return body(Result { () throws(Failure) in try adopt(numbers, endpoint.transport.text) })
        }
        context.resolve(endpoint, for: .listening, timeout: limit?.duration) { [weak self] result in
            guard let self else { return }
            body(
                Result { () throws(Failure) in
                    let addresses = try result.get()
                    try listen(
                        at: addresses.filter { $0.family == .inet } + addresses.filter { $0.family != .inet },
                        endpoint.connectionType)
                    return nil
                })
        }
    }

    /// Says that peers may come: as an event, and to the service manager.
    func tell() {
        context.reporter.report(Listening(addresses: sockets.map(\.local)))
        context.tellReady()
    }

    /// Closes them; a Unix socket's file is removed.
    func close() {
        // As long as the socket is open nobody takes its file for a stale one.
        unixFile?.remove()
        unixFile = nil
        for socket in sockets { socket.channel.close() }
        sockets = []
    }

    private func listen(at addresses: [SocketAddress], _ type: SocketType) throws(Failure) {
        sockets = try BoundPorts.open(addresses, port: { $0.local.port }, close: { $0.channel.close() }) {
            (address) throws(Failure) in try open(address, type)
        }
    }

    private func open(_ address: SocketAddress, _ type: SocketType) throws(Failure) -> ListeningSocket {
        let text = address.description
        let socket = try context.settings.openSocket(address.family, type, text)
        if address.family.hasPorts {
            try attempt("bind", text) { () throws(Errno) in
                try socket.set(.reuseAddress, to: true)
                if address.family == .inet6 { try socket.set(.v6Only, to: true) }
            }
        }
        try socket.apply(context.settings)
        if case .unix(.path(let path)) = address {
            unixFile = try attempt("bind", text) { () throws(Errno) in
                try UnixSocketFile.bind(socket, at: path, mode: context.settings.socketMode)
            }
        } else {
            try attempt("bind", text) { () throws(Errno) in try socket.bind(to: address) }
        }
        try attempt("listen", text) { [backlog] () throws(Errno) in
            try socket.listen(backlog: backlog ?? Defaults.backlog)
        }
        let local = try attempt("listen", text) { () throws(Errno) in try socket.localAddress() } ?? address
        let channel = try Channel(socket: socket, name: text, loop: context.loop, operation: "listen")
        return ListeningSocket(channel: channel, local: local, mayWait: false)
    }

    // MARK: Inherited ones

    private func adopt(_ numbers: [Int32], _ text: String) throws(Failure) -> AcceptedSocket? {
        for number in numbers {
            let socket = try InheritedSocket(number, for: "listen", text)
            try socket.descriptor.apply(context.settings)
            guard socket.isListening else {
                let (local, peer) = (socket.local, socket.peer)
                guard numbers.count == 1, !context.settings.keepsOpen else {
                    throw Failure(
                        "listen", text,
                        words: "descriptor \(number) is a connection to \(peer), not a listener",
                        status: .failure, hint: "--keep-open and names of several sockets are for listeners")
                }
                return AcceptedSocket(descriptor: socket.release(), local: local, peer: peer)
            }
            let local = socket.local
            let mayWait = socket.descriptor.isBlocking
            if let backlog {
                try attempt("listen", text) { () throws(Errno) in
                    try socket.descriptor.listen(backlog: backlog)
                }
            }
            do throws(Errno) {
                let channel = try Channel(
                    owning: socket.release(), kind: .socket, name: text, loop: context.loop)
                sockets.append(ListeningSocket(channel: channel, local: local, mayWait: mayWait))
            } catch {
                throw Failure("listen", text, error)
            }
        }
        return nil
    }
}

/// A connection that was accepted before this process began.
final class AcceptedSocket {
    private var descriptor: OwnedDescriptor?
    let local: SocketAddress
    let peer: SocketAddress

    init(descriptor: consuming OwnedDescriptor, local: SocketAddress, peer: SocketAddress) {
        self.descriptor = consume descriptor
        (self.local, self.peer) = (local, peer)
    }

    /// Gives it up for whoever goes on with it.
    func take() -> OwnedDescriptor? { descriptor.take() }
}
