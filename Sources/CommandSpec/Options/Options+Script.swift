// The options that hold a conversation: what is expected, and what is sent then, in the order in which they stand.

extension Defaults {
    /// How long an expectation waits.
    package static let expectTimeout = Duration.seconds(10)

    static let expectTimeoutText = "\(expectTimeout.components.seconds)s"
}

extension Options {
    package static let expect = Option(
        "expect", .escaped("text of at least one byte", mayBeEmpty: false), "TEXT",
        group: .payload, repeats: true,
        help: "go on once TEXT has come (repeatable)",
        manual: """
            A step of a script, see DESCRIPTION: go on with the next `--expect` or `--send` once TEXT has come. TEXT may have \
            the escapes of `printf(1)`, such as `\\r\\n` and `\\xff`. May be given several times.
            """)

    static let expectOfConnect = expect.described(
        help: "go on once TEXT has come; -z: it says TEXT",
        manual: """
            \(expect.spec.manual) With `--check`, once: a port counts as open only if what it says, within `--timeout`, \
            contains TEXT. Otherwise its state is `unexpected`, status 11. Nothing is sent.
            """)

    package static let send = Option(
        "send", .escaped("text", mayBeEmpty: true), "TEXT", group: .payload, repeats: true,
        help: "send TEXT, in turn with --expect (repeatable)",
        manual: """
            A step of a script, see DESCRIPTION: send TEXT, which may have the escapes of `printf(1)`, once all `--expect` that \
            stand before it are met. With `--frame` it is a message. May be given several times.
            """)

    package static let expectTimeout = Option(
        "expect-timeout", .duration, "DURATION", group: .ending, default: Defaults.expectTimeoutText,
        help: "how long each --expect may take",
        manual: """
            Give up, with status 11, if the TEXT of an `--expect` has not come within DURATION after the step before it. The \
            time stands still while what has come waits for standard output. The default is \
            \(Defaults.expectTimeoutText).
            """)

    /// What makes a script.
    static let script: [any OptionDefinition] = [expect, send]
}
