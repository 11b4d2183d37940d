// The states of a TCP connection (RFC 9293), which the kernel uses for other sockets too.

/// A state: `TCP_ESTABLISHED` and so on.
package enum TCPState: UInt8, Hashable, Sendable, CaseIterable {
    case established = 1
    case synSent
    case synReceived
    case finWait1
    case finWait2
    case timeWait
    case close
    case closeWait
    case lastAck
    case listen
    case closing
    /// A connection that the peer began, not yet a socket of its own.
    case newSynReceived
    case boundInactive

    /// The kernel's symbol without `TCP_`, `ESTABLISHED`.
    package var name: String {
        switch self {
        case .established: "ESTABLISHED"
        case .synSent: "SYN_SENT"
        case .synReceived: "SYN_RECV"
        case .finWait1: "FIN_WAIT1"
        case .finWait2: "FIN_WAIT2"
        case .timeWait: "TIME_WAIT"
        case .close: "CLOSE"
        case .closeWait: "CLOSE_WAIT"
        case .lastAck: "LAST_ACK"
        case .listen: "LISTEN"
        case .closing: "CLOSING"
        case .newSynReceived: "NEW_SYN_RECV"
        case .boundInactive: "BOUND_INACTIVE"
        }
    }

    /// As `ss` shows it, `ESTAB`; a socket without connection is `UNCONN`.
    package var shortName: String {
        switch self {
        case .established: "ESTAB"
        case .finWait1: "FIN-WAIT-1"
        case .finWait2: "FIN-WAIT-2"
        case .close: "UNCONN"
        case .synSent: "SYN-SENT"
        case .synReceived: "SYN-RECV"
        case .timeWait: "TIME-WAIT"
        case .closeWait: "CLOSE-WAIT"
        case .lastAck: "LAST-ACK"
        case .newSynReceived: "NEW-SYN-RECV"
        case .boundInactive: "BOUND-INACTIVE"
        case .listen, .closing: name
        }
    }

    /// The state in which the kernel lists those that are in this one.
    fileprivate var listed: TCPState { self == .newSynReceived ? .synReceived : self }

    /// The state that a user names, in any case, with `-` or `_`, as the kernel, `ss` or `netstat` has it.
    package init?(named text: String) {
        // A sign before it would mean the contrary to some.
        guard let first = text.first, let last = text.last, first.isLetter, last.isLetter || last.isNumber
        else {
            return nil
        }
        let name = text.uppercased().filter { $0 != "-" && $0 != "_" }
        let synonyms = [
            "ESTAB": TCPState.established, "LISTENING": .listen, "UNCONN": .close, "CLOSED": .close,
            "SYNRCV": .synReceived, "SYNRECEIVED": .synReceived,
        ]
        let state = Self.allCases.first { $0.name.filter { $0 != "_" } == name } ?? synonyms[name]
        guard let state else { return nil }
        self = state
    }
}

extension Set<TCPState> {
    /// The groups of states that `ss(8)` has, by their names.
    package static let groups: KeyValuePairs<String, Set<TCPState>> = [
        "all": Set(TCPState.allCases),
        "connected": unlike(.close, .listen, .boundInactive),
        "synchronized": unlike(.close, .listen, .boundInactive, .synSent),
        "bucket": [.timeWait, .synReceived],
        "big": unlike(.timeWait, .synReceived, .newSynReceived),
    ]

    /// The state or the group of states that a user names, in any case.
    package init?(named text: String) {
        if let group = Self.groups.first(where: { $0.key == text.lowercased() }) {
            self = group.value
        } else if let state = TCPState(named: text) {
            self = [state]
        } else {
            return nil
        }
    }

    private static func unlike(_ states: TCPState...) -> Set<TCPState> {
        Set(TCPState.allCases).subtracting(states)
    }

    /// Whether a socket that is listed in this state is in one of these; false for a socket that has none.
    package func contains(listed state: TCPState?) -> Bool {
        guard let state else { return false }
        return contains { $0.listed == state }
    }
}
