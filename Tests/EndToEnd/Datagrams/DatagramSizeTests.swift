// Every size goes through with its boundary and content, in both families, to and from other programs.

import Foundation
import Glibc
import Testing

@Suite("Datagrams of every size")
struct DatagramSizeTests {
    private static let families = ["IPv4", "IPv6"]

    private func place(_ family: String) -> Place { family == "IPv4" ? .inet(0) : .inet6(0) }

    @Test("udp recv", arguments: families)
    func received(_ family: String) throws {
        try scene { scene in
            let place = place(family)
            let sizes = DatagramSizes.upTo(DatagramSizes.limit(place))
            let program = try scene.sockctl("udp", "recv", "-j", "\(place)", "--count", "\(sizes.count)")
            let peer = try DatagramPeer(place)
            let target = try program.output.listeningPlace(place)
            for size in sizes { try peer.send(Payload.bytes(size, seed: UInt64(size)), to: target) }
            try scene.expectSuccess(program)
            let events = try program.output.events().filter { $0.name == "datagram" }
            #expect(events.compactMap { $0["size"] as Int? } == sizes)
            for (event, size) in zip(events, sizes) {
                #expect(event["peer.port"] == Int(peer.port) && event["interface"] == "lo")
                scene.expect(event.payload ?? Data(), is: Payload.bytes(size, seed: UInt64(size)))
            }
        }
    }

    @Test("udp recv to a pipe: exactly the payloads, in order", arguments: families)
    func receivedAsText(_ family: String) throws {
        try scene { scene in
            let place = place(family)
            let sizes = DatagramSizes.upTo(DatagramSizes.limit(place))
            let program = try scene.sockctl("udp", "recv", "\(place)", "--count", "\(sizes.count)")
            let peer = try DatagramPeer(place)
            let target = try program.listening(place)
            for size in sizes { try peer.send(Payload.bytes(size, seed: 3), to: target) }
            try scene.expectSuccess(program)
            scene.expect(program.output.bytes, is: sizes.reduce(Data()) { $0 + Payload.bytes($1, seed: 3) })
        }
    }

    @Test("udp send of stdin", arguments: families)
    func sent(_ family: String) throws {
        try scene { scene in
            let place = place(family)
            let peer = try DatagramPeer(place)
            for size in DatagramSizes.upTo(DatagramSizes.limit(place)) {
                let payload = Payload.bytes(size, seed: UInt64(size))
                let program = try scene.sockctl("udp", "send", peer.endpoint, stdin: .bytes(payload))
                scene.expect(try peer.receive(), is: payload)
                try scene.expectSuccess(program)
            }
        }
    }

    @Test("one byte more than a datagram holds: 11, and nothing is sent", arguments: families)
    func tooLong(_ family: String) throws {
        try scene { scene in
            let place = place(family)
            let peer = try DatagramPeer(place)
            let payload = Payload.bytes(DatagramSizes.limit(place) + 1)
            let program = try scene.sockctl("udp", "send", peer.endpoint, stdin: .bytes(payload))
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains("\(DatagramSizes.limit(place))"), "\(scene)")
            #expect(try !waitReady(peer.descriptor, POLLIN, Deadline(in: 0.05)))
        }
    }

    /// The longest that each sends: the size of its own buffer.
    private static let tools: [(Tool, Int)] = [(.nc, 16_384), (.ncat, 8192), (.socat, 65_507)]

    @Test("from another program", arguments: tools.map(\.0))
    func fromTool(_ tool: Tool) throws {
        try scene { scene in
            let longest = Self.tools.first { $0.0 == tool }!.1
            for size in DatagramSizes.upTo(longest) where size > 0 && size % 2 == 0 {
                let payload = Payload.bytes(size, seed: UInt64(size))
                let program = try scene.sockctl("udp", "recv", "127.0.0.1:0", "--count", "1")
                guard case .inet(let port) = try program.listening() else { return }
                let arguments: [String] =
                    switch tool {
                    case .nc: ["-u", "-w1", "-q0", "127.0.0.1", "\(port)"]
                    case .ncat: ["-u", "--send-only", "127.0.0.1", "\(port)"]
                    default: ["-u", "-b", "65507", "-", "UDP4:127.0.0.1:\(port)"]
                    }
                // From a file, so that one read gets all of it.
                let file = try scene.file("payload", payload)
                let sender = try scene.run(tool, arguments, stdin: .file(file))
                try scene.expectSuccess(program)
                scene.expect(program.output.bytes, is: payload)
                sender.end()
            }
        }
    }

    @Test("to another program", arguments: tools.map(\.0))
    func toTool(_ tool: Tool) throws {
        try scene { scene in
            for size in [1, 64, 1400, 8192, 16_384] {
                let port = try DatagramPeer.freePort(.inet(0))
                let arguments: [String] =
                    switch tool {
                    case .nc: ["-u", "-l", "-d", "127.0.0.1", "\(port)"]
                    case .ncat: ["-u", "-l", "--recv-only", "127.0.0.1", "\(port)"]
                    default: ["-u", "-b", "65507", "UDP4-RECV:\(port),bind=127.0.0.1", "-"]
                    }
                let receiver = try scene.run(tool, arguments)
                try waitBound(port)
                let payload = Payload.bytes(size, seed: UInt64(size))
                let program = try scene.sockctl("udp", "send", "127.0.0.1:\(port)", stdin: .bytes(payload))
                try scene.expectSuccess(program)
                #expect(receiver.output.wait(forCount: size), "\(scene)")
                scene.expect(receiver.output.bytes, is: payload)
                receiver.end()
            }
        }
    }

    @Test("to and from Python")
    func python() throws {
        try scene { scene in
            let script = """
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.bind(("127.0.0.1", 0))
                print(s.getsockname()[1], flush=True)
                for _ in range(3):
                    data, peer = s.recvfrom(70000)
                    s.sendto(data[::-1], peer)
                """
            let python = try scene.run(.python3, ["-c", script], stdout: .held)
            let port = try python.takeOutputLine().dropLast()
            for size in [0, 1000, 65_507] {
                let payload = Payload.bytes(size)
                let program = try scene.sockctl(
                    "udp", "send", "--wait", "30s", "--replies", "1", "127.0.0.1:\(port)",
                    stdin: .bytes(payload))
                try scene.expectSuccess(program)
                scene.expect(program.output.bytes, is: Data(payload.reversed()))
            }
        }
    }
}
