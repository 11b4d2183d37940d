// Why a connection can or cannot be made: one verdict from what was observed. The rows of the table are asked in their order
// and the first that applies is it; a row sees values and asks nobody.

import CommandSpec
import Sockets

struct ConnectVerdict {
    enum Code: String, JSONWord {
        case connected
        // The name.
        case nameUnknown = "name-unknown"
        case nameService = "name-service"
        case noAddress = "no-address"
        case serviceUnknown = "service-unknown"
        // This host, before a packet is sent.
        case descriptors
        case sourceNotLocal = "source-not-local"
        case sourceInUse = "source-in-use"
        case portNotPermitted = "port-not-permitted"
        case portsExhausted = "ports-exhausted"
        case familyMissing = "family-missing"
        case localSetting = "local-setting"
        case localFilter = "local-filter"
        // The route.
        case loopbackDown = "loopback-down"
        case interfaceDown = "interface-down"
        case noRoute = "no-route"
        case blackhole
        case unreachableRoute = "unreachable-route"
        case prohibited
        case notUnicast = "not-unicast"
        case needsInterface = "needs-interface"
        // The link.
        case noCarrier = "no-carrier"
        case neighbourSilent = "neighbour-silent"
        // The network.
        case icmpProhibited = "icmp-prohibited"
        case icmpUnreachable = "icmp-unreachable"
        case icmpRefused = "icmp-refused"
        case hopLimit = "hop-limit"
        case unreachable
        case noAnswer = "no-answer"
        case pathMTU = "path-mtu"
        case reset
        // Who listens.
        case refused
        case nothingListens = "nothing-listens"
        case otherAddress = "other-address"
        case otherFamily = "other-family"
        case otherInterface = "other-interface"
        case otherNamespace = "other-namespace"
        case notListening = "not-listening"
        case backlogFull = "backlog-full"
        case listenerSilent = "listener-silent"
        // Unix sockets.
        case noSuchPath = "no-such-path"
        case danglingLink = "dangling-link"
        case notPermitted = "not-permitted"
        case notASocket = "not-a-socket"
        case staleSocket = "stale-socket"
        case wrongType = "wrong-type"
        // TLS.
        case tls
        case tlsExpected = "tls-expected"
        case other
    }

    let code: Code
    /// In one sentence.
    let words: String
    /// What to do about it.
    let advice: String?
    /// Whether what was seen leaves no doubt.
    let isSure: Bool
    /// The line below a failed connection; nil where it says so itself, or has one that names what to type.
    let hint: String?

    /// What a failed connection has of a row.
    enum HintUse {
        case words
        case wordsAndAdvice
        case nothing
    }

    /// One line of the table.
    struct Row: Sendable {
        let code: Code
        let isSure: Bool
        let hintUse: HintUse
        /// The words and the advice; nil where it does not apply.
        let apply: @Sendable (Observation) -> (String, String?)?

        init(
            _ code: Code, sure: Bool, hint: HintUse = .words,
            _ apply: @escaping @Sendable (Observation) -> (String, String?)?
        ) {
            self.code = code
            isSure = sure
            hintUse = hint
            self.apply = apply
        }
    }

    /// In the order in which they are asked.
    static let table: [Row] =
        madeRows + nameRows + localRows + unixRows + routeRows + icmpRows + linkRows + listenerRows
        + networkRows

    /// The verdict on what was observed.
    init(_ observation: Observation) {
        for row in Self.table {
            guard let (words, advice) = row.apply(observation) else { continue }
            self.init(
                code: row.code, words: words,
                advice: observation.doubtsHosts && row.code != .connected
                    ? [advice, "/etc/hosts has this address for the name: is it right?"].compactMap(\.self)
                        .joined(separator: "; ")
                    : advice,
                isSure: row.isSure, hintUse: row.hintUse)
            return
        }
        self.init(
            code: .other, words: "nothing that was seen explains it", advice: nil, isSure: false,
            hintUse: .nothing)
    }

    private init(code: Code, words: String, advice: String?, isSure: Bool, hintUse: HintUse) {
        self.code = code
        self.words = words
        self.advice = advice
        self.isSure = isSure
        hint =
            switch hintUse {
            case .words: words
            case .wordsAndAdvice: advice.map { "\(words): \($0)" } ?? words
            case .nothing: nil
            }
    }
}

extension ConnectVerdict {
    /// What is said where a port refuses and nothing tells why.
    static let refusedWords = "nothing listens there, or a firewall answers for it"
    /// What is said where a Unix socket refuses and no process is known that has it.
    static let unixRefusedWords =
        "nobody listens there: 'sockctl info --unix --listening' shows who listens where"
    static let unixTypeWords =
        "unix:PATH is a stream socket, unix-seqpacket:PATH keeps boundaries; 'sockctl udp' is for datagram sockets"
    static let notASocketWords = "what is there is no socket"
    static let unixMissingWords = "there is no such socket; is the server running?"
    static let descriptorsAdvice = "raise the limit on open files: 'ulimit -n' shows it"
    /// Where there is no network between the two, no firewall is to blame.
    static let vsockSilentAdvice = "there may be no such machine, or it does not answer over vsock"
    static let vsockRefusedWords = "nothing listens there, or that machine has no vsock"
    static let vsockAddressAdvice = "this machine has no such CID: vsock:any:PORT listens at each that it has"
    static let addressAdvice = "no interface has that address: 'ip address' lists those that are there"
    static let lowPortAdvice = "ports below 1024 need root or CAP_NET_BIND_SERVICE"
    static let scopeAdvice =
        "such an address needs its interface: write ADDRESS%INTERFACE ('ip link' lists the interfaces)"
}
