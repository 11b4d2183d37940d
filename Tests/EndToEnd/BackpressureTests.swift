// Backpressure from places that the table of states does not have: a file that nobody takes, a terminal that was
// stopped, an echo that nobody reads. The other direction goes on, and in the end everything arrives.

import Foundation
import Glibc
import Testing

@Suite("Backpressure holds up one direction only")
struct BackpressureTests {
    @Test("a big file that the peer does not take yet", arguments: ["send", "connect"])
    func file(_ command: String) throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                command, "\(listener.place)", stdin: .file(try Fixture.big.path))
            let peer = try listener.accept()
            let early = Payload.bytes(200_000)
            try peer.send(early)
            #expect(program.output.wait(forCount: early.count), "\(scene)")
            let late = Payload.bytes(200_000, seed: 2)
            try peer.send(late)
            peer.shutdown()
            #expect(program.output.waitForEnd(), "\(scene)")
            scene.expect(program.output.bytes, is: early + late)
            scene.expect(try peer.receiveToEnd(), is: try Fixture.big.bytes)
            try scene.expectSuccess(program)
        }
    }

    @Test("the peer has sent all, or is gone, while nobody reads stdout", arguments: ["end", "reset"])
    func fullAndEnded(_ how: String) throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, stdin: .pipe, stdout: .held)
            let held = try peer.flood()
            let rest = Payload.bytes(100_000)
            let sender = Background {
                guard how == "end" else { return peer.reset() }
                try peer.send(rest)
                peer.shutdown()
            }
            if how == "reset" { try sender.value() }
            #expect(try program.processorShare(during: 0.5) < 0.3, "it spins\n\(scene)")
            program.release()
            program.closeInput()
            try sender.value()
            try scene.expect(program, ends: how == "end" ? .status(0) : .status(7))
            if how == "end" { scene.expect(program.output.bytes, is: held + rest) }
        }
    }

    @Test("stdin has ended while the peer reads nothing")
    func fullAndClosed() throws {
        try scene { scene in
            let (program, peer) = try scene.session(.client, stdin: .pipe)
            let held = try program.fillInput()
            program.closeInput()
            #expect(try program.processorShare(during: 0.5) < 0.3, "it spins\n\(scene)")
            scene.expect(try peer.receiveToEnd(), is: held)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("a terminal that was stopped")
    func terminal() throws {
        try scene { scene in
            let terminal = try Terminal()
            let (program, peer) = try scene.session(.client, stdin: .pipe, stdout: .terminal(terminal))
            let lines = Data(String(repeating: "all work and no play\n", count: 50_000).utf8)
            let flooding = Background { try peer.send(lines + Data("|".utf8)) }
            // Nobody reads the terminal, and still what we say goes out.
            for number in 0..<20 {
                let payload = Payload.bytes(100_000, seed: UInt64(number) + 1)
                try program.write(payload)
                scene.expect(try peer.receive(payload.count), is: payload)
            }
            program.closeInput()
            #expect(try peer.receiveToEnd().isEmpty)
            let shown = try terminal.read { $0.last == UInt8(ascii: "|") }
            scene.expect(shown.dropLast(), is: lines)
            try flooding.value()
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test("an echo that nobody reads until all is said", arguments: [[], ["-k"]])
    func echo(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["listen", "--echo", "127.0.0.1:0"] + options)
            let peer = try Peer(connectingTo: try program.listening())
            let held = try peer.flood()
            let rest = Payload.bytes(100_000)
            let sender = Background {
                try peer.send(rest)
                peer.shutdown()
            }
            scene.expect(try peer.receiveToEnd(), is: held + rest)
            try sender.value()
        }
    }

    @Test(
        "a peer that talks first is not a reason to lose what we say",
        arguments: ["--no-reply", "--send-only"])
    func banner(_ option: String) throws {
        try scene { scene in
            let listener = try Listener()
            let command = option == "--no-reply" ? "send" : "connect"
            let payload = Payload.bytes(2 << 20)
            let program = try scene.sockctl(command, option, "\(listener.place)", stdin: .bytes(payload))
            let peer = try listener.accept()
            try peer.send("220 welcome\r\n")
            let received = try peer.receiveToEnd()
            scene.expect(received, is: payload)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("--exit-on-eof: what we sent arrives, although the peer talks and takes its time")
    func exit() throws {
        try scene { scene in
            let listener = try Listener()
            listener.setReceiveBuffer(4096)
            let payload = Payload.bytes(400_000)
            let program = try scene.sockctl(
                "connect", "--exit-on-eof", "\(listener.place)", stdin: .bytes(payload))
            let peer = try listener.accept()
            // What comes when the socket is closed makes the kernel throw away what it has not sent.
            for _ in 0..<100 {
                try? peer.send("still here\n")
                usleep(2000)
            }
            scene.expect(try peer.receive(payload.count), is: payload)
            peer.close()
            try scene.expectSuccess(program)
        }
    }
}
