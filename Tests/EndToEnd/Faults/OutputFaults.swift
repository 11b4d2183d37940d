// Where output should go there is no room, or nobody, or nothing at all: a disk that is full, a pipe whose reader
// has left, standard descriptors that were closed before the start.

import Foundation
import Glibc
import Testing

@Suite("Faults of input and output")
struct OutputFaults {
    @Test(
        "a disk of 1 MiB and 3 MiB to be written: 10, and what fits is there",
        arguments: [
            "recv @ -O disk/got", "recv @ > disk/got", "listen @ > disk/got",
            "recv @ --record disk/got > /dev/null",
        ])
    func full(_ command: String) throws {
        try scene { scene in
            let payload = Payload.bytes(3 << 20)
            _ = try scene.file("payload", payload)
            // The mount is gone with its namespace, so that what was written is copied out of it.
            let script = """
                mkdir disk; mount -t tmpfs -o size=1m tmpfs disk
                status() { s=0; wait $2 || s=$?; echo $1 $s; }
                $SOCKCTL \(command.replacing("@", with: "127.0.0.1:7000")) 2> receiver < /dev/null & receiver=$!
                until grep -qs listening receiver; do sleep 0.02; done
                $SOCKCTL send 127.0.0.1:7000 -f payload 2> sender & sender=$!
                status received $receiver
                wait $sender || true
                cp disk/got got
                """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            // Whether the sender learns of it depends on how much the receiver's kernel had taken.
            #expect(program.output.lines.first == "received 10", "\(scene)")
            let text = String(decoding: try scene.contents("receiver"), as: UTF8.self)
            #expect(text.contains("no space left on device (ENOSPC)"), "\(text)")
            let got = try scene.contents("got")
            #expect(got.count == 1 << 20)
            if !command.contains("record") { #expect(payload.starts(with: got)) }
        }
    }

    @Test("the reader of stdout leaves in mid-transfer: quiet, 0", arguments: Subject.receivers)
    func pipe(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, stdout: .held)
            let sender = Background { try? peer.send(Payload.bytes(30 << 20)) }
            _ = try program.takeOutput(100_000)
            program.closeOutput()
            try scene.expectSuccess(program)
            #expect(program.complaints.isEmpty, "\(scene)")
            _ = try? peer.waitForEnd()
            try sender.value()
        }
    }

    // MARK: closed at start

    @Test(
        "stdin closed at start: what is received is written, 0", arguments: [Subject.connect, .recv, .listen])
    func withoutInput(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, stdin: .closed)
            try peer.send("hello")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "hello")
            // The number was not given to the socket, so that nothing was sent to whom it was not meant for.
            #expect(try peer.receiveToEnd().isEmpty)
        }
    }

    @Test("stdin closed at start, and it is what was to be sent: 10")
    func nothingToSend() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "\(listener.place)", stdin: .closed)
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.lines.first?.hasPrefix("sockctl: read stdin: ") == true, "\(scene)")
        }
    }

    @Test(
        "stdout closed at start: 10 once there is something to be written, and what is sent arrives",
        arguments: Subject.single, [[], ["--json"]])
    func withoutOutput(_ subject: Subject, _ options: [String]) throws {
        try scene { scene in
            if options == ["--json"], subject == .recv || subject == .listen {
                // Where it listens cannot be said.
                let program = try scene.run(
                    .sockctl, [subject.rawValue, "127.0.0.1:0"] + options, stdout: .closed)
                try scene.expect(program, ends: .status(10))
                return #expect(program.errors.text.contains(#""operand":"stdout""#), "\(scene)")
            }
            let (program, peer) =
                options.isEmpty
                ? try subject.meet(scene, stdin: .bytes(Data("sent".utf8)), stdout: .closed)
                : try subject.meet(scene, "--json", stdin: .bytes(Data("sent".utf8)), stdout: .closed)
            if subject != .recv { #expect(try peer.receiveToEnd() == Data("sent".utf8)) }
            try peer.send("reply")
            peer.shutdown()
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("stdout"), "\(scene)")
        }
    }

    @Test("stdout closed at start, and nothing to be written: 0", arguments: Subject.senders)
    func withoutAnswer(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(
                scene, stdin: .bytes(Data("sent".utf8)), stdout: .closed)
            #expect(try peer.receiveToEnd() == Data("sent".utf8))
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test("stderr closed at start: the transfer goes on, and a failure has its status")
    func withoutErrors() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "-v", "--stats", "\(listener.place)", "hello", stderr: .closed)
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            try peer.send("reply")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "reply")

            let refusing = try Listener(listening: false)
            let failing = try scene.sockctl("connect", "\(refusing.place)", stderr: .closed)
            try scene.expect(failing, ends: .status(4))
        }
    }

    @Test("all three closed at start: the transfer goes on")
    func withoutAnything() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "\(listener.place)", "hello", stdin: .closed, stdout: .closed, stderr: .closed)
            let peer = try listener.accept()
            #expect(try peer.receiveToEnd() == Data("hello".utf8))
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }
}
