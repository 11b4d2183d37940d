// Files that are written for long: a recording is nobody else's to read, and what somebody cuts while it is written
// (copytruncate of logrotate(8)) goes on at its end.

import Foundation
import Glibc
import Testing

@Suite("Recordings and logs")
struct LogFileTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test("a recording is created for its owner alone; one that is there keeps its mode, and nothing else")
    func recording() throws {
        try scene { scene in
            let old = try scene.file("old", Payload.bytes(100_000))
            chmod(old, 0o640)
            for name in ["new", "old"] {
                let listener = try Listener()
                let program = try scene.shell(
                    #"umask 0; exec "$SOCKCTL" send "$1" hello --record "$2""#,
                    arguments: ["\(listener.place)", name])
                try listener.accept().close()
                _ = try program.exit()
                #expect(mode(scene.path(name)) == (name == "new" ? 0o600 : 0o640))
                #expect(try scene.contents(name).first == UInt8(ascii: "{"), "\(scene)")
            }
            let receiver = try scene.shell(#"umask 022; exec "$SOCKCTL" recv 127.0.0.1:0 -O copy"#)
            try Peer(connectingTo: try receiver.listening()).close()
            try scene.expectSuccess(receiver)
            #expect(mode(scene.path("copy")) == 0o644, "a file that was received is like any other")
        }
    }

    @Test(
        "a log that was cut goes on at its end",
        arguments: [
            "listen -k --echo PLACE --record log", "listen -k PLACE --record log -O /dev/null",
            "listen -k PLACE -O log",
            "listen -kj PLACE -O log", "listen -k --frame line PLACE -O log", "udp recv PLACE -O log",
            "udp recv PLACE --record log", "udp recv -j PLACE -O log", "udp recv -v PLACE -O log",
        ])
    func cut(_ words: String) throws {
        try scene { scene in
            let words = words.replacingOccurrences(of: "PLACE", with: "127.0.0.1:0")
            let program = try scene.run(.sockctl, words.split(separator: " ").map(String.init), stdin: .pipe)
            let output = words.contains("-kj") || words.contains("-j") ? program.output : program.errors
            let place = try output.listeningPlace()
            let peer = words.hasPrefix("udp") ? nil : try Peer(connectingTo: place)
            let sender = try DatagramPeer()
            func send(_ text: String) throws {
                if let peer { try peer.send(text) } else { try sender.send(Data(text.utf8), to: place) }
            }
            try send("before it was cut\n")
            try poll(for: "the first") { try scene.contents("log").range(of: Data("before".utf8)) != nil }
            truncate(scene.path("log"), 0)
            try send("after\n")
            try poll(for: "the second") { try scene.contents("log").range(of: Data("after".utf8)) != nil }
            let log = try scene.contents("log")
            #expect(!log.contains(0) && log.range(of: Data("before".utf8)) == nil, "\(printable(log))")
            #expect(words.contains("record") || log == Data("after\n".utf8), "\(printable(log))")
        }
    }
}
