// stdout that is closed from the start: what is to be sent is sent to its end, and that the rest could not be
// written is said as soon as there is something to write. The status is 10, and 0 if nothing came.

import Foundation
import Glibc
import Testing

@Suite("stdout closed from the start")
struct ClosedOutputTests {
    @Test(
        "connect sends all, also what comes after the first reply",
        arguments: [[], ["--json"], ["--frame", "line"]], [Input.pipe, .file("input")])
    func connect(_ options: [String], _ input: Input) throws {
        try scene { scene in
            let file = try scene.file("input", Data("request\n".utf8))
            let listener = try Listener()
            let stdin = if case .file = input { Input.file(file) } else { input }
            let program = try scene.run(
                .sockctl, ["connect", "\(listener.place)"] + options, stdin: stdin, stdout: .closed)
            let peer = try listener.accept()
            try peer.send("reply\n")
            #expect(
                program.errors.wait(for: "EBADF"))
            if case .pipe = input {
                try program.write("request\n")
                program.closeInput()
            }
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "request\n")
            peer.close()
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.components(separatedBy: "EBADF").count == 2, "said once: \(scene)")
        }
    }

    @Test("send sends all while the peer talks", arguments: [[], ["--json"]])
    func send(_ options: [String]) throws {
        try scene { scene in
            let listener = try Listener()
            let payload = Payload.bytes(8 << 20)
            let program = try scene.run(
                .sockctl, ["send", "\(listener.place)"] + options, stdin: .bytes(payload), stdout: .closed)
            let peer = try listener.accept()
            // More than fits into the buffers on the way: it is read all the same.
            try peer.send(Payload.bytes(16 << 20))
            scene.expect(try peer.receiveToEnd(), is: payload)
            peer.close()
            try scene.expect(program, ends: .status(10))
        }
    }

    @Test("where nothing is to be written nothing fails")
    func nothing() throws {
        try scene { scene in
            let listener = try Listener()
            for options in [["--no-reply"], []] {
                let program = try scene.run(
                    .sockctl, ["send", "\(listener.place)", "request"] + options, stdout: .closed)
                let peer = try listener.accept()
                if !options.isEmpty { try peer.send("reply") }
                #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "request")
                peer.close()
                try scene.expectSuccess(program)
            }
        }
    }

    @Test(
        "who only receives ends with the first bytes",
        arguments: [
            ["recv"], ["listen", "-k"], ["listen", "-k", "--frame", "line"], ["listen", "--recv-only"],
        ])
    func receive(_ words: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words + ["127.0.0.1:0"], stdin: .pipe, stdout: .closed)
            let peer = try Peer(connectingTo: try program.listening())
            try peer.send("lost\n")
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EBADF"), "\(scene)")
        }
    }

    @Test("udp", arguments: [["recv", "127.0.0.1:0"], ["send", "x", "--wait", "30s"], ["connect"]])
    func udp(_ words: [String]) throws {
        try scene { scene in
            let peer = try DatagramPeer()
            let place = words[0] == "recv" ? [] : [peer.endpoint]
            let arguments = ["udp", words[0]] + place + words.dropFirst()
            let program = try scene.run(
                .sockctl, arguments, stdin: .bytes(Data("x".utf8)), stdout: .closed)
            if words[0] == "recv" {
                try peer.send(Data("lost".utf8), to: try program.listening())
            } else {
                try peer.echo()
            }
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EBADF"), "\(scene)")
        }
    }

    @Test(
        "what only prints",
        arguments: [
            ["info", "options"], ["info", "--new", "tcp"], ["resolve", "-n", "127.1"], ["--help"],
            ["resolve", "inet_aton", "1.2.3.4", "--json"], ["broadcast", "addresses"],
            ["completions", "bash"],
        ])
    func printing(_ words: [String]) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words, stdout: .closed)
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EBADF"), "\(scene)")
        }
    }
}
