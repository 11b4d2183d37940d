// Two that want the same Unix socket: whoever asks disturbs nobody, nobody is taken for gone who is there, and of
// several that begin at the same time one gets it.

import Foundation
import Glibc
import Testing

@Suite("The file of a Unix socket")
struct UnixFileTests {
    @Test("a second listener is refused, and the first goes on as if nobody had asked")
    func undisturbed() throws {
        try scene { scene in
            let path = scene.path("socket")
            let first = try scene.sockctl("listen", "unix:\(path)", stdin: .pipe)
            _ = try first.listening(.unix(path))
            for command in [["listen"], ["recv"], ["udp", "recv"]] {
                let second = try scene.run(.sockctl, command + ["unix:\(path)"])
                try scene.expect(second, ends: .status(8))
                #expect(
                    second.errors.lines.last == "  sockctl (pid \(first.pid)) listens there", "\(scene)")
            }
            let peer = try Peer(connectingTo: .unix(path))
            try peer.send("still here")
            peer.close()
            first.closeInput()
            _ = try first.exit()
            #expect(first.output.text == "still here", "\(scene)")
        }
    }

    @Test("one that is bound and does not listen yet is not replaced")
    func boundOnly() throws {
        try scene { scene in
            let path = scene.path("socket")
            let bound = try Listener(.unix(path), listening: false)
            let program = try scene.sockctl("listen", "unix:\(path)")
            try scene.expect(program, ends: .status(8))
            // Who it is, is looked for only so long.
            let whose = [" (pid \(getpid()))", "another process"].map { $0 + " has bound it" }
            #expect(whose.contains { program.errors.lines.last?.hasSuffix($0) == true }, "\(scene)")
            listen(bound.descriptor, 1)
            _ = try Peer(connectingTo: .unix(path))
        }
    }

    @Test("of two that begin at once over a stale file, one listens")
    func race() throws {
        try scene { scene in
            for round in 0..<20 {
                let path = scene.path("socket\(round)")
                _ = try Listener(.unix(path))  // closed at once, the file stays
                let pair = try (0..<2).map { _ in try scene.sockctl("listen", "unix:\(path)", stdin: .pipe) }
                try poll(for: "one of them ends") { pair.contains { !$0.isRunning } }
                let loser = try #require(pair.first { !$0.isRunning })
                let winner = try #require(pair.first { $0 !== loser })
                try scene.expect(loser, ends: .status(8))
                _ = try winner.listening(.unix(path))
                winner.signal(SIGTERM)
                try scene.expect(winner, ends: .signal(SIGTERM))
                #expect(access(path, F_OK) != 0, "\(scene)")
            }
        }
    }

    @Test("a symbolic link that leads nowhere is told")
    func link() throws {
        try scene { scene in
            let path = scene.path("link")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "gone")
            let cases = [
                (
                    "listen",
                    "what is there is a symbolic link to 'gone', which does not exist, and is not replaced"
                ),
                ("connect", "that is a symbolic link to 'gone', which does not exist"),
            ]
            for (command, hint) in cases {
                let program = try scene.sockctl(command, "unix:\(path)")
                #expect(try program.exit() != .status(0))
                #expect(program.errors.lines.last == "  " + hint, "\(program)")
            }
        }
    }
}
