// Follows all sockets of the network namespace: lists them again and again, and hears from the kernel of those that
// close, also of those that were never listed. What it finds out it tells a reader.

import CommandSpec
import Sockets

/// Whoever is told what happens to the sockets that were asked for.
protocol WatchReader: AnyObject {
    /// Whether nothing more can be told for now.
    var isFull: Bool { get }
    func opened(_ socket: WatchedSocket)
    func changed(_ socket: WatchedSocket, from state: TCPState?)
    /// Bytes have moved since the round before, or it is the first.
    func sampled(_ socket: WatchedSocket)
    func closed(_ socket: ClosedSocket)
    /// So many sockets have closed of which the kernel could not tell.
    func missed(_ count: Int)
    func roundEnded(_ watch: SocketWatch)
}

final class SocketWatch {
    private let filter: SocketFilter
    private let query: SocketQuery
    /// Where the list has not all listeners: what they are asked for by.
    private let listenerQuery: SocketQuery?
    private var closings: SocketClosings?
    private var counts: PayloadCount?
    private unowned let reader: any WatchReader

    /// Those that are there, whether they were asked for or not.
    private(set) var sockets: [UInt64: WatchedSocket] = [:]
    /// Those whose end has been told. A list that was begun before may still have them, and one whose connection was over
    /// before, as after a reset, closes once more.
    private var ended = RecentCookies()
    private var listeners = Listeners()
    private(set) var round = 0
    /// How many closings were missed since the beginning.
    private(set) var missed = 0

    /// Those that have closed and were not told yet: while the list is read the kernel goes on to tell of them.
    private var heard: [SocketRecord] = []
    /// Those of which the other end has not been heard of yet, and how long that is waited for.
    private var waiting: [(record: SocketRecord, until: Instant)] = []
    /// The kernel tells of both within a few milliseconds, but for a machine that is busy.
    private static let patience = Duration.milliseconds(800)
    /// So long the kernel may take to tell the end of one that is not listed any more.
    private static let untold = Duration.seconds(1)
    private var isLooking = false
    /// Of more the kernel counts those that are missed.
    private static let most = 16_384

    init(_ filter: SocketFilter, reader: any WatchReader) throws(Failure) {
        if let states = filter.states, states.isSubset(of: Self.notFollowed) {
            throw Failure(
                "info", "--watch --state", words: "a socket in that state has closed, or is none yet",
                status: .usage, hint: "without --watch they are listed")
        }
        self.filter = filter
        self.reader = reader
        var query = filter.query
        if filter.transports == nil, !filter.hasAllKinds { query.transports = [.tcp, .udp] }
        query.details = [.tcpInfo]
        // A socket that changes its state goes on to be the same socket; one in TIME_WAIT is none any more.
        query.states = Set(TCPState.allCases).subtracting(Self.notFollowed)
        self.query = query
        if filter.condition == nil, filter.family == nil {
            listenerQuery = nil
        } else {
            var query = SocketQuery()
            (query.transports, query.states) = ([.tcp], [.listen])
            listenerQuery = query
        }
        closings = try attempt("watch", "sockets that close") { () throws(Errno) in
            try SocketClosings()
        }
        counts = try attempt("watch", "sockets") { () throws(Errno) in try PayloadCount() }
    }

    private static let notFollowed: Set<TCPState> = [.timeWait, .newSynReceived]

    /// Those that would be told of if their owner, who is not seen, were the one that was asked for.
    var unseen: [SocketDescription] { sockets.values.map(\.description).filter(filter.mayMatch) }

    /// What to wait for, to call `drain`.
    var descriptor: BorrowedDescriptor? { closings?.descriptor }

    /// Those that were asked for.
    var shown: [WatchedSocket] { sockets.values.filter(\.isShown) }

    /// The ports at which somebody listens.
    var listeningPorts: Set<UInt16> { listeners.ports }

    /// Takes what the kernel has told of sockets that close.
    func drain() {
        collect()
        if !isLooking { settle() }
    }

    /// Whether some that have closed wait for word of their other ends: `drain` is to be called again soon.
    var isWaiting: Bool { !waiting.isEmpty }

