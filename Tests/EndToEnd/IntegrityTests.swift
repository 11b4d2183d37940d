// What is sent is what arrives: three payloads over three families, between sockctl and itself and each of the
// others, as sender and as receiver, from and to files and through pipes. The bytes themselves are compared,
// which says no less than their SHA-256 would.

import Foundation
import Testing

@Suite("A payload arrives as it was")
struct IntegrityTests {
    @Test("from file to file and through pipes", arguments: Transfer.everyPairAndFamily)
    func arrives(_ transfer: Transfer) throws { try transfer.run() }

    @Test("with the sender listening", arguments: Transfer.senderListens)
    func served(_ transfer: Transfer) throws { try transfer.run() }

    @Test("with --file and --output", arguments: Transfer.byOptions)
    func options(_ transfer: Transfer) throws { try transfer.run() }

    @Test("over an abstract Unix socket", arguments: Transfer.abstract)
    func abstract(_ transfer: Transfer) throws { try transfer.run() }

    @Test("with cat before and cat after, as a shell connects them")
    func shell() throws {
        try scene { scene in
            let name = "unix:\(scene.path("socket"))"
            let receiver = try scene.shell(
                #"exec 3>&2; { "$SOCKCTL" recv "$1" 2>&3 || echo failed >&2; } | cat > copy"#,
                arguments: [name])
            _ = try receiver.listening(.unix(name))
            let sender = try scene.shell(
                #"cat "$1" | "$SOCKCTL" send "$2""#, arguments: [try Fixture.big.path, name])
            try scene.expectSuccess(sender)
            try scene.expectSuccess(receiver)
            scene.expect(try scene.contents("copy"), is: try Fixture.big.bytes)
        }
    }

    @Test("in both directions at once")
    func bothWays() throws {
        try scene { scene in
            let left = Payload.bytes(20 << 20, seed: 3)
            let right = Payload.bytes(20 << 20, seed: 4)
            let server = try scene.sockctl("listen", "127.0.0.1", "0", stdin: .bytes(left))
            let place = try server.listening()
            let client = try scene.sockctl("connect", "\(place)", stdin: .bytes(right))
            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            scene.expect(client.output.bytes, is: left)
            scene.expect(server.output.bytes, is: right)
        }
    }
}

/// One payload's way from one program to another.
struct Transfer: CustomTestStringConvertible, Sendable {
    enum Family: String, CaseIterable { case inet, inet6, unix, abstract }
    enum Way: String { case files, pipes, options }

    var sender: Tool
    var receiver: Tool
    var family: Family
    var payload = Fixture.big
    var way = Way.files
    var senderListens = false

    private static let pairs: [(Tool, Tool)] =
        [(.sockctl, .sockctl)]
        + [Tool.nc, .ncat, .socat].flatMap { [(.sockctl, $0), ($0, .sockctl)] }
    private static let families: [Family] = [.inet, .inet6, .unix]

    static let everyPairAndFamily: [Transfer] = pairs.flatMap { sender, receiver in
        families.flatMap { family in
            Fixture.allCases.flatMap { payload in
                [Way.files, .pipes].map { way in
                    Transfer(
                        sender: sender, receiver: receiver, family: family, payload: payload, way: way)
                }
            }
        }
    }
    static let senderListens: [Transfer] = pairs.flatMap { sender, receiver in
        families.map {
            Transfer(sender: sender, receiver: receiver, family: $0, senderListens: true)
        }
    }
    static let byOptions: [Transfer] = pairs.map {
        Transfer(sender: $0, receiver: $1, family: .inet, way: .options)
    }
    static let abstract: [Transfer] = [(Tool.sockctl, Tool.sockctl), (.socat, .sockctl), (.sockctl, .socat)]
        .map { Transfer(sender: $0, receiver: $1, family: .abstract) }

    var testDescription: String {
        let listens = senderListens ? ", the sender listens" : ""
        return "\(payload.rawValue), \(sender) → \(receiver), \(family), \(way)\(listens)"
    }

    func run() throws {
        try scene { scene in
            // Through pipes sockctl relays, from files it sends or receives: both ways are seen.
            let relays = way == .pipes
            let places: [Family: Place] = [
                .inet: .inet(0), .inet6: .inet6(0), .unix: .unix(scene.path("socket")),
                .abstract: .abstract(scene.directory),
            ]
            func start(_ job: Job, _ tool: Tool, _ role: Role, _ place: Place) throws -> Program {
                var options: [String] = []
                var stdin = Input.null
                var stdout = Output.null
                switch (job, way) {
                case (.send, .options) where tool == .sockctl: options = ["-f", try payload.path]
                case (.send, .pipes): stdin = .bytes(try payload.bytes)
                case (.send, _): stdin = .file(try payload.path)
                case (_, .options) where tool == .sockctl: options = ["-O", scene.path("copy")]
                case (_, .pipes): stdout = .collected
                case (_, _): stdout = .file(scene.path("copy"))
                }
                let job = relays && tool == .sockctl ? .relay : job
                return try scene.run(
                    tool, tool.arguments(job, role, place, options: options), stdin: stdin, stdout: stdout)
            }

            let (first, second): (Job, Job) = senderListens ? (.send, .receive) : (.receive, .send)
            let tools = [Job.send: sender, .receive: receiver]
            let server = try start(first, tools[first]!, .server, places[family]!)
            let place = try server.listening(tools[first]!, places[family]!)
            let client = try start(second, tools[second]!, .client, place)

            try scene.expectSuccess(client)
            try scene.expectSuccess(server)
            let receiving = senderListens ? client : server
            scene.expect(
                way == .pipes ? receiving.output.bytes : try scene.contents("copy"), is: try payload.bytes)
        }
    }
}
