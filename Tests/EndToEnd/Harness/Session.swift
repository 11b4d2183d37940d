// The most usual scene: one sockctl session, as client or as server, with the test as its peer.

extension Role {
    static let both: [Role] = [.client, .server]
}

extension Scene {
    /// `connect` or `listen`, connected.
    func session(
        _ role: Role, _ options: String..., place: Place = .inet(0), stdin: Input = .null,
        stdout: Output = .collected, stderr: Output = .collected
    ) throws -> (Program, Peer) {
        func start(_ place: Place) throws -> Program {
            try run(
                .sockctl, Tool.sockctl.arguments(.relay, role, place, options: options), stdin: stdin,
                stdout: stdout, stderr: stderr)
        }
        switch role {
        case .client:
            let listener = try Listener(place)
            let program = try start(listener.place)
            return (program, try listener.accept())
        case .server:
            let program = try start(place)
            return (program, try Peer(connectingTo: try program.listening(place)))
        }
    }
}
