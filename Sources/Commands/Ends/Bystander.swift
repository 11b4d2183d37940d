// Whoever runs a chat and looks on at a terminal: it shows what peers say as far as it takes that, because nobody waits for who
// only looks on, and how much it did not.

import Framing

final class Bystander {
    private let context: Context
    /// How many bytes were not shown.
    private var missed = 0
    /// Visible form may take so many bytes for one.
    private static let expansion = 4

    /// Nil where there is none: events go to who reads them, and a pipe or a file gets nothing.
    init?(_ context: Context) {
        guard !context.settings.json, context.output.isTerminal, context.settings.verbosity != .quiet else {
            return nil
        }
        self.context = context
    }

    func show(_ bytes: RawSpan, of connection: ConnectionIdentity) {
        guard mayShow(bytes) else { return }
        context.output.append { context.reporter.render(bytes, of: connection, into: &$0) }
    }

    func show(_ message: MessageReport, _ bytes: RawSpan) {
        guard mayShow(bytes) else { return }
        context.output.append { context.reporter.render(message, bytes, into: &$0) }
    }

    private func mayShow(_ bytes: RawSpan) -> Bool {
        guard context.output.hasRoom(for: bytes.byteCount * Self.expansion) else {
            missed += bytes.byteCount
            return false
        }
        if missed > 0 {
            context.reporter.notice(
                "not shown, because the terminal took no more: \(Statistics.bytes(missed))")
            missed = 0
        }
        return true
    }
}
