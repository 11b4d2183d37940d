// A script: what `--expect` and `--send` say, in the order in which they stand.

import CommandSpec
import Framing

struct Script {
    enum Step: Equatable {
        case expect([UInt8])
        /// As it goes through the socket.
        case send([UInt8])
    }

    let steps: [Step]
    /// How long each expectation waits.
    let timeout: Duration

    init(_ steps: [Step], timeout: Duration) {
        self.steps = steps
        self.timeout = timeout
    }

    /// Nil where there are no steps.
    /// - Parameter conversation: of the connection, where what is sent is a message of it.
    init?(
        _ arguments: Arguments, _ framing: MessageFraming?, _ conversation: (any Conversation)?
    ) throws(Failure) {
        var steps: [Step] = []
        for (label, text) in arguments.inOrder(Options.expect, Options.send) {
            if label == Options.expect.label {
                steps.append(.expect(text))
            } else if let framing {
                steps += try framing.encoded([text], label, conversation).map { .send($0) }
            } else if text.isEmpty {
                throw Failure(
                    "option", label, words: "there is nothing to send", status: .usage,
                    hint: "with --frame it is an empty message")
            } else {
                steps.append(.send(text))
            }
        }
        if steps.isEmpty { return nil }
        self.init(steps, timeout: arguments[Options.expectTimeout] ?? Defaults.expectTimeout)
    }
}