    private func collect() {
        guard !reader.isFull else { return }
        try? closings?.drain { record in
            heard.append(record)
            return heard.count < Self.most
        }
        let count = closings?.takeMissed() ?? 0
        guard count > 0 else { return }
        missed += count
        reader.missed(count)
    }

    /// Tells of those that have closed. Both ends of a connection do so at nearly the same time, and each says what the
    /// other one has received: one without the other waits for a turn.
    private func settle() {
        let now = Instant.now
        counts?.now = now
        for record in heard { counts?.note(record) }
        let (before, new) = (waiting, heard)
        (waiting, heard) = ([], [])
        for (record, until) in before { settle(record, until, now, isFirst: false) }
        for record in new { settle(record, now + Self.patience, now, isFirst: true) }
    }

    /// Tells what is left to tell: nothing is waited for any more.
    func finish() {
        collect()
        for record in heard { counts?.note(record) }
        let rest = waiting.map(\.record) + heard
        (waiting, heard) = ([], [])
        for record in rest { hasClosed(record) }
    }

    private func settle(_ record: SocketRecord, _ until: Instant, _ now: Instant, isFirst: Bool) {
        if now < until, waiting.count < Self.most, counts?.lacksPeer(record, isFirst: isFirst) == true {
            waiting.append((record, until))
        } else {
            hasClosed(record)
        }
    }

    // MARK: A round

    /// Lists the sockets again and tells what is new.
    func look() throws(Failure) {
        drain()
        isLooking = true
        defer {
            isLooking = false
            settle()
        }
        let survey = SocketSurvey(query) { [unowned self] in collect() }
        // What was not asked for by its name may be missing.
        let isNeeded = { (gap: SocketSurvey.Gap) in gap.transport == .tcp || self.filter.transports != nil }
        if let gap = survey.gaps.first(where: isNeeded) {
            throw Failure(
                "watch", "\(gap.transport.rawValue) sockets", words: "the kernel does not list them here",
                gap.error,
                hint:
                    "that takes the kernel module \(gap.transport.module), and a sandbox that allows netlink")
        }
        let others = listenerQuery.map { SocketSurvey($0).records } ?? []
        round += 1
        let now = Instant.now
        listeners.begin()
        var fresh: [WatchedSocket] = []
        var moved: [(WatchedSocket, hasMoved: Bool, before: TCPState?)] = []
        var needsOwners = false
        for record in survey.records where record.cookie != 0 && !record.isNoSocket {
            if ended.contains(record.cookie) { continue }
            if record.state == .listen { listeners.add(record) }
            if let socket = sockets[record.cookie] {
                let before = socket.record.state
                let hasMoved = socket.update(record, round: round, at: now)
                if hasMoved || before != record.state { moved.append((socket, hasMoved, before)) }
                if record.inode != socket.heldInode { needsOwners = true }
            } else {
                let socket = WatchedSocket(record, round: round, at: now, isOpening: round > 1)
                sockets[record.cookie] = socket
                fresh.append(socket)
                if record.inode != 0 { needsOwners = true }
            }
        }
        for record in others { listeners.add(record) }
        if filter.wantsOwners, needsOwners || !listeners.strangers.isEmpty { findOwners() }
        for socket in fresh { begin(socket) }
        for (socket, hasMoved, before) in moved { goOn(socket, hasMoved, before) }
        forgetGone()
        reader.roundEnded(self)
    }

    private func begin(_ socket: WatchedSocket) {
        if socket.holder.source == .unknown {
            socket.holder = probableHolder(of: socket.record, socket.holder)
        }
        socket.isShown = matches(socket)
        guard socket.isShown else { return }
        socket.isKnown = true
        if socket.wasSeenOpening { reader.opened(socket) }
        if !socket.wasSeenOpening || socket.hasCarried { reader.sampled(socket) }
    }

    /// Who listens at its address, where nobody was seen with it.
    private func probableHolder(of record: SocketRecord, _ holder: SocketHolding) -> SocketHolding {
        guard filter.wantsOwners else { return SocketHolding(owners: .notSought, source: .unknown) }
        let listener = listeners.holding(of: record)
        return listener.source == .listener ? listener : holder
    }

