// What the completion scripts of all shells have in common: which values can be offered for an option or an
// operand.

import Framing

/// Where the values of one kind come from.
enum Candidates {
    case nothing
    case files
    case interfaces
    /// Host names, and `unix:` with a path.
    case endpoints
    case words([String])

    init(for kind: ValueKind, in program: Program, names: [ValueKind: [String]]) {
        switch kind {
        case .file: self = .files
        case .interface: self = .interfaces
        case .endpoint: self = .endpoints
        case .command: self = .words(program.commands.map(\.name))
        // Those with a value of their own are left out: a shell would set a space after the colon.
        case .framing: self = .words(Framing.names)
        case .choice(let choices): self = .words(choices)
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
