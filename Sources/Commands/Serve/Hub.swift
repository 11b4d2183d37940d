// The same bytes to many peers, without one slow peer holding up the others. What is said is kept once for all of
// them; the fastest peer sets the pace, and one that falls too far behind is cut off.

import CommandSpec
import Framing
import Sockets

final class Hub {
    /// A run of bytes that one speaker said. Each peer holds the run that it is at, and each run the next one: what all
    /// have passed is gone.
    fileprivate final class Run {
        let speaker: Int
        var bytes: [UInt8] = []
        /// Where there is framing, how many messages it is: whole ones, as only such are said.
        var messages = 0
        var next: Run?
        private let memory: Memory
        private var counted = 0

        init(_ speaker: Int, _ memory: Memory) {
            self.speaker = speaker
            self.memory = memory
            count()
        }

        deinit { memory.held -= counted }

        /// What it takes of memory, for the hub's account.
        func count() {
            let cost = bytes.capacity + Hub.costOfRun
            memory.held += cost - counted
            counted = cost
        }
    }

    /// How much memory is held for peers that have not been sent everything.
    fileprivate final class Memory {
        var held = 0
    }

    private var members: [Int: Member] = [:]
    private var last: Run?
    /// How many bytes have been said, ever.
    fileprivate private(set) var end = 0
    fileprivate private(set) var hasEnded = false
    private let memory = Memory()
    private var isPassingOn = false
    private var isBehind = false
    /// Speakers that wait for a listener to have room.
    private var waiting: ArraySlice<() -> Void> = []
    /// How what is said is cut; nil where it is not.
    let framing: MessageFraming?
    /// Cuts off a connection: not at once, because it may be the one that is speaking.
    var cutOff: ((Int, Failure) -> Void)?

    fileprivate static let costOfRun = 112
    /// A peer with so much waiting has no room.
    fileprivate static let full = 1 << 20
    /// Holding more than this, the hub lets go of the slowest.
    private static let most = 16 << 20
    private static let runLength = 64 << 10

    init(_ framing: MessageFraming?) { self.framing = framing }

    /// A place for one peer, from what is said next on.
    func join(_ connection: ConnectionIdentity) -> Member {
        let run = last ?? Run(0, memory)
        last = run
        let member = Member(connection, self, at: run)
        members[connection.number] = member
        releaseWaiting()
        return member
    }

    func leave(_ connection: ConnectionIdentity) {
        members.removeValue(forKey: connection.number)?.letGo()
        releaseWaiting()
    }

    /// Whether nobody has room for what this speaker says; also if there is nobody.
    func isBlocked(for speaker: Int) -> Bool {
        !members.values.contains { $0.connection.number != speaker && $0.hasRoom }
    }

    /// Whether there is anybody to hear this speaker.
    func hasAudience(for speaker: Int) -> Bool {
        members.values.contains { $0.connection.number != speaker && $0.isListening }
    }

    /// Calls `body` once, when it is worth trying again.
    func whenRoom(_ body: @escaping () -> Void) { waiting.append(body) }

    /// Passes on what a speaker says: to all but that peer.
    func say(_ bytes: RawSpan, by speaker: Int) {
        guard bytes.byteCount > 0 else { return }
        // Without a peer nobody will ever be at it.
        guard !members.isEmpty else { return }
        let run: Run
        if let last, last.speaker == speaker, last.bytes.count + bytes.byteCount <= Self.runLength,
            framing?.keepsBoundaries != true
        {
            run = last
        } else {
            run = Run(speaker, memory)
            last?.next = run
            last = run
        }
        run.bytes.append(bytes)
        run.messages += 1
        run.count()
        end += bytes.byteCount
        passOn()
        if memory.held > Self.most { cutOffSlowest() }
    }

    /// Lets everybody send what was said. One who is gone may let another be read, who says more: that is passed on
    /// after this, and not in the middle of it.
    private func passOn() {
        isBehind = true
        guard !isPassingOn else { return }
        isPassingOn = true
        while isBehind {
            isBehind = false
            for member in Array(members.values) { member.pump?.run() }
        }
        isPassingOn = false
    }

    /// Nothing more will be said.
    func finish() {
        hasEnded = true
        passOn()
    }

    fileprivate func hasRoomAgain() { releaseWaiting() }

    /// Those that hold more than others can wait for, while somebody else has room.
    private func cutOffSlowest() {
        while memory.held > Self.most, members.values.contains(where: { $0.hasRoom }),
            let slowest = members.values.max(by: { $0.backlog < $1.backlog }), !slowest.hasRoom
        {
            let connection = slowest.connection
            let words = "the peer reads too slowly: \(Statistics.bytes(slowest.backlog)) could not be sent"
            members.removeValue(forKey: connection.number)
            slowest.letGo()
            cutOff?(
                connection.number, Failure("send", connection.name, words: words, status: .connectionLost))
        }
    }

