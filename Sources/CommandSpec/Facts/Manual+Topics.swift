// What `sockctl help TOPIC` explains: matters of many commands, as the manual has them.

package struct Topic: Sendable {
    package let name: String
    /// One line, without a full stop.
    package let summary: String
    let prose: @Sendable () -> [Prose]
    /// The page that says more.
    let page: String

    init(
        _ name: String, _ summary: String, page: String = Program.sockctl.name,
        _ prose: @escaping @Sendable () -> [Prose]
    ) {
        self.name = name
        self.summary = summary
        self.prose = prose
        self.page = page
    }

    package static let all = [
        Topic("endpoints", "how a host, a port or a socket is written") { Manual.endpointSection.prose },
        Topic("framing", "how messages are kept apart in a stream") { Manual.framing.prose },
        Topic("exit-status", "what the exit status of each command means") {
            [
                .list(ExitStatus.allCases.map { Prose.Item("\($0.rawValue)", $0.meaning) }),
                ExitStatus.severalPorts,
            ]
        },
        Topic("json", "what --json writes", page: Manual.jsonPage.name) { Manual.json },
        Topic("tls", "what is verified, and how to look at a certificate", page: "sockctl-connect") {
            CommandSpec.verifiedTLS + CommandSpec.servingTLS.prefix(1) + CommandSpec.tlsTasks
        },
        Topic("environment", "variables and files that are read") {
            [.list(Manual.environment(of: nil)), Manual.colors, .list(Manual.files(of: nil))]
        },
    ]

    package static func named(_ word: Word) -> Topic? { all.first { Word($0.name) == word } }
}

extension Manual {
    static let json: [Prose] = [
        .text(
            """
            With `--json` every command writes JSON Lines to standard output: one object a line for each event or answer, \
            flushed at once. Each begins with `event` and `time` (RFC 3339, UTC), and with `connection` where there is one:
            """),
        .code(
            """
            $ sockctl recv -j 9000 | jq -r 'select(.event == "data") | .text'
            $ sockctl info -tlj | jq -r '.local.port'
            $ sockctl connect -zj localhost 22,80 | jq -r 'select(.state == "open") | .port'
            """),
        .text(
            """
            Payload is `text` where it is valid UTF-8 and `base64` where it is not. Durations end in `_us`, sizes are bytes. A \
            failure of the command is one object on standard error, with `error.operation`, `error.code`, \
            `error.message`, `error.hint` and `error.status`, also for what was typed wrongly. Fields are never renamed; \
            `sockctl schema` prints the JSON Schema of all of them.
            """),
    ]
}

extension ExitStatus {
    static let severalPorts = Prose.text(
        """
        What `--expect` did not get is 11. `connect --check` of several ports has the status of the first that is not as asked for. A program of `--exec` \
        without `--keep-open` gives its own status, 128 + N if signal N ended it. A signal ends the command as it would any other.
        """)
}

extension CommandSpec {
    static let tlsTasks: [Prose] = [
        .code(
            """
            $ sockctl connect --check --tls -v example.com:443     # the certificate, and what is wrong with it
            $ sockctl connect --tls --crlf example.com 443         # talk to a server by hand
            $ sockctl listen -k --tls --self-signed --echo 9000    # a server for tests; prints its pin
            $ sockctl listen -k 8080 --to tls:example.com:443      # TLS for a client that has none
            """)
    ]
}
