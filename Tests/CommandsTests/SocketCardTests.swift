// The card of a socket: short, with what a program has changed and nothing that the kernel has.

import Glibc
import Testing

@testable import Commands
@testable import Sockets

@Suite struct SocketCardTests {
    private func text(_ socket: borrowing Socket, isOurs: Bool = true) throws -> String {
        let held = HeldSocket(descriptor: socket.borrowed, isOurs: isOurs)
        return SocketReport(socket: try SocketDescription(of: held)).text(TextStyle())
    }

    /// Of a listener, and of both ends of a connection to it.
    @Test(arguments: [AddressFamily.inet, .inet6])
    func whatNobodyHasChangedIsNoChange(family: AddressFamily) throws {
        if family == .inet6 { try Need.file("/proc/net/if_inet6").require() }
        let listener = try Socket(family, .stream)
        var peer: SocketAddress =
            family == .inet ? .inet(.loopback, port: 0) : .inet6(.loopback, port: 0)
        try listener.bind(to: peer)
        try listener.listen(backlog: 5)
        let client = try Socket(family, .stream)
        _ = try client.connect(to: try #require(try listener.localAddress()))
        _ = try listener.borrowed.waitUntilReady(for: .read, timeout: 10_000)
        let server = try listener.accept(from: &peer)
        for descriptor in [listener.borrowed, client.borrowed, server.borrowed] {
            let held = HeldSocket(descriptor: descriptor, isOurs: true)
            let description = try SocketDescription(of: held)
            let changes = try #require(OptionChanges(of: description)).changes
            #expect(changes.map { $0.reading.option.symbol } == [])
            let lines = SocketReport(socket: description).text(TextStyle()).split(separator: "\n")
            #expect(lines.count <= 22 && lines.contains("options        as on a new socket"), "\(lines)")
        }
    }

    @Test(arguments: [
        (AddressFamily.inet, SocketType.datagram), (.inet6, .datagram), (.unix, .stream), (.unix, .datagram),
    ])
    func freshSockets(family: AddressFamily, type: SocketType) throws {
        let text = try text(try Socket(family, type))
        #expect(text.contains("socket         AF_\(family.rawValue.uppercased()) \(type.symbol)"), "\(text)")
        #expect(text.contains("options        as on a new socket"), "\(text)")
    }

    @Test func whatAProgramHasChosen() throws {
        let socket = try Socket(.inet, .stream)
        try socket.set(.noDelay, to: true)
        try socket.set(try #require(SocketOption.named("IP_MTU_DISCOVER")), to: 2)
        try socket.set(try #require(SocketOption.named("SO_RCVBUF")), to: 8192)
        try socket.set(try #require(SocketOption.named("SO_LINGER")), to: .linger(on: true, seconds: 5))
        let text = try text(socket)
        #expect(text.contains("  TCP_NODELAY      on (off)\n"), "\(text)")
        #expect(text.contains("  IP_MTU_DISCOVER  IP_PMTUDISC_DO (IP_PMTUDISC_WANT)\n"), "\(text)")
        #expect(text.contains("  SO_LINGER        5 s (off)\n"), "\(text)")
        #expect(text.contains("buffers        receive 16 KiB (set), send "), "\(text)")
        #expect(text.contains("options (on a new socket)"))
    }

    @Test func verboseHasEverythingWithNames() throws {
        let socket = try Socket(.inet, .stream)
        let held = HeldSocket(descriptor: socket.borrowed, isOurs: true)
        let text = SocketReport(socket: try SocketDescription(of: held)).text(TextStyle(isVerbose: true))
        #expect(text.split(separator: "\n").count > 100)
        for (name, value) in [
            ("SO_TYPE", "SOCK_STREAM"), ("SO_DOMAIN", "AF_INET"), ("IP_MTU_DISCOVER", "IP_PMTUDISC_WANT"),
        ] {
            #expect(
                text.split(separator: "\n").contains { line in
                    let words = line.split(separator: " ")
                    return words.first ?? "" == name && words.dropFirst().first ?? "" == value
                }, "\(name)")
        }
    }

    @Test(arguments: [
        (0, "0 B/s"), (999, "999 B/s"), (1000, "1 kB/s"), (44_600_000_000, "44.6 GB/s"),
        (999_600, "1 MB/s"), (Int.max, "9223 PB/s"),
    ])
    func rates(bytes: Int, text: String) { #expect(SocketCard.rate(bytes) == text) }
}
