// A command as data: what it is called, what it takes, what may not be combined, how it is used. The parser,
// the help, the man pages and the completions all read this and nothing else.

package enum CommandName: String, CaseIterable, Sendable {
    case listen, connect, send, recv
    case resolve
    case getHostByName = "resolve gethostbyname"
    case getHostByAddress = "resolve gethostbyaddr"
    case getAddressInfo = "resolve getaddrinfo"
    case getNameInfo = "resolve getnameinfo"
    case getServiceByName = "resolve getservbyname"
    case getServiceByPort = "resolve getservbyport"
    case getProtocolByName = "resolve getprotobyname"
    case getHostName = "resolve gethostname"
    case inetATON = "resolve inet_aton"
    case inetNTOA = "resolve inet_ntoa"
    case inetPTON = "resolve inet_pton"
    case inetNTOP = "resolve inet_ntop"
    case info
    case infoFileno = "info fileno"
    case infoGetsockname = "info getsockname"
    case infoGetpeername = "info getpeername"
    case infoGetsockopt = "info getsockopt"
    case infoSetsockopt = "info setsockopt"
    case infoDestroy = "info destroy"
    case infoOptions = "info options"
    case udpSend = "udp send"
    case udpRecv = "udp recv"
    case udpListen = "udp listen"
    case udpConnect = "udp connect"
    case broadcastSend = "broadcast send"
    case broadcastRecv = "broadcast recv"
    case broadcastAddresses = "broadcast addresses"

    /// Whether it opens sockets or looks up names, and so works in a network namespace.
    var isOfNetwork: Bool {
        switch self {
        case .getHostName, .inetATON, .inetNTOA, .inetPTON, .inetNTOP, .infoOptions: false
        default: true
        }
    }
}

package struct CommandSpec: Sendable {
    /// What happens when the command is called by itself.
    package enum Action: Sendable {
        case run(CommandName)
        case help
        case completions
        case schema
        /// It only groups its subcommands.
        case group
    }

    /// The names that lead to it: `["listen"]`, or `["udp", "send"]`.
    package let path: [String]
    package let action: Action
    /// One line, without a full stop.
    package let summary: String
    package let description: [Prose]
    package let operands: [OperandSpec]
    package let options: [OptionSpec]
    package let rules: [Rule]
    /// When standard output has no payload: of a command that moves data.
    package let standardOutput: StandardOutput?
    /// The first three are in the summary that `-h` shows.
    package let examples: [Example]
    /// The long names of the options that people use most, for the summary.
    let mostUsed: [String]
    /// Letters that are taken as another program has them.
    let letters: [ListLetter]
    /// Pages of the manual worth reading next: `nc(1)`.
    package let seeAlso: [String]
    package let subcommands: [CommandSpec]

    package init(
        _ path: String..., action: Action, summary: String, description: [Prose],
        operands: [OperandSpec] = [], options: [any OptionDefinition] = [],
        mostUsed: [any OptionDefinition] = [], rules: [Rule] = [], standardOutput: StandardOutput? = nil,
        examples: [Example], seeAlso: [String] = [], letters: [ListLetter] = [],
        subcommands: [CommandSpec] = []
    ) {
        self.path = path
        self.action = action
        self.summary = summary
        self.description = description
        self.operands = operands
        let isRun = if case .run = action { true } else { false }
        let isOfNetwork = if case .run(let name) = action { name.isOfNetwork } else { false }
        let own = options.map(\.spec) + (isOfNetwork ? [Options.netns.spec] : [])
        self.options = own + (isRun ? [Options.color.spec] : []) + [Options.help.spec]
        self.rules = rules
        self.standardOutput = standardOutput
        self.examples = examples
        self.mostUsed = (mostUsed.isEmpty ? own.prefix(Self.summarized) : mostUsed.map(\.spec)[...]).map(
            \.long)
        self.seeAlso = seeAlso
        self.letters = letters
        self.subcommands = subcommands
    }

    /// How many options the summary has.
    package static let summarized = 6

    /// The options of the summary, in their order.
    package var summaryOptions: [OptionSpec] {
        mostUsed.compactMap { name in options.first { $0.long == name } }
    }

    /// The last name, under which its parent finds it.
    package var name: String { path.last ?? "" }
    /// The name as it is typed: `udp send`.
    package var fullName: String { path.joined(separator: " ") }
    /// The name of its manual page: `sockctl-udp-send`.
    package var pageName: String { ([Program.sockctl.name] + path).joined(separator: "-") }
    /// The command and everything below it.
    package var family: [CommandSpec] { [self] + subcommands.flatMap(\.family) }

    /// The command directly below it that has this name.
    func subcommand(named name: Word) -> CommandSpec? { subcommands.first { Word($0.name) == name } }

    /// How the command is written: `sockctl send [OPTION...] ENDPOINT [DATA...]`.
    package var form: String {
        var words = [Program.sockctl.name, fullName]
        if case .group = action { return (words + ["COMMAND"]).joined(separator: " ") }
        if options.count > 1 { words.append("[OPTION...]") }
        return (words + operands.filter { $0.replacing == nil }.map(\.form)).joined(separator: " ")
    }
}

package struct OperandSpec: CommandPart {
    package let label: String
    package let kind: ValueKind
    package let required: Bool
    package let repeats: Bool
    /// One line for `--help`, without a full stop.
    package let help: String
    /// The label of the option with which this operand takes the place of all others; nil for one that stands without.
    package let replacing: String?

    package init(
        _ label: String, _ kind: ValueKind, required: Bool = true, repeats: Bool = false,
        with option: (any CommandPart)? = nil, help: String
    ) {
        replacing = option?.label
        self.label = label
        self.kind = kind
        self.required = required
        self.repeats = repeats
        self.help = help
    }

    package var form: String {
        let name = repeats ? label + "..." : label
        return required ? name : "[\(name)]"
    }
}

/// What may not, or must, stand together. Parts are named by their labels.
package enum Rule: Sendable {
    case atMostOne([String])
    case conflict([String], with: [String])
    case needs(String, anyOf: [String])

    package static func atMostOne(of parts: any CommandPart...) -> Rule { .atMostOne(parts.map(\.label)) }

    package static func none(of parts: [any CommandPart], with others: [any CommandPart]) -> Rule {
        .conflict(parts.map(\.label), with: others.map(\.label))
    }

    package static func that(_ part: any CommandPart, needs others: any CommandPart...) -> Rule {
        .needs(part.label, anyOf: others.map(\.label))
    }

    /// What may not stand beside the part with this label.
    func rivals(of label: String) -> [String] {
        switch self {
        case .atMostOne(let labels) where labels.contains(label): labels.filter { $0 != label }
        case .conflict(let labels, let others) where labels.contains(label): others
        case .conflict(let others, let labels) where labels.contains(label): others
        default: []
        }
    }

    /// Every label it mentions.
    package var labels: [String] {
        switch self {
        case .atMostOne(let labels): labels
        case .conflict(let labels, let others): labels + others
        case .needs(let label, let others): [label] + others
        }
    }
}

/// A command line for the shell, and what it does.
package struct Example: Sendable {
    package let line: String
    package let meaning: String

    package init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }

    /// The meaning as it stands above the line: as it is written, because it may be the output itself.
    var caption: String { meaning.last == "?" ? meaning : meaning + ":" }
}

/// A piece of the manual. In its text, `backquotes` mark what is typed or looked up.
package enum Prose: Sendable {
    case text(String)
    case list([Item])
    case code(String)

    package struct Item: Sendable {
        let term: String
        let text: String

        init(_ term: String, _ text: String) {
            self.term = term
            self.text = text
        }
    }
}
