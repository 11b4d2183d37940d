// The interfaces of this host, with their addresses: getifaddrs(3).

import CLinux
import Glibc

/// An interface: its name, its index, what it can do and its addresses.
package struct NetworkInterface: Hashable, Sendable {
    package let name: String
    package let index: UInt32
    package let flags: Flags
    package var addresses: [Address] = []

    /// `IFF_UP` and the like.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let up = Flags(rawValue: 1)
        package static let broadcast = Flags(rawValue: 2)
        package static let loopback = Flags(rawValue: 8)
        package static let pointToPoint = Flags(rawValue: 0x10)
        package static let running = Flags(rawValue: 0x40)
        package static let multicast = Flags(rawValue: 0x1000)

        /// The symbols without `IFF_`: `UP`, `BROADCAST`.
        package var names: [String] {
            let all: [(Flags, String)] = [
                (.up, "UP"), (.broadcast, "BROADCAST"), (.loopback, "LOOPBACK"),
                (.pointToPoint, "POINTOPOINT"), (.running, "RUNNING"), (.multicast, "MULTICAST"),
            ]
            return all.filter { contains($0.0) }.map(\.1)
        }
    }

    /// One address of an interface.
    package struct Address: Hashable, Sendable {
        package let address: AnyIPAddress
        /// How many leading bits the subnet's addresses share.
        package let prefix: Int
        /// What the kernel has as the broadcast address; nil where it has none.
        package let broadcast: IPv4Address?
    }

    /// Every interface that has an Internet address: `getifaddrs(3)`.
    package static func all() throws(Errno) -> [NetworkInterface] {
        var list: UnsafeMutablePointer<ifaddrs>?
        try call { unsafe getifaddrs(&list) }
        defer { unsafe freeifaddrs(list) }
        var interfaces: [NetworkInterface] = []
        var next = unsafe list
        while let entry = unsafe next {
            unsafe next = entry.pointee.ifa_next
            let name = unsafe String(cString: entry.pointee.ifa_name)
            let flags = unsafe Flags(rawValue: entry.pointee.ifa_flags)
            guard let address = unsafe ipAddress(entry.pointee.ifa_addr) else { continue }
            let mask = unsafe ipAddress(entry.pointee.ifa_netmask)
            var broadcast: IPv4Address?
            // Of an address that was added without one, getifaddrs(3) gives the address itself.
            if flags.contains(.broadcast),
                case .inet(let known)? = unsafe ipAddress(entry.pointee.ifa_ifu.ifu_broadaddr),
                address != .inet(known)
            {
                broadcast = known
            }
            let found = Address(
                address: address, prefix: mask?.bytes.reduce(0) { $0 + $1.nonzeroBitCount } ?? 0,
                broadcast: broadcast)
            if let known = interfaces.firstIndex(where: { $0.name == name }) {
                interfaces[known].addresses.append(found)
            } else {
                interfaces.append(
                    NetworkInterface(
                        name: name, index: unsafe if_nametoindex(name), flags: flags, addresses: [found]))
            }
        }
        return interfaces
    }

    /// The names of all interfaces, with and without an address: `if_nameindex(3)`.
    package static var names: [String] {
        guard let list = unsafe if_nameindex() else { return [] }
        defer { unsafe if_freenameindex(list) }
        var names: [String] = []
        var next = unsafe list
        while let name = unsafe next.pointee.if_name {
            unsafe names.append(String(cString: name))
            unsafe next += 1
        }
        return names
    }

    /// Whether the loopback interface is there and not up, so that nothing that is sent to this host arrives:
    /// `getifaddrs(3)`.
    package static var loopbackIsDown: Bool {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return false }
        defer { unsafe freeifaddrs(list) }
        var next = unsafe list
        while let entry = unsafe next {
            let flags = unsafe Flags(rawValue: entry.pointee.ifa_flags)
            if flags.contains(.loopback) { return !flags.contains(.up) }
            unsafe next = entry.pointee.ifa_next
        }
        return false
    }

    /// The index of an interface, nil if there is none of that name: `if_nametoindex(3)`.
    package static func index(of name: String) -> UInt32? {
        let index = unsafe if_nametoindex(name)
        return index == 0 ? nil : index
    }

    /// The name of an interface, nil if there is none with that index: `if_indextoname(3)`.
    package static func name(of index: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard unsafe if_indextoname(index, &name) != nil else { return nil }
        return String(terminated: name)
    }

    private static func ipAddress(_ address: UnsafeMutablePointer<sockaddr>?) -> AnyIPAddress? {
        guard let address = unsafe address else { return nil }
        let length =
            switch unsafe Int32(address.pointee.sa_family) {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: 0
            }
        let bytes = unsafe UnsafeRawBufferPointer(start: address, count: length)
        return unsafe SocketAddress(kernel: bytes, length: length)?.host
    }
}

extension IPv4Address {
    /// The broadcast address of the subnet that this address is in: its highest. Nil where the prefix
    /// leaves no room for one (RFC 3021).
    package func broadcast(prefix: Int) -> IPv4Address? {
        (0...30).contains(prefix) ? IPv4Address(number | UInt32.max >> UInt32(prefix)) : nil
    }

    /// Every host of this network: 255.255.255.255.
    package static let limitedBroadcast = IPv4Address(.max)
}
