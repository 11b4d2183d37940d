// The four time limits, each reached on a connection that would otherwise last for ever: status 5. Only that it
// ends, and how, is looked at, never how long it took.

import Foundation
import Glibc
import Testing

@Suite("A time limit ends with status 5")
struct TimeLimitTests {
    @Test("--timeout while connecting")
    func connecting() throws {
        try scene { scene in
            // A listener whose queue is full does not answer.
            let listener = try Listener(backlog: 0)
            var waiting: [Int32] = []
            defer { waiting.forEach { close($0) } }
            var answered = true
            while answered && waiting.count < 100 {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                waiting.append(descriptor)
                _ = listener.place.withAddress { connect(descriptor, $0, $1) }
                answered = try waitReady(descriptor, POLLOUT, Deadline(in: 0.3))
            }
            let program = try scene.sockctl("connect", "\(listener.place)", "--timeout", "300ms")
            try scene.expect(program, ends: .status(5))
            let line = program.errors.lines.first ?? ""
            #expect(line.hasPrefix("sockctl: connect \(listener.place): "), "\(scene)")
            #expect(line.contains("timed out"), "\(scene)")
        }
    }

    @Test("--timeout while nobody comes", arguments: ["listen", "recv"])
    func waiting(_ command: String) throws {
        try scene { scene in
            let program = try scene.sockctl(command, "127.0.0.1:0", "-w", "200ms")
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.lines.last?.hasPrefix("sockctl: ") == true, "\(scene)")
        }
    }

    @Test("--timeout is no limit for a connection that is made", arguments: Role.both)
    func connected(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, "-w", "500ms", stdin: .pipe)
            usleep(800_000)
            try peer.send("late")
            peer.shutdown()
            program.closeInput()
            try scene.expectSuccess(program)
            #expect(program.output.text == "late")
        }
    }

    @Test("--idle-timeout", arguments: Role.both)
    func idle(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, "--idle-timeout", "300ms", stdin: .pipe)
            try peer.send("before")
            try scene.expect(program, ends: .status(5))
            #expect(program.output.text == "before")
            #expect(program.errors.lines.last?.hasPrefix("sockctl: ") == true, "\(scene)")
        }
    }

    @Test(
        "--idle-timeout is no limit for a connection that is slow, in either direction", arguments: Role.both)
    func slow(_ role: Role) throws {
        try scene { scene in
            let (program, peer) = try scene.session(role, "-i", "2s", stdin: .pipe)
            for number in 0..<6 {
                usleep(500_000)
                if number % 2 == 0 { try peer.send(".") } else { try program.write(".") }
            }
            peer.shutdown()
            program.closeInput()
            try scene.expectSuccess(program)
            #expect(program.output.text == "...")
        }
    }

    @Test("with -k every connection has its own idle timeout, and the listener goes on")
    func idleEach() throws {
        try scene { scene in
            let program = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1:0", "-i", "300ms")
            let place = try program.listening()
            for _ in 0..<2 {
                let peer = try Peer(connectingTo: place)
                try peer.send("hello")
                #expect(try peer.receiveText(5) == "hello")
                _ = try peer.waitForEnd()
            }
            #expect(program.isRunning, "\(scene)")
        }
    }

    @Test("--deadline, connected or not")
    func deadline() throws {
        try scene { scene in
            let alone = try scene.sockctl("listen", "-k", "127.0.0.1:0", "--deadline", "300ms")
            try scene.expect(alone, ends: .status(5))

            let (program, peer) = try scene.session(.client, "--deadline", "1s", stdin: .pipe)
            try peer.send("before")
            let chatter = Background {
                while (try? peer.send("more")) != nil { usleep(20_000) }
            }
            try scene.expect(program, ends: .status(5))
            #expect(program.output.text.hasPrefix("before"))
            try chatter.value()
        }
    }

    /// A FIFO waits for its other end, and for the end of what that writes.
    @Test(
        "--deadline bounds the wait for a FIFO",
        arguments: [
            "listen -f F 127.0.0.1:0", "listen -O F 127.0.0.1:0", "recv --record F 127.0.0.1:0",
            "recv --record F.pcapng 127.0.0.1:0", "listen --reply @F 127.0.0.1:0",
            "send --replay F 127.0.0.1:1",
            "send -f F 127.0.0.1:1", "udp send -f F 127.0.0.1:1", "udp recv -O F 127.0.0.1:0",
            "broadcast recv --record F 127.0.0.1:0",
        ])
    func fifo(line: String) throws {
        try scene { scene in
            for name in ["F", "F.pcapng"] { #expect(mkfifo(scene.path(name), 0o600) == 0) }
            let program = try scene.run(
                .sockctl, line.split(separator: " ").map(String.init) + ["--deadline", "300ms"])
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.text.contains(": deadline of 300 ms passed"), "\(scene)")
            #expect(program.errors.text.contains("open F"), "\(scene)")
        }
    }

    @Test("--deadline counts from the start of the command, and a FIFO's opening is part of it")
    func fifoOpened() throws {
        try scene { scene in
            #expect(mkfifo(scene.path("F"), 0o600) == 0)
            let program = try scene.sockctl("listen", "-f", "F", "127.0.0.1:0", "--deadline", "2s")
            let file = try openFile(scene.path("F"), O_WRONLY)
            defer { close(file) }
            try scene.expect(program, ends: .status(5))
            #expect(program.errors.text.contains("sockctl: deadline of 2 s passed"), "\(scene)")
        }
    }
}
