// How the pairs of ss, lsof, curl and the like are run, and what both lines of a pair print once their layout is taken
// away.

extension EquivalentRuns {
    static let socketStatistics = [
        CookbookRun(
            "Who listens?",
            """
            sockctl listen -4 -k --discard 9000 2> log &
            sockctl udp recv 127.0.0.1:9001 2> log > heard &
            listens 9000 9001
            line 1 | grep -o '127.0.0.1:900.\\|sockctl' | sort | xargs
            """,
            "127.0.0.1:9000 127.0.0.1:9001 sockctl sockctl\n"),
        CookbookRun(
            "Who has this port?",
            """
            for port in 9000 9001; do sockctl listen -4 -k --discard $port 2> log & done
            listens 9000 9001
            line 1 | grep -o '127.0.0.1:900.\\|sockctl' | xargs
            """,
            "127.0.0.1:9000 sockctl\n"),
        CookbookRun(
            "Who uses this port, at either end?",
            """
            sockctl listen -4 -k --discard 9000 2> log &
            listens 9000
            nc 127.0.0.1 9000 < <(exec sleep 1000) &
            until test "$(ss -Htn state established sport = :9000 | wc -l)" = 1; do sleep 0.02; done
            line 1 | grep -o 'sockctl\\|^nc\\| nc' | tr -d ' ' | sort | xargs
            """,
            "nc sockctl sockctl\n"),
        CookbookRun(
            "Connections to one network",
            """
            for address in 127.0.0.2 127.0.0.3; do
                sockctl listen -k --discard $address:9000 2> log &
                until ss -Htl | grep -q $address; do sleep 0.02; done
                nc $address 9000 < <(exec sleep 1000) &
            done
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 2; do sleep 0.02; done
            line 1 | grep -o '127.0.0.[0-9]*:9000'
            """,
            "127.0.0.2:9000\n"),
        CookbookRun(
            "Windows, round trip, congestion control",
            """
            sockctl listen -k --discard 9000 2> log &
            listens 9000
            nc 127.0.0.1 9000 < <(echo hi; exec sleep 1000) &
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 1; do sleep 0.02; done
            line 1 > all
            grep -c "$(cat /proc/sys/net/ipv4/tcp_congestion_control)" all | sed 's/[1-9]/congestion control/'
            grep -ci 'rtt\\|round trip' all | sed 's/[1-9]/round trip/'
            grep -ci 'cwnd\\|window' all | sed 's/[1-9]/window/'
            """,
            "congestion control\nround trip\nwindow\n"),
        CookbookRun(
            "Who listens at Unix sockets?",
            """
            sockctl listen -k --discard unix:app.sock 2> log &
            there app.sock
            line 1 | grep -o 'app.sock'
            """,
            "app.sock\n"),
        CookbookRun(
            "How many are there?",
            """
            for port in 9000 9001; do sockctl listen -4 -k --discard $port 2> log & done
            listens 9000 9001
            nc 127.0.0.1 9000 < <(exec sleep 1000) &
            until test "$(ss -Htn state established | wc -l)" = 2; do sleep 0.02; done
            # Two that listen, and both ends of a connection.
            line 1 | grep -ci '^tcp[[:space:]]*4\\b'
            """,
            "1\n"),
        CookbookRun(
            "Connections in one state",
            """
            sockctl listen -k --discard 9000 2> log &
            listens 9000
            nc 127.0.0.1 9000 < <(exec sleep 1000) &
            echo hi | nc -N 127.0.0.1 9000
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 1; do sleep 0.02; done
            line 1 | grep -o '127.0.0.1:9000'
            """,
            "127.0.0.1:9000\n"),
        CookbookRun(
            "Close connections to a port",
            """
            sockctl listen -4 -k --discard 9000 2> log &
            listens 9000
            nc 127.0.0.1 9000 < <(exec sleep 1000) &
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 1; do sleep 0.02; done
            line 1 > closed
            ss -Htn state established dport = :9000 | wc -l
            ss -Htln sport = :9000 | wc -l
            """,
            "0\n1\n"),
        CookbookRun(
            "In another network namespace",
            """
            ip netns add blue && ip -n blue link set lo up
            on blue sockctl listen -4 -k --discard 9000 2> log &
            until on blue ss -Htln | grep -q :9000; do sleep 0.02; done
            line 1 | grep -o '127.0.0.1:9000'
            """,
            "127.0.0.1:9000\n"),
    ]

    private static func web(_ task: String, _ endpoint: String, _ body: String, _ prints: String)
        -> CookbookRun
    {
        CookbookRun(
            task,
            """
            photo
            sockctl listen -k --frame http --reply hello \(endpoint) > requests 2> log &
            until grep -q listening log; do sleep 0.02; done
            \(body)
            """,
            prints)
    }

    static let others = [
        web("A web page", "8080", "line 1 2> progress && echo", "hello\n"),
        web(
            "With its header fields", "8080", "line 1 2> progress | tr -d '\\r' | sed -n '1p;$p' && echo",
            "HTTP/1.1 200 OK\nhello\n"),
        web(
            "Post a file", "8080",
            """
            line 1 2> progress && echo
            head -n 1 requests | tr -d '\\r'
            tail -c 300000 requests | cmp - photo.jpg && echo same
            """,
            "hello\nPOST / HTTP/1.1\nsame\n"),
        web("Over a Unix socket", "unix:app.sock", "line 1 2> progress && echo", "hello\n"),
        CookbookRun(
            "Until when is the certificate valid?",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --discard 443 2> log &
            listens 443
            day=$(date -u -d '30 days' +%F)
            line 1 2> errors > shown
            { grep -o "$day" shown || date -u -d "$(cut -d = -f 2 shown)" +%F; } | grep -c "$day"
            """,
            "1\n"),
        CookbookRun(
            "The addresses of a name", "line 1 | grep -o '127.0.0.1' | uniq", "127.0.0.1\n"),
    ]
}
