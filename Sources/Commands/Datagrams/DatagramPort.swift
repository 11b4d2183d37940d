// A datagram socket in the poll loop: what comes in batches, what goes one by one, and what ICMP reports.

import CommandSpec
import Sockets

final class DatagramPort {
    let channel: Channel
    let family: AddressFamily
    /// Our address, with the port that was chosen: where it was not bound, by the first datagram sent.
    private(set) lazy var local: SocketAddress =
        ((try? channel.descriptor.localAddress()) ?? nil) ?? .unix(.unnamed)
    /// The peer of a connected socket.
    private(set) lazy var remote = (try? channel.descriptor.peerAddress()) ?? nil
    private let unixFile: UnixSocketFile?
    /// What the kernel has dropped here.
    var drops = DropCounter()
    /// Whether the kernel hands over blocks of datagrams; nil where it may not.
    var offload: ReceiveOffload?
    /// The interfaces that datagrams came in by: asking for a name takes three calls.
    private var interfaceNames: [UInt32: String] = [:]

    /// Called when there may be something to receive.
    var onReadable: (() -> Void)?
    /// Called when there may be room to send.
    var onWritable: (() -> Void)?
    /// What was reported of a datagram that was sent.
    var onError: ((NetworkError) -> Void)?

    /// Opens a socket and lets `prepare` set its options.
    /// - Parameters:
    ///   - address: where to receive; nil for a socket to send from, which the first `sendmsg` binds.
    ///   - source: where to send from.
    ///   - peer: whom to connect it to.
    init(
        _ context: Context, _ family: AddressFamily, bindingTo address: SocketAddress?, name: String,
        from source: SourceAddress? = nil, connectingTo peer: SocketAddress? = nil,
        settings: Settings? = nil,
        prepare: (borrowing Socket) throws(Failure) -> Void
    ) throws(Failure) {
        self.family = family
        let operation = address == nil ? "socket" : "bind"
        let socket = try attempt("socket", name) { () throws(Errno) in try Socket(family, .datagram) }
        // Without these an unconnected socket never learns of a refusal.
        if let option = family.receiveErrors { try? socket.set(option, to: true) }
        try socket.apply(settings ?? context.settings)
        if family == .inet6, address != nil {
            try attempt(operation, name) { () throws(Errno) in try socket.set(.v6Only, to: true) }
        }
        try prepare(socket)
        var file: UnixSocketFile?
        if case .unix(.path(let path))? = address {
            file = try attempt(operation, name, type: .datagram) { () throws(Errno) in
                try UnixSocketFile.bind(socket, at: path, mode: context.settings.socketMode)
            }
        } else if let address {
            try attempt(operation, name, type: .datagram) { () throws(Errno) in try socket.bind(to: address) }
        } else if let source {
            file = try attempt("bind", source.text, type: .datagram) { () throws(Errno) in
                try source.bind(socket, family: family, .datagram)
            }
        } else if family.needsNameForAnswers {
            // bind(2) without a name makes the kernel choose one.
            try? socket.bind(to: .unix(.unnamed))
        }
        unixFile = file
        if let peer {
            do throws(Errno) { _ = try socket.connect(to: peer) } catch {
                file?.remove()
                throw Failure("connect", peer.description, error)
            }
        }
        channel = try Channel(socket: socket, name: name, loop: context.loop, operation: operation)
        channel.onReadable = { [unowned self] in
            if onReadable == nil { drainErrors() } else { onReadable?() }
        }
        channel.onWritable = { [unowned self] in
            drainErrors()
            if channel.wantsWrite { onWritable?() }
        }
        channel.onHangUp = { [unowned self] in drainErrors() }
    }

