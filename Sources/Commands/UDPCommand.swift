// `sockctl udp`: send datagrams, receive them, and exchange them with one peer.

import CommandSpec
import Framing
import Sockets

enum UDPCommand {
    // MARK: send

    static func send(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        try context.settings.checkDatagramFraming()
        let plan = SendPlan(arguments)
        let local = try SourceAddress(arguments)
        let source = try context.datagramSource(arguments)
        context.datagramCandidates(for: endpoint, from: local) { [unowned context] candidates in
            DatagramSender(context, plan, source, to: .firstOf(candidates)) {
                [unowned context] (address) throws(Failure) in
                try DatagramPort(context, sendingTo: address, from: local, plan, arguments)
            }.start()
        }
    }

    // MARK: recv

    static func receive(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        try context.settings.checkDatagramFraming()
        try context.settings.checkMode(at: endpoint)
        var plan = try ReceivePlan(context, arguments)
        plan.access = try DatagramAccess(context, arguments, at: endpoint)
        let bounds = DatagramBounds(context, arguments, plan)
        let relayTo = try arguments[Options.relayTo].map { (word) throws(Failure) in
            try Endpoint.relayed(word)
        }
        let source = try SourceAddress(arguments)
        let faults = try Faults(context, arguments, ofDatagrams: true)
        let groups = try MulticastGroups(context, arguments)
        if let groups { try groups.check(endpoint) }
        context.datagramPorts(
            at: endpoint, groups, destinations: plan.looksAtEach || relayTo != nil, check: plan.check
        ) { [unowned context, plan] (ports) throws(Failure) in
            if let relayTo {
                try RelayService.refuse(relayTo, listeningAt: ports.map(\.local))
                DatagramRelay(context, plan, bounds, ports, to: relayTo, from: source, faults).start()
            } else {
                DatagramReceiver(context, plan, bounds, ports).start()
            }
        }
    }

    // MARK: listen

    static func listen(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        try context.settings.checkDatagramFraming()
        try context.settings.checkMode(at: endpoint)
        let plan = ReceivePlan(access: try DatagramAccess(context, arguments, at: endpoint))
        var bounds = DatagramBounds(context, arguments, plan)
        bounds.looksAtEach = true
        let input = try context.input(arguments)
        let ending = SendPlan(connecting: arguments).ending
        let toAll = arguments[Options.toAll]
        context.datagramPorts(at: endpoint, nil, destinations: true) {
            [unowned context, bounds] (ports) throws(Failure) in
            let source = context.datagramSource(input, ports.map(\.local))
            DatagramListener(context, plan, bounds, ports, sending: source, toAll: toAll, ending).start()
        }
    }

    // MARK: connect

    static func connect(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        try context.settings.checkDatagramFraming()
        let local = try SourceAddress(arguments)
        let input = try context.input(arguments)
        let plan = SendPlan(connecting: arguments)
        context.datagramCandidates(for: endpoint, from: local) { [unowned context] candidates in
            let source = context.datagramSource(input, candidates.addresses)
            DatagramSender(context, plan, source, to: .firstOf(candidates)) {
                [unowned context] (address) throws(Failure) in
                try DatagramPort(context, sendingTo: address, from: local, plan, arguments)
            }.start()
        }
    }
}

// MARK: - From options to plans

extension Settings {
    /// A datagram has its own boundary: there is no framing but that of stdin and stdout.
    fileprivate func checkDatagramFraming() throws(Failure) {
        guard let pair = framing?.pair, pair.local != pair.socket else { return }
        throw Failure(
            "option", "--frame",
            words: "'\(pair)' names two framings, and each datagram is a message by itself",
            status: .usage, hint: "name that of stdin and stdout: --frame \(pair.local)")
    }
}

extension SendPlan {
    init(_ arguments: Arguments) {
        delay = arguments[Options.delay] ?? .zero
        if let wait = arguments[Options.waitForReplies] {
            ending = .after(wait)
            expectsReplies = true
            hasHistogram = arguments[Options.histogram]
        }
        replies = arguments[Options.replies]
    }

    init(connecting arguments: Arguments) {
        isConnected = true
        ending = arguments[Options.waitForReplies].map { .after($0) } ?? .never
        if arguments[Options.exitOnEOF] { ending = .atOnce }
    }
}

extension ReceivePlan {
    init(_ context: Context, _ arguments: Arguments) throws(Failure) {
        if arguments[Options.echo] { reply = .echo }
        if let word = arguments[Options.reply] {
            let limit = DatagramInput.limit
            reply = .bytes(
                try context.contents(word, atMost: limit) { file in
                    .tooLong(file, "more than \(limit) bytes", SocketAddress?.none)
                })
        }
    }
}

extension DatagramBounds {
    /// For a command that receives from anyone.
    init(_ context: Context, _ arguments: Arguments, _ plan: ReceivePlan) {
        looksAtEach = plan.looksAtEach || arguments[Options.relayTo] != nil
        size = arguments[Options.size] ?? .max
        count = arguments[Options.count] ?? .max
        first = context.settings.timeout.map { TimeLimit($0) }
    }
}

extension Context {
    /// What is to be sent: DATA, each a datagram, a recording, or the input whole or cut by the framing.
    func datagramSource(_ arguments: Arguments) throws(Failure) -> any DatagramSource {
        if let file = arguments[Options.replay] { return DatagramReplay(try openRecording(file), loop: loop) }
        let repetitions = arguments[Options.repeat] ?? 1
        let data = arguments[Operands.data]
        if !data.isEmpty {
            let messages = data.map { settings.crlf ? $0.bytes.withCRLF : $0.bytes }
            return DatagramList(messages, repetitions: repetitions)
        }
        guard let input = try input(arguments) else {
            throw Failure("read", "stdin", .badDescriptor, status: .inputOutput)
        }
        let cut = settings.framing.map { DatagramInput.Cut.messages($0.localCutter()) } ?? .whole
        return DatagramInput(input, cut, crlf: settings.crlf, repetitions: repetitions)
    }

