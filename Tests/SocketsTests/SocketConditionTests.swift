// Conditions on addresses: what they are met by, that the program for the kernel says the same, and that the kernel
// takes it and answers with the same sockets as looking through all of them.

import CLinux
import Glibc
import Testing

@testable import Sockets

/// What the kernel does with a program, in `inet_diag_bc_audit` and `inet_diag_bc_run`.
private struct BytecodeMachine {
    let code: [UInt8]

    private func word(_ offset: Int) -> Int { Int(code[offset]) | Int(code[offset + 1]) << 8 }

    /// Whether the kernel takes it: each operation is whole, and each jump leads forward to one, or to an end.
    var isValid: Bool {
        var starts: Set<Int> = [code.count]
        var offset = 0
        while offset < code.count {
            starts.insert(offset)
            let yes = Int(code[offset + 1])
            guard yes >= 4, yes % 4 == 0, offset + yes <= code.count, offset + 4 <= code.count else {
                return false
            }
            offset += yes
        }
        offset = 0
        while offset < code.count {
            let (operation, yes, no) = (code[offset], Int(code[offset + 1]), word(offset + 2))
            let length =
                switch operation {
                case clinux_bytecode_jump: 4
                case clinux_bytecode_local_address, clinux_bytecode_peer_address:
                    12 + (code[offset + 4] == UInt8(AF_INET) ? 4 : 16)
                default: 8
                }
            let target = offset + no
            guard yes >= length, no >= length, no % 4 == 0, target <= code.count + 4,
                target > code.count || starts.contains(target)
            else { return false }
            offset += yes
        }
        return true
    }

    func accepts(_ local: SocketAddress, _ peer: SocketAddress) -> Bool {
        var offset = 0
        while offset < code.count {
            let (port, address) = (
                UInt16(word(offset + (code[offset] == clinux_bytecode_jump ? 2 : 6))), offset
            )
            let holds =
                switch code[offset] {
                case clinux_bytecode_local_at_least: local.port.map { $0 >= port } ?? false
                case clinux_bytecode_local_at_most: local.port.map { $0 <= port } ?? false
                case clinux_bytecode_peer_at_least: peer.port.map { $0 >= port } ?? false
                case clinux_bytecode_peer_at_most: peer.port.map { $0 <= port } ?? false
                case clinux_bytecode_local_address: matches(local, address)
                case clinux_bytecode_peer_address: matches(peer, address)
                default: false
                }
            offset += holds ? Int(code[offset + 1]) : word(offset + 2)
        }
        return offset == code.count
    }

    private func matches(_ address: SocketAddress, _ offset: Int) -> Bool {
        let prefix = Int(code[offset + 5])
        let isIPv4 = code[offset + 4] == UInt8(AF_INET)
        let wanted = Array(code[offset + 12..<offset + 12 + (isIPv4 ? 4 : 16)])
        guard code[offset + 8..<offset + 12].allSatisfy({ $0 == 0xff }) else { return false }
        var bytes = address.host?.bytes ?? []
        if isIPv4, bytes.count == 16 {
            guard bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] else { return false }
            bytes = Array(bytes.suffix(4))
        }
        guard bytes.count == wanted.count else { return false }
        for bit in 0..<prefix {
            let difference: UInt8 = bytes[bit / 8] ^ wanted[bit / 8]
            if difference & (0x80 >> UInt8(bit % 8)) != 0 { return false }
        }
        return true
    }
}

