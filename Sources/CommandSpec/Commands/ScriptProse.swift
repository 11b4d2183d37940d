// What the manual says of scripts, conversations that `--expect` and `--send` make.

extension CommandSpec {
    /// - Parameter end: what happens once all steps are done.
    static func scripts(then end: String) -> [Prose] {
        [
            .text(
                """
                `--expect TEXT` and `--send TEXT` make a script: they are done one after the other, in the order in which \
                they stand. An expectation is met once TEXT has come, anywhere in what has come since the one before \
                was met, also in what came before its turn. With `--frame` it is met by a message that contains TEXT, each by a \
                message of its own. All that is received is written as always. \(end)
                """),
            .text(
                """
                A TEXT that does not come within `--expect-timeout`, or before the peer closes or the connection is lost, is status \
                11; the error says which step it was, what was expected and the last 64 bytes that came instead, with escapes for \
                what is not text. `--verbose` reports each step on standard error, and `--json` as an event.
                """),
        ]
    }
}
