// `info --peek`: what a socket has received and its owner has not read. The bytes go to stdout as payload does; what
// is to be said of them goes to stderr.

import CommandSpec
import Sockets

struct PeekAnswer: Shaped {
    let peek: SocketPeek
    let owner: SocketOwner?
    /// The number by which its owner, or this process, knows the socket.
    let descriptor: Int32
    let asHex: Bool

    private var kind: SocketKind { peek.facts.kind }
    private var isDatagram: Bool { kind.typeName != "SOCK_STREAM" }

    /// How it went, in a word.
    enum Finding: String, JSONWord {
        case data, empty, eof, error, listening, unconnected
        case lowWaterMark = "low-water-mark"
    }

    static let shape = Shape(
        answer: "peek", of: [.info],
        """
        With `--peek`: what waits to be read from a socket, which is left there. The exit status is 0 if there is \
        something, and else 1.
        """)

    static func list(_ fields: inout some Fields<PeekAnswer>) {
        fields.add("family", "The address family, such as `inet`.") {
            $0.kind.familyWord
        }
        fields.add("type", "The type, such as `SOCK_STREAM`.") { $0.kind.typeName }
        fields.add("protocol", optional: "The protocol, such as `IPPROTO_TCP`.") { $0.kind.protocolName }
        fields.add("state", optional: "The state, such as `ESTABLISHED`.") { $0.peek.facts.state?.name }
        fields.add("local", optional: "Its own address.") {
            $0.peek.facts.local.map(AddressReport.init)
                ?? $0.peek.facts.foreign.map { AddressReport($0.local) }
        }
        fields.add("peer", optional: "The address it is connected to.") {
            $0.peek.facts.peer.map(AddressReport.init)
        }
        fields.add("inode", "Its inode.") { Identifier($0.peek.facts.inode) }
        fields.add("owner", optional: "The process that it was taken from; with `--pid`.") { $0.owner }
        fields.add("descriptor", "The descriptor that was looked at.") { $0.descriptor }
        fields.add(
            "finding",
            """
            `data`; `empty`: nothing waits; `eof`: nothing waits, and nothing will come; `error`: an error is \
            pending, which stays so; `listening`; `unconnected`; `low-water-mark`: fewer bytes wait than \
            `SO_RCVLOWAT`, and are not looked at.
            """
        ) { $0.finding }
        fields.add(
            "waiting", optional: "How many bytes wait to be read; of datagrams, those of the first."
        ) { $0.peek.waiting }
        fields.add(
            "queue_memory",
            optional: """
                The memory in bytes that all of it takes, datagrams behind the first and overhead included; not of \
                a Unix socket.
                """
        ) { $0.peek.memory }
        fields.add(
            "ancillary",
            optional: """
                `true` if descriptors or credentials come with it over a Unix socket; they are not taken.
                """
        ) { $0.peek.hasAncillaryData ? true : nil }
        fields.add("truncated", optional: "`true` if more waits than is shown, of datagrams in the first.") {
            $0.isTruncated ? true : nil
        }
        fields.add("size", "How many bytes are shown.") { $0.peek.bytes.count }
        fields.payload("What waits")
    }

    /// Whether there is something to be read.
    var hasData: Bool { finding == .data }

    private var finding: Finding {
        switch peek.finding {
        case .data: .data
        case .empty: .empty
        case .endOfFile: .eof
        // Those two are refused before.
        case .pendingError, .peekOffset, .unsupported: .error
        case .listening: .listening
        case .notConnected: .unconnected
        case .belowLowWaterMark: .lowWaterMark
        }
    }

    private var isTruncated: Bool { hasData && (peek.waiting ?? 0) > peek.bytes.count }
}

extension PeekAnswer: Presentable {
    func json(_ lines: inout JSONLines, to output: inout [UInt8]) {
        // What is not shown has no text, an empty datagram has an empty one.
        guard hasData else { return lines.append(self, to: &output) }
        lines.append(self, payload: unsafe peek.bytes.span.bytes, to: &output)
    }

