// Every size goes through with its boundary and content, in both families.

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
            try peer.send(sizes.map { Payload.bytes($0, seed: UInt64($0)) }, to: target)
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
            try peer.send(sizes.map { Payload.bytes($0, seed: 3) }, to: target)
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

    @Test("an answer of one byte more: 11, and nothing is listened at", arguments: families)
    func answerTooLong(_ family: String) throws {
        try scene { scene in
            let place = place(family)
            let reply = try scene.file("reply", Payload.bytes(DatagramSizes.limit(place) + 1))
            let program = try scene.sockctl("udp", "recv", "--reply", "@\(reply)", "\(place)")
            try scene.expect(program, ends: .status(11))
            #expect(program.errors.text.contains("\(DatagramSizes.limit(place))"), "\(scene)")
            #expect(!program.errors.text.contains("listening"), "\(scene)")
        }
    }
}
