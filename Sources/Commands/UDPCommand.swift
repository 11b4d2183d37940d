// `sockctl udp`: send datagrams, receive them, and exchange them with one peer.

import CommandSpec
import Sockets

enum UDPCommand {
    // MARK: send

    static func send(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        try context.settings.checkDatagramFraming()
        var plan = SendPlan(arguments)
        let source = try SourceAddress(arguments)
        plan.prepare = { (socket, family) throws(Failure) in
            try socket.setReach(family, arguments)
            try source?.apply(to: socket, family)
        }
        try DatagramInput.read(context, arguments) { [unowned context] messages in
            plan.messages = messages
            context.resolveDatagrams(endpoint, .connecting, family: source?.family) { addresses in
                let sender = DatagramSender(
                    context, plan, to: addresses.map { [SendPlan.Target(address: $0)] })
                context.run.begin(sender)
                sender.start()
            }
        }
    }

    // MARK: recv

    static func receive(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.listenAt])
        try context.settings.checkDatagramFraming()
        let plan = try ReceivePlan(arguments)
        let groups = try MulticastGroups(context, arguments)
        if let groups { try groups.check(endpoint) }
        context.resolveDatagrams(endpoint, .listening, family: nil) { [unowned context] addresses in
            do throws(Failure) {
                // IPv4 first, as a connection's listener has it.
                let addresses =
                    addresses.filter { $0.family == .inet } + addresses.filter { $0.family != .inet }
                let places = groups.map { $0.places(for: endpoint, addresses) } ?? addresses
                let ports = try BoundPorts.open(places, port: { $0.local.port }, close: { $0.close() }) {
                    (address) throws(Failure) in
                    try DatagramPort(
                        context, address.family, bindingTo: address, name: address.description
                    ) { (socket) throws(Failure) in
                        socket.prepareToReceive(address.family, plan, context)
                        try groups?.join(socket, at: address)
                    }
                }
                let receiver = DatagramReceiver(context, plan, ports)
                context.run.begin(receiver)
                receiver.start()
            } catch {
                context.finish(error)
            }
        }
    }

    // MARK: connect

    static func connect(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let endpoint = try Endpoint(arguments[Operands.connectTo])
        try context.settings.checkDatagramFraming()
        let source = try SourceAddress(arguments)
        let input = try context.input(arguments)
        let ending =
            arguments[Options.exitOnEOF]
            ? RelayEnding.atOnce : arguments[Options.waitForReplies].map { .after($0) } ?? .never
        context.resolveDatagrams(endpoint, .connecting, family: source?.family) {
            [unowned context] addresses in
            let relay = DatagramRelay(context, addresses, input, ending) {
                [unowned context] (address) throws(Failure) in
                try DatagramPort(context, address.family, bindingTo: nil, name: address.description) {
                    (socket) throws(Failure) in
                    socket.askForDetails(address.family, context)
                    try socket.setReach(address.family, arguments)
                    try source?.apply(to: socket, address.family)
                    if address.family.needsNameForAnswers { try? socket.bind(to: .unix(.unnamed)) }
                    _ = try attempt("connect", address.description) { () throws(Errno) in
                        try socket.connect(to: address)
                    }
                }
            }
            context.run.begin(relay)
            relay.start()
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
        repetitions = arguments[Options.repeat] ?? 1
        delay = arguments[Options.delay] ?? .zero
        wait = arguments[Options.waitForReplies]
        replies = arguments[Options.replies]
    }
}

extension ReceivePlan {
    init(_ arguments: Arguments) throws(Failure) {
        if arguments[Options.echo] { reply = .echo }
        if let word = arguments[Options.reply] { reply = .bytes(try word.contents()) }
        size = arguments[Options.size] ?? .max
        count = arguments[Options.count] ?? .max
        limit = arguments[Options.timeout].map { TimeLimit($0) }
    }
}

extension Context {
    /// The addresses of an endpoint for datagrams; a failure ends the command.
    func resolveDatagrams(
        _ endpoint: Endpoint, _ purpose: Purpose, family: AddressFamily?,
        _ body: @escaping ([SocketAddress]) -> Void
    ) {
        // When listening, the first datagram is waited for on the same clock, by default forever.
        let timeout = purpose == .connecting ? settings.timeout ?? Defaults.connectTimeout : settings.timeout
        resolve(endpoint, for: purpose, .datagram, timeout: timeout) { [unowned self] result in
            switch result {
            case .failure(let failure): finish(failure)
            case .success(let found):
                let addresses = found.filter { family == nil || family == $0.family }
                guard addresses.isEmpty else { return body(addresses) }
                let words = "it has no address of the family of the source address"
                finish(Failure("resolve", endpoint.text, words: words, status: .resolution))
            }
        }
    }
}

extension SourceAddress {
    func apply(to socket: borrowing Socket, _ family: AddressFamily) throws(Failure) {
        do throws(Errno) {
            try bind(socket, family: family, .datagram)
        } catch {
            throw Failure("bind", text, error, type: .datagram)
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

    /// Asks for all that can be told of each datagram, if that is going to be shown.
    func askForDetails(_ family: AddressFamily, _ context: Context) {
        if context.reporter.describesDatagrams { askForDetails(family) }
    }

    /// Asks for what the plan needs to know of each datagram.
    func prepareToReceive(_ family: AddressFamily, _ plan: ReceivePlan, _ context: Context) {
        enlargeReceiveBuffer(context.settings)
        askForDetails(family, context)
        guard !plan.isPlain else { return }
        if let option = family.packetInfo { try? set(option, to: true) }
    }
}
