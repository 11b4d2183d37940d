// `udp recv --to`: passes each client's datagrams to the server from a socket of its own, and the answers back to it. The
// boundaries stay, and so does who is answered.

import CommandSpec
import Sockets

final class DatagramRelay: DatagramReceiver {
    /// A client, and the socket by which the server knows it.
    private final class Client {
        let number: Int
        let address: SocketAddress
        /// Where it is received from and answered.
        unowned let port: DatagramPort
        let route: DatagramRoute
        fileprivate var server: DatagramPort?
        /// What came before there was a server.
        fileprivate var waiting: [[UInt8]] = []
        /// Those of the server that are left to be tried, until it answers.
        fileprivate var candidates: Candidates?
        /// The latest datagram, for the next address if this one refuses it.
        fileprivate var latest: [UInt8]?
        fileprivate var used = Instant.now
        fileprivate var idle: IdleTimer?
        fileprivate var isGone = false
        fileprivate let lanes: [Leg: DatagramLane]

        init(
            _ number: Int, _ address: SocketAddress, _ port: DatagramPort, _ route: DatagramRoute,
            _ faults: Faults?
        ) {
            (self.number, self.address, self.port, self.route) = (number, address, port, route)
            lanes =
                faults.map { faults in
                    [
                        .client: DatagramLane(faults, number, .client),
                        .server: DatagramLane(faults, number, .server),
                    ]
                } ?? [:]
        }
    }

    private struct Key: Hashable {
        let port: ObjectIdentifier
        let address: SocketAddress
    }

    private let endpoint: Endpoint
    private let settings: Settings
    private let source: SourceAddress?
    private let faults: Faults?
    private var clients: [Key: Client] = [:]
    private var servers: [ObjectIdentifier: Client] = [:]
    /// Clients in the order in which they were used last, as far as that was looked at.
    private var order: ArraySlice<(client: Client, used: Instant)> = []
    private var count = 0

    /// So many clients are known at a time; the one that was silent for longest makes room.
    private static let mostClients = 4096
    /// So many datagrams wait while the server's name is looked up.
    private static let mostWaiting = 64
    private static let idleTime = Duration.seconds(60)

    init(
        _ context: Context, _ plan: ReceivePlan, _ bounds: DatagramBounds, _ ports: [DatagramPort],
        to endpoint: Endpoint, from source: SourceAddress?, _ faults: Faults?
    ) {
        self.faults = faults
        self.endpoint = endpoint
        self.source = source
        settings = context.settings.ofServerLeg
        super.init(context, plan, bounds, ports)
    }

    /// Who may send is asked of clients.
    override func accepts(
        _ ancillary: AncillaryData, from peer: SocketAddress, at port: DatagramPort
    ) -> Bool {
        servers[ObjectIdentifier(port)] != nil || super.accepts(ancillary, from: peer, at: port)
    }

    override var writes: Bool { context.settings.json }
    override var showsSent: Bool { false }
    override var idleTimeout: Duration? { nil }

    override func identify(
        _ datagram: inout DatagramReport, _ ancillary: AncillaryData, at port: DatagramPort
    ) {
        if let client = servers[ObjectIdentifier(port)] {
            datagram.relayed = (client.number, .server)
        } else {
            let client = client(datagram.peer, at: port, ancillary)
            datagram.relayed = (client.number, .client)
        }
        if !context.settings.json { context.reporter.note(DatagramText.line(datagram)) }
    }

    override func identifySent(_ datagram: inout DatagramReport, at port: DatagramPort) {
        if let client = servers[ObjectIdentifier(port)] {
            datagram.relayed = (client.number, .server)
        } else if let client = clients[Key(port: ObjectIdentifier(port), address: datagram.peer)] {
            datagram.relayed = (client.number, .client)
        }
    }

    override func received(
        from peer: SocketAddress, _ payload: RawSpan, _ ancillary: AncillaryData, at port: DatagramPort
    ) {
        let bytes = unsafe payload.withUnsafeBytes { unsafe Array($0) }
        guard let client = servers[ObjectIdentifier(port)] else {
            guard let client = clients[Key(port: ObjectIdentifier(port), address: peer)] else { return }
            touch(client)
            guard let lane = client.lanes[.client] else { return pass(bytes, of: client) }
            return lane.take(bytes) { [weak self, weak client] bytes in
                if let self, let client, !isOver, !client.isGone { pass(bytes, of: client) }
            }
        }
        touch(client)
        (client.candidates, client.latest) = (nil, nil)
        guard client.address != .unix(.unnamed) else { return hasNoName() }
        guard let lane = client.lanes[.server] else { return answer(bytes, to: client) }
        lane.take(bytes) { [weak self, weak client] bytes in
            if let self, let client, !isOver { answer(bytes, to: client) }
        }
    }

