// Nothing is lost in any state: a client and a server, sending and receiving, while the other direction is
// idle, completely full, or at its end. In each state data still goes through, and then end of file: 24 checks,
// repeated for each kind of plumbing. PEER=nc, ncat or socat holds that program against the same checks.

import Foundation
import Glibc
import Testing

@Suite("Nothing is lost in any state")
struct NothingLostTests {
    @Test("data goes through, then the end", arguments: Plumbing.inUse, State.all)
    func goesThrough(_ plumbing: Plumbing, _ state: State) throws {
        try scene { scene in
            try Session(scene, plumbing, state).check()
        }
    }
}

/// One row of the table.
struct State: CustomTestStringConvertible, Sendable {
    enum Direction: String, CaseIterable { case sending, receiving }
    enum Other: String, CaseIterable { case idle, full, ended }
    enum Check: String, CaseIterable { case data, end }

    let role: Role
    let tested: Direction
    let other: Other
    let check: Check

    static let all: [State] = [Role.client, .server].flatMap { role in
        Direction.allCases.flatMap { tested in
            Other.allCases.flatMap { other in
                Check.allCases.map { State(role: role, tested: tested, other: other, check: $0) }
            }
        }
    }

    var testDescription: String { "\(role) \(tested), the other direction \(other): \(check)" }
}

/// What the session runs through.
enum Plumbing: String, CustomTestStringConvertible, Sendable {
    case pipes = "TCP, pipes"
    case sockets = "TCP, sockets as stdin and stdout"
    case unix = "Unix socket, pipes"
    case relayed = "TCP, through a relay"
    case translated = "TCP, pipes, --crlf"

    var testDescription: String { rawValue }

    static let subject =
        ProcessInfo.processInfo.environment["PEER"].flatMap(Tool.init) ?? .sockctl
    static let inUse: [Plumbing] =
        subject == .sockctl ? [.pipes, .sockets, .unix, .relayed, .translated] : [.pipes]
}

/// The program under test with the test on all its sides.
private struct Session {
    let scene: Scene
    let plumbing: Plumbing
    let state: State
    let program: Program
    let peer: Peer
    private let isSockctl = Plumbing.subject == .sockctl

    init(_ scene: Scene, _ plumbing: Plumbing, _ state: State) throws {
        self.scene = scene
        self.plumbing = plumbing
        self.state = state
        let tool = Plumbing.subject
        let stdout: Output = state.tested == .sending && state.other == .full ? .held : .collected
        func start(_ place: Place) throws -> Program {
            try scene.run(
                tool,
                tool.arguments(
                    .relay, state.role, place, options: plumbing == .translated ? ["--crlf"] : []),
                stdin: .pipe, stdout: stdout, channel: plumbing == .sockets ? .socket : .pipe)
        }
        let place: Place = plumbing == .unix ? .unix(scene.path("socket")) : .inet(0)
        switch state.role {
        case .client:
            let listener = try Listener(place)
            program = try start(try via(listener.place))
            peer = try listener.accept()
        case .server:
            program = try start(place)
            peer = try Peer(connectingTo: try via(try program.listening(tool, place)))
        }
        func via(_ place: Place) throws -> Place {
            guard plumbing == .relayed else { return place }
            return try scene.sockctl("listen", "127.0.0.1:0", "--to", "\(place)").listening()
        }
    }

    func check() throws {
        let under = try bringAbout()
        // No line feeds, so that --crlf has nothing to change.
        let first = Data(Payload.bytes(300_000, seed: 11).map { $0 == 10 ? 11 : $0 })
        let second = Data(first.reversed())
        switch (state.tested, state.check) {
        case (.sending, .data):
            for data in [first, second] {
                try program.write(data)
                scene.expect(try peer.receive(data.count), is: data)
            }
        case (.sending, .end):
            try program.write(first)
            program.closeInput()
            scene.expect(try peer.receiveToEnd(), is: first)
        case (.receiving, .data):
            for data in [first, first + second] {
                try peer.send(data.suffix(first.count))
                #expect(program.output.wait(forCount: data.count), "\(scene)")
                scene.expect(program.output.bytes, is: data)
            }
        case (.receiving, .end):
            try peer.send(first)
            peer.shutdown()
            #expect(program.output.waitForEnd(), "stdout is still open\n\(scene)")
            scene.expect(program.output.bytes, is: first)
        }
        if isSockctl && state.check == .end { try finish(under) }
    }

    /// Puts the other direction into its state; returns what it holds.
    private func bringAbout() throws -> Data {
        var held = Data()
        switch (state.tested, state.other) {
        case (_, .idle): break
        case (.sending, .full): held = try peer.flood()
        case (.receiving, .full): held = try program.fillInput(lineFeeds: false)
        case (.sending, .ended):
            peer.shutdown()
            #expect(program.output.waitForEnd() || !isSockctl, "stdout is still open\n\(scene)")
        case (.receiving, .ended):
            program.closeInput()
            if isSockctl { scene.expect(try peer.receive(1), is: Data(), "no end of file") }
        }
        // A timer that runs on a half-closed connection (socat has one of half a second) gets time to strike.
        let isLong = state.other == .ended && plumbing == .pipes
        let share = try program.processorShare(during: isLong ? 0.8 : 0.2)
        #expect(share < 0.3 || !isSockctl, "it spins\n\(scene)")
        return held
    }

    /// Lets the other direction go on to its end: nothing of it may be missing, and all ends well.
    private func finish(_ held: Data) throws {
        switch (state.tested, state.other) {
        case (.sending, .idle): peer.shutdown()
        case (.sending, .full):
            program.release()
            peer.shutdown()
        case (.receiving, .idle), (.receiving, .full):
            program.closeInput()
            scene.expect(try peer.receiveToEnd(), is: held, "the other direction")
        case (_, .ended): break
        }
        try scene.expectSuccess(program)
        if state.tested == .sending {
            scene.expect(program.output.bytes, is: held, "the other direction")
        }
    }
}
