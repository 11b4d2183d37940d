// Outputs that nobody reads, and the ends that have to come all the same: a limit, an idle timer, a signal.

import Foundation
import Glibc

extension PromiseRow {
    static let outputs: [PromiseRow] = [
        PromiseRow("1 written/recv --connect: the peer speaks and resets before connecting is noticed") {
            scene, patience in
            // Whether it is stopped early enough is luck; of ten it nearly always is once.
            for _ in 0..<10 {
                let listener = try Listener()
                let program = try scene.sockctl("recv", "--connect", "\(listener.place)")
                let peer = try listener.accept()
                program.signal(SIGSTOP)
                let said = Lines.bytes(40_000)
                try peer.send(said)
                try peer.waitUntilAcknowledged(within: patience)
                peer.reset()
                program.signal(SIGCONT)
                try program.demandEnd(.status(7), within: patience)
                try demand(program.output.waitForEnd(within: patience), "stdout is still open")
                if let difference = difference(program.output.bytes, from: said) {
                    throw Breach(description: "on stdout: \(difference)")
                }
            }
        },
        PromiseRow("1 written/a reset, and a reader of stdout that pauses for longer than a signal's grace") {
            scene, patience in
            let stdout = try Drain()
            let program = try receiver(scene, stdout, "--frame", "line")
            let peer = try Peer(connectingTo: try program.listening())
            try stdout.stuff()
            let said = Lines.bytes(20_000)
            try peer.send(said)
            try peer.waitUntilAcknowledged(within: patience)
            peer.reset()
            // The time in which nothing must happen.
            guard (try? program.exit(within: 2.5)) == nil else {
                throw Breach(description: "it has ended")
            }
            stdout.open()
            try program.demandEnd(.status(7), within: patience)
            try demand(stdout.wait(within: patience) { $0.count == said.count }, "not all is written")
        },
        PromiseRow("4 blocked/recv --bytes reached while nobody reads stdout") { scene, _ in
            let stdout = try Drain()
            let program = try receiver(scene, stdout, "--bytes", "10000")
            let peer = try Peer(connectingTo: try program.listening())
            try stdout.stuff()
            try peer.send(Lines.bytes(20_000))
            try demandEnds(program, within: BlockedOutputs.grace)
        },
        PromiseRow("4 blocked/recv --json --count reached while nobody reads stdout") { scene, _ in
            let stdout = try Drain()
            let program = try receiver(scene, stdout, "--json", "--frame", "line", "--count", "100")
            let place = try stdout.place()
            try stdout.stuff()
            let peer = try Peer(connectingTo: place)
            try peer.send(Lines.bytes(20_000))
            try demandEnds(program, within: BlockedOutputs.grace)
        },
        PromiseRow("4 blocked/recv --json -i: the timer fires while nobody reads the events") { scene, _ in
            let stdout = try Drain()
            let program = try receiver(scene, stdout, "--json", "-i", "500ms")
            let place = try stdout.place()
            let peer = try Peer(connectingTo: place)
            _ = try stdout.line()
            try stdout.stuff()
            try program.demandEnd(.status(5), within: 0.5 + BlockedOutputs.grace)
            peer.close()
        },
        idle("recv -i", ["recv", "127.0.0.1:0"], keepsOpen: false),
        idle("listen -k -i", ["listen", "-k", "127.0.0.1:0"], keepsOpen: true),
        resets("", []),
        resets(" -q", ["-q"]),
    ]

    private static func receiver(_ scene: Scene, _ stdout: Drain, _ options: String...) throws -> Program {
        let program = try scene.run(
            .sockctl, ["recv", "127.0.0.1:0"] + options, stdout: .descriptor(stdout.writeEnd))
        stdout.closeWriteEnd()
        return program
    }

    private static func demandEnds(_ program: Program, within seconds: TimeInterval) throws {
        guard (try? program.exit(within: seconds)) != nil else {
            throw Breach(description: "it does not end")
        }
    }

    /// `-i` stands still while what has come waits for our own output, and starts anew when it is written.
    private static func idle(_ name: String, _ words: [String], keepsOpen: Bool) -> PromiseRow {
        PromiseRow("4 blocked/\(name) stands still while what has come waits for stdout") { scene, patience in
            let stdout = try Drain()
            let program = try scene.run(
                .sockctl, words + ["-i", "600ms"], stdin: .pipe, stdout: .descriptor(stdout.writeEnd))
            stdout.closeWriteEnd()
            let place = try program.listening()
            try stdout.stuff()
            let peer = try Peer(connectingTo: place)
            let said = Lines.bytes(20_000)
            try peer.send(said)
            // Twice its time, in which nothing must happen.
            try demand(try !waitReady(peer.descriptor, POLLIN, Deadline(in: 1.2)), "the connection has ended")
            try demand(program.isRunning, "it has ended")
            let opened = Deadline(in: 0.5)
            stdout.open()
            try demand(stdout.wait(within: patience) { $0.count == said.count }, "not all is written")
            _ = try peer.receive(.max, within: patience)
            try demand(opened.isOver, "the time did not start anew")
            if !keepsOpen { try program.demandEnd(.status(5), within: patience) }
        }
    }

    private static func resets(_ name: String, _ options: [String]) -> PromiseRow {
        PromiseRow("4 blocked/listen -k --echo\(name): 300 resets while nobody reads stderr") {
            scene, patience in
            let stderr = try Drain()
            let program = try scene.run(
                .sockctl, ["listen", "-k", "--echo", "127.0.0.1:0"] + options, stdin: .pipe,
                stderr: .descriptor(stderr.writeEnd))
            stderr.closeWriteEnd()
            // With -q nothing says where it listens.
            let place =
                options.isEmpty ? try stderr.place() : try program.foundListening(.inet(0))
            try stderr.stuff()
            for _ in 0..<300 {
                let peer = try Peer(connectingTo: place)
                try peer.send("x")
                peer.reset()
            }
            try program.demandEcho(at: place, within: patience)
            program.signal(SIGTERM)
            try program.demandEnd(.signal(SIGTERM), within: BlockedOutputs.grace)
        }
    }
}

extension Drain {
    /// Where a program says that it listens, on IPv4, in its first line.
    fileprivate func place() throws -> Place {
        let line = try line()
        guard
            let port = line.firstMatch(of: /127\.0\.0\.1(?::|","port":)(\d+)/).flatMap({ UInt16($0.output.1) }
            )
        else { throw Unexpected("does not say that it is listening: \(line)") }
        return .inet(port)
    }
}
