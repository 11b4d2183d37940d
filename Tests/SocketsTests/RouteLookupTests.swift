// Routes, neighbours and links as rtnetlink(7) tells them: of this host, and of answers that are cut short.

import Foundation
import Testing

@testable import Sockets

@Suite struct RouteLookupTests {
    @Test func thisHostIsReachedThroughItsLoopbackInterface() throws {
        var lookup = try RouteLookup()
        guard case .found(let route) = try lookup.route(to: .inet(.loopback)) else {
            Issue.record("no route to 127.0.0.1")
            return
        }
        #expect(route.kind == .local && route.gateway == nil)
        let link = try #require(try lookup.link(route.interface))
        #expect(link.isUp && link.name == NetworkInterface.name(of: route.interface))
        #expect(link.mtu ?? 0 >= 1280)
    }

    @Test func aLinkThatIsNotThere() throws {
        var lookup = try RouteLookup()
        #expect(try lookup.link(0x7fff_fff0) == nil)
    }

    @Test func whatIsCutShortIsNoRoute() {
        for length in 0..<12 { #expect(Route(parsing: [UInt8](repeating: 2, count: length)) == nil) }
        for length in 0..<16 { #expect(Link(parsing: [UInt8](repeating: 1, count: length)) == nil) }
    }

    /// Attributes of any length and any value are read without a fault.
    @Test func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 12...120)).map { _ in
                UInt8(
                    truncatingIfNeeded: generator.next() % 9 == 0 ? generator.next() : generator.next() % 24)
            }
            _ = Route(parsing: bytes)
            _ = Link(parsing: bytes)
        }
    }

    @Test func attributes() throws {
        var head: [UInt8] = [2, 32, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0]
        head += Netlink.attribute(4, UInt32(7).kernelBytes)
        head += Netlink.attribute(5, [10, 1, 0, 254])
        head += Netlink.attribute(7, [10, 1, 0, 1])
        head += Netlink.attribute(8, Netlink.attribute(2, UInt32(1400).kernelBytes))
        head += Netlink.attribute(
            12, [UInt8](repeating: 0, count: 8) + Int32(500).kernelBytes + [0, 0, 0, 0])
        let route = try #require(Route(parsing: head))
        #expect(route.kind == .unicast && route.interface == 7 && route.mtu == 1400 && route.mtuIsLearned)
        #expect(route.gateway?.description == "10.1.0.254" && route.source?.description == "10.1.0.1")
        // RTA_VIA: the next hop is of the other family.
        let via = Netlink.attribute(
            18, UInt16(10).kernelBytes + [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1])
        let other = try #require(Route(parsing: Array(head.prefix(12)) + via))
        #expect(other.gateway?.description == "fe80::1")
    }

    @Test(
        arguments: [
            (0x01, .incomplete), (0x02, .known), (0x04, .known), (0x20, .failed), (0x40, .unneeded),
            (0x80, .known),
        ] as [(UInt16, NeighbourState)])
    func neighbour(bits: UInt16, state: NeighbourState) { #expect(NeighbourState(bits: bits) == state) }

    @Test(arguments: [
        ("127.0.0.1", false, "127.0.0.1", true), ("127.0.0.1", false, "127.0.0.2", false),
        ("0.0.0.0", false, "10.0.0.1", true), ("0.0.0.0", false, "::1", false),
        ("::", false, "127.0.0.1", true),
        ("::", true, "127.0.0.1", false), ("::", true, "::1", true), ("::1", false, "::1", true),
        ("::ffff:127.0.0.1", false, "127.0.0.1", true), ("::1", false, "127.0.0.1", false),
    ])
    func holder(own: String, v6Only: Bool, wanted: String, has: Bool) throws {
        let address = try #require(AnyIPAddress(own)).with(port: 80)
        let holder = PortHolder(address: address, isV6Only: v6Only)
        #expect(holder.has(try #require(AnyIPAddress(wanted)).with(port: 80)) == has)
    }

    @Test(
        arguments: [
            ("sockets: used 3\nTCP: inuse 9 orphan 0 tw 4 alloc 11 mem 1\nUDP: inuse 1 mem 0\n", 13),
            ("UDP: inuse 1\n", nil), ("TCP: orphan 1\n", nil), ("", nil),
        ] as [(String, Int?)])
    func sockets(text: String, count: Int?) { #expect(TCPCount.inUse(parsing: Array(text.utf8)) == count) }

    @Test func pathsOfUnixSockets() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sockctl-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = FileManager.default.createFile(atPath: folder + "/file", contents: Data())
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "nowhere")
        func path(_ name: String) -> UnixSocketPath { UnixSocketPath(Array("\(folder)/\(name)".utf8)) }
        #expect(path("file") == .otherFile)
        #expect(path("none") == .missing(Array("\(folder)/none".utf8)))
        #expect(path("none/x/y") == .missing(Array("\(folder)/none".utf8)))
        #expect(path("file/x") == .notADirectory(Array("\(folder)/file".utf8)))
        #expect(path("link") == .danglingLink(to: "nowhere"))
        #expect(path("link/x") == .danglingLink(to: "nowhere"))
        #expect(UnixSocketPath([]) == .unknown(.invalidArgument))
    }
}
