// Recipes that stand between a client and a server: to look at what goes over a connection, or to disturb it.

extension Cookbook {
    static let watchingAConnection = Chapter(
        title: "Watch a connection",
        recipes: [
            Recipe(
                "What goes over this connection, byte by byte?",
                "sockctl connect --hex localhost 8000"),
            Recipe(
                "See what goes to my database, and back",
                "sockctl listen -k 5433 --to localhost:5432 --hex",
                note: """
                    Point the client to port 5433. Observing changes no byte; without `--hex`, `--frame` or `--json` the kernel moves them.
                    """),
            Recipe(
                "Every HTTP request with its answer, and how long it took",
                "sockctl listen -k 8081 --to localhost:8080 --frame http"),
            Recipe(
                "Only the slow ones",
                """
                sockctl listen -k 8081 --to localhost:8080 --frame http --json |
                    jq -c 'select(.took_us > 100000) | {connection, answer_to, took_us}'
                """,
                note: "`answer_to` is the number of the request within its connection."),
            Recipe(
                "Record a session, and play either side of it back",
                "sockctl connect --record session.json localhost 8000",
                "sockctl send --replay session.json localhost:8000",
                "sockctl listen --replay session.json 8000"),
            Recipe(
                "Record it as packets, for Wireshark",
                "sockctl connect --tls --record session.pcapng localhost 8443",
                "tshark -r session.pcapng -q -z follow,tcp,ascii,0",
                """
                sockctl listen -k 8081 --to localhost:8080 --record pcapng:- |
                    wireshark -k -i -
                """,
                note: """
                    Handshake, segments and FINs are made up for what went over each connection, with real addresses and times; \
                    TLS is recorded as plaintext. It needs no capture and no privileges.
                    """),
            Recipe(
                "Who sends and receives how much, now? And which connections came and went?",
                "sockctl info --watch",
                "sockctl info --watch --by process --count 3 | cat",
                """
                sockctl info --watch 1s --port 443 --json --count 5 |
                    jq -r 'select(.event == "closed") | .received.bytes'
                """,
                note: """
                    On a terminal it is a table (`q` quits, `?` shows the keys), otherwise a line for each thing that \
                    happens. Connections shorter than the interval are included: the kernel reports each one that closes. It needs no \
                    privileges and captures nothing; root sees the processes of all users.
                    """),
        ])

    static let makingANetworkBad = Chapter(
        title: "Make a network bad",
        recipes: [
            Recipe(
                "A database at the end of a slow line",
                #"""
                sockctl listen -k 5433 --to localhost:5432 \
                    --fault latency=200ms,jitter=50ms --fault server:rate=64k
                """#
            ),
            Recipe(
                "A server that resets every tenth connection in the middle of an answer",
                #"""
                sockctl listen -k 8081 --to localhost:8080 \
                    --fault share=10%,reset-after=1k --seed 1
                """#,
                note: "The same `--seed` gives the same faults at the same places."),
            Recipe(
                "A network that loses every tenth datagram, either way",
                "sockctl udp recv --json 5354 --to 127.0.0.1:5353 --fault loss=10%"),
        ])
}
