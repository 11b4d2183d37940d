// What `broadcast addresses` answers: a table of the subnets and the addresses that reach all of their hosts.

import Sockets

/// An address with the broadcast address of its subnet.
struct BroadcastAddress: Encodable {
    let interface: String?
    let index: UInt32?
    let address: String
    let prefix: Int
    /// The highest address of the subnet.
    let broadcast: String?
    let kernelBroadcast: String?
    let flags: [String]?

    enum CodingKeys: String, CodingKey {
        case interface, index, address, prefix, broadcast, flags
        case kernelBroadcast = "kernel_broadcast"
    }

    init(_ subnet: Subnet) {
        interface = nil
        index = nil
        address = subnet.address.description
        prefix = subnet.prefix
        broadcast = subnet.address.broadcast(prefix: subnet.prefix)?.description
        kernelBroadcast = nil
        flags = nil
    }

    /// Nil for an address of IPv6, which has no broadcasts.
    init?(_ interface: NetworkInterface, _ entry: NetworkInterface.Address) {
        guard case .inet(let address) = entry.address else { return nil }
        self.interface = interface.name
        index = interface.index
        self.address = address.description
        prefix = entry.prefix
        let isLoopback = interface.flags.contains(.loopback)
        broadcast = isLoopback ? nil : address.broadcast(prefix: entry.prefix)?.description
        kernelBroadcast = entry.broadcast?.description
        flags = interface.flags.names
    }

    /// The cells of its line.
    fileprivate var cells: [String] {
        var broadcast = broadcast ?? "-"
        if let kernelBroadcast, kernelBroadcast != self.broadcast {
            broadcast += " (kernel: \(kernelBroadcast))"
        }
        return [interface, "\(address)/\(prefix)", broadcast, flags.map { $0.joined(separator: ",") }]
            .compactMap(\.self)
    }
}

struct BroadcastAddresses: Document {
    let addresses: [BroadcastAddress]

    func text(_ style: TextStyle) -> String {
        let table = addresses.map { $0.cells.map(style.safe) }
        let columns = table.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            table.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return table.map { cells in
            let padded = cells.enumerated().map { column, cell in
                column == cells.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count + 2)
            }
            return padded.joined() + "\n"
        }.joined()
    }
}
