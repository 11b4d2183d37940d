// Every size of the table goes through with its boundary and content, in both families, to and from other
// programs. What one of them cannot do is seen not to work, too.

import Foundation
import Testing

@Suite("Datagrams of every size, to and from other programs")
struct DatagramToolTests {
    private static let places = [Place.inet(0), .inet6(0)]

    /// The largest last, but for the empty one, which is the end to some.
    private func sizes(_ place: Place) -> [Int] {
        Array(DatagramSizes.upTo(DatagramSizes.limit(place)).drop { $0 == 0 })
    }

    @Test("udp recv", arguments: DatagramTool.all, places)
    func received(_ peer: DatagramTool, _ place: Place) throws {
        try scene { scene in
            let receiver = try scene.sockctl("udp", "recv", "-j", "\(place)")
            let target = try receiver.output.listeningPlace(place)
            let input = try Records()
            let sender = try scene.run(peer.tool, peer.sending(to: target), stdin: .descriptor(input.theirs))
            input.hand()
            var expected = sizes(place).filter { $0 <= peer.longestSent }
            for (number, size) in expected.enumerated() {
                try input.send(Payload.bytes(size, seed: UInt64(size)))
                try datagrams(number + 1, receiver)
            }
            input.end()
            #expect(try sender.exit() == .status(0))
            if peer.sendsEmptyAtEnd { expected.append(0) }
            // Whatever else it might have sent came before this.
            try DatagramPeer(place).send(Data("end".utf8), to: target)
            try datagrams(expected.count + 1, receiver)
            let events = try receiver.output.events().filter { $0.name == "datagram" }
            #expect(events.compactMap { $0["size"] as Int? } == expected + [3])
            for (event, size) in zip(events, expected) {
                scene.expect(event.payload ?? Data(), is: Payload.bytes(size, seed: UInt64(size)))
            }
        }
    }

    @Test("what is longer than its buffer leaves a program in pieces, each a datagram", arguments: places)
    func pieces(_ place: Place) throws {
        try scene { scene in
            for peer in DatagramTool.all where peer.longestSent < .max {
                let receiver = try scene.sockctl("udp", "recv", "-j", "\(place)")
                let target = try receiver.output.listeningPlace(place)
                let payload = Payload.bytes(DatagramSizes.limit(place))
                let sender = try scene.run(
                    peer.tool, peer.sending(to: target), stdin: .file(try scene.file("payload", payload)))
                let count = (payload.count + peer.longestSent - 1) / peer.longestSent
                try datagrams(count, receiver)
                sender.end()
                let events = try receiver.output.events().filter { $0.name == "datagram" }
                #expect(events.compactMap { $0["size"] as Int? }.max() == peer.longestSent)
                scene.expect(events.reduce(Data()) { $0 + ($1.payload ?? Data()) }, is: payload)
            }
        }
    }

    @Test("udp send", arguments: DatagramTool.all, places)
    func sent(_ peer: DatagramTool, _ place: Place) throws {
        try scene { scene in
            // Some listen to the first sender only: all are sent from one port.
            let target = place.with(port: try DatagramPeer.freePort(place))
            let source = "\(try DatagramPeer.freePort(place))"
            let output = try Records()
            let receiver = try scene.run(
                peer.tool, peer.receiving(at: target), stdout: .descriptor(output.theirs))
            output.hand()
            try waitBound(localPort(target))
            for size in sizes(place) + [0] {
                let payload = Payload.bytes(size, seed: UInt64(size))
                let sender = try scene.sockctl(
                    "udp", "send", "--source-port", source, "\(target)", stdin: .bytes(payload))
                let record = try output.receive()
                scene.expect(record, is: payload.prefix(peer.longestReceived), "\(size) bytes")
                try scene.expectSuccess(sender)
            }
            if peer.endsOnEmpty {
                #expect(try receiver.exit() == .status(0))
            } else {
                #expect(receiver.isRunning)
            }
        }
    }

    /// Waits for so many datagram events.
    private func datagrams(_ count: Int, _ receiver: Program) throws {
        // The first line says that it listens.
        guard receiver.output.wait(until: { data, _ in data.count { $0 == 10 } > count }) else {
            throw Unexpected("not \(count) datagrams")
        }
    }

    private func localPort(_ place: Place) -> UInt16 {
        switch place {
        case .inet(let port), .inet6(let port): port
        case .unix, .abstract: 0
        }
    }
}
