// The options of a command that accepts connections.

extension Options {
    package static let keepOpen = Option(
        flag: "keep-open", short: "k", group: .serving,
        help: "serve many peers, until interrupted",
        manual: """
            Accept any number of connections, at the same time, until interrupted. Standard input goes to \
            every connected peer, and what the peers send goes to standard output. Without this option one \
            connection is accepted and the command ends with it. The fastest peer sets the pace of the input; \
            one that falls 16 MiB behind is cut off, and that is reported. When a peer half-closes, what is queued for it \
            is still sent, then its connection is closed, even if standard input goes on. With `--file` \
            each peer gets the file from its beginning. When descriptors or memory run out, further peers wait in \
            the backlog, and one line or event says so.
            """)

    package static let echo = Option(
        flag: "echo", group: .serving,
        help: "send back to each peer what it sends",
        manual: "Instead of relaying, send back to each peer what it sends.")

    package static let discard = Option(
        flag: "discard", group: .serving,
        help: "receive and drop everything",
        manual: "Instead of relaying, receive everything and drop it.")

    package static let reply = Option(
        "reply", .dataOrFile, "DATA|@FILE", group: .serving,
        help: "answer each peer with this",
        manual: """
            Instead of relaying, answer each peer with DATA, or with the contents of FILE: once, when its first \
            bytes have come or it closes its sending side, and then half-close. What it goes on to send is received. \
            FILE is held in memory, at most \(Defaults.longestContents >> 20) MiB; `--file` sends a longer one.
            """)

    package static let chat = Option(
        flag: "chat", group: .serving,
        help: "pass what one peer says to all others",
        manual: """
            Instead of relaying, send what one peer says to all others. What is said while nobody else is \
            connected is discarded; a peer that falls 16 MiB behind the others is cut off. Standard input goes to all \
            peers, and waits for the first of them; its end changes nothing. A terminal shows what peers say, with a line that \
            names the peer where it changes, and what it does not take in time is not shown.
            """)

    package static let backlog = Option(
        "backlog", .number(1...Int(Int32.max)), "N", group: .serving, default: "\(Defaults.backlog)",
        help: "let N peers wait in the queue",
        manual: """
            Let N established connections wait to be accepted, as for `listen(2)`. The kernel may lower it to \
            net.core.somaxconn. The default is \(Defaults.backlog).
            """)

    package static let maxConnections = Option(
        "max-connections", short: "m", .number(1...Int(Int32.max)), "N", group: .serving,
        help: "serve at most N peers at a time",
        manual: """
            Serve at most N peers at the same time. Further ones wait until one has left.
            """)

    package static let allow = Option(
        "allow", .text(.network, "a network, such as 192.0.2.0/24"), "CIDR", group: .serving, repeats: true,
        help: "serve only peers of this network (repeatable)",
        manual: """
            Serve only peers whose address is in the network CIDR, such as `192.0.2.0/24` or `2001:db8::/32`. \
            Any other peer is reset and reported. May be given several times: a peer of any of the networks \
            is served.
            """)

    package static let deny = Option(
        "deny", .text(.network, "a network, such as 192.0.2.0/24"), "CIDR", group: .serving, repeats: true,
        help: "refuse peers of this network (repeatable)",
        manual: """
            Refuse peers whose address is in the network CIDR, even if `--allow` names it too: they are reset \
            and reported. May be given several times.
            """)
}
