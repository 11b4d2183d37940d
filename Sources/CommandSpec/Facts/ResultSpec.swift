// The form of an answer in the JSON output: what a command was asked for, as opposed to an event on the way.
// The page sockctl-json(7) is made from it, and the encoder is tested against it.

package struct ResultSpec: Sendable {
    /// The commands that answer so.
    package let commands: [CommandName]
    /// What the answer is, as a sentence.
    package let meaning: String
    package let fields: [FieldSpec]

    init(of commands: CommandName..., meaning: String, _ fields: [FieldSpec]) {
        self.commands = commands
        self.meaning = meaning
        self.fields = fields
    }

    package static let all = checked + inspected + resolved

    package static func of(_ command: CommandName) -> ResultSpec? {
        all.first { $0.commands.contains(command) }
    }
}
