// The groups that `udp recv` joins, and where its sockets are bound for them.

import CommandSpec
import Sockets

struct MulticastGroups {
    private let groups: [AnyIPAddress]
    private let source: AnyIPAddress?
    private let interface: UInt32

    /// Nil if no group was asked for.
    init?(_ context: Context, _ arguments: Arguments) throws(Failure) {
        let texts = arguments.all(Options.group)
        if texts.isEmpty { return nil }
        var interface: UInt32 = 0
        if let name = context.settings.interface {
            guard let index = NetworkInterface.index(of: name) else {
                throw Failure("setsockopt SO_BINDTODEVICE", name, .noSuchDevice)
            }
            interface = index
        }
        self.interface = interface
        var groups: [AnyIPAddress] = []
        for text in texts { groups.append(try Self.group(text, interface)) }
        self.groups = groups.filter { context.settings.family == nil || context.settings.family == $0.family }
        source = try arguments[Options.from].map { (text) throws(Failure) in
            guard let address = AnyIPAddress(text), address.family == groups.first?.family else {
                throw Failure(
                    "option", "--from", words: "'\(text)' is not an address of the group's family",
                    status: .usage)
            }
            return address
        }
        guard !self.groups.isEmpty else {
            throw Failure("option", "--group", words: "no group of that family", status: .usage)
        }
    }

    private static func group(_ text: String, _ interface: UInt32) throws(Failure) -> AnyIPAddress {
        guard let address = AnyIPAddress(text), address.isMulticast else {
            throw Failure(
                "option", "--group", words: "'\(text)' is not a multicast address", status: .usage,
                hint: "groups are in 224.0.0.0/4 and ff00::/8")
        }
        guard case .inet6(let group) = address, group.scope == 0 else { return address }
        return .inet6(IPv6Address(group.number, scope: interface))
    }

    /// What is sent to a group does not arrive at a socket that is bound to another address.
    func check(_ endpoint: Endpoint) throws(Failure) {
        switch endpoint {
        case .port, .everyInterface, .tls: return
        case .host, .unix, .seqpacket, .vsock, .inherited:
            throw Failure(
                "endpoint", endpoint.text, words: "a group arrives at PORT or *:PORT, not at one address",
                status: .usage)
        }
    }

    /// The addresses to bind to: the groups themselves, or every address where the endpoint says so.
    func places(for endpoint: Endpoint, _ addresses: [SocketAddress]) -> [SocketAddress] {
        let port = addresses.first?.port ?? 0
        if case .everyInterface = endpoint {
            return addresses.filter { address in groups.contains { $0.family == address.family } }
        }
        return groups.map { $0.with(port: port) }
    }

    /// Joins what the socket, which is about to be bound to `address`, is for.
    func join(_ socket: borrowing Socket, at address: SocketAddress) throws(Failure) {
        // Several receivers may share the port, and none hears groups that only others have joined.
        try? socket.set(.reuseAddress, to: true)
        try? socket.set(address.family == .inet ? .multicastAll : .multicastAll6, to: false)
        let wanted = groups.filter { group in
            group.family == address.family && (address.host == group || address.host?.isMulticast == false)
        }
        for group in wanted {
            var index = interface
            if case .inet6(let scoped) = group, scoped.scope != 0 { index = scoped.scope }
            do throws(Errno) {
                try socket.join(group: group, interface: index, source: source)
            } catch {
                var failure = Failure("join", group.description, error)
                if error == .noSuchDevice || error == .addressNotAvailable {
                    failure.hint = "no interface leads to the group: --interface names one"
                }
                throw failure
            }
        }
    }
}