private func inet(_ text: String, _ port: UInt16) throws -> SocketAddress {
    if let address = IPv4Address(text) { return .inet(address, port: port) }
    return .inet6(try #require(IPv6Address(text)), port: port)
}

private func block(_ text: String) throws -> AddressBlock { try #require(AddressBlock(text)) }

@Suite struct SocketConditionTests {
    /// Conditions, and which of the pairs below meet them.
    private static func rows() throws -> [(SocketCondition, Set<String>)] {
        var rows: [(SocketCondition, Set<String>)] = []
        func row(_ condition: SocketCondition, _ names: String...) { rows.append((condition, Set(names))) }
        let (web, ssh) = (SocketCondition.port(443), SocketCondition.port(22))
        row(web, "web", "mapped")
        row(ssh, "ssh6", "listener")
        row(.localPort(22...22), "listener")
        row(.peerPort(22...22), "ssh6")
        row(.peerPort(0...0), "listener", "listener6")
        row(.localPort(0...65535), "web", "ssh6", "mapped", "listener", "listener6")
        row(.localPort(40001...65535), "ssh6", "mapped")
        row(.localPort(0...40000), "web", "listener", "listener6")
        row(.localAddress(try block("10.0.0.0/8")), "web", "mapped")
        row(.localAddress(try block("10.0.0.1")), "web")
        row(.peerAddress(try block("192.0.2.128/25")), "mapped")
        row(.localAddress(try block("0.0.0.0/0")), "web", "mapped", "listener")
        row(.localAddress(try block("::/0")), "ssh6", "mapped", "listener6")
        row(.localAddress(try block("2001:db8::/33")), "ssh6")
        row(.peerAddress(try block("2001:db8::2")), "ssh6")
        row(.any([web, ssh]), "web", "mapped", "ssh6", "listener")
        row(.any([.localPort(1...21), .localPort(23...80), .localPort(9000...9001)]), "listener6")
        let exact = SocketCondition.localAddress(try block("10.0.0.1"))
        row(.all([.peerPort(443...443), exact]), "web")
        let either = SocketCondition.any([.peerAddress(try block("::/0")), .localPort(22...22)])
        row(.all([.any([ssh, web]), either]), "ssh6", "mapped", "listener")
        row(.any([.all([exact, ssh]), .all([ssh, .peerPort(22...22)])]), "ssh6")
        row(.any([]))
        row(.all([]), "web", "ssh6", "mapped", "listener", "listener6")
        row(.any((1...60).map { .port($0 * 7) }))
        return rows
    }

    private static func pairs() throws -> [String: (SocketAddress, SocketAddress)] {
        [
            "web": (try inet("10.0.0.1", 40000), try inet("192.0.2.1", 443)),
            "ssh6": (try inet("2001:db8::1", 50000), try inet("2001:db8::2", 22)),
            "mapped": (try inet("::ffff:10.0.0.2", 60000), try inet("::ffff:192.0.2.200", 443)),
            "listener": (try inet("0.0.0.0", 22), try inet("0.0.0.0", 0)),
            "listener6": (try inet("::", 9000), try inet("::", 0)),
        ]
    }

    @Test func metAndCompiled() throws {
        for (condition, expected) in try Self.rows() {
            let machine = BytecodeMachine(code: try #require(condition.bytecode))
            #expect(machine.isValid, "\(condition)")
            for (name, (local, peer)) in try Self.pairs() {
                #expect(
                    condition.matches(local: local, peer: peer) == expected.contains(name),
                    "\(condition): \(name)")
                #expect(
                    machine.accepts(local, peer) == expected.contains(name), "\(condition): \(name), compiled"
                )
            }
            // What has no such address meets none.
            if expected.count < 5 {
                #expect(!condition.matches(local: .unix(.unnamed), peer: nil), "\(condition)")
            }
        }
    }

    @Test func longProgramsAreNotHandedOver() {
        let condition = SocketCondition.any((1...2000).map { .port($0 * 3) })
        #expect(condition.bytecode == nil)
    }

    /// What the kernel tells of, which is not looked through here.
    private static func told(_ transport: Transport, _ condition: SocketCondition?) throws -> [SocketRecord] {
        var query = SocketQuery()
        query.transports = [transport]
        query.condition = condition
        var diagnostics = try SocketDiagnostics()
        var found: [SocketRecord] = []
        for family in [AF_INET, AF_INET6] {
            do {
                try diagnostics.list(transport, family, query, into: &found)
            } catch {
                // This kernel does not list them.
                #expect(error == .noSuchFile)
            }
        }
        return found
    }

    /// The same chosen from all of them.
    private static func chosen(_ transport: Transport, _ condition: SocketCondition) throws -> Set<UInt64> {
        let all = try told(transport, nil)
        return Set(all.filter { condition.matches(local: $0.local, peer: $0.peer) }.map(\.cookie))
    }

    @Test func sameAsLookingThroughAll() throws {
        let known = try KnownSockets()
        let (listener, udp) = (try #require(known.ports["listener"]), try #require(known.ports["udp"]))
        var conditions = try Self.rows().map(\.0)
        conditions.append(.port(listener))
        conditions.append(.localPort(listener...listener))
        conditions.append(.any([.port(listener), .port(udp)]))
        conditions.append(.all([.peerAddress(try block("127.0.0.0/8")), .peerPort(listener...listener)]))
        conditions.append(.localAddress(try block("127.0.0.1")))
        conditions.append(.localAddress(try block("::1")))
        for transport in Transport.allCases where transport.isInternet {
            for condition in conditions {
                // Sockets of others come and go.
                var isSame = false
                for _ in 0..<20 where !isSame {
                    let before = try Self.chosen(transport, condition)
                    let filtered = Set(try Self.told(transport, condition).map(\.cookie))
                    isSame = try filtered == before && Self.chosen(transport, condition) == before
                }
                #expect(isSame, "\(transport): \(condition)")
            }
        }
    }
}
