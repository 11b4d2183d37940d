// How connections end where one side is not done: what had come is written, who was cut off knows it, and who is gone
// holds nothing.

import Foundation
import Glibc
import Testing

@Suite("Ends of connections")
struct EndsTests {
    private let received = 60_000

    @Test(
        "what came before our own end is written, be the end at once",
        arguments: [
            (["--exit-on-eof"], Exit.status(0)), (["--frame", "fixed:1000", "-f", "@cut"], .status(11)),
            // It can be opened, and nothing is mapped where it begins.
            (["-f", "/proc/self/mem"], .status(10)),
        ])
    func drained(words: [String], exit: Exit) throws {
        try scene { scene in
            let files = ["@cut": try scene.file("cut", Data(count: 999))]
            let program = try scene.run(
                .sockctl, ["listen", "127.0.0.1:0"] + words.map { files[$0] ?? $0 }, stdin: .null)
            let place = try program.listening()
            // All of it is there when the connection is accepted.
            program.signal(SIGSTOP)
            let peer = try Peer(connectingTo: place)
            try peer.send(Payload.bytes(received))
            peer.shutdown()
            program.signal(SIGCONT)
            try scene.expect(program, ends: exit)
            scene.expect(program.output.bytes, is: Payload.bytes(received))
        }
    }

    @Test(
        "--exit-on-eof: a file is sent whole, also if the peer's end comes first", arguments: [false, true])
    func wholeFile(overUnix: Bool) throws {
        try scene { scene in
            let payload = Payload.bytes(3_000_000)
            let listener = try Listener(overUnix ? .unix(scene.path("socket")) : .inet(0))
            let program = try scene.run(
                .sockctl,
                ["connect", "--exit-on-eof", "-f", try scene.file("file", payload)] + ["\(listener.place)"])
            let peer = try listener.accept()
            peer.shutdown()
            scene.expect(try peer.receiveToEnd(), is: payload)
            try scene.expectSuccess(program)
        }
    }