    private func matches(_ socket: WatchedSocket) -> Bool { filter.matches(socket.description) }

    private func goOn(_ socket: WatchedSocket, _ hasMoved: Bool, _ before: TCPState?) {
        let wasShown = socket.isShown
        if before != socket.record.state { socket.isShown = matches(socket) }
        if !wasShown, socket.isShown, !socket.isKnown {
            socket.isKnown = true
            reader.opened(socket)
        } else if before != socket.record.state, wasShown || socket.isShown {
            reader.changed(socket, from: before)
        }
        if hasMoved, socket.isShown { reader.sampled(socket) }
    }

    /// Looks through `/proc` for who holds those of which that is not known yet.
    private func findOwners() {
        let strangers = sockets.values.filter { $0.record.inode != 0 && $0.record.inode != $0.heldInode }
        let sought = Set(strangers.map(\.record.inode)).union(listeners.strangers)
        let owners = Result { () throws(Errno) in
            try SocketOwners(sought: sought) { [unowned self] in collect() }
        }
        for socket in strangers {
            socket.heldInode = socket.record.inode
            let found = SocketDescription(socket.record, owners: owners).owners
            switch found {
            case .known(let list) where list.isEmpty: socket.holder = listeners.holding(of: socket.record)
            case .known: socket.holder = SocketHolding(owners: found, source: .seen)
            default: socket.holder = SocketHolding(owners: found, source: .unknown)
            }
        }
        listeners.find(owners)
    }

    /// Those that are not listed any more. Of Internet sockets the kernel tells the end by itself: if it does not for a
    /// while, that was lost, or the connection is over and its process has not closed it yet.
    private func forgetGone() {
        let now = Instant.now
        for socket in sockets.values where socket.round != round {
            let isTold = socket.record.kind.transport == .tcp || socket.record.kind.transport == .udp
            if isTold {
                let since = socket.missingSince ?? now
                socket.missingSince = since
                if now - since < Self.untold { continue }
            }
            sockets[socket.cookie] = nil
            if isTold { ended.insert(socket.cookie) }
            if socket.isKnown { reader.closed(ClosedSocket(socket, at: .now, isTold: !isTold)) }
        }
    }

    // MARK: The end of a socket

    private func hasClosed(_ record: SocketRecord) {
        if ended.contains(record.cookie) { return }
        ended.insert(record.cookie)
        let known = sockets.removeValue(forKey: record.cookie)
        // One that nobody has seen, and that was never connected, is nothing that anybody has waited for.
        guard known?.isKnown ?? (round > 0 && record.peer?.port != 0) else { return }
        let socket = known ?? stranger(record)
        guard let socket else { return }
        let bytes = counts?.bytes(of: record, after: known?.record.state)
        guard let bytes, let before = known?.bytes,
            bytes.received < before.received || bytes.sent < before.sent
        else { return reader.closed(ClosedSocket(socket, at: .now, last: record.tcpInfo, bytes: bytes)) }
        // Who resets a connection himself has TCP forget its figures.
        reader.closed(ClosedSocket(socket, at: .now, isTold: false))
    }

    /// A socket that came and went between two lists; nil if it was not asked for.
    private func stranger(_ record: SocketRecord) -> WatchedSocket? {
        guard let transport = record.kind.transport, query.transports.contains(transport) else { return nil }
        let socket = WatchedSocket(record, round: round, at: .now, isOpening: false)
        socket.holder = probableHolder(of: record, socket.holder)
        return matches(socket) ? socket : nil
    }
}

extension SocketRecord {
    /// Whether it is no socket yet, or none any more: a connection whose handshake is not over will be another one, and of one
    /// that its process has left in FIN_WAIT2 only the memory of it is there, as in TIME_WAIT.
    fileprivate var isNoSocket: Bool {
        switch state {
        case .newSynReceived, .timeWait: true
        case .synReceived: inode == 0
        case .finWait2: inode == 0 && tcpInfo == nil
        default: false
        }
    }
}
