// Recipes that serve something, with streams and with datagrams; that look up names, and that go through proxies.

extension Cookbook {
    static let servingSomething = Chapter(
        title: "Serve something",
        recipes: [
            Recipe(
                "A chat room",
                "sockctl listen -k --chat 9000",
                "sockctl connect 9000"),
            Recipe(
                "A program for each connection",
                "sockctl listen -k 9000 --exec date",
                "sockctl recv --connect 9000",
                note: """
                    Whoever can connect can use the program, as you. Nothing that a peer sends becomes part of a \
                    command line.
                    """),
            Recipe(
                "A service in one line of shell",
                #"""
                sockctl listen -k 9000 --shell \
                    'read name; echo "hello $name from $TCPREMOTEIP"'
                """#,
                "echo you | sockctl connect 9000"),
            Recipe(
                "A filter on a Unix socket",
                "sockctl listen -k unix:upper.sock --exec tr a-z A-Z",
                "echo hi | sockctl connect unix:upper.sock"),
            Recipe(
                "A Unix socket that keeps boundaries, for a group",
                "sockctl listen -k --mode 660 --echo --json unix-seqpacket:messages.sock",
                #"""
                printf 'one\ntwo\n' |
                    sockctl send --frame line unix-seqpacket:messages.sock
                """#,
                "sockctl send -s unix:me.sock unix-seqpacket:messages.sock 'who am I?'",
                note: """
                    The server emits an event for each record. The second line sends two records and gets two back; with the \
                    third, the server sees the sender's name, me.sock.
                    """),
            Recipe(
                "Publish a Unix socket in a network",
                "sockctl listen -k '*:2375' --to unix:/run/app.sock --allow 10.0.0.0/8"),
            Recipe(
                "A server that starts with its first client",
                "sockctl listen 9000 --activate sockctl listen -k fd:listener --echo"),
            Recipe(
                "A server that a supervisor gives its socket, and a connection that the shell has made",
                "systemd-socket-activate -l 9000 sockctl listen -k fd:3 --exec date",
                "exec 3<>/dev/tcp/127.0.0.1/9000",
                "sockctl connect fd:3"),
            Recipe(
                "Multipath TCP",
                "sockctl listen -k --mptcp --echo '*:9000'",
                "sockctl connect --mptcp -v host.example 9000",
                note: "`-v` says so if the connection fell back to plain TCP."),
        ])

    static let sendingDatagrams = Chapter(
        title: "Send datagrams",
        recipes: [
            Recipe(
                "Both ways, line by line",
                "sockctl udp listen --frame line 9000",
                "sockctl udp connect --frame line localhost 9000",
                note: "Lines typed at the first go to the peer that sent last; with `--all` to all peers."),
            Recipe(
                "A datagram, and its answer",
                "sockctl udp recv --reply pong 9000",
                "sockctl udp send --wait 1s --replies 1 9000 ping",
                note: "Status 4 is a refusal, with the host that sent it; 5 is no answer at all."),
            Recipe(
                "How many datagrams are lost, and how long does the rest take?",
                "sockctl udp recv -q --echo 9000 > /dev/null",
                #"""
                sockctl udp send -q --repeat 100 --delay 10ms --wait 1s \
                    --stats --histogram 9000 x > /dev/null
                """#
            ),
            Recipe(
                "Who is there?",
                #"sockctl broadcast recv --reply "$(hostname)" 9000"#,
                "sockctl broadcast addresses",
                "sockctl broadcast send -v --wait 1s 9000 'who is there?'",
                note: "The first line on every host, the others on any of them."),
            Recipe(
                "A multicast group",
                "sockctl udp recv --group 239.1.2.3 5000",
                "sockctl udp send 239.1.2.3:5000 hello"),
        ])

    static let lookingUpNames = Chapter(
        title: "Look up names and addresses",
        recipes: [
            Recipe(
                "The addresses of a name, and the name of an address",
                "sockctl resolve localhost 127.0.0.1",
                """
                sockctl resolve -j getaddrinfo localhost:http |
                    jq -c '.answers[].address'
                """),
            Recipe(
                "What kind of address is this?",
                "sockctl resolve -vn 100.64.0.1 169.254.1.1 ff02::1"),
            Recipe(
                "In a script",
                "port=$(sockctl resolve getservbyname http)",
                """
                getent ahostsv4 localhost | cut -d ' ' -f 1 | sort -u |
                    sockctl resolve inet_aton -
                """),
            Recipe(
                "Which source of names answers, how fast, and why this address first?",
                "sockctl resolve --sources localhost",
                #"""
                sockctl resolve --sources --json localhost |
                    jq -r '.sources[] | "\(.source): \(.reason)"'
                """#,
                note: """
                    Each source of nsswitch.conf (`files`, `dns`, `myhostname`) is asked on its own. The output shows which answer \
                    libc takes and why it stops there, the names that DNS is asked for, and the rule of RFC 6724 that orders \
                    the addresses.
                    """),
        ])

    static let goingThroughAProxy = Chapter(
        title: "Go through a proxy",
        recipes: [
            Recipe(
                "To a host that only a proxy reaches",
                "sockctl connect -v --via socks5://localhost:1080 db.internal:5432",
                note: "Through `ssh -D 1080 gateway`, for one. Names are looked up by the proxy."),
            Recipe(
                "For a client that knows neither TLS nor the proxy",
                #"""
                sockctl listen -k 8080 --to tls:internal.example:443 \
                    --via http://proxy.example:3128
                """#),
        ])
}
