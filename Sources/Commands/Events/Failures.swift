// Failures as events: of the command, and those that it goes on after.

import CommandSpec
import Sockets

/// A failure that does not end the command.
struct Failed: Event {
    let failure: Failure

    static let isRecorded = true

    static let shape = Shape(event: "error", when: "Something failed without ending the command.")

    static func list(_ fields: inout some Fields<Failed>) {
        fields.add("error", "What failed.") { $0.failure }
    }

    func say(in text: TextReporter) { FailureLine.write(failure, json: false, droppable: true) }
}

/// What a command that failed says at its end, on stderr.
struct CommandFailure: Shaped {
    let failure: Failure

    static let shape = Shape(
        event: "failure",
        when: """
            The command failed, or an operand of several: written to standard error. Its `status` is the exit status; \
            of several, that of the first.
            """)

    static func list(_ fields: inout some Fields<CommandFailure>) {
        fields.add("error", "What failed.") { $0.failure }
    }
}

extension Failure: Shaped {
    static let shape = Shape("error", "What failed, and how.")

    static func list(_ fields: inout some Fields<Failure>) {
        fields.add("operation", "What was tried, such as `connect`.") { $0.operation }
        fields.add("endpoint", optional: "At which endpoint.") { $0.isOfEndpoint ? $0.operand : nil }
        fields.add("operand", optional: "With what else: a file, a name, an option.") {
            $0.isOfEndpoint ? nil : $0.operand
        }
        fields.add("code", optional: "The name of the error, such as `ECONNREFUSED` or `EAI_NONAME`.") {
            $0.code
        }
        fields.add("errno", optional: "The number of the system's error.") {
            $0.cause.networkError?.error.rawValue
        }
        fields.add("message", "The error in words.") { $0.message }
        fields.add("status", "The exit status that the error stands for.") { $0.status.rawValue }
        fields.add("hint", optional: "What to do about it.") { $0.hint }
        fields.add("attempts", optional: "Each address that was tried; `connect`.") { $0.attempts.nonEmpty }
    }
}

extension Failure.Attempt: Shaped {
    static let shape = Shape("attempt", "One address that could not be connected to.")

    static func list(_ fields: inout some Fields<Failure.Attempt>) {
        fields.add("address", "The address.") { $0.address }
        fields.add("code", optional: "The name of the error.") { $0.cause.code }
        fields.add("errno", optional: "Its number.") {
            $0.cause.networkError?.error.rawValue
        }
        fields.add("message", "The error in words.") { $0.cause.message }
    }
}
