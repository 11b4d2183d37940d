// A step of a script is done.

import CommandSpec

struct ScriptStep: Event {
    let connection: ConnectionIdentity
    /// Counted from 1.
    let number: Int
    private let title: String
    private let step: Script.Step

    init(connection: ConnectionIdentity, _ course: ScriptCourse, _ index: Int) {
        self.connection = connection
        number = index + 1
        title = course.title(index)
        step = course.step(index)
    }

    static let shape = Shape(
        event: "step",
        when: """
            A step of a script is done: what `--expect` names has come, or what `--send` names was handed to the connection. \
            An expectation may be met before something that stands before it is sent.
            """)

    static func list(_ fields: inout some Fields<ScriptStep>) {
        fields.add("connection", "The number of the connection, counted from 1 in this run.") {
            $0.connection.number
        }
        fields.add("direction", "Which way its text went: `received` for `--expect`, `sent` for `--send`.") {
            $0.direction
        }
        fields.add("number", "The number of the step, counted from 1.") { $0.number }
        fields.add(
            "size", "The length of its text in bytes; of one that was sent with delimiter or length prefix."
        ) {
            $0.step.bytes.count
        }
    }

    private var direction: Direction { step.isExpectation ? .received : .sent }

    func say(in text: TextReporter) {
        text.say(
            step.isExpectation
                ? "\(title): received \(Escapes.quoted(step.bytes))"
                : "\(title): sent \(Statistics.bytes(step.bytes.count))",
            from: .verbose)
    }
}
