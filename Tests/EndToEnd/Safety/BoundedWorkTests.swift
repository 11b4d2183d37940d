// However much comes, a signal is seen soon: no single piece of work takes long.

import Foundation
import Glibc
import Testing

@Suite("Work is bounded while signals wait")
struct BoundedWorkTests {
    @Test("answers of 3,000 senders to 100,000 datagrams, and Ctrl-C")
    func manySenders() throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let program = try scene.sockctl(
                "udp", "send", peer.endpoint, "x", "--repeat", "100000", "--wait", "10m", "--stats",
                stdout: .counted)
            // When the last of them were sent it only waits for answers.
            let place = try peer.receiveSource()
            try poll(for: "all sent") {
                let before = try program.processorTime()
                usleep(50_000)
                return try program.processorTime() == before
            }
            for _ in 0..<3000 { try DatagramPeer().send([Data("answer".utf8)], to: place) }
            #expect(program.output.wait(forCount: 6 * 100), "\(scene)")
            let began = Date()
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
            // On two processors, with all other tests at work, it takes a few tenths of a second.
            #expect(Date().timeIntervalSince(began) < patience / 3)
        }
    }

    @Test(
        "a line of 300 MB in a recording is refused when it is longer than any",
        arguments: [
            "send PLACE --replay big", "listen 127.0.0.1:0 --replay big", "udp send PLACE --replay big",
        ])
    func longLine(_ words: String) throws {
        try scene { scene in
            // Of zeros, which take no room.
            let path = try scene.file("big", Data("{\"event\":\"data\",\"text\":\"".utf8))
            truncate(path, 300_000_000)
            let listener = try Listener()
            let line = words.replacingOccurrences(of: "PLACE", with: "\(listener.place)")
            let program = try scene.run(.sockctl, line.split(separator: " ").map(String.init))
            let peer = words.hasPrefix("listen") ? try Peer(connectingTo: try program.listening()) : nil
            let began = Date()
            try scene.expect(program, ends: .status(11))
            #expect(Date().timeIntervalSince(began) < 10)
            #expect(program.errors.text.contains("line 1 is longer than any of a recording"), "\(scene)")
            peer?.close()
        }
    }
}

extension DatagramPeer {
    /// Receives one, and tells whence it came.
    fileprivate func receiveSource() throws -> Place {
        guard try waitReady(descriptor, POLLIN, Deadline()) else { throw Unexpected("no datagram came") }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var byte: UInt8 = 0
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &byte, 1, 0, $0, &length)
            }
        }
        return .inet(UInt16(bigEndian: address.sin_port))
    }
}
