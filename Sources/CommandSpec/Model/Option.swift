// An option in its two forms: `Option<Value>`, the typed key with which a command asks for the value it was
// given, and `OptionSpec`, the same facts without the type, for the parser and for everything that lists
// options. Both are made at once, so that an option is defined in one place.

/// Something a rule can speak of: an option or an operand.
package protocol CommandPart: Sendable {
    /// The name as it is written: `--timeout`, `DATA`.
    var label: String { get }
}

package protocol OptionDefinition: CommandPart {
    var spec: OptionSpec { get }
}

package struct Option<Value: Sendable>: OptionDefinition {
    package let spec: OptionSpec
    package var label: String { spec.label }

    package init(
        _ long: String, short: Character? = nil, _ type: ValueType<Value>, _ placeholder: String,
        group: OptionGroup, repeats: Bool = false, default: String? = nil, help: String, manual: String
    ) {
        spec = OptionSpec(
            long: long, short: short, placeholder: placeholder, kind: type.kind,
            expectation: type.expectation, group: group, repeats: repeats, defaultText: `default`,
            help: help, manual: manual, read: { word in type.read(word) })
    }
}

extension Option<Bool> {
    package init(flag long: String, short: Character? = nil, group: OptionGroup, help: String, manual: String)
    {
        self.init(long, short: short, .flag, "", group: group, help: help, manual: manual)
    }
}

package struct OptionSpec: OptionDefinition {
    package let long: String
    package internal(set) var short: Character?
    /// How the value is written in a synopsis; empty for a flag.
    package let placeholder: String
    package let kind: ValueKind
    /// What the value is, as the end of the sentence "--timeout expects …".
    package let expectation: String
    package internal(set) var group: OptionGroup
    /// Whether every occurrence counts; otherwise the last one wins.
    package let repeats: Bool
    package internal(set) var defaultText: String?
    /// One line for `--help`, without a full stop.
    package internal(set) var help: String
    /// Sentences for the man page.
    package internal(set) var manual: String
    package let read: @Sendable (Word) -> (any Sendable)?

    package var spec: OptionSpec { self }
    package var label: String { "--" + long }
    package var isFlag: Bool { kind == .none }
    /// Whether every word that follows is its own.
    package var takesRest: Bool { kind == .commandLine }
    package var shortLabel: String? { short.map { "-\($0)" } }
    /// The help line with the default.
    package var helpLine: String { defaultText.map { "\(help) (default \($0))" } ?? help }
}

extension OptionDefinition {
    /// The same option with a letter that means it in one command alone.
    func lettered(_ letter: Character) -> OptionSpec {
        var copy = spec
        copy.short = letter
        return copy
    }

    /// The same option in the words of a command for which it means something more precise.
    package func described(
        default: String? = nil, group: OptionGroup? = nil, help: String, manual: String
    ) -> OptionSpec {
        var copy = spec
        copy.group = group ?? copy.group
        copy.defaultText = `default`
        copy.help = help
        copy.manual = manual
        return copy
    }
}

/// The headings under which options are listed, in their order.
package enum OptionGroup: String, CaseIterable, Sendable {
    case target = "Which socket"
    case filter = "Which of all sockets"
    case watching = "Watching"
    case serving = "Serving"
    case checking = "Checking"
    case payload = "Payload"
    case ending = "Ending"
    case sockets = "Addresses and sockets"
    case tls = "TLS"
    case reporting = "Reporting"
}
