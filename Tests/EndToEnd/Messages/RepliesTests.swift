// `send --replies N`: the command ends when the peer has answered with N messages.

import Testing

@Suite("send --replies")
struct RepliesTests {
    @Test(
        "ends after N messages, of a peer that keeps the connection open and sends more",
        arguments: [Place.inet(0), .inet6(0)])
    func ends(_ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place)
            let program = try scene.sockctl(
                "send", "-j", "--frame", "line", "--replies", "2", "\(listener.place)", "one", "two")
            let peer = try listener.accept()
            #expect(try peer.receiveText(8) == "one\ntwo\n")
            // It is not half-closed: the end is known without.
            #expect(!peer.isAtEnd)
            try peer.send("a")
            try peer.send("\nb\nc\nd")
            try scene.expectSuccess(program)
            let messages = try program.output.events().filter { $0.name == "message" }
            #expect(messages.map { $0["text"] ?? "" } == ["a", "b"], "\(scene)")
            #expect(try program.output.event("closed")["how"] == "limit", "\(scene)")
        }
    }

    @Test("a peer that closes before has not answered: 7")
    func fewer() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "--frame", "line", "--replies", "3", "\(listener.place)", "one")
            let peer = try listener.accept()
            #expect(try peer.receiveText(4) == "one\n")
            try peer.send("a\n")
            peer.shutdown()
            try scene.expect(program, ends: .status(7))
            #expect(
                program.output.text == "a\n" && program.errors.text.contains("after 1 of 3 replies"),
                "\(scene)")
        }
    }

    @Test(
        "it needs messages: 2",
        arguments: ["--replies 1", "--replies 0 --frame line", "--replies 1 --frame line --no-reply"])
    func usage(_ options: String) throws {
        try scene { scene in
            let words = options.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, ["send"] + words + ["127.0.0.1:9", "x"])
            try scene.expect(program, ends: .status(2))
        }
    }
}
