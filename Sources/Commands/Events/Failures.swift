// Failures as events: of the command, and those that it goes on after.

import CommandSpec
import Sockets

/// A failure that does not end the command.
struct Failed: Event {
    let failure: Failure

    static let isRecorded = true

    static let shape = Shape<Failed>(
        event: "error", when: "Something failed without ending the command.",
        [.object("error", "What failed.") { $0.failure }])

    func say(in text: TextReporter) { FailureLine.write(failure, json: false, droppable: true) }
}

/// What a command that failed says at its end, on stderr.
struct CommandFailure: Shaped {
    let failure: Failure

    static let shape = Shape<CommandFailure>(
        event: "failure",
        when: """
            The command failed, or an operand of several: written to standard error. Its `status` is the exit status; \
            of several, that of the first.
            """,
        [.object("error", "What failed.") { $0.failure }])
}

extension Failure: Shaped {
    static let shape = Shape<Failure>(
        "error", "What failed, and how.",
        [
            .string("operation", "What was tried, such as `connect`.") { $0.operation },
            .string("endpoint", optional: "At which endpoint.") { $0.isOfEndpoint ? $0.operand : nil },
            .string("operand", optional: "With what else: a file, a name, an option.") {
                $0.isOfEndpoint ? nil : $0.operand
            },
            .string("code", optional: "The name of the error, such as `ECONNREFUSED` or `EAI_NONAME`.") {
                $0.code
            },
            .integer("errno", optional: "The number of the system's error.") {
                $0.cause.networkError.map { Int($0.error.rawValue) }
            },
            .string("message", "The error in words.") { $0.message },
            .integer("status", "The exit status that the error stands for.") { Int($0.status.rawValue) },
            .string("hint", optional: "What to do about it.") { $0.hint },
            .objects("attempts", optional: "Each address that was tried; `connect`.") { $0.attempts },
        ])
}

extension Failure.Attempt: Shaped {
    static let shape = Shape<Failure.Attempt>(
        "attempt", "One address that could not be connected to.",
        [
            .address("address", "The address.") { $0.address },
            .string("code", optional: "The name of the error.") { $0.cause.code },
            .integer("errno", optional: "Its number.") {
                $0.cause.networkError.map { Int($0.error.rawValue) }
            },
            .string("message", "The error in words.") { $0.cause.message },
        ])
}