    @Test("a stdout that nobody reads: peers that are gone hold no descriptor, and others are served")
    func goneWhileBlocked() throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0"], stdin: .pipe, stdout: .held)
            let place = try program.listening()
            let talker = try Peer(connectingTo: place)
            _ = try talker.flood()
            let before = try program.openDescriptors()
            for number in 0..<40 {
                let peer = try Peer(connectingTo: place)
                if number % 2 == 0 { peer.reset() } else { peer.close() }
            }
            let other = try Peer(connectingTo: place)
            try poll(for: "those that are gone hold nothing") { try program.openDescriptors() == before + 1 }
            try program.write("hi")
            #expect(try other.receiveText(2) == "hi", "\(scene)")
        }
    }

    @Test("a stdout that nobody reads: --idle-timeout ends those that say nothing")
    func idleWhileBlocked() throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "-k", "-i", "500ms", "127.0.0.1:0"], stdin: .pipe, stdout: .held)
            let talker = try Peer(connectingTo: try program.listening())
            _ = try talker.flood()
            let silent = try Peer(connectingTo: try program.listening())
            #expect(try silent.waitForEnd() == 0, "\(scene)")
        }
    }

    @Test(
        "a peer that reads too slowly is cut off by a reset: what it got is not all",
        arguments: [[], ["--chat"]])
    func cutOff(words: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["listen", "-k", "127.0.0.1:0"] + words, stdin: .pipe)
            let slow = try Peer(connectingTo: try program.listening())
            let other = try Peer(connectingTo: try program.listening())
            other.readAll()
            defer { other.stopReading() }
            let talker = words.isEmpty ? nil : try Peer(connectingTo: try program.listening())
            // Those that are there to be heard have been accepted.
            try poll(for: "all three are there") { try program.openDescriptors() >= (words.isEmpty ? 9 : 10) }
            let block = Data(count: 1 << 20)
            for _ in 0..<60 {
                if let talker { try talker.send(block) } else { try program.write(block) }
            }
            #expect(program.errors.wait(for: "reads too slowly"), "\(scene)")
            #expect(try slow.waitForEnd() == ECONNRESET, "\(scene)")
        }
    }

    @Test("a peer of a chat that reads nothing is cut off by what it says itself; the others go on")
    func cutOffWhileSpeaking() throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "-k", "--chat", "--frame", "line", "127.0.0.1:0"], stdin: .null)
            let place = try program.listening()
            let speaking = try Peer(connectingTo: place)
            let (other, talker) = (try Peer(connectingTo: place), try Peer(connectingTo: place))
            other.readAll()
            defer { other.stopReading() }
            try poll(for: "all three are there") { try program.openDescriptors() >= 10 }
            let block = Data(
                Array(repeating: Array(repeating: 0x61, count: 1023) + [10], count: 1024).joined())
            // Nearly all that is held for one who does not read; then it speaks, to one who listens.
            for _ in 0..<14 { try talker.send(block) }
            let rest = Background { for _ in 0..<40 { try speaking.send(block) } }
            #expect(program.errors.wait(for: "reads too slowly"), "\(scene)")
            _ = try? rest.value()
            let late = try Peer(connectingTo: place)
            late.readAll()
            defer { late.stopReading() }
            try talker.send("still here\n")
            #expect(program.isRunning, "\(scene)")
        }
    }

    @Test("DATA operands are messages like those of stdin", arguments: [1, 3])
    func operandsAreCounted(repetitions: Int) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "--frame", "line", "-j", "--repeat", "\(repetitions)", "\(listener.place)", "a", "b",
                "c")
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd() == Data(String(repeating: "a\nb\nc\n", count: repetitions).utf8))
            peer.close()
            try scene.expectSuccess(program)
            #expect(try program.output.event("closed")["sent.messages"] == 3 * repetitions, "\(scene)")
        }
    }

    @Test(
        "a message that makes no sense ends the connection, also of a peer that takes nothing",
        arguments: [false, true])
    func malformed(keepsOpen: Bool) throws {
        try scene { scene in
            let file = try scene.file("file", Data(count: 5 << 20))
            let program = try scene.run(
                .sockctl,
                ["listen", "--frame", "line:u32be", "-f", file, "127.0.0.1:0"] + (keepsOpen ? ["-k"] : []))
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send(Data(repeating: 0xff, count: 4))
            #expect(program.errors.wait(for: "--max-message allows"), "\(scene)")
            if !keepsOpen { try scene.expect(program, ends: .status(11)) }
        }
    }

    @Test("an empty line before a request is no part of it", arguments: [[], ["-j"], ["-k"]])
    func emptyLine(words: [String]) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["listen", "--frame", "http", "--reply", "hi", "127.0.0.1:0"] + words)
            let place = try words == ["-j"] ? program.output.listeningPlace() : program.listening()
            let peer = try Peer(connectingTo: place)
            let request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            try peer.send("\r\n" + request)
            peer.shutdown()
            let answer = String(decoding: try peer.receiveToEnd(), as: UTF8.self)
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.hasSuffix("\r\n\r\nhi"), "\(scene)")
            if words != ["-k"] { try scene.expectSuccess(program) }
            if words != ["-j"] { #expect(program.output.wait(for: request), "\(scene)") }
            if words.isEmpty { #expect(program.output.text == request) }
        }
    }

    @Test(
        "a stdout that nobody reads, a connection that is over, and a pause of what was to be sent",
        arguments: [
            (["one", "two"], Exit.status(7)), (["--frame", "line", "-f", "@lines"], .status(11)),
            (["--replay", "@recording"], .status(7)),
        ])
    func pausing(words: [String], exit: Exit) throws {
        try scene { scene in
            let files = [
                "@lines": try scene.file("lines", Data("one\ntwo\n".utf8)),
                "@recording": try scene.file("recording", Data(Self.recording.utf8)),
            ]
            let listener = try Listener()
            let delay = words[0] == "--replay" ? [] : ["--delay", "2s"]
            let program = try scene.run(
                .sockctl, ["send"] + delay + ["\(listener.place)"] + words.map { files[$0] ?? $0 },
                stdout: .held)
            let peer = try listener.accept()
            // As a line it is too long, which ends the connection.
            _ = try? fill(peer.descriptor, lineFeeds: false)
            peer.reset()
            // Long enough for the pause to end while the output is waited for.
            sleep(3)
            #expect(program.isRunning, "\(scene)")
            program.release(keeping: false)
            try scene.expect(program, ends: exit)
        }
    }

    private static let recording = """
        {"event":"connected","connection":1,"time":"2026-11-28T12:00:00.000000Z"}
        {"event":"data","connection":1,"direction":"sent","size":1,"text":"a","time":"2026-11-28T12:00:00.000000Z"}
        {"event":"data","connection":1,"direction":"sent","size":1,"text":"b","time":"2026-11-28T12:00:02.000000Z"}

        """
}
