// The commands that hold a connection, each met by the test as its peer, so that one fault can be played to all
// of them. And a peer that is a process of its own, which can be stopped and killed.

import Foundation
import Glibc
import Testing

enum Subject: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case connect, send, recv, listen
    case listenKeepOpen = "listen -k"

    var testDescription: String { rawValue }

    /// Whether the peer's end does not end it.
    var keepsOpen: Bool { self == .listenKeepOpen }

    /// Those that end with their connection.
    static let single = allCases.filter { !$0.keepsOpen }
    /// Those that have something to send; `recv` never does.
    static let senders: [Subject] = [.connect, .send, .listen]
    static let receivers: [Subject] = [.connect, .recv, .listen]

    private var connects: Bool { self == .connect || self == .send }

    /// Starts it and connects with it. With nothing on stdin it half-closes at once.
    func meet(
        _ scene: Scene, _ options: String..., stdin: Input = .null, stdout: Output = .collected
    ) throws -> (Program, Peer) {
        let words = rawValue.split(separator: " ").map(String.init)
        guard connects else {
            let program = try scene.run(
                .sockctl, words + ["127.0.0.1:0"] + options, stdin: stdin, stdout: stdout)
            return (program, try Peer(connectingTo: try program.listening()))
        }
        let listener = try Listener()
        let program = try scene.run(
            .sockctl, words + ["\(listener.place)"] + options, stdin: stdin, stdout: stdout)
        return (program, try listener.accept())
    }

    /// The same with a peer in Python, which runs `action` on its socket `s`.
    func meet(
        _ scene: Scene, python action: String, _ options: String..., stdin: Input = .null,
        stdout: Output = .collected
    ) throws -> (Program, Program) {
        let words = rawValue.split(separator: " ").map(String.init)
        func peer(_ port: UInt16) throws -> Program {
            let script = """
                import hashlib, socket, sys, time
                port = int(sys.argv[1])
                if port: s = socket.create_connection(("127.0.0.1", port))
                else:
                    l = socket.socket(); l.bind(("127.0.0.1", 0)); l.listen()
                    print(l.getsockname()[1], flush=True); s, _ = l.accept()
                \(action)
                """
            return try scene.run(.python3, ["-c", script, "\(port)"])
        }
        guard connects else {
            let program = try scene.run(
                .sockctl, words + ["127.0.0.1:0"] + options, stdin: stdin, stdout: stdout)
            return (program, try peer(localPort(try program.listening())))
        }
        let python = try peer(0)
        #expect(python.output.wait { data, _ in data.contains(10) }, "\(scene)")
        let port = try #require(python.output.lines.first)
        return (
            try scene.run(
                .sockctl, words + ["127.0.0.1:\(port)"] + options, stdin: stdin, stdout: stdout), python
        )
    }

    private func localPort(_ place: Place) throws -> UInt16 {
        guard case .inet(let port) = place else { throw Unexpected("not IPv4: \(place)") }
        return port
    }
}

extension Program {
    /// Waits until a signal that was sent has been taken, so that the next one is a second one.
    func waitUntilTaken(_ signal: Int32) throws {
        try poll(for: "signal \(signal) is taken") {
            guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else {
                return true
            }
            guard let match = status.firstMatch(of: /ShdPnd:\s+([0-9a-f]+)/) else { return true }
            return (UInt64(match.1, radix: 16) ?? 0) >> UInt64(signal - 1) & 1 == 0
        }
    }

    /// What it says on stderr, apart from where it listens.
    var complaints: [String] { errors.lines.filter { !$0.hasPrefix("listening on") } }
}