    func text(_ style: TextStyle) -> String {
        var output: [UInt8] = []
        write(style, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    func write(_ style: TextStyle, to output: inout [UInt8]) {
        let bytes = unsafe peek.bytes.span.bytes
        if asHex {
            HexDump.lines(bytes, at: 0, into: &output)
        } else if style.escapes {
            var escaper = TerminalEscaper()
            escaper.append(bytes, to: &output)
            escaper.finish(to: &output)
            // The prompt begins a line of its own.
            if let last = output.last, last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
        } else {
            output += peek.bytes
        }
    }

    /// What is to be said of it, on stderr.
    var words: String { TerminalEscaper.joined("\(subject): \(account)") }

    /// `fd 7 of python3 pid=4711 (tcp 127.0.0.1:80, peer 127.0.0.1:5000)`
    private var subject: String {
        let holder = owner.map { " of \($0.name) pid=\($0.pid)" } ?? ""
        let facts = peek.facts
        func text(_ address: SocketAddress?, _ lead: String) -> String {
            guard let address, address != .unix(.unnamed) else { return "" }
            return "\(lead) \(address)"
        }
        let addresses = text(facts.local, "") + text(facts.peer, ", peer")
        return "fd \(descriptor)\(holder) (\(kind.shortName)\(addresses))"
    }

    private var account: String {
        switch peek.finding {
        case .data: dataAccount
        case .empty: "nothing is waiting to be read"
        case .endOfFile: "nothing is waiting to be read, and the peer has closed its sending side (EOF)"
        case .pendingError, .peekOffset, .unsupported: ""
        case .listening:
            "it listens, and has no bytes to read; "
                + (facts.acceptQueue.map { String($0).with(.connections) + " to accept" } ?? "")
        case .notConnected: "it is not connected, and nothing is waiting to be read"
        case .belowLowWaterMark(let mark):
            "\(Statistics.bytes(exactly: peek.waiting ?? 0)) waiting, but its process waits for \(mark) "
                + "(SO_RCVLOWAT)"
        }
    }

    /// What only `--verbose` says.
    var details: String {
        let state = facts.state.map { "state \($0.name), " } ?? ""
        return "\(state)inode \(facts.inode), SO_PEEK_OFF not set"
    }

    private var facts: SocketFacts { peek.facts }

    private var dataAccount: String {
        let count = peek.waiting ?? peek.bytes.count
        var words =
            (isDatagram ? "the first datagram has " : "")
            + Statistics.bytes(exactly: count) + (isDatagram ? "" : " waiting")
        if isTruncated { words += ", the first \(peek.bytes.count) are shown" }
        if isDatagram, let memory = peek.memory {
            words += "; the queue takes \(Statistics.bytes(memory)) of memory"
        }
        if peek.hasAncillaryData { words += "; descriptors or credentials come with it and are left there" }
        return words
    }
}

extension Failure {
    /// Why nothing is looked at, where looking would change something for the owner.
    init?(peeking descriptor: Int32, _ finding: SocketPeek.Finding) {
        let reason: (words: String, hint: String?)
        switch finding {
        case .peekOffset(let offset):
            reason = (
                "not done: SO_PEEK_OFF is set (\(offset)), and looking would move where its process looks",
                nil
            )
        case .pendingError:
            reason = (
                "not done: an error is pending (POLLERR), which looking could take away from its process",
                "'info' without --peek shows the rest"
            )
        case .unsupported:
            reason = (
                "sockets of this kind are not looked into", "TCP, UDP, Unix, raw and packet sockets are"
            )
        case .data, .empty, .endOfFile, .listening, .notConnected, .belowLowWaterMark: return nil
        }
        self.init("peek", "fd \(descriptor)", words: reason.words, status: .failure, hint: reason.hint)
    }
}

extension InfoCommand {
    /// `info --peek`: shows what waits, and ends with status 1 where nothing does.
    static func peek(_ context: Context, _ target: SocketTarget, _ arguments: Arguments) throws(Failure) {
        let limit = arguments[Options.bytes] ?? defaultPeek
        try context.hold(target, arguments) { (socket) throws(Failure) in
            let peek = try attempt("peek", "fd \(socket.number)") { () throws(Errno) in
                try SocketPeek(at: socket.descriptor, atMost: limit)
            }
            if let refusal = Failure(peeking: socket.number, peek.finding) { throw refusal }
            let answer = PeekAnswer(
                peek: peek, owner: socket.owner, descriptor: socket.number, asHex: arguments[Options.peekHex])
            context.reporter.show(answer)
            context.reporter.notice(answer.words)
            context.reporter.note(answer.details)
            if !answer.hasData { context.run.note(.failure) }
        }
    }

    private static let defaultPeek = 64 << 10
}
