// What `broadcast addresses` answers: a table of the subnets and the addresses that reach all of their hosts.

import CommandSpec
import Sockets

/// An address with the broadcast address of its subnet.
struct BroadcastAddress: Shaped {
    let interface: NetworkInterface?
    let address: IPv4Address
    let prefix: Int
    /// The highest address of the subnet.
    let broadcast: IPv4Address?
    let kernelBroadcast: IPv4Address?

    init(_ subnet: Subnet) {
        interface = nil
        address = subnet.address
        prefix = subnet.prefix
        broadcast = subnet.address.broadcast(prefix: subnet.prefix)
        kernelBroadcast = nil
    }

    /// Nil for an address of IPv6, which has no broadcasts.
    init?(_ interface: NetworkInterface, _ entry: NetworkInterface.Address) {
        guard case .inet(let address) = entry.address else { return nil }
        self.interface = interface
        self.address = address
        prefix = entry.prefix
        broadcast = interface.flags.contains(.loopback) ? nil : address.broadcast(prefix: entry.prefix)
        kernelBroadcast = entry.broadcast
    }

    static let shape = Shape(
        answer: "subnet", of: [.broadcastAddresses],
        "An address of an interface, or the subnet that was asked about.")

    static func list(_ fields: inout some Fields<BroadcastAddress>) {
        fields.add("interface", optional: "The interface; absent for a subnet given.") {
            $0.interface?.name
        }
        fields.add("index", optional: "The index of the interface.") { $0.interface?.index }
        fields.add("address", "The address.") { AddressReport(.inet($0.address)) }
        fields.add("prefix", "How many leading bits the addresses of the subnet share.") { $0.prefix }
        fields.add(
            "broadcast", optional: "The highest address of the subnet, if it leaves room for a broadcast."
        ) {
            $0.broadcast.map { AddressReport(.inet($0)) }
        }
        fields.add(
            "kernel_broadcast", optional: "What the kernel has as broadcast address, if it has one."
        ) { $0.kernelBroadcast.map { AddressReport(.inet($0)) } }
        fields.add("flags", optional: "What the interface can do: `UP`, `BROADCAST`.") {
            $0.interface?.flags.names.nonEmpty
        }
    }

    /// The cells of its line.
    fileprivate var cells: [String] {
        var broadcast = self.broadcast?.description ?? "-"
        if let kernelBroadcast, kernelBroadcast != self.broadcast {
            broadcast += " (kernel: \(kernelBroadcast))"
        }
        let flags = interface?.flags.names.joined(separator: ",")
        return [interface?.name, "\(address)/\(prefix)", broadcast, flags].compactMap(\.self)
    }
}

struct BroadcastAddresses: Presentable {
    let addresses: [BroadcastAddress]

    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        for address in addresses { lines.append(address, to: &output) }
    }

    func text(_ style: TextStyle) -> String {
        // A subnet that was asked about is of no interface.
        let isComputed = addresses.allSatisfy { $0.interface == nil }
        var table = TextTable(
            columns: (isComputed ? [] : [.init(title: "interface")])
                + [.init(title: isComputed ? "" : "address"), .init(title: isComputed ? "" : "broadcast")]
                + (isComputed ? [] : [.init(title: "flags", folded: { $0 })]))
        for address in addresses { table.add(address.cells) }
        return addresses.isEmpty ? "" : table.text(style)
    }
}
