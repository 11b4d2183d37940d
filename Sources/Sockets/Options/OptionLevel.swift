// The protocol layer that an option belongs to: the second argument of getsockopt(2).

import Glibc

/// An option's level, `SOL_SOCKET` and so on.
package struct OptionLevel: Hashable, Sendable {
    /// The symbol, `IPPROTO_TCP`; the number in decimal where it has none here.
    package let name: String
    package let number: Int32
    /// What the names of its options begin with, `TCP_`.
    package let prefix: String

    package static let socket = OptionLevel(name: "SOL_SOCKET", number: Int32(SOL_SOCKET), prefix: "SO_")
    package static let tcp = OptionLevel(name: "IPPROTO_TCP", number: Int32(IPPROTO_TCP), prefix: "TCP_")
    package static let ip = OptionLevel(name: "IPPROTO_IP", number: Int32(IPPROTO_IP), prefix: "IP_")
    package static let ipv6 = OptionLevel(name: "IPPROTO_IPV6", number: Int32(IPPROTO_IPV6), prefix: "IPV6_")
    package static let udp = OptionLevel(name: "IPPROTO_UDP", number: Int32(IPPROTO_UDP), prefix: "UDP_")

    /// The levels of the catalog. A name without its prefix is looked for in this order.
    package static let all: [OptionLevel] = [.socket, .tcp, .ip, .ipv6, .udp]

    /// The level with this number, named where it is one of the catalog's.
    static func numbered(_ number: Int32) -> OptionLevel {
        all.first { $0.number == number } ?? OptionLevel(name: String(number), number: number, prefix: "")
    }
}