    /// What is typed, or comes from a file, read by read. Nil is an input that was closed.
    fileprivate func datagramSource(_ input: Channel?, _ addresses: [SocketAddress]) -> any DatagramSource {
        guard let input else { return DatagramList([]) }
        let longest = addresses.compactMap(\.longestDatagram).min() ?? 1 << 16
        let cut = settings.framing.map { DatagramInput.Cut.messages($0.localCutter()) } ?? .reads(longest)
        return DatagramInput(input, cut, crlf: settings.crlf)
    }

    /// The addresses by which an endpoint may be reached with datagrams; a failure ends the command.
    fileprivate func datagramCandidates(
        for endpoint: Endpoint, from source: SourceAddress?, _ body: @escaping (Candidates) -> Void
    ) {
        let timeout = settings.timeout ?? Defaults.connectTimeout
        candidates(for: endpoint, .datagram, from: source, timeout: timeout) { [unowned self] result in
            switch result {
            case .failure(let failure): finish(failure)
            case .success(let candidates): body(candidates)
            }
        }
    }

    /// The addresses to receive datagrams at; a failure ends the command.
    /// Binds a socket to each address of an endpoint, or to the groups.
    /// - Parameters:
    ///   - destinations: whether it matters which address each datagram was sent to.
    ///   - check: refuses an address.
    fileprivate func datagramPorts(
        at endpoint: Endpoint, _ groups: MulticastGroups?, destinations: Bool,
        check: @escaping (SocketAddress) throws(Failure) -> Void = { (_) throws(Failure) in },
        _ body: @escaping ([DatagramPort]) throws(Failure) -> Void
    ) {
        datagramAddresses(endpoint) { [unowned self] addresses in
            do throws(Failure) {
                // IPv4 first, as a connection's listener has it.
                let addresses =
                    addresses.filter { $0.family == .inet } + addresses.filter { $0.family != .inet }
                for address in addresses { try check(address) }
                let places = groups.map { $0.places(for: endpoint, addresses) } ?? addresses
                try body(
                    BoundPorts.open(places, port: { $0.local.port }, close: { $0.close() }) {
                        (address) throws(Failure) in
                        try DatagramPort(
                            self, address.family, bindingTo: address, name: address.description
                        ) { (socket) throws(Failure) in
                            socket.prepareToReceive(address.family, self, destinations: destinations)
                            try groups?.join(socket, at: address)
                        }
                    })
            } catch {
                finish(error)
            }
        }
    }

    func datagramAddresses(_ endpoint: Endpoint, _ body: @escaping ([SocketAddress]) -> Void) {
        // The first datagram is waited for on the same clock, by default for ever.
        resolve(endpoint, for: .listening, .datagram, timeout: settings.timeout) { [unowned self] result in
            switch result {
            case .failure(let failure): finish(failure)
            case .success(let addresses): body(addresses)
            }
        }
    }
}

extension DatagramPort {
    /// A socket to send from, and to receive the replies.
    convenience init(
        _ context: Context, sendingTo address: SocketAddress, from source: SourceAddress?, _ plan: SendPlan,
        _ arguments: Arguments, broadcasting: Bool = false
    ) throws(Failure) {
        let family = address.family
        try self.init(
            context, family, bindingTo: nil, name: address.description, from: source,
            connectingTo: plan.isConnected ? address : nil
        ) {
            (socket) throws(Failure) in
            if broadcasting {
                try attempt("setsockopt SO_BROADCAST") { () throws(Errno) in
                    try socket.set(.broadcast, to: true)
                }
            }
            if plan.isConnected || plan.expectsReplies {
                socket.prepareToReceive(family, context, destinations: false)
                if plan.expectsReplies { try? socket.set(.timestampNanoseconds, to: true) }
            }
            try socket.setReach(family, arguments)
        }
    }
}

extension Descriptor where Self: ~Copyable {
    /// How far what is sent goes: `--ttl` and `--loop`.
    func setReach(_ family: AddressFamily, _ arguments: Arguments) throws(Failure) {
        guard family.isInternet else { return }
        let isV4 = family == .inet
        if let limit = arguments[Options.ttl] {
            for option: SocketOption in isV4
                ? [.timeToLive, .multicastTimeToLive] : [.unicastHops, .multicastHops]
            {
                try attempt("setsockopt \(option.symbol)", String(limit)) { () throws(Errno) in
                    try set(option, to: .int(limit))
                }
            }
        }
        if let loop = arguments[Options.loop] {
            let option: SocketOption = isV4 ? .multicastLoop : .multicastLoop6
            try attempt("setsockopt \(option.symbol)", loop) { () throws(Errno) in
                try set(option, to: .bool(loop == "on"))
            }
        }
    }

    /// Asks for what is going to be shown of each datagram, or has to be known.
    /// - Parameter destinations: whether it matters which address each was sent to.
    func prepareToReceive(_ family: AddressFamily, _ context: Context, destinations: Bool) {
        enlargeReceiveBuffer(context.settings)
        if context.reporter.describesDatagrams || context.recorder != nil { askForDetails(family) }
        if destinations, let option = family.packetInfo { try? set(option, to: true) }
    }
}
