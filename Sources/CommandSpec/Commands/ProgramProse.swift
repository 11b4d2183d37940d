// What the manual says of `--exec` and `--shell`: how a program is run, and what that exposes.

extension CommandSpec {
    static let programs: [Prose] = [
        .text(
            """
            With `--exec` or `--shell` each connection has a program of its own, in a process group of its own: its standard \
            input and output are two pipes, its standard error is ours, and it inherits no other descriptor. When the peer \
            closes its sending side, the program's input ends; when the program closes its output, the connection is \
            half-closed, and when it reads no more, what comes after that is discarded. Once the peer is gone, all of the group \
            gets SIGTERM, and SIGKILL 2 seconds later; after an end in order it has 2 seconds to finish first. At the end \
            of the command all groups are ended so. A program that cannot be started ends the connection of its peer alone. \
            What a program has started in the background and left its output open keeps the connection; \
            `--idle-timeout` bounds that. If this command is killed by SIGKILL, programs go on until they notice that their \
            input and output have ended. At most 100 programs run at a time, or `--max-connections`, and no more than there \
            are descriptors for. \
            The exit status of the program is in the `closed` event; for a single connection that did not fail it is \
            that of the command, 128 + N if signal N ended the program.
            """),
        .text(
            """
            In its environment are `PROTO` (`TCP` or `UNIX`), `TCPREMOTEIP`, `TCPREMOTEPORT`, `TCPLOCALIP`, `TCPLOCALPORT`, \
            `SOCKCTL_CONNECTION` (the number of the connection) and `SOCKCTL_PEER`. What is meant for this process alone is \
            removed: `LISTEN_*`, `NOTIFY_SOCKET`, `SSLKEYLOGFILE`, and passwords of proxies.
            """),
        .text(
            """
            Whoever can connect can use the program, with the rights of the user who started the command: a shell or an \
            interpreter gives peers everything that this user may do. Listen on loopback or a Unix socket, or restrict \
            peers with `--allow` or `--client-ca`. `SOCKCTL_PEER` and all that is read come from the peer: quote them.
            """),
    ]
}
