// The answers of `connect --check`.

extension ResultSpec {
    static let checked = [
        ResultSpec(
            of: .connect, meaning: "With `--check`: a port that was tested, as soon as it is decided.",
            [
                FieldSpec("endpoint", .string, "The port of the host, as it was asked for."),
                FieldSpec("port", .integer, "The port; absent for a Unix socket.", optional: true),
                FieldSpec("protocol", .oneOf(["tcp", "udp", "unix"]), "How it was tested."),
                FieldSpec(
                    "state", .oneOf(["open", "refused", "no-answer", "unreachable", "failed"]),
                    "What came of it. For UDP no answer means open or filtered."),
                FieldSpec(
                    "address", .object("address"),
                    "The address that accepted, or of those that did not the one that the state is of."),
                FieldSpec("seconds", .number, "How long that address took to answer, or was waited for."),
                FieldSpec("status", .integer, "The exit status that the state stands for."),
                FieldSpec(
                    "code", .string, "The name of the error, such as `ECONNREFUSED`; unless it is open.",
                    optional: true),
                FieldSpec("errno", .integer, "Its number.", optional: true),
                FieldSpec("message", .string, "Why it is not open, in words.", optional: true),
                FieldSpec("reporter", .string, "The host that said so by ICMP; for UDP.", optional: true),
                FieldSpec(
                    "attempts", .array(of: "attempt objects"),
                    "Each address that did not accept, if there were several.",
                    optional: true),
            ])
    ]
}
