// A descriptor is used in the direction that it was handed down with, also where /proc would let it be opened anew in
// the other: a pipe's write end is no input, its read end no output, and what is in the pipe is somebody else's.

import Foundation
import Glibc
import Testing

@Suite("Descriptors keep their direction")
struct DescriptorDirectionTests {
    @Test(
        "an input that is open for writing only: 10",
        arguments: [
            "connect PLACE", "send PLACE", "send PLACE --frame line", "listen 127.0.0.1:0",
            "listen -k 127.0.0.1:0",
            "listen -kj 127.0.0.1:0", "udp connect PLACE", "udp send PLACE", "broadcast send 9",
            "resolve -n -",
            "send PLACE -f /dev/stdin", "send PLACE -f /dev/fd/0", "send PLACE --replay /proc/self/fd/0",
            "send http://PLACE/ --http POST --data @/dev/stdin", "listen 127.0.0.1:0 --reply @/dev/fd/0",
        ], [Handed.pipe, .terminal, .file])
    func input(_ words: String, _ handed: Handed) throws {
        try scene { scene in
            let listener = try Listener()
            let ends = try handed.open(scene)
            defer { ends.close() }
            let program = try scene.run(
                .sockctl, words.words(at: listener.place), stdin: .descriptor(ends.write))
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EBADF"), "\(scene)")
            #expect(try ends.isUntouched(), "what another should read was taken")
        }
    }

    @Test(
        "an output that is open for reading only: 10, and nothing is lost in silence",
        arguments: [
            "send PLACE x", "send PLACE -j x", "connect PLACE", "recv --connect PLACE",
            "recv --connect PLACE --frame line", "connect PLACE -O /dev/stdout",
            "recv --connect PLACE -O /dev/fd/1", "info options", "resolve -n 127.1", "--help",
        ], [Handed.pipe, .terminal, .file])
    func output(_ words: String, _ handed: Handed) throws {
        try scene { scene in
            let listener = try Listener()
            let ends = try handed.open(scene)
            defer { ends.close() }
            let program = try scene.run(
                .sockctl, words.words(at: listener.place), stdout: .descriptor(ends.read))
            if words.contains("PLACE") {
                let peer = try listener.accept()
                try peer.send("reply\n")
                peer.shutdown()
                _ = try peer.waitForEnd()
            }
            try scene.expect(program, ends: .status(10))
            #expect(program.errors.text.contains("EBADF"), "\(scene)")
            #expect(try ends.isUntouched(), "it was written to")
        }
    }

    @Test("the other end of such a pipe may close: that is no reader who has seen enough")
    func closedPipe() throws {
        try scene { scene in
            let listener = try Listener()
            let pipe = try makePipe()
            defer { close(pipe.read) }
            close(pipe.write)
            let program = try scene.sockctl(
                "recv", "--connect", "\(listener.place)", stdout: .descriptor(pipe.read))
            let peer = try listener.accept()
            try peer.send("lost")
            try scene.expect(program, ends: .status(10))
        }
    }

    @Test("a descriptor by its name is opened in its own direction", arguments: ["-O", "--record"])
    func named(_ option: String) throws {
        try scene { scene in
            let listener = try Listener()
            let script = #"exec "$SOCKCTL" send "$1" x -q "$2" /dev/fd/3 3>&1 > /dev/null"#
            let program = try scene.shell(script, arguments: ["\(listener.place)", option])
            let peer = try listener.accept()
            try peer.send("reply")
            #expect(try peer.receiveToEnd() == Data("x".utf8))
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text.contains("reply"), "\(scene)")
        }
    }
}

/// What is handed down, each end open in one direction.
enum Handed: CaseIterable, Sendable {
    case pipe, terminal, file

    struct Ends {
        let read: Int32
        let write: Int32
        let terminal: Terminal?
        let path: String?

        func close() { [read, write].forEach { _ = Glibc.close($0) } }

        /// Whether what was in it is still there, and nothing else.
        func isUntouched() throws -> Bool {
            if let terminal {
                try terminal.type("\n")
                return try readExactly(8, from: read) == Handed.contents + Data("\n".utf8)
            }
            if let path { return try Data(contentsOf: URL(fileURLWithPath: path)) == Handed.contents }
            _ = fcntl(read, F_SETFL, O_NONBLOCK)
            var bytes = [UInt8](repeating: 0, count: 100)
            let count = Glibc.read(read, &bytes, bytes.count)
            return Data(bytes.prefix(max(0, count))) == Handed.contents
        }
    }

    static let contents = Data("not us\n".utf8).dropLast() + Data("!".utf8)

    func open(_ scene: Scene) throws -> Ends {
        switch self {
        case .pipe:
            let pipe = try makePipe()
            try writeAll(Self.contents, to: pipe.write)
            return Ends(read: pipe.read, write: pipe.write, terminal: nil, path: nil)
        case .terminal:
            let terminal = try Terminal()
            try terminal.type(String(decoding: Self.contents, as: UTF8.self))
            return Ends(
                read: try openFile(terminal.name, O_RDONLY | O_NOCTTY),
                write: try openFile(terminal.name, O_WRONLY | O_NOCTTY), terminal: terminal, path: nil)
        case .file:
            let path = try scene.file("handed", Self.contents)
            return Ends(
                read: try openFile(path, O_RDONLY), write: try openFile(path, O_WRONLY | O_APPEND),
                terminal: nil, path: path)
        }
    }
}

extension String {
    fileprivate func words(at place: Place) -> [String] {
        replacingOccurrences(of: "PLACE", with: "\(place)").split(separator: " ").map(String.init)
    }
}
