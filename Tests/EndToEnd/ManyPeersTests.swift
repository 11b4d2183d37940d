// listen -k: many peers at the same time. stdin goes to all of them, the payload of all to stdout; or each is
// answered: echo, discard, reply, chat. None of them holds up another.

import Foundation
import Glibc
import Testing

@Suite("listen --keep-open")
struct ManyPeersTests {
    /// A listener and its first peers, in the order in which they were accepted.
    private func crowd(
        _ scene: Scene, _ options: String..., peers count: Int, stdin: Input = .pipe,
        stdout: Output = .collected
    ) throws -> (Program, [Peer]) {
        let program = try scene.run(
            .sockctl, ["listen", "-k", "127.0.0.1:0"] + options, stdin: stdin, stdout: stdout)
        let place = try program.listening()
        return (program, try (0..<count).map { _ in try Peer(connectingTo: place) })
    }

    @Test("stdin goes to every peer, what they say to stdout")
    func relay() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, peers: 3)
            // What each says shows that each has been accepted.
            for (number, peer) in peers.enumerated() {
                try peer.send("I am \(number)\n")
                #expect(program.output.wait { data, _ in data.count == 7 * (number + 1) }, "\(scene)")
            }
            #expect(Set(program.output.lines) == ["I am 0", "I am 1", "I am 2"], "\(scene)")
            try program.write("to all of you")
            for peer in peers { #expect(try peer.receiveText(13) == "to all of you") }
            // It goes on serving after one has left, and after stdin has ended.
            peers[0].close()
            program.closeInput()
            for peer in peers.dropFirst() { #expect(try peer.waitForEnd() == 0) }
            let late = try Peer(connectingTo: try program.listening())
            try late.send("late")
            #expect(program.output.wait { data, _ in data.count == 25 }, "\(scene)")
            #expect(program.isRunning, "\(scene)")
        }
    }

    @Test("big payloads of several peers arrive whole")
    func big() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, peers: 4, stdout: .counted)
            let size = 8 << 20
            let senders = peers.map { peer in
                Background {
                    try peer.sendZeros(size)
                    peer.shutdown()
                }
            }
            for sender in senders { try sender.value() }
            #expect(program.output.wait(forCount: 4 * size), "\(scene)")
        }
    }

    @Test("--echo: each gets back its own")
    func echo() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, "--echo", peers: 3)
            for (number, peer) in peers.enumerated() {
                let payload = Payload.bytes(2 << 20, seed: UInt64(number) + 20)
                let sender = Background {
                    try peer.send(payload)
                    peer.shutdown()
                }
                scene.expect(try peer.receiveToEnd(), is: payload)
                try sender.value()
            }
            #expect(program.output.count == 0)
        }
    }

    @Test("--discard: all is taken, nothing comes back")
    func discard() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, "--discard", peers: 2)
            for peer in peers {
                try peer.sendZeros(4 << 20)
                peer.shutdown()
                #expect(try peer.receiveToEnd().isEmpty)
            }
            #expect(program.output.count == 0)
        }
    }

    @Test("--reply DATA and --reply @FILE", arguments: ["text", "file"])
    func reply(_ kind: String) throws {
        try scene { scene in
            let payload = kind == "text" ? Data("hello there".utf8) : Payload.bytes(1 << 20)
            let file = try scene.file("reply", payload)
            let (_, peers) = try crowd(
                scene, "--reply", kind == "text" ? "hello there" : "@\(file)", peers: 3)
            for peer in peers {
                try peer.send("a request\n")
                peer.shutdown()
                scene.expect(try peer.receiveToEnd(), is: payload)
            }
        }
    }

    @Test("--chat: what one says reaches all others and not itself")
    func chat() throws {
        try scene { scene in
            let (_, peers) = try crowd(scene, "--chat", peers: 3)
            // Until all have been accepted nobody can be heard by all: each one speaks until the others hear it.
            try poll(for: "everyone is in the chat") {
                for peer in peers { try peer.send(".") }
                return try peers.allSatisfy { try waitReady($0.descriptor, POLLIN, Deadline(in: 0.1)) }
            }
            try peers[1].send("hello\n")
            for number in [0, 2] {
                var heard = Data()
                while !heard.contains(10) { heard += try peers[number].receive(1) }
                #expect(String(decoding: heard.filter { $0 != 46 }, as: UTF8.self) == "hello\n")
            }
            try peers[0].send("!\n")
            var heard = Data()
            while !heard.contains(10) { heard += try peers[1].receive(1) }
            #expect(String(decoding: heard.filter { $0 != 46 }, as: UTF8.self) == "!\n")
        }
    }

    @Test("--chat: who speaks to an empty room is heard by those who come, and is seen to leave")
    func chatAlone() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "--chat", "-j", "127.0.0.1:0")
            let place = try program.output.listeningPlace()
            let first = try Peer(connectingTo: place)
            try first.send("Is anyone here?")
            // Read, since it can only be told to nobody.
            #expect(
                program.output.wait(for: "anyone"),
                "\(scene)")
            let second = try Peer(connectingTo: place)
            try poll(for: "the second is in the chat") {
                try first.send("!")
                return try waitReady(second.descriptor, POLLIN, Deadline(in: 0.1))
            }
            // Nobody needs to speak for those who are there to be heard.
            second.close()
            first.close()
            try poll(for: "both are gone") { try program.output.events().count { $0.name == "closed" } == 2 }
        }
    }

    @Test("--chat: who waits for one that does not read is heard by one who comes")
    func chatStalled() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, "--chat", peers: 2)
            let before = try peers[0].flood()
            #expect(!before.isEmpty)
            let third = try Peer(connectingTo: try program.listening())
            #expect(!(try third.receive(1 << 16)).isEmpty, "\(scene)")
        }
    }

    @Test("a peer that does not read holds up no other", arguments: ["--echo", "--reply=@big"])
    func stalled(_ option: String) throws {
        try scene { scene in
            _ = try scene.file("big", Payload.bytes(20 << 20))
            let (_, peers) = try crowd(scene, option, peers: 2)
            if option == "--echo" {
                _ = try peers[0].flood()
                try peers[1].send("still there?")
                #expect(try peers[1].receiveText(12) == "still there?")
            } else {
                for peer in peers { try peer.send("a request\n") }
                #expect(try peers[1].skip(20 << 20) == 20 << 20)
            }
        }
    }

    @Test("a peer that does not read does not keep stdin from the others")
    func stalledRelay() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, peers: 2, stdin: .pipe)
            for peer in peers { try peer.send("here") }
            #expect(program.output.wait(forCount: 8), "\(scene)")
            let payload = Payload.bytes(1 << 20)
            let feeder = Background { for _ in 0..<48 { try program.write(payload) } }
            for _ in 0..<48 { scene.expect(try peers[1].receive(payload.count), is: payload) }
            try feeder.value()
            peers[0].close()
        }
    }

    @Test("a peer that resets holds up no other")
    func resets() throws {
        try scene { scene in
            let (program, peers) = try crowd(scene, "--echo", peers: 2)
            try peers[0].send("something")
            peers[0].reset()
            try peers[1].send("still there?")
            #expect(try peers[1].receiveText(12) == "still there?")
            #expect(program.isRunning, "\(scene)")
        }
    }
}
