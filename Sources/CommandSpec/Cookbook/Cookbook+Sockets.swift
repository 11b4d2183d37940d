// Recipes about sockets that exist already: who has them, what they hold, how they are set.

extension Cookbook {
    static let findingOutWhoListens = Chapter(
        title: "Find out who listens",
        recipes: [
            Recipe(
                "Which programs listen, and who has port 8080?",
                "sockctl info -tl",
                "sudo sockctl info -tulpn",
                "sudo sockctl info --port 8080",
                note: """
                    The letters of `ss(8)` mean the same here. Root sees the programs of all users. Where no socket \
                    matches, the exit status is 1.
                    """),
            Recipe(
                "Which programs are connected to port 443 of any host?",
                """
                sockctl info --peer :443 --json |
                    jq -r '.owners[]?.name' | sort | uniq -c
                """),
            Recipe(
                "Who captures packets?",
                "sudo sockctl info --packet",
                note: "`--all-kinds` adds MPTCP, raw, packet, netlink and vsock sockets to the list."),
            Recipe(
                "Who listens in each container, and what does the network look like from in there?",
                "sudo sockctl info -tl --all-netns",
                "sudo sockctl connect --check --netns blue 10.0.0.2 22,80,443",
                #"sudo sockctl resolve --netns "$(pidof -s postgres)" db.internal"#,
                note: """
                    A network namespace is named as in `ip netns`, or by a process in it, or by a path; every \
                    command takes `--netns`.
                    """),
            Recipe(
                "How many sockets are there, and what is worth a look?",
                "sockctl info --summary",
                """
                sockctl info --summary --json |
                    jq -r '.findings[] | select(.warning) | .text'
                """,
                note: """
                    Full accept queues, connections in CLOSE_WAIT, drops, retransmissions and the ports that \
                    TIME_WAIT holds, each with the command that lists it. No privileges are needed.
                    """),
            Recipe(
                "What matters of a connection that bash has opened, or of the sockets of any process",
                "exec 3<>/dev/tcp/127.0.0.1/22",
                "sockctl info --fd 3",
                "sockctl info --pid $$",
                "exec 3>&-",
                note: """
                    Addresses, queues, round trip, windows, and the options that a program has set, read from the \
                    live sockets without disturbing them. `-v` shows every option and all of TCP_INFO.
                    """),
            Recipe(
                "What has a stuck program received, and not read?",
                "exec 3<>/dev/tcp/127.0.0.1/22",
                "sockctl info --peek --pid $$ --fd 3",
                "exec 3>&-",
                note: """
                    The bytes are shown and stay where they are; `--hex` shows a dump. `sockctl info --pid PID` lists \
                    the descriptors of a process, and how much waits at each.
                    """),
            Recipe(
                "Turn on keepalive for a server that is already running",
                "pid=$(sockctl info -tl --port 9000 --json | jq '.owners[0].pid')",
                #"sockctl info setsockopt SO_KEEPALIVE=1 TCP_KEEPIDLE=60 --pid "$pid""#,
                #"sockctl info getsockopt SO_KEEPALIVE --pid "$pid""#,
                note: "The connections that the listener accepts from then on inherit it."),
            Recipe(
                "Close the connections to one port, whoever has them",
                "sockctl info destroy --dry-run --port 8443",
                "sudo sockctl info destroy --yes --port 8443",
                note: """
                    The next call of each owner fails with ECONNABORTED, and the peers get a reset. Listeners are \
                    left alone without `--listening`.
                    """),
            Recipe(
                "How large are the buffers by default, and what does 64k become?",
                "sockctl info getsockopt SO_RCVBUF SO_SNDBUF --new tcp",
                "sockctl info setsockopt SO_RCVBUF=64k --new tcp",
                "sockctl info options socket"),
            Recipe(
                "From which address would this machine send there?",
                "sockctl info getsockname --udp 192.0.2.1:9",
                note: "No packet is sent: connecting a datagram socket only chooses the route."),
        ])
}
