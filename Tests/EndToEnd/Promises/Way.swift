// The ways of serving and connecting, one line each: how a way is started, where the bytes come from that it sends,
// and where those go that its peers send. A new way is a line more, and under every promise from then on.

/// Where what a peer is sent comes from.
enum Source: Sendable {
    case nothing
    case stdin
    /// `FILE` among the words.
    case file
    /// Its own bytes, from us or from the server `ECHO` that it is relayed to, over TLS as `tls:ECHO`.
    case echo
    /// `REPLY` among the words: once, or, where there are messages, to each.
    case reply
    /// What other peers say.
    case others
}

/// Where what a peer sends goes.
enum Destination: Sendable {
    case nowhere
    case stdout
    /// Back to the peer.
    case peer
    case others
}

struct Way: Sendable {
    let words: String
    let role: Role
    let source: Source
    let destination: Destination

    init(_ words: String, _ role: Role, sends source: Source, to destination: Destination) {
        self.words = words
        self.role = role
        self.source = source
        self.destination = destination
    }

    static let all: [Way] = [
        Way("listen", .server, sends: .stdin, to: .stdout),
        Way("listen -k", .server, sends: .stdin, to: .stdout),
        Way("listen -f FILE", .server, sends: .file, to: .stdout),
        Way("listen -k -f FILE", .server, sends: .file, to: .stdout),
        Way("listen --echo", .server, sends: .echo, to: .peer),
        Way("listen -k --echo", .server, sends: .echo, to: .peer),
        Way("listen --discard", .server, sends: .nothing, to: .nowhere),
        Way("listen -k --discard", .server, sends: .nothing, to: .nowhere),
        Way("listen --reply @REPLY", .server, sends: .reply, to: .stdout),
        Way("listen -k --reply @REPLY", .server, sends: .reply, to: .stdout),
        Way("listen -k --chat", .server, sends: .others, to: .others),
        Way("listen --shell cat", .server, sends: .echo, to: .peer),
        Way("listen -k --shell cat", .server, sends: .echo, to: .peer),
        Way("listen --to ECHO", .server, sends: .echo, to: .peer),
        Way("listen -k --to ECHO", .server, sends: .echo, to: .peer),
        Way("listen --to tls:ECHO", .server, sends: .echo, to: .peer),
        Way("listen -k --to tls:ECHO", .server, sends: .echo, to: .peer),
        Way("connect", .client, sends: .stdin, to: .stdout),
        Way("send", .client, sends: .stdin, to: .stdout),
        Way("send -f FILE", .client, sends: .file, to: .stdout),
        Way("send --no-reply", .client, sends: .stdin, to: .nowhere),
        Way("recv", .server, sends: .nothing, to: .stdout),
        Way("recv --connect", .client, sends: .nothing, to: .stdout),
    ]

    var command: String { String(words.prefix { $0 != " " }) }
    /// Whether it serves many peers and no peer's end is its own.
    var keepsOpen: Bool { words.contains("-k") }
    /// Whether it has the option that ends it at the first EOF.
    var mayExitOnEOF: Bool { (command == "listen" || command == "connect") && !isRelay }
    /// Whether it relays to a server.
    var isRelay: Bool { words.contains("--to") }
    /// Whether the server that it relays to speaks TLS.
    var relaysToTLS: Bool { words.contains("--to tls:") }
    /// Whether it may end without having looked at what the peer said.
    var ignoresPeer: Bool { command == "send" && destination == .nowhere }
    /// What ways have in common that are alike in all that matters to most promises.
    var kind: String { "\(keepsOpen)/\(source)/\(destination)" }
    /// Whether one source feeds all peers, so that no peer's end waits for it.
    var sharesInput: Bool { keepsOpen && source == .stdin }
}

/// What comes out, and whether there are messages.
enum Format: String, CaseIterable, Sendable {
    case text
    case json = "JSON"
    case framed
    case framedJSON = "framed JSON"

    var isJSON: Bool { self == .json || self == .framedJSON }
    var isFramed: Bool { self == .framed || self == .framedJSON }

    var words: [String] {
        (isJSON ? ["--json"] : []) + (isFramed ? ["--frame", "line", "--max-message", "32k"] : [])
    }
}
