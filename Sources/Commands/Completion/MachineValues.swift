// What this machine offers for the values of a command line: its processes, ports, addresses and names, each asked for
// only where it is wanted.

import CommandSpec
import Sockets

struct MachineValues: LiveValues {
    /// How much of the processor's time looking for the names of processes may take: the whole answer is to come within
    /// 30 ms.
    private static let patience = Duration.milliseconds(10)

    /// Those of another network namespace, if that may be entered; nothing of the network otherwise.
    private let seesNetwork: Bool

    /// - Parameter namespace: as `--netns` takes it. This process goes there for good.
    init(namespace: Word?) {
        guard let namespace else {
            seesNetwork = true
            return
        }
        do throws(Errno) {
            try NetworkNamespace.enter(try NetworkNamespace(namespace.bytes).open())
            seesNetwork = true
        } catch {
            seesNetwork = false
        }
    }

    // MARK: names

    var hosts: [Candidate] {
        let known = [
            trustedEnvironment("HOME").map { "\($0)/.ssh/known_hosts" }, "/etc/ssh/ssh_known_hosts",
        ].compactMap(\.self)
        return
            ([Candidate("localhost", "this machine")]
            + NameLists.hosts(NameLists.lines(of: "/etc/hosts"))
            + known.flatMap { NameLists.knownHosts(NameLists.text(of: $0)) }).unique
    }

    var users: [Candidate] { NameLists.users(NameLists.lines(of: "/etc/passwd")) }
    var protocols: [Candidate] { NameLists.protocols(NameLists.lines(of: "/etc/protocols")).unique }

    private func serviceList(_ isDatagram: Bool) -> [(name: String, port: UInt16)] {
        NameLists.services(NameLists.lines(of: "/etc/services"), protocolName: isDatagram ? "udp" : "tcp")
    }

    func services(isDatagram: Bool) -> [Candidate] {
        let name = isDatagram ? "udp" : "tcp"
        return serviceList(isDatagram).map { Candidate($0.name, "\($0.port)/\(name)") }.unique
    }

    private func serviceNames(_ isDatagram: Bool) -> [UInt16: String] {
        Dictionary(
            serviceList(isDatagram).map { ($0.port, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: the network

    private var interfaceList: [NetworkInterface] { seesNetwork ? (try? NetworkInterface.all()) ?? [] : [] }

    var interfaces: [Candidate] {
        guard seesNetwork else { return [] }
        let addresses = Dictionary(
            interfaceList.map { ($0.name, $0.addresses.map(\.address.description)) }, uniquingKeysWith: +)
        return NetworkInterface.names.map { Candidate($0, addresses[$0]?.joined(separator: ", ") ?? "") }
    }

    /// Those that another host, or this one, can be reached from: a link-local address goes with its interface.
    var localAddresses: [Candidate] {
        interfaceList.flatMap { interface in
            interface.addresses.filter { !$0.address.isLinkLocal }.map {
                Candidate($0.address.description, interface.name)
            }
        }.unique
    }

    func isLocal(_ host: String) -> Bool {
        if host.isEmpty || host == "localhost" || host.hasPrefix("127.") { return true }
        if host == (try? HostName.current()) { return true }
        guard let address = AnyIPAddress(host) else { return false }
        return address.isLoopback
            || interfaceList.contains { $0.addresses.contains { $0.address == address } }
    }

    func listeningPorts(isDatagram: Bool) -> [Candidate] {
        guard seesNetwork else { return [] }
        let transport: Transport = isDatagram ? .udp : .tcp
        let names = serviceNames(isDatagram)
        return PortsInUse([transport], connections: false, ownersWithin: Self.patience).local
            .filter(\.value.isListening).sorted { $0.key < $1.key }
            .map { port, use in
                Candidate(
                    "\(port)", [names[port], use.owner?.name].compactMap(\.self).joined(separator: ", "))
            }
    }

    /// Those that wait come first.
    func ports(of side: SocketSide) -> [Candidate] {
        guard seesNetwork else { return [] }
        let found = PortsInUse([.tcp, .udp], connections: true, ownersWithin: Self.patience)
        let names = serviceNames(false)
        let uses =
            switch side {
            case .local: found.local
            case .peer: found.peers
            case .either: found.local.merging(found.peers) { local, _ in local }
            }
        return uses.sorted { ($0.value.isListening ? 0 : 1, $0.key) < ($1.value.isListening ? 0 : 1, $1.key) }
            .map { port, use in
                let count = use.connections
                let words = [
                    names[port], use.isListening ? "listening" : nil, use.owner?.name,
                    count > 0 ? "\(count) connection\(count == 1 ? "" : "s")" : nil,
                ]
                return Candidate("\(port)", words.compactMap(\.self).joined(separator: ", "))
            }
    }

    func addresses(of side: SocketSide) -> [Candidate] {
        guard seesNetwork else { return [] }
        let found = PortsInUse([.tcp, .udp], connections: true, ownersWithin: .zero)
        let addresses =
            switch side {
            case .local: found.localAddresses
            case .peer: found.peerAddresses
            case .either: found.localAddresses.union(found.peerAddresses)
            }
        return addresses.map(\.description).sorted().map { Candidate($0) }
    }

    func unixSockets(keepingBoundaries: Bool) -> [Candidate] {
        guard seesNetwork else { return [] }
        return PortsInUse.unixNames(keepingBoundaries: keepingBoundaries).map { Candidate($0.text) }.unique
    }

    // MARK: processes

    var processIDs: [Candidate] {
        ProcessList.all(namesWithin: Self.patience).map { pid, name in
            Candidate("\(pid)", name.map { String(decoding: $0, as: UTF8.self) } ?? "")
        }
    }

    var processNames: [Candidate] {
        ProcessList.all(namesWithin: Self.patience).compactMap { pid, name in
            name.flatMap { String(validating: $0, as: UTF8.self) }.map { Candidate($0, "\(pid)") }
        }.sorted { $0.value < $1.value }.unique
    }

    var networkNamespaces: [Candidate] {
        NetworkNamespace.names.compactMap { String(validating: $0, as: UTF8.self) }.map { Candidate($0) }
    }

    func descriptors(ofProcess pid: String) -> [Candidate] {
        Int32(pid).map { OpenSocket.all(of: $0).map { Candidate("\($0.descriptor)") } } ?? []
    }

    // MARK: options

    func socketOptions(_ access: SocketOptionAccess) -> [Candidate] {
        SocketOption.catalog.filter { access == .reading ? $0.isReadable : $0.isSettable }.map {
            Candidate($0.symbol, $0.meaning)
        }
    }

    func values(ofSocketOption name: String) -> [Candidate] {
        guard let option = SocketOption.named(name) else { return [] }
        if option == .bindToDevice { return interfaces }
        return option.choices.map { Candidate($0.text, $0.meaning) }
    }

    var optionLevels: [Candidate] {
        OptionLevel.all.map { Candidate($0.name, "all of \($0.prefix)...") }
    }

    var socketStates: [Candidate] {
        TCPState.allCases.map { Candidate($0.name) }
            + Set<TCPState>.groups.map { Candidate($0.key, "a group") }
    }
    var addressFlags: [Candidate] { AddressInfo.Flags.named.map { Candidate($0.key) } }
    var nameFlags: [Candidate] { NameInfo.Flags.named.map { Candidate($0.key) } }
}
