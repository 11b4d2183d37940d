// The one line below a failed connection: the verdict of an explanation, where it is sure and found within a few
// milliseconds.

import CommandSpec
import Sockets

extension Hints {
    /// What is said of a connection that failed; nil where that is not sure.
    /// - Parameters:
    ///   - attempt: the address that the failure is about.
    ///   - timedOut: whether the time was up.
    static func explanation(
        of attempt: Failure.Attempt, timedOut: Bool, from source: SourceAddress?, _ settings: Settings
    ) -> String? {
        guard !attempt.hasAccepted else { return nil }
        let outcome: Observation.Outcome
        if timedOut {
            outcome = .timedOut
        } else if let error = attempt.cause.networkError?.error {
            outcome = .failed(error)
        } else {
            return nil
        }
        var observation = Observation(attempt.address.description, attempt.address, outcome)
        observation.report = attempt.report
        observation.ask(.hint, from: source, settings)
        let verdict = ConnectVerdict(observation)
        return verdict.isSure ? verdict.hint : nil
    }
}

extension Failure {
    /// The same failure with what explains it in place of its hint, where something does.
    func explained(
        by attempt: Failure.Attempt?, timedOut: Bool = false, from source: SourceAddress?,
        _ settings: Settings
    ) -> Failure {
        guard let attempt,
            let hint = Hints.explanation(of: attempt, timedOut: timedOut, from: source, settings)
        else { return self }
        var copy = self
        copy.hint = hint
        return copy
    }
}
