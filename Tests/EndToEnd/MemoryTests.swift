// Two GiB pass through, in each of the ways data can take, and the peak of resident memory stays under 32 MiB;
// so it does when a reader has stopped and data would pile up.

import Foundation
import Glibc
import Testing

@Suite("Relaying 2 GiB takes less than 32 MiB", .serialized)
struct MemoryTests {
    private static let size = 2 << 30
    private let limit = 32 << 20

    private func expectSmall(_ program: Program, _ scene: Scene) throws {
        let peak = try program.peakMemory()
        #expect(peak < limit, "\(peak >> 20) MiB\n\(scene)")
    }

    @Test("from a file")
    func file() throws {
        try scene { scene in
            let path = try scene.file("sparse", Data())
            truncate(path, off_t(Self.size))
            let listener = try Listener()
            let program = try scene.sockctl("send", "\(listener.place)", "-f", path)
            let peer = try listener.accept()
            #expect(try peer.skip(Self.size) == Self.size)
            try expectSmall(program, scene)
            peer.close()
            try scene.expectSuccess(program)
        }
    }

    @Test("through pipes, plain and translated", arguments: [[], ["--crlf"], ["--stats"]])
    func pipes(_ options: [String]) throws {
        try scene { scene in
            // What is work for the processor shows as much with an eighth of it.
            let size = options == ["--crlf"] ? Self.size / 8 : Self.size
            let listener = try Listener()
            let pipe = try makePipe()
            defer { close(pipe.read) }
            let source = try scene.shell(
                "exec head -c \(size) /dev/zero", stdout: .descriptor(pipe.write))
            close(pipe.write)
            let program = try scene.run(
                .sockctl, ["connect", "\(listener.place)"] + options, stdin: .descriptor(pipe.read))
            let peer = try listener.accept()
            #expect(try peer.skip(size) == size)
            try expectSmall(program, scene)
            peer.close()
            try scene.expectSuccess(program)
            try scene.expectSuccess(source)
        }
    }

    @Test("to a file, to a pipe, back to the peer", arguments: ["file", "pipe", "echo"])
    func received(_ sink: String) throws {
        try scene { scene in
            let options = sink == "echo" ? ["listen", "--echo"] : ["recv"]
            let program = try scene.run(
                .sockctl, options + ["127.0.0.1:0"], stdout: sink == "pipe" ? .counted : .file("/dev/null"))
            let peer = try Peer(connectingTo: try program.listening())
            let size = sink == "echo" ? Self.size / 8 : Self.size
            let reader = Background { sink == "echo" ? try peer.skip(size) : size }
            try peer.sendZeros(size)
            if sink == "pipe" {
                #expect(program.output.wait(forCount: size, within: 4 * patience), "\(scene)")
            }
            #expect(try reader.value() == size)
            try expectSmall(program, scene)
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test("nobody reads: what waits is bounded", arguments: ["relay", "json", "echo"])
    func stalled(_ way: String) throws {
        try scene { scene in
            let options = way == "json" ? ["--json"] : way == "echo" ? ["--echo"] : []
            let program = try scene.run(
                .sockctl, ["listen", "-k", "127.0.0.1:0"] + options, stdin: .pipe,
                stdout: way == "json" ? .collected : .held)
            if way == "json" {
                // The listening line is wanted, so events are read: the peer's reading is what stops.
                let place = try program.output.listeningPlace()
                let peer = try Peer(connectingTo: place)
                _ = try program.output.event("accepted")
                _ = try program.fillInput()
                try expectSmall(program, scene)
                peer.close()
            } else {
                let peers = try [0, 1, 2].map { _ in try Peer(connectingTo: try program.listening()) }
                for peer in peers { _ = try peer.flood() }
                try expectSmall(program, scene)
            }
        }
    }
}
