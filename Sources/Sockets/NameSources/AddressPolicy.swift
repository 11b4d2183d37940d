// The tables by which getaddrinfo(3) orders addresses: labels, precedences and scopes, those that glibc has built in
// or those of gai.conf(5), read as glibc reads them.

package struct AddressPolicy: Hashable, Sendable {
    /// A block of addresses, IPv4 as `::ffff:a.b.c.d`, and what it stands for.
    private struct Row: Hashable {
        let prefix: UInt128
        let bits: Int
        let value: Int

        func contains(_ number: UInt128) -> Bool { bits == 0 || (prefix ^ number) >> (128 - bits) == 0 }
    }

    /// By the words that begin the lines of the file.
    package enum Table: String, CaseIterable, Sendable {
        case label, precedence
        case scope = "scopev4"

        /// What stands for the rest where a file does not say it.
        fileprivate var rest: Int {
            switch self {
            case .label: 1
            case .precedence: 40
            case .scope: 14
            }
        }

        fileprivate var builtIn: [(String, Int, Int)] {
            switch self {
            case .label:
                [
                    ("::1", 128, 0), ("2002::", 16, 2), ("::", 96, 3), ("::ffff:0:0", 96, 4),
                    ("fec0::", 10, 5),
                    ("fc00::", 7, 6), ("2001::", 32, 7), ("::", 0, 1),
                ]
            case .precedence:
                [("::1", 128, 50), ("2002::", 16, 30), ("::", 96, 20), ("::ffff:0:0", 96, 10), ("::", 0, 40)]
            case .scope:
                [
                    ("::ffff:169.254.0.0", 112, 2), ("::ffff:127.0.0.0", 104, 2),
                    ("::ffff:0.0.0.0", 96, 14),
                ]
            }
        }
    }

    private var tables: [Table: [Row]] = [:]
    /// What is not as glibc has it built in.
    package private(set) var changed: Set<Table> = []

    /// What glibc has built in.
    package static let standard = AddressPolicy(parsing: [])

    /// - Parameter file: what gai.conf holds; nothing if there is none.
    package init(parsing file: [UInt8]) {
        var found: [Table: [Row]] = [:]
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count > 1, let table = Table(rawValue: words[0]),
                let row = Self.row(table, words[1], words.count > 2 ? words[2] : "0")
            else { continue }
            found[table, default: []].append(row)
        }
        for table in Table.allCases {
            tables[table] = found[table].map { Self.complete($0, table) } ?? Self.builtIn(table)
        }
        changed = Set(found.keys)
    }

    private static func builtIn(_ table: Table) -> [Row] {
        table.builtIn.compactMap { text, bits, value in
            IPv6Address(text).map { Row(prefix: $0.number, bits: bits, value: value) }
        }
    }

    /// The most specific first, in the order of the file where they are equally so, and the rest.
    private static func complete(_ rows: [Row], _ table: Table) -> [Row] {
        var rows = rows
        let last = table == .scope ? 96 : 0
        if !rows.contains(where: { $0.bits == last }) {
            rows.append(Row(prefix: last == 0 ? 0 : 0xffff << 32, bits: last, value: table.rest))
        }
        return rows.enumerated().sorted { ($1.element.bits, $0.offset) < ($0.element.bits, $1.offset) }
            .map(\.element)
    }

    /// Nil for a line that glibc leaves out.
    private static func row(_ table: Table, _ block: String, _ text: String) -> Row? {
        guard let value = Int32(text), value >= 0 else { return nil }
        let parts = block.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        var bits = 128
        if parts.count == 2 {
            guard let length = UInt8(parts[1]), length <= 128 else { return nil }
            bits = Int(length)
        }
        if table == .scope, let address = IPv4Address(parts[0]) {
            let length = parts.count == 2 ? bits : 32
            guard length <= 32 else { return nil }
            return Row(prefix: 0xffff << 32 | UInt128(address.number), bits: 96 + length, value: Int(value))
        }
        guard let address = IPv6Address(parts[0]), address.scope == 0 else { return nil }
        if table == .scope, address.mapped == nil || bits < 96 { return nil }
        return Row(prefix: address.number, bits: bits, value: Int(value))
    }

    private func value(of address: AnyIPAddress, in table: Table) -> Int {
        let number =
            switch address {
            case .inet(let address): 0xffff << 32 | UInt128(address.number)
            case .inet6(let address): address.number
            }
        return tables[table]?.first { $0.contains(number) }?.value ?? 0
    }

    package func label(of address: AnyIPAddress) -> Int { value(of: address, in: .label) }

    package func precedence(of address: AnyIPAddress) -> Int { value(of: address, in: .precedence) }

    /// RFC 6724, section 3.1: 2 is link-local, 5 site-local, 14 global.
    package func scope(of address: AnyIPAddress) -> Int {
        guard case .inet6(let inet6) = address else { return value(of: address, in: .scope) }
        let first = UInt16(truncatingIfNeeded: inet6.number >> 112)
        switch first {
        case 0xff00...0xffff: return Int(first & 0xf)
        case 0xfe80...0xfebf: return 2
        case 0xfec0...0xfeff: return 5
        default: return inet6.number == 1 ? 2 : 14
        }
    }
}
