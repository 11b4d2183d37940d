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
            alone, or emptied first, and goes on at its end after somebody has cut it. As `pcapng:FILE`, or if \
            its name ends in `.pcapng`, FILE gets packets instead, which `wireshark` and `tshark` open and `--replay` does \
            not: TCP with its handshake, ends and resets, what TLS carries as plaintext, with real addresses and \
            times. Sequence numbers, acknowledgements and windows are made up, and nothing is lost or \
            sent again. A comment on the first packet of a connection has the endpoint and the process; the legs of a relay \
            are interfaces of their own. A Unix connection is shown as TCP from 2001:db8::1, the side that connected, \
            to 2001:db8::2. `pcapng:-` writes to standard output. Such a FILE cannot be cut while it is written.
            """)

    package static let replay = Option(
        "replay", .file, "FILE", group: .payload,
        help: "play one side of a recording back",
        manual: """
            Send what one side of the recorded session in FILE, in JSON Lines, sent, at the same distances in time: `send` plays \
            the side that connected, `listen` the side that accepted. Of several connections the first is played, or \
            the one that `--replay-connection` names.
            """)

    package static let replayConnection = Option(
        "replay-connection", .number(1...Int.max), "N", group: .payload,
        help: "with --replay: play connection N",
        manual: "With `--replay`: play the connection that has the number N in the recording.")
}
