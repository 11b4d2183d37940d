// OpenSSL is opened when TLS is asked for and not before; where it is not there, that is said. And who speaks no TLS is
// told when the other side wants it.

import Foundation
import Testing

@Suite("TLS, the library of the system")
struct TLSLibraryTests {
    /// The dynamic linker writes which files it has opened.
    @Test(
        "a command without TLS opens nothing of it",
        arguments: [
            "--version", "resolve localhost", "info --listening", "send 127.0.0.1:PORT x",
            "connect --check 127.0.0.1:PORT",
        ])
    func unopened(_ words: String) throws {
        try scene { scene in
            let server = try scene.sockctl("listen", "-k", "--echo", "127.0.0.1:0")
            let words = words.replacing("PORT", with: String(try server.listening().port))
            let opened = try opened(scene, words)
            #expect(opened.contains("libc.so.6"), "\(scene)")
            #expect(!opened.contains("libssl") && !opened.contains("libcrypto"), "\(scene)")
        }
    }

    @Test("a command with TLS does")
    func opened() throws {
        try scene { scene in
            let opened = try opened(scene, "connect --check --tls 127.0.0.1:1")
            #expect(opened.contains("libssl.so.3"), "\(scene)")
        }
    }

    private func opened(_ scene: Scene, _ words: String) throws -> String {
        let program = try scene.shell(
            "LD_DEBUG=files LD_DEBUG_OUTPUT=$PWD/opened '\(try Tool.sockctl.require())' \(words); cat opened.*"
        )
        _ = try program.exit()
        return program.output.text
    }

    @Test("where it cannot be opened: 1, and what to install")
    func missing() throws {
        try scene { scene in
            let sockctl = try Tool.sockctl.require()
            let program = try scene.shell(
                "touch libssl.so.3; LD_LIBRARY_PATH=$PWD '\(sockctl)' connect --tls 127.0.0.1:1")
            try scene.expect(program, ends: .status(1))
            for words in ["OpenSSL 3", "libssl.so.3", "apt install"] {
                #expect(program.errors.text.contains(words), "\(scene)")
            }
        }
    }

    @Test(
        "a plain connection that meets TLS: 12, and every byte of the alert is written",
        arguments: [true, false])
    func wantsTLS(_ ends: Bool) throws {
        try scene { scene in
            let listener = try Listener()
            let client = try scene.sockctl("send", "\(listener.place)", "hello")
            let server = try listener.accept()
            let alert = Data([0x15, 3, 1, 0, 2, 2, 0x46])
            _ = try server.receiveToEnd()
            // What only begins like an alert is payload.
            try server.send(ends ? alert : alert + alert)
            server.shutdown()
            try scene.expect(client, ends: .status(ends ? 12 : 0))
            scene.expect(client.output.bytes, is: ends ? alert : alert + alert)
            #expect(client.errors.text.contains("--tls") == ends, "\(scene)")
        }
    }

    @Test("a reset that is the first that comes is one: 7", arguments: ["recv --connect", "send", "connect"])
    func firstIsReset(_ words: String) throws {
        try scene { scene in
            let listener = try Listener()
            let data = words == "send" ? ["hello"] : []
            let client = try scene.run(
                .sockctl, words.split(separator: " ").map(String.init) + ["\(listener.place)"] + data,
                stdin: .bytes(Data("hello".utf8)))
            let server = try listener.accept()
            if words != "recv --connect" { _ = try server.receive(5) }
            server.reset()
            try scene.expect(client, ends: .status(7))
        }
    }
}
