// Recordings are played back, those of today and those of version 0.1, whose fields were in alphabetical order and had
// other names.

import Testing

@testable import Commands

@Suite("Recordings")
struct RecordedSessionTests {
    static let shapes = [
        "today's": """
        {"event":"connected","time":"2026-11-28T10:00:00.000000Z","connection":1,"local":{"family":"inet","host":"127.0.0.1","port":40000},"peer":{"family":"inet","host":"127.0.0.1","port":9000},"connect_us":412}
        {"event":"data","time":"2026-11-28T10:00:00.250000Z","connection":1,"direction":"sent","size":6,"text":"hello\\n"}
        {"event":"data","time":"2026-11-28T10:00:00.300000Z","connection":1,"direction":"received","size":2,"base64":"//4="}
        {"event":"eof","time":"2026-11-28T10:00:01.000000Z","connection":1,"by":"local"}
        {"event":"closed","time":"2026-11-28T10:00:01.500000Z","connection":1,"by":"peer","how":"eof","received":{"bytes":2},"sent":{"bytes":6},"duration_us":1500000}
        """,
        "version 0.1's": """
        {"connection":1,"event":"connected","local":{"family":"inet","host":"127.0.0.1","port":40000},"peer":{"family":"inet","host":"127.0.0.1","port":9000},"seconds":0.000412,"time":"2026-11-28T10:00:00.000000Z"}
        {"connection":1,"direction":"sent","event":"data","size":6,"text":"hello\\n","time":"2026-11-28T10:00:00.250000Z"}
        {"base64":"//4=","connection":1,"direction":"received","event":"data","size":2,"time":"2026-11-28T10:00:00.300000Z"}
        {"by":"local","connection":1,"event":"eof","time":"2026-11-28T10:00:01.000000Z"}
        {"by":"peer","connection":1,"event":"closed","how":"eof","received":{"bytes":2},"seconds":1.5,"sent":{"bytes":6},"tcp":{"retransmits":0},"time":"2026-11-28T10:00:01.500000Z"}
        """,
    ]

    private func actions(_ recording: String, of role: Role, datagrams: Bool = false) throws -> [String] {
        var session = RecordedSession(of: role, datagrams: datagrams)
        var actions: [String] = []
        for line in recording.split(separator: "\n") {
            guard let action = try session.next(Array(line.utf8)) else { continue }
            let milliseconds = action.offset / .milliseconds(1)
            switch action.kind {
            case .bytes(let bytes): actions.append("\(milliseconds) \(bytes)")
            case .end: actions.append("\(milliseconds) end")
            }
        }
        return actions
    }

    @Test(arguments: shapes.keys)
    func connection(_ shape: String) throws {
        let recording = try #require(Self.shapes[shape])
        #expect(try actions(recording, of: .client) == ["250.0 [104, 101, 108, 108, 111, 10]", "1000.0 end"])
        #expect(try actions(recording, of: .server) == ["300.0 [255, 254]"])
    }

    @Test(arguments: [
        """
        {"event":"datagram","time":"2026-11-28T10:00:00.000000Z","direction":"sent","number":1,"size":1,"peer":{"family":"inet","host":"127.0.0.1","port":9},"local":{"family":"inet","host":"127.0.0.1","port":4},"text":"a"}
        {"event":"datagram","time":"2026-11-28T10:00:00.500000Z","direction":"sent","number":2,"size":0,"peer":{"family":"inet","host":"127.0.0.1","port":9},"local":{"family":"inet","host":"127.0.0.1","port":4},"text":""}
        """,
        """
        {"direction":"sent","event":"datagram","local":{"family":"inet","host":"127.0.0.1","port":4},"number":1,"peer":{"family":"inet","host":"127.0.0.1","port":9},"size":1,"text":"a","time":"2026-11-28T10:00:00.000000Z"}
        {"direction":"sent","event":"datagram","local":{"family":"inet","host":"127.0.0.1","port":4},"number":2,"peer":{"family":"inet","host":"127.0.0.1","port":9},"size":0,"text":"","time":"2026-11-28T10:00:00.500000Z"}
        """,
    ])
    func datagrams(_ recording: String) throws {
        #expect(try actions(recording, of: .client, datagrams: true) == ["0.0 [97]", "500.0 []"])
    }

    @Test(arguments: [
        ("{}", "it is not an event"), ("hello", "it is not an event"),
        (#"{"event":"connected","time":"x","connection":1}"#, "'x' is not a time"),
        (#"{"event":"connected","time":"2026-11-28T10:00:00Z"}"#, "it has no connection"),
    ])
    func malformed(_ line: String, _ words: String) {
        var session = RecordedSession(of: .client)
        let error = #expect(throws: RecordedSession.Malformed.self) { try session.next(Array(line.utf8)) }
        #expect(error?.words == words && error?.line == 1)
    }
}