    private func answer(_ bytes: [UInt8], to client: Client) {
        send(Reply(payload: bytes, address: client.address, route: client.route), client.port)
    }

    // MARK: Clients

    private func client(
        _ address: SocketAddress, at port: DatagramPort, _ ancillary: AncillaryData
    ) -> Client {
        let key = Key(port: ObjectIdentifier(port), address: address)
        if let client = clients[key] { return client }
        if clients.count >= Self.mostClients { dropOldest() }
        count += 1
        let client = Client(count, address, port, route(to: address, ancillary), faults)
        clients[key] = client
        order.append((client, client.used))
        client.idle = IdleTimer(context.settings.idleTimeout ?? Self.idleTime, loop: context.loop) {
            [unowned self, unowned client] in drop(client)
        }
        context.candidates(
            for: endpoint, .datagram, from: source, of: settings,
            timeout: settings.timeout ?? Defaults.connectTimeout
        ) { [weak self, weak client] result in
            guard let self, let client, !isOver, !client.isGone else { return }
            switch result {
            case .success(let candidates):
                client.candidates = candidates
                connect(client)
            case .failure(let failure):
                report(failure)
                drop(client)
            }
        }
        return client
    }

    private func touch(_ client: Client) {
        client.used = .now
        client.idle?.touch()
    }

    private func pass(_ bytes: [UInt8], of client: Client) {
        guard let server = client.server else {
            if client.waiting.count < Self.mostWaiting { client.waiting.append(bytes) }
            return
        }
        if client.candidates != nil { client.latest = bytes }
        send(Reply(payload: bytes, address: nil, route: DatagramRoute()), server)
    }

    /// Opens the socket by which the server knows the client.
    private func connect(_ client: Client) {
        guard let address = client.candidates?.next() else { return }
        do throws(Failure) {
            let server = try open(address)
            client.server = server
            servers[ObjectIdentifier(server)] = client
            add(server)
            server.onError = { [unowned self, unowned client] in failed(client, $0) }
            updateReading(server)
            let waiting = client.waiting
            client.waiting = []
            for bytes in waiting { pass(bytes, of: client) }
        } catch {
            report(error)
            drop(client)
        }
    }

    private func open(_ address: SocketAddress) throws(Failure) -> DatagramPort {
        while true {
            do throws(Failure) {
                return try DatagramPort(
                    context, address.family, bindingTo: nil, name: address.description, from: source,
                    connectingTo: address, settings: settings
                ) { (socket) throws(Failure) in
                    socket.prepareToReceive(address.family, context, destinations: false)
                }
            } catch {
                // The descriptor of whoever was silent for longest serves another.
                guard case .errno(.tooManyDescriptors) = error.cause, dropOldest() else { throw error }
            }
        }
    }

    /// What ICMP said of what was passed on: the next address gets it, if there is one.
    private func failed(_ client: Client, _ error: NetworkError) {
        guard !client.isGone else { return }
        report(Failure(error, to: client.server?.remote))
        guard client.candidates?.hasMore == true, error.error == .connectionRefused,
            let latest = client.latest
        else { return }
        close(client)
        client.waiting = [latest]
        connect(client)
    }

    private func close(_ client: Client) {
        guard let server = client.server else { return }
        client.server = nil
        servers[ObjectIdentifier(server)] = nil
        forget(server)
        // It may be the one that is being read.
        server.retire()
        context.loop.schedule(after: .zero) { [weak self] in self?.remove(server) ?? server.close() }
    }

    private func drop(_ client: Client) {
        guard !client.isGone else { return }
        client.isGone = true
        client.idle?.cancel()
        clients[Key(port: ObjectIdentifier(client.port), address: client.address)] = nil
        close(client)
        // Those that are gone are let go of when they are the most.
        if order.count > 2 * clients.count + 64 { order = order.filter { !$0.client.isGone }[...] }
    }

    /// False if there is none.
    @discardableResult
    private func dropOldest() -> Bool {
        while let (client, used) = order.popFirst() {
            if client.isGone { continue }
            if client.used > used {
                order.append((client, client.used))
                continue
            }
            drop(client)
            return true
        }
        return false
    }
}
