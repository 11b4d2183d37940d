// The options that show, record and play back what passes.

extension Options {
    package static let hex = Option(
        flag: "hex", short: "x", group: .reporting,
        help: "show all traffic as a hex dump",
        manual: """
            Show everything that is received and sent as a hex dump of 16 bytes a line, with offsets, below a line \
            with the time, the direction (`<` received, `>` sent), the peer and the size. It is written to \
            standard error, or, where standard output is a terminal, there, instead of the payload.
            """)

    package static let record = Option(
        "record", .file, "FILE", group: .reporting,
        help: "record the traffic in FILE, to be replayed",
        manual: """
            Write every connection's events, and all that it receives and sends, to FILE, with times and \
            directions: JSON Lines as `--json` writes them, with a `data` event for each `recv(2)` and \
            `send(2)`. `--replay` of `send` and `listen` plays one side of it back. A FILE that is slow holds up the connections. It is created for its owner \
            alone, or emptied first, and goes on at its end after somebody has cut it.
            """)

    package static let replay = Option(
        "replay", .file, "FILE", group: .payload,
        help: "play one side of a recording back",
        manual: """
            Send what one side of the recorded session in FILE sent, at the same distances in time: `send` plays \
            the side that connected, `listen` the side that accepted. Of several connections the first is played, or \
            the one that `--replay-connection` names.
            """)

    package static let replayConnection = Option(
        "replay-connection", .number(1...Int.max), "N", group: .payload,
        help: "with --replay: play connection N",
        manual: "With `--replay`: play the connection that has the number N in the recording.")
}
