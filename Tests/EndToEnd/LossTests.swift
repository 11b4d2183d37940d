// What is said to be lost where stdout takes nothing more and the command ends all the same: everything that has come
// and is not on stdout, in received bytes or datagrams, whatever its text would have been.

import Foundation
import Glibc
import Testing

@Suite("What is lost is counted as it was received")
struct LossTests {
    /// Starts a server with a stdout that nobody reads; also what it wrote there first, if it is where it listens.
    private func blocked(_ scene: Scene, _ words: [String], _ bound: Place) throws -> (Program, Place) {
        let program = try scene.run(
            .sockctl, words + ["\(bound)"], stdin: words[0] == "listen" ? .pipe : .null, stdout: .held)
        guard words.contains("-j") else { return (program, try program.listening(bound)) }
        let line = try program.takeOutputLine()
        let port = line.firstMatch(of: /"port":(\d+)/).flatMap { UInt16($0.output.1) }
        return (program, bound.with(port: port ?? 0))
    }

    /// What is on stdout when all is over.
    private func shown(_ program: Program, _ words: [String]) throws -> Data {
        program.release()
        #expect(program.output.waitForEnd())
        guard words.contains("-j") else { return program.output.bytes }
        var shown = Data()
        for event in try program.output.events() where event.name == "data" || event.name == "message" {
            shown += event.payload ?? Data()
            if event.name == "message" { shown.append(10) }
        }
        return shown
    }

    private func lost(_ program: Program, in unit: String) -> Int {
        let said = program.errors.text.matches(
            of: /([\d.]+) (KiB|MiB|bytes?|datagrams?) received could not be written/)
        #expect(said.count == 1, "\(program)")
        guard let words = said.first?.output, let number = Double(words.1) else { return 0 }
        #expect((unit == "datagrams") == words.2.hasPrefix("datagram"), "\(program)")
        return Int(number * (words.2 == "KiB" ? 1024 : words.2 == "MiB" ? 1_048_576 : 1))
    }

    @Test(
        "of a stream, where a signal ends it",
        arguments: [
            ["listen"], ["listen", "-k"], ["listen", "-k", "-j"], ["recv", "--frame", "line"],
            ["recv", "--frame", "line", "-j"], ["recv", "--frame", "line:u32be"], ["recv", "unix:"],
            ["listen", "-j", "unix:"],
        ])
    func stream(words: [String]) throws {
        try scene { scene in
            let overUnix = words.last == "unix:"
            let (program, place) = try blocked(
                scene, words.filter { $0 != "unix:" }, overUnix ? .unix(scene.path("socket")) : .inet(0))
            let peer = try Peer(connectingTo: place)
            var block = Lines.bytes(1 << 16)
            if words.contains("line:u32be") {
                let lines = block.split(separator: 10)
                block = Data(lines.map { Data([0, 0, 0, UInt8($0.count)]) + $0 }.joined())
            }
            let said = try peer.say(block, upTo: 64 << 20, quiet: 0.4)
            let received = said - (overUnix ? 0 : peer.unacknowledged)
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
            try expectAccount(of: program, words, received: received, scene)
        }
    }

    /// What was received is written or said to be lost, within the hundredth that nobody can know.
    private func expectAccount(
        of program: Program, _ words: [String], received: Int, _ scene: Scene
    ) throws {
        let shown = try shown(program, words).count
        let missing = received - shown - lost(program, in: "bytes")
        #expect(
            abs(missing) <= received / 100 + 200,
            "\(received) received, \(shown) written, not said: \(missing) \(scene)")
    }

    @Test(
        "of a stream, where another end comes with a failure of its own, or none",
        arguments: [
            ["recv", "--deadline", "2s"], ["recv", "-j", "--deadline", "2s"],
            // More than the text that is held, less than that and a receive buffer.
            ["recv", "-j", "--bytes", "1100000", "-o", "SO_RCVBUF=400000"],
        ])
    func limited(words: [String]) throws {
        try scene { scene in
            let (program, place) = try blocked(scene, words, .inet(0))
            let peer = try Peer(connectingTo: place)
            let said = try peer.say(Lines.bytes(1 << 16), upTo: 64 << 20, quiet: 0.4)
            let limit = words.firstIndex(of: "--bytes").flatMap { Int(words[$0 + 1]) } ?? .max
            let received = min(limit, said - peer.unacknowledged)
            try scene.expect(program, ends: .status(limit < .max ? 10 : 5))
            try expectAccount(of: program, words, received: received, scene)
        }
    }

    @Test(
        "of datagrams, where a signal or the deadline ends it",
        arguments: [[], ["-j"], ["--echo"], ["--frame", "line"], ["--deadline", "2s"]])
    func datagrams(options: [String]) throws {
        try scene { scene in
            let port = try DatagramPeer.freePort(.inet(0))
            let program = try scene.run(
                .sockctl, ["udp", "recv", "127.0.0.1:\(port)", "--stats"] + options, stdout: .held)
            try waitBound(port)
            let peer = try DatagramPeer()
            // As root that is less than an output and a receive buffer hold.
            let count = 3000
            for _ in 0..<count { try peer.send(Data(count: 1000), to: .inet(port)) }
            if !options.contains("--deadline") { program.signal(SIGTERM) }
            try scene.expect(program, ends: options.contains("--deadline") ? .status(5) : .signal(SIGTERM))
            let dropped = program.errors.text.firstMatch(of: /the kernel dropped (at least )?(\d+),/)?.output
            program.release()
            #expect(program.output.waitForEnd())
            let each = options.contains("--frame") ? 1001 : 1000
            let shown =
                try options.contains("-j")
                ? program.output.events().count { $0.name == "datagram" } : program.output.count / each
            let total = shown + lost(program, in: "datagrams") + (dropped.flatMap { Int($0.2) } ?? 0)
            // The kernel drops a block of them and counts one.
            #expect(dropped?.1 == nil ? total == count : total <= count, "\(total): \(scene)")
        }
    }

    @Test(
        "where writing fails that is said once, with what is lost",
        arguments: [
            ["listen"], ["listen", "-k"], ["listen", "--frame", "line"], ["listen", "-k", "--frame", "line"],
            ["listen", "-k", "-O", "/dev/full", "-j"], ["recv"],
        ])
    func full(words: [String]) throws {
        try scene { scene in
            let isElsewhere = words.contains("/dev/full")
            let program = try scene.run(
                .sockctl, words + ["127.0.0.1:0"], stdin: .pipe,
                stdout: isElsewhere ? .collected : .file("/dev/full"))
            let said = words.contains("-j") ? program.output : program.errors
            let peer = try Peer(connectingTo: try said.listeningPlace())
            try peer.send("one\ntwo\n")
            try scene.expect(program, ends: .status(10))
            let errors = program.errors.text
            #expect(errors.components(separatedBy: "ENOSPC").count == 2, "\(scene)")
            #expect(errors.contains("8 bytes received could not"), "\(scene)")
        }
    }

    @Test("what is no payload is not said to have been received")
    func output() throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["connect", "-z", "-j", "127.0.0.1:20000-30000", "--deadline", "3s"], stdout: .held)
            try scene.expect(program, ends: .status(5))
            #expect(!program.errors.text.contains("received"), "\(scene)")
            #expect(program.errors.text.contains("of output could not be written"), "\(scene)")
        }
    }
}
