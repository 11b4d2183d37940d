// `sockctl broadcast`: datagrams to every host of a subnet, those that arrive, and the addresses for it.

import CommandSpec
import Sockets

enum BroadcastCommand {
    // MARK: send

    static func send(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let plan = SendPlan(arguments)
        let local = try SourceAddress(arguments)
        let endpoint = try port(arguments)
        let source = try context.datagramSource(arguments)
        context.datagramAddresses(endpoint) { [unowned context] addresses in
            do throws(Failure) {
                let targets = try targets(context, arguments, port: addresses.first?.port ?? 0)
                for target in targets { context.reporter.note("to \(target.address)") }
                DatagramSender(context, plan, source, to: .all(targets)) {
                    [unowned context] (address) throws(Failure) in
                    try DatagramPort(
                        context, sendingTo: address, from: local, plan, arguments, broadcasting: true)
                }.start()
            } catch {
                context.finish(error)
            }
        }
    }

    /// Where it goes: each address once, by the interface that it belongs to.
    private static func targets(
        _ context: Context, _ arguments: Arguments, port: UInt16
    ) throws(Failure) -> [SendPlan.Target] {
        if let text = arguments[Options.to] {
            guard let address = address(text) else {
                let words = "'\(text)' is not an IPv4 address or a network such as 192.0.2.0/24"
                throw Failure("option", "--to", words: words, status: .usage)
            }
            return [SendPlan.Target(address: .inet(address, port: port))]
        }
        let all = try attempt("getifaddrs") { () throws(Errno) in try NetworkInterface.all() }
        if let name = context.settings.interface, !all.contains(where: { $0.name == name }) {
            throw Failure("setsockopt SO_BINDTODEVICE", name, .noSuchDevice)
        }
        let interfaces =
            all
            .filter { $0.flags.isSuperset(of: [.up, .broadcast]) }
            .filter { context.settings.interface == nil || context.settings.interface == $0.name }
        var targets: [SendPlan.Target] = []
        for interface in interfaces {
            var addresses = interface.broadcastAddresses
            if arguments[Options.limited], !addresses.isEmpty { addresses = [.limitedBroadcast] }
            for address in addresses {
                targets.append(
                    SendPlan.Target(
                        address: .inet(address, port: port), route: DatagramRoute(interface: interface.index))
                )
            }
        }
        guard !targets.isEmpty else {
            throw Failure(
                "send", context.settings.interface,
                words: context.settings.interface == nil
                    ? "no interface that is up has a broadcast address"
                    : "it is down, or has no broadcast address",
                status: .unreachable, hint: "'sockctl broadcast addresses' lists them; --to names any other")
        }
        return targets
    }

    /// A broadcast address, or that of a network.
    private static func address(_ text: String) -> IPv4Address? {
        if let address = IPv4Address(text) { return address }
        return Subnet(text).flatMap { $0.address.broadcast(prefix: $0.prefix) }
    }

    private static func port(_ arguments: Arguments) throws(Failure) -> Endpoint {
        let word = arguments[Operands.broadcastPort]
        guard case .port(let port) = try Endpoint(word) else {
            throw .endpoint(word.first?.text ?? "", "not a port: broadcasts take one and no host")
        }
        return .everyInterface(port: port)
    }

    // MARK: recv

    static func receive(_ context: Context, _ arguments: Arguments) throws(Failure) {
        var plan = try ReceivePlan(context, arguments)
        // Of what was sent to this host alone, our address is the destination itself.
        plan.accepts = { $0.destination != $0.local && $0.destination?.isMulticast != true }
        let bounds = DatagramBounds(context, arguments, plan)
        let endpoint = try port(arguments)
        context.datagramAddresses(endpoint) { [unowned context, plan] addresses in
            do throws(Failure) {
                guard let address = addresses.first(where: { $0.family == .inet }) else { return }
                try plan.check(address)
                let port = try DatagramPort(
                    context, .inet, bindingTo: address, name: address.description
                ) { (socket) throws(Failure) in
                    socket.prepareToReceive(.inet, context, destinations: plan.looksAtEach)
                    // Every receiver on this host gets each broadcast.
                    try attempt("setsockopt SO_REUSEADDR") { () throws(Errno) in
                        try socket.set(.reuseAddress, to: true)
                    }
                }
                DatagramReceiver(context, plan, bounds, [port]).start()
            } catch {
                context.finish(error)
            }
        }
    }

    // MARK: addresses

    static func addresses(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let rows: [BroadcastAddress]
        if let text = arguments[Operands.subnet].first?.text {
            guard let subnet = Subnet(text) else {
                throw Failure(
                    "operand", "'\(text)'", words: "not ADDRESS/PREFIX, such as 192.168.2.10/23",
                    status: .usage)
            }
            rows = [BroadcastAddress(subnet)]
        } else {
            let interfaces = try attempt("getifaddrs") { () throws(Errno) in try NetworkInterface.all() }
            rows = interfaces.flatMap { interface in
                interface.addresses.compactMap { BroadcastAddress(interface, $0) }
            }
        }
        context.reporter.show(BroadcastAddresses(addresses: rows))
        context.finish(nil)
    }
}

/// An address and how many leading bits its subnet shares: `192.168.2.10/23`.
struct Subnet {
    let address: IPv4Address
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])), let prefix = UInt8(parts[1]),
            prefix <= 32, parts[1].first != "+"
        else { return nil }
        self.address = address
        self.prefix = Int(prefix)
    }
}

extension NetworkInterface {
    /// The broadcast address of each of its IPv4 subnets: the kernel's, or else the computed one.
    fileprivate var broadcastAddresses: [IPv4Address] {
        var found: [IPv4Address] = []
        for entry in addresses {
            guard case .inet(let address) = entry.address,
                let broadcast = entry.broadcast ?? address.broadcast(prefix: entry.prefix),
                entry.prefix < 31, !found.contains(broadcast)
            else { continue }
            found.append(broadcast)
        }
        return found
    }
}
