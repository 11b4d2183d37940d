// What the completion scripts of all shells have in common: which values can be offered for an option or an
// operand.

import Framing

/// Where the values of one kind come from.
enum Candidates {
    case nothing
    case files
    /// Programs, and after them whatever they take.
    case programs
    /// Files, after `@`.
    case filesAfterAt
    case interfaces
    case processIDs
    case processNames
    case users
    /// Names in /run/netns.
    case networkNamespaces
    /// Host names, and `unix:` with a path.
    case endpoints
    /// The framings: of those with a value of their own what it follows, and no space after that.
    case framings
    case words([String])

    static let openFramings = ["delim:", "fixed:"]

    init(for kind: ValueKind, in program: Program, names: [ValueKind: [String]]) {
        switch kind {
        case .file, .unixSocket: self = .files
        case .commandLine: self = .programs
        case .interface: self = .interfaces
        case .endpoint: self = .endpoints
        case .command: self = .words(program.commands.map(\.name))
        case .dataOrFile: self = .filesAfterAt
        case .processID: self = .processIDs
        case .processName: self = .processNames
        case .user: self = .users
        case .networkNamespace: self = .networkNamespaces
        case .framing: self = .framings
        case .choice(let words), .usual(let words): self = .words(words)
        default: self = names[kind].map { .words($0) } ?? .nothing
        }
    }
}

extension Program {
    /// What `help` can be asked about: each path that may follow it, and the commands that may follow that.
    var topics: [(path: String, next: [CommandSpec])] {
        allCommands.map { (path: "\(CommandSpec.help.name) \($0.fullName)", next: $0.subcommands) }
    }
}

extension String {
    /// In single quotes for a POSIX shell or zsh.
    var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }
}
