// From where to where a packet goes, and its IP header. IPv4 that a dual-stack socket sees as mapped is IPv4 here, too. Unix sockets
// have no addresses of this kind: they get some of 2001:db8::/32, which RFC 3849 keeps for documentation.

import Sockets

struct PacketRoute: Equatable {
    private(set) var isIPv4: Bool
    private(set) var source: UInt128
    private(set) var destination: UInt128
    private(set) var sourcePort: UInt16
    private(set) var destinationPort: UInt16

    /// The way back.
    var reversed: PacketRoute {
        var route = self
        swap(&route.source, &route.destination)
        swap(&route.sourcePort, &route.destinationPort)
        return route
    }

    /// Between Internet sockets; nil if one of them is none. Where one address is mapped, or is any of ours, the other one says
    /// which version it is.
    init?(from source: SocketAddress, to destination: SocketAddress) {
        guard let from = Host(source), let to = Host(destination) else { return nil }
        isIPv4 = from.mayBeIPv4 && to.mayBeIPv4 && (from.isIPv4 || to.isIPv4)
        self.source = isIPv4 ? from.number & 0xffff_ffff : from.asIPv6
        self.destination = isIPv4 ? to.number & 0xffff_ffff : to.asIPv6
        sourcePort = from.port
        destinationPort = to.port
    }

    private struct Host {
        let number: UInt128
        let isIPv4: Bool
        let port: UInt16

        init?(_ address: SocketAddress) {
            switch address {
            case .inet(let address, let port):
                (number, isIPv4, self.port) = (UInt128(address.number), true, port)
            case .inet6(let address, let port):
                let mapped = address.mapped.map { UInt128($0.number) }
                (number, isIPv4, self.port) = (mapped ?? address.number, mapped != nil, port)
            case .unix, .vsock: return nil
            }
        }

        var mayBeIPv4: Bool { isIPv4 || number == 0 }
        var asIPv6: UInt128 { isIPv4 && number != 0 ? 0xffff << 32 | number : number }
    }

    // MARK: Unix sockets

    private static let documentation: UInt128 = 0x2001_0db8 << 96
    /// Dynamic ports, of which hardly any means something.
    private static let firstPort = 49152
    private static let portCount = 16384

    private init(
        unixFrom source: UInt64, _ sourcePort: UInt16, to destination: UInt64, _ destinationPort: UInt16
    ) {
        isIPv4 = false
        self.source = Self.documentation | UInt128(source)
        self.destination = Self.documentation | UInt128(destination)
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
    }

    /// From the side that connected, `2001:db8::1`, to the one that accepted, `2001:db8::2` port 1. Each connection has a port of its
    /// own, from 49152.
    static func unixConnection(_ number: Int) -> PacketRoute {
        let (turn, port) = number.quotientAndRemainder(dividingBy: portCount)
        return PacketRoute(unixFrom: UInt64(turn) << 16 | 1, UInt16(firstPort + port), to: 2, 1)
    }

    /// Each name has an address of its own, made of it; what has no name is `2001:db8::`.
    static func unixDatagram(from source: UnixName, to destination: UnixName) -> PacketRoute {
        PacketRoute(unixFrom: digest(of: source), 1, to: digest(of: destination), 1)
    }

    /// FNV-1a.
    private static func digest(of name: UnixName) -> UInt64 {
        let bytes: [UInt8]
        switch name {
        case .unnamed: return 0
        case .path(let path): bytes = path
        case .abstract(let name): bytes = [0] + name
        }
        return bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    // MARK: Headers

    /// What is carried.
    enum Carried: UInt8 {
        case tcp = 6
        case udp = 17
    }

    /// Appends the header.
    /// - Parameter length: of what follows, in bytes; a jumbogram (RFC 2675) where IPv6 has no room for it.
    func appendHeader(of carried: Carried, length: Int, to packet: inout [UInt8]) {
        if isIPv4 {
            let start = packet.count
            packet.append(big: 0x4500 as UInt16)
            packet.append(big: UInt16(clamping: 20 + length))
            // Whole, and not to be fragmented.
            packet.append(big: 0x0000_4000 as UInt32)
            packet.append(Self.hopLimit)
            packet.append(carried.rawValue)
            packet.append(big: 0 as UInt16)
            packet.append(big: UInt32(truncatingIfNeeded: source))
            packet.append(big: UInt32(truncatingIfNeeded: destination))
            var checksum = InternetChecksum()
            checksum.add(packet, from: start)
            packet.set(big: checksum.value, at: start + 10)
        } else {
            let isJumbo = length > UInt16.max
            packet.append(big: 0x6000_0000 as UInt32)
            packet.append(big: isJumbo ? 0 : UInt16(length))
            packet.append(isJumbo ? 0 : carried.rawValue)
            packet.append(Self.hopLimit)
            packet.append(big: source)
            packet.append(big: destination)
            guard isJumbo else { return }
            packet += [carried.rawValue, 0, 0xc2, 4]
            packet.append(big: UInt32(length + 8))
        }
    }

    private static let hopLimit: UInt8 = 64

    /// The checksum of what is carried, over the pseudo-header and all of it.
    /// - Parameter start: where in `packet` that begins.
    func checksum(of carried: Carried, length: Int, _ packet: [UInt8], from start: Int) -> UInt16 {
        var checksum = InternetChecksum()
        checksum.add(source)
        checksum.add(destination)
        checksum.add(UInt16(carried.rawValue))
        checksum.add(UInt16(truncatingIfNeeded: length))
        checksum.add(UInt16(truncatingIfNeeded: length >> 16))
        checksum.add(packet, from: start)
        return checksum.value
    }
}