    private func releaseWaiting() {
        let ready = waiting
        waiting = []
        for body in ready { body() }
    }
}

/// One peer's place in what is said.
final class Member: MemorySource {
    let connection: ConnectionIdentity
    private let hub: Hub
    private var run: Hub.Run?
    private var offset = 0
    /// How many of the bytes said have been passed.
    private var position: Int
    /// Where it stops.
    private var limit: Int?
    /// How many messages the runs were that it has passed, and began in the one that it is at.
    private var passedMessages = 0
    private var firstOfRun = 0

    unowned var pump: Pump?
    var wantsReady = false
    var name: String { "the others" }
    var messages: Int? {
        guard let framing = hub.framing else { return nil }
        guard let run, run.speaker != connection.number else { return passedMessages }
        return passedMessages + max(0, framing.count(run.bytes[..<offset]) - firstOfRun)
    }

    fileprivate init(_ connection: ConnectionIdentity, _ hub: Hub, at run: Hub.Run) {
        self.connection = connection
        self.hub = hub
        self.run = run
        offset = run.bytes.count
        position = hub.end
        firstOfRun = run.messages
    }

    /// How many bytes wait for it.
    var backlog: Int { run == nil ? 0 : hub.end - position }
    var isListening: Bool { limit == nil && run != nil }
    var hasRoom: Bool { isListening && backlog < Hub.full }

    func offer(_ body: (RawSpan) throws(Errno) -> Int) throws(Errno) -> OfferStep {
        while let run {
            if limit.map({ position >= $0 }) ?? false { return .ended }
            if offset < run.bytes.count, run.speaker != connection.number {
                let bytes = run.bytes
                let taken = try unsafe body(bytes.span.bytes.extracting(droppingFirst: offset))
                pass(taken)
                return .took(taken)
            }
            pass(run.bytes.count - offset)
            guard let next = run.next else { break }
            if run.speaker != connection.number { passedMessages += run.messages - firstOfRun }
            firstOfRun = 0
            self.run = next
            offset = 0
        }
        return hub.hasEnded || limit != nil || run == nil ? .ended : .empty
    }

    var isIdle: Bool { backlog == 0 && !hub.hasEnded }

    /// Only what is already meant for it still goes.
    func stop() -> Bool {
        limit = limit ?? hub.end
        return false
    }

    func isAbandoned() {
        passedMessages = messages ?? 0
        hub.leave(connection)
    }

    private func pass(_ count: Int) {
        let hadRoom = hasRoom
        offset += count
        position += count
        if !hadRoom, hasRoom { hub.hasRoomAgain() }
    }

    /// Lets go of what it holds, one run after the other: a long chain must not be let go of at once.
    fileprivate func letGo() {
        var current = run
        run = nil
        while let run = current, isKnownUniquelyReferenced(&current) {
            current = run.next
        }
    }
}

extension Hub {
    /// One who speaks: a peer in a chat, or we to all.
    final class Speaker: Receiver {
        private let hub: Hub
        private let number: Int
        private var joiner: MessageJoiner?
        unowned var sink: ReceivingSink?
        private var isWaiting = false

        /// - Parameter number: that of the connection, or 0 for ourselves.
        init(_ hub: Hub, _ number: Int) {
            self.hub = hub
            joiner = number == 0 ? hub.framing?.socketJoiner() : hub.framing?.echoJoiner()
            self.number = number
        }

        /// What nobody is there to hear is let go of: who spoke and left would otherwise never be seen to leave.
        /// What we say ourselves waits for somebody to come.
        var isBlocked: Bool {
            guard number == 0 || hub.hasAudience(for: number), hub.isBlocked(for: number) else {
                return false
            }
            if !isWaiting {
                isWaiting = true
                hub.whenRoom { [weak self] in
                    self?.isWaiting = false
                    self?.sink?.resume()
                }
            }
            return true
        }

        func take(_ bytes: RawSpan, _ message: MessageReport?) throws(FramingError) {
            guard message != nil, joiner != nil else { return hub.say(bytes, by: number) }
            // Whole messages only: what two peers say is never mixed.
            var encoded: [UInt8] = []
            try joiner?.encode(bytes, into: &encoded)
            unsafe hub.say(encoded.span.bytes, by: number)
        }

        func peerHasEnded() {}
        func peerIsGone() {}
    }
}

extension MessageFraming {
    /// How many messages these bytes of ours are, as they go through a socket.
    fileprivate func count(_ bytes: ArraySlice<UInt8>) -> Int {
        let cutter = socketCutter()
        let copy = Array(bytes)
        _ = try? unsafe cutter.cut(copy.span.bytes) { _, _ in .proceed }
        return cutter.count
    }
}