    /// Takes all that ICMP has reported. Whether there was anything.
    @discardableResult
    func drainErrors() -> Bool {
        var found = false
        // A socket without an error queue would give a datagram instead.
        while family.receiveErrors != nil, !channel.isClosed,
            let error = try? channel.descriptor.takeNetworkError()
        {
            found = true
            onError?(error)
        }
        // One that is pending without an entry would make the loop spin.
        if !found, !channel.isClosed, let error = channel.descriptor.takePendingError() {
            found = true
            onError?(NetworkError(error))
        }
        return found
    }

    /// Fills `batch` with what waits. False if nothing does.
    func receive(into batch: DatagramBatch) throws(Errno) -> Bool {
        while !channel.isClosed {
            do {
                try batch.receive(from: channel.descriptor)
                return true
            } catch .wouldBlock {
                return drainErrors() && !channel.isClosed ? try receive(into: batch) : false
            } catch {
                // What is said of one that was sent before: the details are in the error queue.
                guard error.isFromNetwork else { throw error }
                if !drainErrors() { onError?(NetworkError(error)) }
            }
        }
        return false
    }

    /// Sends now: `EAGAIN` if there is no room.
    func send(
        _ payload: RawSpan, to address: SocketAddress?, by route: DatagramRoute = DatagramRoute(),
        segmentSize: Int? = nil
    ) throws(Errno) {
        // Each report that waits makes one call fail, whatever that call sends.
        for _ in 0..<64 {
            do {
                return try channel.descriptor.send(payload, to: address, by: route, segmentSize: segmentSize)
            } catch {
                guard error.isFromNetwork, drainErrors() else { throw error }
                // Of the kernel's own refusals the queue has an entry, too: they are no report from elsewhere.
                if error == .messageTooLong || onError == nil { throw error }
            }
        }
        throw .wouldBlock
    }

    /// Nobody is told of anything any more.
    func retire() {
        onReadable = nil
        onWritable = nil
        onError = nil
        channel.wantsRead = false
        channel.wantsWrite = false
    }

    fileprivate func interfaceName(_ index: UInt32) -> String? {
        if let known = interfaceNames[index] { return known }
        interfaceNames[index] = NetworkInterface.name(of: index)
        return interfaceNames[index]
    }

    func close() {
        // As long as the socket is open nobody takes its file for a stale one.
        unixFile?.remove()
        channel.close()
    }
}

extension Descriptor where Self: ~Copyable {
    /// Asks for all that can be told of each datagram. What a kernel does not have is left out.
    func askForDetails(_ family: AddressFamily) {
        let overflow: SocketOption? = family.isInternet ? .receiveOverflow : nil
        let wanted = [.timestampNanoseconds, overflow, family.packetInfo, family.receiveHopLimit]
        for option in wanted.compactMap(\.self) { try? set(option, to: true) }
    }

    /// Makes room for bursts, as much as the system allows, unless the user says how much.
    func enlargeReceiveBuffer(_ settings: Settings) {
        guard !settings.sets("SO_RCVBUF"), !settings.sets("SO_RCVBUFFORCE") else { return }
        let size = OptionValue.int(8 << 20)
        if let force = SocketOption.named("SO_RCVBUFFORCE"), (try? set(force, to: size)) != nil { return }
        try? set(.receiveBuffer, to: size)
    }
}

extension DatagramReport {
    /// What is known of a datagram from its control messages.
    init(
        number: Int, from peer: SocketAddress, at port: DatagramPort, length: Int, _ ancillary: AncillaryData
    ) {
        self.number = number
        self.peer = peer
        self.length = length
        local = ancillary.destination.map { $0.with(port: port.local.port ?? 0) } ?? port.local
        interface = ancillary.interface.flatMap { port.interfaceName($0) }
        timestamp = ancillary.timestamp
        hopLimit = ancillary.hopLimit
    }

    /// A datagram that was sent.
    init(
        number: Int, to peer: SocketAddress, from local: SocketAddress, length: Int, at time: Timestamp
    ) {
        self.number = number
        self.peer = peer
        self.local = local
        self.length = length
        direction = .sent
        sent = time
    }
}
