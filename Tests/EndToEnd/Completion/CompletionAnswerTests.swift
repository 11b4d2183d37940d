// What sockctl says to a shell that asks what may follow: at once, without a complaint, whatever it finds.

import Foundation
import Glibc
import Testing

@Suite("answers to a shell")
struct CompletionAnswerTests {
    private func answer(_ scene: Scene, _ words: String..., home: String = "/none") throws -> [[Substring]] {
        let program = try scene.run(
            .sockctl, ["completions", "zsh", "--"] + words, environment: ["HOME": home])
        try scene.expectSuccess(program)
        #expect(program.errors.count == 0, "\(scene)")
        return program.output.text.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
    }

    private func values(_ answer: [[Substring]]) -> [Substring] {
        answer.filter { ["word", "open"].contains($0[0]) }.map { $0[1] }
    }

    /// What is in the way of a name that ssh knows.
    private static let knownHosts: [(what: String, make: @Sendable (String) -> Void)] = [
        ("a FIFO", { _ = mkfifo($0, 0o600) }),
        ("a folder", { _ = mkdir($0, 0o700) }),
        ("an endless device", { _ = symlink("/dev/zero", $0) }),
        (
            "more than is read",
            { _ = FileManager.default.createFile(atPath: $0, contents: Data(count: 8 << 20)) }
        ),
        ("no text", { _ = FileManager.default.createFile(atPath: $0, contents: Data(0...255)) }),
    ]

    @Test("known_hosts may be anything", arguments: knownHosts.indices)
    func oddKnownHosts(_ index: Int) throws {
        try scene { scene in
            mkdir(scene.path(".ssh"), 0o700)
            Self.knownHosts[index].make(scene.path(".ssh/known_hosts"))
            let found = try values(answer(scene, "connect", "localh", home: scene.directory))
            #expect(found.contains("localhost"), "\(Self.knownHosts[index].what)")
        }
    }

    @Test("a process that listens is named, and its port comes first")
    func listener() throws {
        try scene { scene in
            let listener = try Listener()
            guard case .inet(let port) = listener.place else { return }
            for words in [["info", "--port", "\(port)"], ["connect", "127.0.0.1", "\(port)"]] {
                let program = try scene.run(.sockctl, ["completions", "zsh", "--"] + words)
                try scene.expectSuccess(program)
                #expect(program.output.text.contains("word\t\(port)\t"), "\(scene)")
            }
            #expect(try values(answer(scene, "info", "--pid", "\(getpid())")).contains("\(getpid())"))
            #expect(try values(answer(scene, "info", "--pid", "\(getpid())", "--fd", "")) != [])
        }
    }

    /// In a debug build, on a machine that does other things; the release build is measured in Tests/Benchmarks.
    @Test("there is no wait", arguments: [["info", "--port", ""], ["connect", ""], ["info", "--pid", ""]])
    func quick(words: [String]) throws {
        try scene { scene in
            let times = try (0..<5).map { _ in
                let begin = ContinuousClock.now
                let program = try scene.run(.sockctl, ["completions", "zsh", "--"] + words)
                try scene.expectSuccess(program)
                return ContinuousClock.now - begin
            }
            #expect(times.min()! < .milliseconds(300), "\(times)")
        }
    }

    @Test("nothing of another namespace is offered for one that may not be entered")
    func namespace() throws {
        try scene { scene in
            let ports = try answer(scene, "info", "--netns", "no-such", "--port", "")
            let interfaces = try answer(scene, "connect", "--netns", "no-such", "-I", "")
            #expect(values(ports) == [] && values(interfaces) == [])
        }
    }

    @Test("a port is told with the process that listens at it")
    func owner() throws {
        try scene { scene in
            let program = try Network.run(
                scene,
                """
                mount -t proc proc /proc
                "$SOCKCTL" listen -k --discard 127.0.0.1:7007 2> log &
                ready log
                "$SOCKCTL" completions fish -- info --port '' | grep '^word'
                """)
            try scene.expectSuccess(program)
            let text = program.output.text
            #expect(text.hasPrefix("word\t7007\t") && text.hasSuffix("listening, sockctl\n"), "\(scene)")
        }
    }

    @Test("without /proc, and with another version's words, it answers")
    func bare() throws {
        try scene { scene in
            let program = try Network.run(
                scene,
                """
                mkdir empty && mount --bind empty /proc
                for words in 'info --pid' 'info --port' 'info --process' 'connect' 'connect localhost' \\
                    'listen -o SO_KEEPALIVE=' 'no such' '--no-such' 'listen --no-such'; do
                    "$SOCKCTL" completions fish -- $words '' > out 2> errors || echo "status $? of $words"
                    cat errors
                done
                """)
            try scene.expectSuccess(program)
            #expect(program.output.text == "", "\(scene)")
        }
    }
}
