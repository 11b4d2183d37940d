// JSON Lines: one object for each event, as sockctl-json(7) documents them.

import FoundationEssentials
import Sockets

final class JSONReporter: Reporter {
    private let output: Output
    private var lines = JSONLines()

    /// - Parameter output: where the objects go, stdout.
    init(output: Output) {
        self.output = output
        lines.isForTerminal = output.isTerminal
    }

    var passesPayloadUnchanged: Bool { false }
    var writesEachResult: Bool { true }
    var showsTCPAccounts: Bool { true }

    func report(_ event: Event) {
        switch event {
        case .note, .notice: break
        case .result(let answer): output.append(lines.shown(answer.json(lines)))
        case .dropped(let count, let total):
            output.append(lines.line(JSONDropped(count: count, total: total)))
        case .summary(let summary): output.append(lines.line(JSONSummary(summary)))
        case .failed(let failure):
            output.append(lines.line(JSONEvent("error") { $0.error = JSONFailure(failure) }))
        default: output.append(lines.line(JSONEvent(event)))
        }
    }

    func render(_ payload: RawSpan, of connection: ConnectionIdentity, into output: inout [UInt8]) {
        lines.append(.received, payload, of: connection, to: &output)
    }

    var describesMessages: Bool { true }

    func render(_ message: MessageReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        lines.append(message, payload, to: &output)
    }

    var describesDatagrams: Bool { true }

    func render(_ datagram: DatagramReport, _ payload: RawSpan?, into output: inout [UInt8]) {
        lines.append(datagram, payload, to: &output)
    }

    func fail(_ failure: Failure) {
        FailureLine.write(failure, json: true)
    }
}

/// Payload as JSON has it: text where it is valid UTF-8, base64 where not.
struct JSONPayload {
    var text: String?
    var base64: String?

    init(_ payload: RawSpan) {
        self.init(unsafe payload.withUnsafeBytes { unsafe Array($0) })
    }

    init(_ bytes: [UInt8]) {
        text = String(validating: bytes, as: UTF8.self)
        if text == nil { base64 = Data(bytes).base64EncodedString() }
    }
}

/// Encodes objects, each on a line of its own.
struct JSONLines {
    private let encoder: JSONEncoder
    /// Whether a terminal gets them, which might obey what some strings contain.
    var isForTerminal = false
    var clock = JSONClock()
    var texts = JSONAddressTexts()

    init() {
        encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// JSON as it may be written.
    func shown(_ json: [UInt8]) -> [UInt8] { isForTerminal ? TerminalEscaper.json(json) : json }

    func line(_ object: some Encodable) -> [UInt8] {
        // Only numbers that JSON cannot express make the encoder fail, and no field holds a fraction
        // that was not computed from a finite duration.
        guard let data = try? encoder.encode(object) else { return [] }
        return shown(Array(data) + [UInt8(ascii: "\n")])
    }
}

/// The object of one event. Which fields are there depends on the event.
struct JSONEvent: Encodable {
    let event: String
    let time: String
    var address: JSONAddress?
    var addresses: [JSONAddress]?
    var connection: Int?
    var local: JSONAddress?
    var peer: JSONAddress?
    var seconds: Double?
    var direction: String?
    var number: Int?
    var size: Int?
    var http: JSONHTTP?
    var by: String?
    var how: String?
    var received: JSONTraffic?
    var sent: JSONTraffic?
    var tcp: JSONTCPInfo?
    var connecting: JSONConnectTime?
    var reason: String?
    var error: JSONFailure?

    init(_ event: String, _ fill: (inout JSONEvent) -> Void) {
        self.event = event
        time = Timestamp.now.description
        fill(&self)
    }

    /// A message that its framing knows more of than its bytes.
    init(_ message: MessageReport, _ detail: any JSONDetail) {
        self.init("message") {
            $0.connection = message.connection.number
            $0.direction = Direction.received.rawValue
            $0.number = message.number
            $0.size = message.size
            detail.describe(in: &$0)
        }
    }

    init(_ event: Event) {
        switch event {
        case .listening(let addresses):
            self.init("listening") {
                $0.address = addresses.first.map(JSONAddress.init)
                $0.addresses = addresses.map(JSONAddress.init)
            }
        case .connected(let connection):
            self.init("connected") {
                $0.identify(connection)
                $0.seconds = connection.connecting?.total.seconds
            }
        case .accepted(let connection):
            self.init("accepted") { $0.identify(connection) }
        case .eof(let connection, let by):
            self.init("eof") {
                $0.connection = connection.number
                $0.by = by.rawValue
            }
        case .closed(let connection, let account):
            self.init("closed") {
                $0.identify(connection)
                $0.by = account.by.rawValue
                $0.how = account.how.rawValue
                $0.received = JSONTraffic(account.received, heldUp: account.receivingHeldUp)
                $0.sent = JSONTraffic(account.sent, heldUp: account.sendingHeldUp)
                $0.connecting = connection.connecting.map(JSONConnectTime.init)
                $0.seconds = account.duration.seconds
                $0.tcp = account.tcp.map(JSONTCPInfo.init)
            }
        case .refused(let peer, let reason):
            self.init("refused") {
                $0.peer = JSONAddress(peer)
                $0.reason = reason
            }
        case .failed(let failure):
            self.init("error") { $0.error = JSONFailure(failure) }
        case .starved(let failure):
            self.init("starved") { $0.error = JSONFailure(failure) }
        case .acceptingAgain:
            self.init("accepting") { _ in }
        case .result, .notice, .note, .dropped, .summary:
            self.init("note") { _ in }
        }
    }

    private mutating func identify(_ connection: ConnectionIdentity) {
        self.connection = connection.number
        local = connection.local.map(JSONAddress.init)
        peer = JSONAddress(connection.peer)
    }
}
