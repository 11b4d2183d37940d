// Receives datagrams from anyone, on one socket or several, and answers them: `udp recv` and `broadcast recv`.

import CommandSpec
import Framing
import Sockets

/// What is received, and what is done with it.
struct ReceivePlan {
    /// What each sender gets back.
    enum Reply {
        case none
        case echo
        case bytes([UInt8])
    }

    var reply = Reply.none
    /// Whether a datagram is meant for us.
    var accepts: ((AncillaryData) -> Bool)?
    /// From whom they are taken; nil for anybody.
    var access: DatagramAccess?

    /// Fails if the answer fits into no datagram.
    func check(_ address: SocketAddress) throws(Failure) {
        guard case .bytes(let bytes) = reply, let limit = address.longestDatagram, bytes.count > limit else {
            return
        }
        throw .tooLong("--reply", "\(bytes.count) bytes", address)
    }

    /// Whether each datagram has to be looked at.
    var looksAtEach: Bool {
        if case .none = reply { accepts != nil || access != nil } else { true }
    }
}

class DatagramReceiver: DatagramExchange {
    private let plan: ReceivePlan
    /// Replies for which there was no room, by their socket.
    private var pending: [ObjectIdentifier: [Reply]] = [:]
    private var ownAddresses = OwnAddresses()

    struct Reply {
        let payload: [UInt8]
        let address: SocketAddress?
        let route: DatagramRoute
    }

    init(_ context: Context, _ plan: ReceivePlan, _ bounds: DatagramBounds, _ ports: [DatagramPort]) {
        self.plan = plan
        super.init(context, bounds)
        ports.forEach(add)
    }

    override func begin() {
        context.reporter.report(Listening(addresses: ports.map(\.local)))
        context.tellReady()
    }

    override func accepts(
        _ ancillary: AncillaryData, from peer: SocketAddress, at port: DatagramPort
    ) -> Bool {
        plan.accepts?(ancillary) ?? true && plan.access?.accepts(peer, context.reporter) ?? true
    }

    override func isHeld(_ port: DatagramPort) -> Bool { pending[ObjectIdentifier(port)] != nil }

    // MARK: Answering

    override func received(
        from peer: SocketAddress, _ payload: RawSpan, _ ancillary: AncillaryData, at port: DatagramPort
    ) {
        let bytes: [UInt8]
        switch plan.reply {
        case .none: return
        case .echo: bytes = unsafe payload.withUnsafeBytes { unsafe Array($0) }
        case .bytes(let reply): bytes = reply
        }
        guard peer != .unix(.unnamed) else { return hasNoName() }
        // The answer would come back here, and be answered, for ever.
        guard !ownAddresses.lead(from: peer, to: port.local) else {
            return context.reporter.note("\(peer) is this socket itself, which is not answered")
        }
        send(Reply(payload: bytes, address: peer, route: route(to: peer, ancillary)), port)
    }

    func hasNoName() { context.reporter.note("the sender has no name to answer to") }

    /// From the address that it was sent to, unless that was one of many hosts.
    func route(to peer: SocketAddress, _ ancillary: AncillaryData) -> DatagramRoute {
        let source = ancillary.local ?? ancillary.destination.flatMap { $0.isMulticast ? nil : $0 }
        let isScoped = if case .inet6(let host, _) = peer { host.scope != 0 } else { false }
        let interface = isScoped || ancillary.destination?.isMulticast == true ? ancillary.interface ?? 0 : 0
        return DatagramRoute(interface: interface, source: source)
    }

    /// - Parameter reply: without an address it goes to whom the port is connected to.
    func send(_ reply: Reply, _ port: DatagramPort) {
        let key = ObjectIdentifier(port)
        if let count = pending[key]?.count {
            if count < Self.mostPending { pending[key]?.append(reply) } else { hasNoRoom(reply, port) }
            return
        }
        do throws(Errno) {
            try unsafe send(reply.payload.span.bytes, to: reply.address, by: reply.route, on: port)
        } catch .wouldBlock where !port.family.waitsForReceiver {
            // Nothing more is received until there is room, so that no more than a batch waits.
            pending[key] = [reply]
            updateReading(port)
            port.channel.wantsWrite = true
        } catch .wouldBlock, .noBufferSpace {
            hasNoRoom(reply, port)
        } catch {
            report(Failure("send", (reply.address ?? port.remote)?.description, error))
        }
    }

    /// One peer that does not read holds up no other.
    private func hasNoRoom(_ reply: Reply, _ port: DatagramPort) {
        summary.unanswered += 1
        guard summary.unanswered == 1, let peer = reply.address ?? port.remote else { return }
        context.reporter.notice("\(peer) takes nothing more: replies without room are dropped, and counted")
    }

    /// More than a batch: as many wait for room on one socket.
    private static let mostPending = 256

    /// What waits for a socket that is going to be closed is dropped, and counted.
    func forget(_ port: DatagramPort) {
        summary.unanswered += pending.removeValue(forKey: ObjectIdentifier(port))?.count ?? 0
    }

    override func roomToSend(on port: DatagramPort) {
        guard let replies = pending.removeValue(forKey: ObjectIdentifier(port)) else { return }
        for reply in replies { send(reply, port) }
        guard pending[ObjectIdentifier(port)] == nil else { return }
        port.channel.wantsWrite = false
        updateReading(port)
    }

    override func close() { summary.unanswered += pending.values.reduce(0) { $0 + $1.count } }
}

/// The addresses of this host.
private struct OwnAddresses {
    private var hosts: Set<[UInt8]> = []
    private var read: Instant?

    /// So long they are taken to be the same.
    private static let validity = Duration.seconds(1)

    /// Whether what is sent to `peer` arrives at the socket that is bound to `local`.
    mutating func lead(from peer: SocketAddress, to local: SocketAddress) -> Bool {
        guard peer.port == local.port else { return false }
        guard let host = peer.host, let bound = local.host, bound.isUnspecified else { return peer == local }
        return host.isLoopback || contains(host)
    }

    private mutating func contains(_ host: AnyIPAddress) -> Bool {
        if read.map({ .now - $0 >= Self.validity }) ?? true {
            let interfaces = (try? NetworkInterface.all()) ?? []
            hosts = Set(interfaces.flatMap { $0.addresses.map(\.address.bytes) })
            read = .now
        }
        return hosts.contains(host.bytes)
    }
}
