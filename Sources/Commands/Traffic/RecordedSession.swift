// A recording, read back line by line: what one side of a connection sent, and when.

import CommandSpec
import Sockets

/// The side of a connection.
enum Role {
    /// It connected.
    case client
    /// It accepted.
    case server
}

/// Something that the side did.
struct RecordedAction {
    enum Kind {
        case bytes([UInt8])
        case end
    }

    /// How long after the connection was made.
    let offset: Duration
    let kind: Kind
}

extension Failure {
    /// What a recording is of.
    enum Recorded: String {
        case connections = "--record of listen, connect, send and recv writes recordings"
        case datagrams = "--record of 'udp' and 'broadcast' writes recordings of datagrams"
    }

    /// A file that is no recording, or not one of these.
    static func noRecording(_ name: String, _ words: String, of recorded: Recorded) -> Failure {
        Failure("replay", name, words: words, status: .malformed, hint: recorded.rawValue)
    }

    static func noRecording(
        _ name: String, _ error: RecordedSession.Malformed, of recorded: Recorded
    ) -> Failure {
        error.isOfPackets
            ? .packets(name) : .noRecording(name, "line \(error.line): \(error.words)", of: recorded)
    }

    /// A recording that is not for this.
    static func packets(_ name: String) -> Failure {
        Failure(
            "replay", name, words: "it holds packets (pcapng), which are not played back", status: .usage,
            hint: "give a recording in JSON Lines: one that '--record FILE' wrote, without 'pcapng'")
    }
}

/// Turns the lines of a recording into the actions of one side.
struct RecordedSession {
    private let role: Role
    /// Whether it is a recording of datagrams: then each action is one.
    private let datagrams: Bool
    /// The number of the connection that is wanted; nil for the first one.
    private let wanted: Int?
    /// How many lines there were so far.
    private(set) var line = 0
    /// The connection that is played, and when it was made.
    private var connection: (number: Int, start: Timestamp, recorder: Role)?
    /// Of datagrams, who recorded them, and with whom the first one was exchanged.
    private var recorder = Role.client
    private var peer: Peer?

    /// A line that is not of a recording: which, and why.
    struct Malformed: Error {
        let line: Int
        let words: String
        /// Whether it is of another kind of recording.
        var isOfPackets = false
    }

    init(of role: Role, datagrams: Bool = false, connection: Int? = nil) {
        wanted = connection
        self.role = role
        self.datagrams = datagrams
    }

    /// Whether the recording has a connection at all, as far as it was read.
    var hasConnection: Bool { connection != nil }

    /// What the next line says the side did; nil for what is of no interest.
    mutating func next(_ bytes: [UInt8]) throws(Malformed) -> RecordedAction? {
        line += 1
        guard let object = Line(bytes) else {
            var error = malformed("it is not an event")
            // What stands between the line feeds that such a file begins with.
            error.isOfPackets = bytes.elementsEqual(PcapngBlock.magic.dropFirst().dropLast())
            throw error
        }
        switch object.event {
        case "listening" where datagrams:
            recorder = .server
        case "datagram" where datagrams:
            return try datagram(object)
        case "connected" where connection == nil && isWanted(object):
            connection = (try number(object), try time(object), .client)
        case "accepted" where connection == nil && isWanted(object):
            connection = (try number(object), try time(object), .server)
        case "data":
            guard isOurs(object, object.direction, ["sent", "received"]) else { return nil }
            return RecordedAction(offset: try offset(object), kind: .bytes(try payload(object)))
        case "eof":
            guard isOurs(object, object.by, ["local", "peer"]) else { return nil }
            return RecordedAction(offset: try offset(object), kind: .end)
        default:
            break
        }
        return nil
    }

    private func isWanted(_ object: Line) -> Bool { wanted == nil || object.connection == wanted }

    /// Whether our side did it. A relay recorded what each of its legs received.
    /// - Parameter words: what the recorder did is said with the first, what its peer did with the other.
    private func isOurs(_ object: Line, _ word: String?, _ words: [String]) -> Bool {
        guard let connection, object.connection == connection.number else { return false }
        if let leg = object.leg { return leg == (role == .client ? "client" : "server") && word == words[1] }
        return word == (connection.recorder == role ? words[0] : words[1])
    }

    /// One of those that were exchanged with the first peer; the time begins with it.
    private mutating func datagram(_ object: Line) throws(Malformed) -> RecordedAction? {
        let isOurs = object.direction == (recorder == role ? "sent" : "received")
        guard isOurs, connection == nil || object.peer == peer else { return nil }
        if connection == nil { connection = (0, try time(object), recorder) }
        peer = object.peer
        return RecordedAction(offset: try offset(object), kind: .bytes(try payload(object)))
    }

    private func number(_ object: Line) throws(Malformed) -> Int {
        guard let number = object.connection else { throw malformed("it has no connection") }
        return number
    }

    private func time(_ object: Line) throws(Malformed) -> Timestamp {
        guard let time = Timestamp(object.time) else { throw malformed("'\(object.time)' is not a time") }
        return time
    }

    private func offset(_ object: Line) throws(Malformed) -> Duration {
        guard let start = connection?.start else { return .zero }
        return max(.zero, try time(object) - start)
    }

    private func payload(_ object: Line) throws(Malformed) -> [UInt8] {
        let bytes: [UInt8]
        if let text = object.text {
            bytes = Array(text.utf8)
        } else if let base64 = object.base64, let decoded = Base64.decode(base64) {
            bytes = decoded
        } else {
            throw malformed("it has neither text nor base64")
        }
        guard bytes.count == object.size ?? bytes.count else {
            throw malformed("it has \(bytes.count) bytes and says \(object.size ?? 0)")
        }
        return bytes
    }

    private func malformed(_ words: String) -> Malformed { Malformed(line: line, words: words) }

    /// What is of interest of an event, of this version or an earlier one.
    private struct Line {
        let event: String
        let time: String
        let connection: Int?
        let leg: String?
        let direction: String?
        let peer: Peer?
        let by: String?
        let size: Int?
        let text: String?
        let base64: String?

        init?(_ line: [UInt8]) {
            guard let object = try? JSONReader.object(line), let event = object["event"]?.string,
                let time = object["time"]?.string
            else { return nil }
            self.event = event
            self.time = time
            connection = object["connection"]?.integer
            leg = object["leg"]?.string
            direction = object["direction"]?.string
            by = object["by"]?.string
            size = object["size"]?.integer
            text = object["text"]?.string
            base64 = object["base64"]?.string
            if case .object(let address) = object["peer"] {
                peer = Peer(
                    host: address["host"]?.string, port: address["port"]?.integer,
                    path: address["path"]?.string)
            } else {
                peer = nil
            }
        }
    }

    /// An address, as far as it tells one from another.
    private struct Peer: Equatable {
        let host: String?
        let port: Int?
        let path: String?
    }
}
