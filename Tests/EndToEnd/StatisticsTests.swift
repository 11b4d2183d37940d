// `--stats` and the `closed` event say who held the transfer up: a receiver, an input, an output or a network
// that really is slow.

import Foundation
import Glibc
import Testing

@Suite("what held a transfer up")
struct StatisticsTests {
    /// A peer that takes 64 KiB and then nothing for 20 ms, again and again.
    private func takeSlowly(_ peer: Peer) throws {
        while try !peer.receive(64 << 10).isEmpty { usleep(20_000) }
    }

    @Test(
        "a peer that reads slowly", arguments: [Place.inet(0), .abstract("sockctl-slow-reader-\(getpid())")])
    func receiver(_ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place)
            listener.setReceiveBuffer(64 << 10)
            let program = try scene.sockctl(
                "send", "--no-reply", "--stats", "\(listener.place)", stdin: .bytes(Payload.bytes(6 << 20)))
            try takeSlowly(try listener.accept())
            try scene.expectSuccess(program)
            #expect(program.errors.text.contains("sending was limited by the receiver ("), "\(scene)")
        }
    }

    @Test("an input that comes slowly", arguments: [Role.client, .server])
    func input(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, "--stats", stdin: .pipe)
            for number in 1...20 {
                usleep(20_000)
                let piece = Payload.bytes(20_000, seed: UInt64(number))
                try program.write(piece)
                scene.expect(try peer.receive(piece.count), is: piece)
            }
            program.closeInput()
            #expect(try peer.receiveToEnd().isEmpty)
            peer.close()
            try scene.expectSuccess(program)
            let errors = program.errors.text
            #expect(errors.contains("sending was limited by the input ("), "\(scene)")
            #expect(errors.contains("received nothing, sent 391 KiB in "), "\(scene)")
            #expect(errors.contains("connected in ") == (role == .client), "\(scene)")
        }
    }

    @Test("an output that takes little")
    func output() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--stats", stdout: .held)
            let began = Date()
            let held = try peer.flood()
            usleep(useconds_t(min(3, Date().timeIntervalSince(began)) * 1_500_000))
            program.release()
            peer.shutdown()
            try scene.expectSuccess(program)
            scene.expect(program.output.bytes, is: held)
            #expect(program.errors.text.contains("receiving was limited by the output ("), "\(scene)")
        }
    }

    @Test("a peer that sends slowly")
    func sender() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--stats")
            for _ in 0..<20 {
                usleep(20_000)
                try peer.send(Payload.bytes(20_000))
            }
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(
                program.errors.text.contains("receiving was limited by the sender or the network ("),
                "\(scene)")
        }
    }

    @Test("a line of 20 Mbit/s that drops what does not fit")
    func network() throws {
        try scene { scene in
            let script = """
                ip netns add a; ip netns add b
                ip link add va netns a type veth peer name vb netns b
                for h in a b; do ip -n $h link set lo up; ip -n $h link set v$h up; done
                ip -n a addr add 10.77.1.1/24 dev va; ip -n b addr add 10.77.1.2/24 dev vb
                ip netns exec a tc qdisc add dev va root tbf rate 20mbit burst 32k latency 20ms
                ip netns exec b $SOCKCTL recv --stats 10.77.1.2:7000 > received 2> receiver &
                until grep -qs listening receiver; do sleep 0.05; done
                head -c 3000000 /dev/urandom > payload
                ip netns exec a $SOCKCTL send --stats --no-reply 10.77.1.2:7000 -f payload 2> sender
                wait
                cmp payload received
                """
            try scene.expectSuccess(try Network.run(scene, script))
            let sender = String(decoding: try scene.contents("sender"), as: UTF8.self)
            #expect(sender.contains("sending was limited by the network ("), "\(sender)")
            #expect(sender.contains(/\d retransmissions?/), "\(sender)")
            let receiver = String(decoding: try scene.contents("receiver"), as: UTF8.self)
            #expect(
                receiver.contains("receiving was limited by the sender or the network ("), "\(receiver)")
        }
    }

    @Test("a few bytes are held up by nobody, and have no speed")
    func little() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, "--stats", stdin: .bytes(Data("hello".utf8)))
            #expect(try peer.receiveToEnd().count == 5)
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.errors.text.contains("received nothing, sent 5 bytes\n"), "\(scene)")
            #expect(!program.errors.text.contains("held up"), "\(scene)")
        }
    }

    @Test("JSON: the same, as shares of the time")
    func json() throws {
        try Need.file("/etc/hosts").require()
        try scene { scene in
            let listener = try Listener()
            listener.setReceiveBuffer(64 << 10)
            let program = try scene.sockctl(
                "send", "-j", "localhost:\(listener.port)", stdin: .bytes(Payload.bytes(6 << 20)))
            let peer = try listener.accept()
            try takeSlowly(peer)
            peer.close()
            try scene.expectSuccess(program)
            let closed = try program.output.event("closed")
            #expect(closed["sent.limited_by"] == "receiver", "\(closed)")
            let share: Double = try #require(closed["sent.limits.receiver"], "\(closed)")
            #expect(share > 0.5 && share <= 1, "\(closed)")
            #expect(closed.has("sent.duration_us") && !closed.has("received.duration_us"), "\(closed)")
            let total: Int = try #require(closed["connecting.connect_us"], "\(closed)")
            let lookUp: Int = try #require(closed["connecting.lookup_us"], "\(closed)")
            let handshake: Int = try #require(closed["connecting.handshake_us"], "\(closed)")
            #expect(lookUp >= 0 && handshake > 0 && lookUp + handshake <= total, "\(closed)")
        }
    }
}
