// The other side of datagrams, played by the test itself: a UDP socket on loopback, every wait with a deadline.

import Foundation
import Glibc
import Synchronization

final class DatagramPeer {
    let descriptor: Int32
    private let place: Place

    init(_ place: Place = .inet(0)) throws {
        self.place = place
        descriptor = socket(place.family, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw Unexpected.call("socket") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        guard place.withAddress({ bind(descriptor, $0, $1) }) == 0 else { throw Unexpected.call("bind") }
        // Room for a burst. An ordinary user gets no more than net.core.rmem_max allows: 416 KiB with the default,
        // which is 512 datagrams, as each takes 832 bytes of it, however short.
        var size: Int32 = 8 << 20
        if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, 4) < 0 {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
    }

    deinit { close(descriptor) }

    var port: UInt16 { localPort(of: descriptor) }
    /// As sockctl is told.
    var endpoint: String { "\(place.with(port: port))" }

    func send(_ data: Data, to place: Place) throws {
        let sent = place.withAddress { address, length in
            data.withUnsafeBytes { sendto(descriptor, $0.baseAddress, $0.count, 0, address, length) }
        }
        guard sent == data.count else { throw Unexpected.call("sendto \(data.count) bytes") }
    }

    /// Sends them all in bursts that the receiver has room for, also that of an ordinary user.
    func send(_ burst: [Data], to place: Place) throws {
        var waiting = 0
        for data in burst {
            // Of the receive buffer it takes its length, rounded up, and what the kernel notes of it.
            let room = 2 * data.count + 1024
            if waiting + room > 200_000 {
                try waitDrained(place)
                waiting = 0
            }
            try send(data, to: place)
            waiting += room
        }
    }

    /// The next datagram, however long.
    func receive() throws -> Data {
        guard try waitReady(descriptor, POLLIN, Deadline()) else { throw Unexpected("no datagram came") }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Unexpected.call("recv") }
        return Data(bytes.prefix(count))
    }

    /// Receives one, and sends it back to whoever sent it, `times` times.
    func echo(times: Int = 1) throws {
        guard try waitReady(descriptor, POLLIN, Deadline()) else { throw Unexpected("no datagram came") }
        var bytes = [UInt8](repeating: 0, count: 1 << 17)
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let count = recvfrom(descriptor, &bytes, bytes.count, 0, address, &length)
                for _ in 0..<times { sendto(descriptor, bytes, count, 0, address, length) }
            }
        }
    }

    /// A port that nobody is bound to, for a program that has to be told one. It is none of those that the
    /// kernel gives to others (`ip_local_port_range`), and no other test gets the same.
    static func freePort(_ place: Place) throws -> UInt16 {
        for _ in 0..<portCount {
            let number = nextPort.wrappingAdd(1, ordering: .relaxed).oldValue
            let port = UInt16(firstPort + number % portCount)
            if (try? DatagramPeer(place.with(port: port))) != nil { return port }
        }
        throw Unexpected("no port is free")
    }

    private static let (firstPort, portCount) = (61_000, 4000)
    private static let nextPort = Atomic(Int.random(in: 0..<portCount))
}

/// Waits until somebody is bound to the UDP port.
func waitBound(_ port: UInt16) throws {
    let wanted = ":" + String(format: "%04X", Int(port))
    try poll(for: "UDP port \(port) is bound") {
        ["udp", "udp6"].contains { table in
            kernelTable(table).contains { $0.count > 1 && $0[1].hasSuffix(wanted) }
        }
    }
}

/// Waits until nothing is left in the receive buffer of the UDP socket at a place, for as long as it gets less.
func waitDrained(_ place: Place) throws {
    let (table, port): (String, UInt16) =
        switch place {
        case .inet(let port): ("udp", port)
        case .inet6(let port): ("udp6", port)
        case .unix, .abstract: throw Unexpected("\(place) is no UDP port")
        }
    let wanted = ":" + String(format: "%04X", Int(port))
    var (left, deadline) = ("", Deadline())
    while !deadline.isOver {
        let row = kernelTable(table).first { $0.count > 4 && $0[1].hasSuffix(wanted) }
        guard let queues = row?[4] else { throw Unexpected("nobody is bound to \(place)") }
        if queues.hasSuffix(":00000000") { return }
        if queues != left { (left, deadline) = (String(queues), Deadline()) }
        usleep(5_000)
    }
    throw Unexpected("waited in vain: what waits at \(place) is read")
}

enum DatagramSizes {
    /// Every power of two, one less and one more, and the limit.
    static func upTo(_ limit: Int) -> [Int] {
        let powers = (0...16).flatMap { power in [(1 << power) - 1, 1 << power, (1 << power) + 1] }
        return Set(powers + [limit - 1, limit]).filter { $0 <= limit }.sorted()
    }

    static func limit(_ place: Place) -> Int { if case .inet6 = place { 65_527 } else { 65_507 } }
}
