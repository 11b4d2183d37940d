// How the recipes about relays, about serving and about datagrams are run, and what is seen then.

extension RecipeRuns {
    static let watchingAConnection = [
        CookbookRun(
            "What goes over this connection, byte by byte?",
            """
            sockctl listen -k --echo 8000 2> log &
            listens 8000
            printf '\\001hi' | line 1 2>&1 > /dev/null | grep -o '0168 69  *.hi' | tr -s ' '
            """,
            "0168 69 .hi\n0168 69 .hi\n"),
        CookbookRun(
            "See what goes to my database, and back",
            """
            sockctl listen -k --reply answer 5432 > asked 2> log &
            serve 1 5433
            listens 5432
            sockctl send 5433 question && echo
            stop 5433 && wait $! || true
            grep -o 'client >\\|server >\\|  question\\|  answer' err.1 | tr -d ' '
            """,
            "answer\nclient>\nquestion\nserver>\nanswer\n"),
        CookbookRun(
            "Every HTTP request with its answer, and how long it took",
            """
            sockctl listen -k --frame http --reply hello 8080 > requests 2> log &
            serve 1 8081
            listens 8080
            sockctl send --http GET http://localhost:8081/path --body && echo
            stop 8081 && wait $! || true
            grep -o 'client > GET /path HTTP/1.1\\|server > HTTP/1.1 200 OK' out.1
            grep -c 's$' out.1
            """,
            "hello\nclient > GET /path HTTP/1.1\nserver > HTTP/1.1 200 OK\n2\n"),
        CookbookRun(
            "Only the slow ones",
            """
            sockctl listen -k 8080 --shell 'read get path rest; case $path in /slow) sleep 0.15; esac
                printf "HTTP/1.0 200 OK\\r\\n\\r\\nhello"' 2> log &
            serve 1 8081
            listens 8080
            for path in fast slow; do sockctl send --http GET http://localhost:8081/$path --body; done
            stop 8081 && wait $! || true
            jq 'del(.took_us)' -c out.1
            """,
            "hellohello{\"connection\":2,\"answer_to\":1}\n"),
        CookbookRun(
            "Record a session, and play either side of it back",
            """
            sockctl listen -k --shell 'read word; echo "you said $word"' 8000 2> log &
            listens 8000
            echo hello | line 1
            line 2
            stop 8000
            until ! ss -Htln | grep -q :8000; do sleep 0.02; done
            serve 3 8000
            sockctl send 8000 'hello
            '
            """,
            "you said hello\nyou said hello\nyou said hello\n"),
        CookbookRun(
            "Record it as packets, for Wireshark",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --echo 8443 2> log &
            sockctl listen -k --echo 8080 2> log &
            listens 8443 8080
            printf 'secret' | line 1 && echo
            line 2 | grep -c secret
            wireshark() { tshark -r - -q -z follow,tcp,ascii,0; }
            serve 3 8081
            sockctl send 8081 relayed && echo
            stop 8081 && wait $! || true
            grep -c relayed out.3
            """,
            "secret\n2\nrelayed\n2\n"),
        CookbookRun(
            "Who sends and receives how much, now? And which connections came and went?",
            """
            sed -i 's/--count 3/100ms &/' lines/2
            sed -i 's/1s/100ms/' lines/3
            sockctl listen -k --discard 443 2> log &
            listens 443
            line 1 > watch 2>&1 &
            line 2 > by 2>&1 &
            line 3 > closed 2>&1 &
            until test -s watch && test -s by; do sleep 0.02; done
            until test -s closed; do sockctl send --no-reply 127.0.0.1:443 hello; sleep 0.02; done
            wait %4
            grep -o 'LISTEN' watch | uniq
            grep -o 'process sockctl' by | uniq
            sort -u closed
            """,
            "LISTEN\nprocess sockctl\n0\n5\n"),
    ]

    static let makingANetworkBad = [
        CookbookRun(
            "A database at the end of a slow line",
            """
            sed -i 's/200ms/60ms/; s/50ms/10ms/' lines/1
            sockctl listen -k --echo 5432 2> log &
            serve 1 5433
            listens 5432
            before=${EPOCHREALTIME/./}
            sockctl send 5433 hello && echo
            test $((${EPOCHREALTIME/./} - before)) -gt 100000 && echo slow
            """,
            "hello\nslow\n"),
        CookbookRun(
            "A server that resets every tenth connection in the middle of an answer",
            """
            photo
            sockctl listen -k -f photo.jpg 8080 2> log &
            serve 1 8081
            listens 8080
            for i in $(seq 40); do
                sockctl recv -q --connect 8081 > /dev/null 2>&1 || echo $?
            done | sort | uniq -c | tr -s ' '
            """,
            " 4 7\n"),
        CookbookRun(
            "A network that loses every tenth datagram, either way",
            """
            sockctl udp recv -q --echo 5353 > /dev/null 2> log &
            serve 1 5354
            listens 5353
            sockctl udp send --repeat 400 --delay 200us --wait 200ms --stats 127.0.0.1:5354 x > /dev/null 2> stats || true
            grep -o 'sent 400 datagrams' stats
            # 81 of 100 come back, give or take five standard deviations.
            lost=$(sed -n 's/.*lost \\([0-9]*\\) .*/\\1/p' stats)
            test $lost -gt 37 -a $lost -lt 115 && echo 'some are lost'
            """,
            "sent 400 datagrams\nsome are lost\n"),
    ]

    static let servingSomething = [
        CookbookRun(
            "A chat room",
            """
            serve 1 9000
            (echo hello; exec sleep 1000) | line 2 > first &
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 1; do sleep 0.02; done
            line 2 < <(until grep -q listener first; do echo 'from the listener'; sleep 0.02; done) > second &
            seen 'from the listener' first
            head -n 1 first
            """,
            "from the listener\n"),
        CookbookRun(
            "A program for each connection",
            """
            export TZ=UTC
            serve 1 9000
            line 2 | grep -c UTC
            line 2 | grep -c UTC
            """,
            "1\n1\n"),
        CookbookRun(
            "A service in one line of shell",
            """
            serve 1 9000
            line 2 | sed 's/127.0.0.1/::1/'
            """,
            "hello you from ::1\n"),
        CookbookRun(
            "A filter on a Unix socket",
            """
            serve 1
            there upper.sock
            line 2
            """,
            "HI\n"),
        CookbookRun(
            "A Unix socket that keeps boundaries, for a group",
            """
            serve 1
            there messages.sock
            stat -c %a messages.sock
            line 2
            line 3 && echo
            jq -c 'select(.event == "accepted" or .event == "message" or .event == "data") | [.event, .peer.path, .text]' out.1
            """,
            #"""
            660
            one
            two
            who am I?
            ["accepted",null,null]
            ["message",null,"one"]
            ["message",null,"two"]
            ["accepted","me.sock",null]
            ["message",null,"who am I?"]

            """#),
        CookbookRun(
            "Publish a Unix socket in a network",
            """
            ip addr add 10.1.2.3/32 dev lo
            sockctl listen -k --echo unix:/run/app.sock 2> log &
            serve 1 2375
            there /run/app.sock
            sockctl send -s 10.1.2.3 10.1.2.3:2375 hello && echo
            sockctl send 127.0.0.1:2375 hello 2> errors || echo $?
            """,
            "hello\n7\n"),
        CookbookRun(
            "A server that starts with its first client",
            """
            serve 1 9000
            sockctl send 9000 hello && echo
            sockctl send 9000 again && echo
            """,
            "hello\nagain\n"),
        CookbookRun(
            "A server that a supervisor gives its socket, and a connection that the shell has made",
            """
            export TZ=UTC
            serve 1 9000
            line 2
            line 3 < /dev/null | grep -c UTC
            """,
            "1\n"),
        CookbookRun(
            "Multipath TCP",
            """
            serve 1 9000
            echo hello | line 2 2> errors
            grep -ci 'plain tcp' errors || true
            """,
            "hello\n0\n"),
    ]

    static let sendingDatagrams = [
        CookbookRun(
            "Both ways, line by line",
            """
            mkfifo typed
            line 1 < typed > here 2> log &
            exec 4> typed
            listens 9000
            line 2 < <(echo question; exec sleep 1000) > there 2> errors &
            seen question here
            echo answer >&4
            seen answer there
            cat here there
            """,
            "question\nanswer\n"),
        CookbookRun(
            "A datagram, and its answer",
            """
            serve 1 9000
            line 2 && echo
            stop 9000 && wait $! || true
            line 2 2> errors || echo $?
            """,
            "pong\n4\n"),
        CookbookRun(
            "How many datagrams are lost, and how long does the rest take?",
            """
            sed -i 's/10ms/1ms/' lines/2
            serve 1 9000
            line 2 2> stats
            grep -o 'sent 100 datagrams\\|lost 0' stats
            # Each row of the histogram has a bar.
            grep -c 'to .*s *[0-9]* ' stats | sed 's/[1-9].*/histogram/'
            """,
            "sent 100 datagrams\nlost 0\nhistogram\n"),
        CookbookRun(
            "Who is there?",
            """
            ip link add v0 type veth peer name v1
            ip link set v0 up && ip link set v1 up && ip addr add 10.7.7.1/24 brd + dev v0
            sed -i 's/1s/10s --replies 1/' lines/3
            hostname() { echo box; }
            serve 1 9000
            line 2 | grep -o 10.7.7.255
            line 3 2> errors && echo
            """,
            "10.7.7.255\nbox\n"),
        CookbookRun(
            "A multicast group",
            """
            ip route add 224.0.0.0/4 dev lo
            serve 1 5000
            until grep -q 239 /proc/net/igmp || grep -qi 030201EF /proc/net/igmp; do sleep 0.02; done
            line 2
            seen hello out.1 && cat out.1
            """,
            "hello"),
    ]
}
