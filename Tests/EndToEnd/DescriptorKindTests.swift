// stdin and stdout of every kind: the kernel moves data between some of them and not between others, and
// nobody must be able to tell. Files at an offset or opened for appending, devices, files without a size,
// descriptors that somebody else has made non-blocking.

import Foundation
import Glibc
import Testing

@Suite("stdin and stdout of every kind")
struct DescriptorKindTests {
    /// What a shell's command line, in which `$1` is the place, sends to the test.
    private func sent(by script: String, _ scene: Scene, stdin: Input = .null) throws -> Data {
        let listener = try Listener()
        let program = try scene.shell(script, arguments: ["\(listener.place)"], stdin: stdin)
        let peer = try listener.accept()
        let data = try peer.receiveToEnd()
        peer.close()
        try scene.expectSuccess(program)
        return data
    }

    /// Lets a shell's command line receive this.
    private func receive(_ data: Data, by script: String, _ scene: Scene) throws {
        let program = try scene.shell(script)
        let peer = try Peer(connectingTo: try program.listening())
        try peer.send(data)
        peer.shutdown()
        try scene.expectSuccess(program)
    }

    @Test("a file is sent from where it stands, and is at its end afterwards")
    func offset() throws {
        try scene { scene in
            _ = try scene.file("lines", Data("first\nsecond\nthird\n".utf8))
            let script = #"{ read -r line; "$SOCKCTL" send "$1"; cat; } < lines"#
            #expect(String(decoding: try sent(by: script, scene), as: UTF8.self) == "second\nthird\n")
        }
    }

    @Test("files without a size, and devices")
    func sizeless() throws {
        try scene { scene in
            let version = try sent(by: #""$SOCKCTL" send "$1" -f /proc/version"#, scene)
            scene.expect(version, is: try Data(contentsOf: URL(fileURLWithPath: "/proc/version")))
            #expect(try sent(by: #""$SOCKCTL" send "$1" < /dev/null"#, scene).isEmpty)
        }
    }

    @Test("/dev/zero as an endless input, until the peer has enough: 7")
    func zeros() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl("send", "\(listener.place)", stdin: .file("/dev/zero"))
            let peer = try listener.accept()
            #expect(try peer.skip(10 << 20) == 10 << 20)
            peer.reset()
            try scene.expect(program, ends: .status(7))
        }
    }

    @Test("an output opened for appending")
    func append() throws {
        try scene { scene in
            _ = try scene.file("log", Data("before\n".utf8))
            let payload = Payload.bytes(300_000)
            try receive(payload, by: #"exec "$SOCKCTL" recv 127.0.0.1:0 >> log"#, scene)
            scene.expect(try scene.contents("log"), is: Data("before\n".utf8) + payload)
        }
    }

    @Test("an output that others write to before and after")
    func between() throws {
        try scene { scene in
            let payload = Payload.bytes(300_000)
            let script = #"{ echo before; "$SOCKCTL" recv 127.0.0.1:0; echo after; } > log"#
            try receive(payload, by: script, scene)
            scene.expect(
                try scene.contents("log"), is: Data("before\n".utf8) + payload + Data("after\n".utf8))
        }
    }

    @Test("--output replaces a longer file")
    func replace() throws {
        try scene { scene in
            _ = try scene.file("copy", Payload.bytes(1000))
            try receive(Data("short".utf8), by: #"exec "$SOCKCTL" recv 127.0.0.1:0 -O copy"#, scene)
            #expect(try scene.contents("copy") == Data("short".utf8))
        }
    }

    @Test("descriptors that are non-blocking already", arguments: [Channel.pipe, .socket])
    func nonBlocking(_ channel: Channel) throws {
        try scene { scene in
            let input = try channel.make()
            let output = try channel.make()
            for end in [input.read, input.write, output.write] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            let (program, peer) = try scene.session(
                .client, stdin: .descriptor(input.read), stdout: .descriptor(output.write))
            close(input.read)
            close(output.write)
            let collector = Collector(output.read)

            let payload = Payload.bytes(5 << 20)
            let feeder = Background {
                try writeAll(payload, to: input.write)
                close(input.write)
            }
            scene.expect(try peer.receiveToEnd(), is: payload)
            try feeder.value()
            try peer.send(payload)
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(collector.waitForEnd(), "\(scene)")
            scene.expect(collector.bytes, is: payload)
        }
    }

    @Test("a named pipe as --file and --output")
    func named() throws {
        try scene { scene in
            mkfifo(scene.path("in"), 0o600)
            mkfifo(scene.path("out"), 0o600)
            let payload = Payload.bytes(1 << 20)
            let receiver = try scene.shell(
                #"cat out & exec "$SOCKCTL" recv 127.0.0.1:0 -O out"#)
            let place = try receiver.listening()
            let sender = try scene.sockctl("send", "\(place)", "-f", scene.path("in"))
            let fifo = try openFile(scene.path("in"), O_WRONLY)
            try writeAll(payload, to: fifo)
            close(fifo)
            try scene.expectSuccess(sender)
            try scene.expectSuccess(receiver)
            scene.expect(receiver.output.bytes, is: payload)
        }
    }
}
