// What sort of address it is: the blocks that are set apart, and by which RFC.

/// What addresses of a block are for.
package struct AddressClass: Hashable, Sendable {
    /// The word for it, `private`.
    package let name: String
    /// The block, `192.168.0.0/16`.
    package let block: String
    /// The number of the RFC that set it apart.
    package let rfc: Int
}

extension AnyIPAddress {
    /// What the address is for; nil for an ordinary one, which is valid everywhere.
    package var special: AddressClass? {
        let address = with(port: 0)
        let table =
            switch self {
            case .inet: AddressClass.inet
            case .inet6: AddressClass.inet6
            }
        return table.first { $0.block.contains(address) }?.meaning
    }
}

extension AddressClass {
    fileprivate typealias Row = (block: AddressBlock, meaning: AddressClass)

    /// The IPv4 blocks of IANA's registry; one inside another stands before it.
    fileprivate static let inet: [Row] = rows([
        ("0.0.0.0", "unspecified", 1122),
        ("0.0.0.0/8", "this network", 791),
        ("10.0.0.0/8", "private", 1918),
        ("100.64.0.0/10", "CGNAT", 6598),
        ("127.0.0.0/8", "loopback", 1122),
        ("169.254.0.0/16", "link-local", 3927),
        ("172.16.0.0/12", "private", 1918),
        ("192.0.0.0/24", "IETF protocols", 6890),
        ("192.0.2.0/24", "documentation", 5737),
        ("192.88.99.0/24", "6to4 relay", 7526),
        ("192.168.0.0/16", "private", 1918),
        ("198.18.0.0/15", "benchmarking", 2544),
        ("198.51.100.0/24", "documentation", 5737),
        ("203.0.113.0/24", "documentation", 5737),
        ("233.252.0.0/24", "documentation", 6676),
        ("224.0.0.0/4", "multicast", 1112),
        ("255.255.255.255", "broadcast", 919),
        ("240.0.0.0/4", "reserved", 1112),
    ])

    /// The IPv6 blocks of IANA's registry; one inside another stands before it.
    fileprivate static let inet6: [Row] = rows([
        ("::", "unspecified", 4291),
        ("::1", "loopback", 4291),
        ("::ffff:0:0/96", "mapped", 4291),
        ("::/96", "IPv4-compatible", 4291),
        ("64:ff9b::/96", "NAT64", 6052),
        ("64:ff9b:1::/48", "NAT64", 8215),
        ("100::/64", "discard", 6666),
        ("2001::/32", "Teredo", 4380),
        ("2001:2::/48", "benchmarking", 5180),
        ("2001:20::/28", "ORCHID", 7343),
        ("2001::/23", "IETF protocols", 2928),
        ("2001:db8::/32", "documentation", 3849),
        ("2002::/16", "6to4", 3056),
        ("3fff::/20", "documentation", 9637),
        ("5f00::/16", "segment routing", 9602),
        ("fc00::/7", "unique-local", 4193),
        ("fe80::/10", "link-local", 4291),
        ("fec0::/10", "site-local", 3879),
        ("ff00::/8", "multicast", 4291),
    ])

    private static func rows(_ table: [(String, String, Int)]) -> [Row] {
        table.compactMap { text, name, rfc in
            AddressBlock(text).map { ($0, AddressClass(name: name, block: text, rfc: rfc)) }
        }
    }
}
