// How the pairs of nc, ncat and socat are run, and what both lines of a pair do: `line 1` is the one or the other.

extension EquivalentRuns {
    static let netcat = [
        CookbookRun(
            "Wait for one peer",
            """
            line 1 > heard 2> log &
            listens 9000
            echo hi | nc -N 127.0.0.1 9000
            seen hi heard && cat heard
            """,
            "hi\n"),
        CookbookRun(
            "Connect",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            mkfifo typed && line 1 < typed > answer 2> errors &
            until test -p typed; do sleep 0.02; done
            exec 4> typed
            echo hi >&4
            seen hi answer && cat answer
            """,
            "hi\n"),
        CookbookRun(
            "Serve one peer after the other",
            """
            line 1 > heard 2> log &
            listens 9000
            for word in one two; do echo $word | nc -N 127.0.0.1 9000; seen $word heard; done
            cat heard
            """,
            "one\ntwo\n"),
        CookbookRun(
            "Receive a file",
            """
            photo
            line 1 2> log &
            listens 9000
            nc -N 127.0.0.1 9000 < photo.jpg
            wait
            cmp photo.jpg copy.jpg && echo same
            """,
            "same\n"),
        CookbookRun(
            "Send a file",
            """
            photo
            nc -dl 9000 > copy.jpg &
            listens 9000
            line 1
            wait
            cmp photo.jpg copy.jpg && echo same
            """,
            "same\n"),
        CookbookRun(
            "Read only",
            """
            photo
            sockctl listen -f photo.jpg 9000 2> log &
            listens 9000
            line 1 && cmp photo.jpg copy.jpg && echo same
            """,
            "same\n"),
        CookbookRun(
            "Is it open?",
            """
            line 1 > answer 2> errors || echo closed
            sockctl listen -k --discard 9000 2> log &
            listens 9000
            line 1 > answer 2> errors && echo open
            """,
            "closed\nopen\n"),
        CookbookRun(
            "Which ports are open?",
            """
            for port in 8999 9001; do sockctl listen -k --discard $port 2> log & done
            listens 8999 9001
            line 1 2>&1 | grep 'succeeded\\|open' | grep -o '8999\\|9001'
            """,
            "8999\n9001\n"),
        CookbookRun(
            "Give up after a second",
            """
            ip route add 192.0.2.0/24 dev lo
            sed -i 's/1s/0.3s/' lines/1
            line 1 > answer 2> errors || echo 'no answer'
            """,
            "no answer\n"),
        CookbookRun(
            "Wait until it is open",
            """
            line 1 > answer 2> errors &
            sockctl listen -k --discard 9000 2> log &
            wait %1 && echo open
            """,
            "open\n"),
        CookbookRun(
            "Send lines with CR LF",
            """
            printf 'one\\ntwo\\n' > request
            sockctl recv 9000 > heard 2> log &
            listens 9000
            line 1
            wait
            od -An -c heard | tr -d ' '
            """,
            #"one\r\ntwo\r\n"# + "\n"),
        CookbookRun(
            "Leave the connection open after the input",
            """
            echo hi > request
            nc -l 9000 > heard &
            listens 9000
            line 1 &
            seen hi heard
            # Neither side has closed anything.
            ss -Htn dport = :9000 | cut -d ' ' -f 1
            """,
            "ESTAB\n"),
        CookbookRun(
            "From this address and port",
            """
            sockctl listen -4 -k --reply hi --json '*:9000' > heard 2> log &
            listens 9000
            line 1 < <(echo; exec sleep 1000) > answer 2> errors &
            seen '"accepted"' heard
            jq -r 'select(.event == "accepted") | "\\(.peer.host):\\(.peer.port)"' heard
            """,
            "127.0.0.2:4000\n"),
        CookbookRun(
            "Receive datagrams",
            """
            mkfifo typed && exec 4<> typed
            line 1 < typed > heard 2> log &
            listens 9000
            sockctl udp send --wait 10s --replies 1 127.0.0.1:9000 hi > answer &
            seen hi heard
            echo back >&4
            wait $!
            cat heard answer
            """,
            "hiback\n"),
        CookbookRun(
            "Send a datagram",
            """
            sockctl udp recv --json -c 1 9000 > heard 2> log &
            listens 9000
            line 1
            wait
            jq -c 'select(.event == "datagram") | .text' heard
            """,
            #""hi\n""# + "\n"),
        CookbookRun(
            "Listen at a Unix socket",
            """
            line 1 > heard 2> log &
            there app.sock
            echo hi | nc -NU app.sock
            seen hi heard && cat heard
            """,
            "hi\n"),
        CookbookRun(
            "Connect to a Unix socket",
            """
            sockctl listen -k --echo unix:app.sock 2> log &
            there app.sock
            echo hi | line 1
            """,
            "hi\n"),
        CookbookRun(
            "Through a SOCKS5 proxy",
            """
            sockctl listen -k --shell 'echo hi' 5432 2> log &
            listens 5432
            proxy 1080
            line 1
            """,
            "hi\n"),
    ]

    static let ncat = [
        CookbookRun(
            "A program for each peer",
            """
            line 1 &
            listens 9000
            for peer in 1 2; do nc -d 127.0.0.1 9000 | grep -o 'uid=0'; done
            """,
            "uid=0\nuid=0\n"),
        CookbookRun(
            "A shell command line for each peer",
            """
            line 1 &
            listens 9000
            # It answers once a line has come: our end stays open until then.
            sockctl send 127.0.0.1:9000 --send 'you\\n' --expect 'hello you\\n'
            """,
            "hello you\n"),
        CookbookRun(
            "Pass what one says to all others",
            """
            line 1 &
            listens 9000
            nc -d 127.0.0.1 9000 > first &
            until test "$(ss -Htn state established dport = :9000 | wc -l)" = 1; do sleep 0.02; done
            nc 127.0.0.1 9000 < <(until grep -q hi first; do echo hi; sleep 0.02; done) > second &
            seen hi first
            head -n 1 first
            cat second
            """,
            "hi\n"),
        CookbookRun(
            "Serve only one network",
            """
            line 1 > heard 2> log &
            listens 9000
            echo no | sockctl send -s 127.0.0.3 127.0.0.1:9000 > answer 2> errors || true
            echo hi | nc -N -s 127.0.0.2 127.0.0.1 9000 &
            seen hi heard && cat heard
            """,
            "hi\n"),
        CookbookRun(
            "TLS to a server, which is verified",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --echo 443 2> log &
            listens 443
            echo hi | line 1
            export SSL_CERT_FILE=/dev/null
            echo hi | line 1 2> errors || echo 'not trusted'
            """,
            "hi\nnot trusted\n"),
        CookbookRun(
            "A server with TLS",
            """
            certificate
            line 1 > heard 2> log &
            listens 8443
            echo hi | sockctl send --tls --no-reply --ignore-unexpected-eof localhost:8443
            seen hi heard && cat heard
            """,
            "hi\n"),
        CookbookRun(
            "Through an HTTP proxy",
            """
            sockctl listen -k --shell 'echo hi' 9000 2> log &
            listens 9000
            proxy 3128
            line 1 < <(until test -s answer; do sleep 0.02; done) > answer
            cat answer
            """,
            "hi\n"),
        CookbookRun(
            "End after a time without traffic",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            sed -i s/200ms/1s/ lines/1
            line 1 < <(echo hi; exec sleep 1000) 2> errors || echo ended
            """,
            "hi\nended\n"),
        CookbookRun(
            "A hex dump of the traffic",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            printf 'hi' | line 1 > answer
            tr -d ' ' < dump | grep -o '6869' | sort -u
            """,
            "6869\n"),
    ]

    static let socat = [
        CookbookRun(
            "Relay a port",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            line 1 2> errors &
            listens 8080
            for word in one two; do echo $word | nc -N 127.0.0.1 8080; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "A port for a Unix socket",
            """
            sockctl listen -k --echo unix:app.sock 2> log &
            there app.sock
            line 1 2> errors &
            listens 8080
            for word in one two; do echo $word | nc -N 127.0.0.1 8080; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "A Unix socket for a port",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            line 1 2> errors &
            there app.sock
            for word in one two; do echo $word | nc -NU app.sock; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "TLS for a client that has none",
            """
            certificate
            sockctl listen -k --tls --cert server.pem --echo 443 2> log &
            listens 443
            line 1 2> errors &
            listens 8080
            for word in one two; do echo $word | nc -N 127.0.0.1 8080; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "TLS in front of a plain server",
            """
            certificate
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            line 1 2> errors &
            listens 8443
            for word in one two; do sockctl send --tls localhost:8443 $word && echo; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "An echo server",
            """
            line 1 2> errors &
            listens 9000
            for word in one two; do echo $word | nc -N 127.0.0.1 9000; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "A file for everyone who asks",
            """
            photo
            line 1 2> errors &
            listens 9000
            for peer in 1 2; do nc -d 127.0.0.1 9000 | cmp photo.jpg - && echo same; done
            """,
            "same\nsame\n"),
        CookbookRun(
            "Set socket options",
            """
            sockctl listen -k --echo 9000 2> log &
            listens 9000
            line 1 < <(exec sleep 1000) &
            until ss -Htno dport = :9000 | grep -o 'timer:(keepalive,..'; do sleep 0.02; done | cut -c 1-16
            """,
            "timer:(keepalive\n"),
        CookbookRun(
            "A socket with an abstract name",
            """
            sockctl listen -k --shell 'echo hi' unix:@app 2> log &
            there @app
            line 1 < <(until test -s answer; do sleep 0.02; done) > answer
            cat answer
            """,
            "hi\n"),
        CookbookRun(
            "A Unix socket that keeps boundaries",
            """
            sockctl listen -k --echo --json unix-seqpacket:app.sock > heard 2> log &
            there app.sock
            printf hi | line 1 > answer
            seen '"text":"hi"' heard && cat answer && echo
            """,
            "hi\n"),
        CookbookRun(
            "Relay datagrams",
            """
            sockctl udp recv --echo 127.0.0.1:9000 > heard 2> log &
            listens 9000
            line 1 > relayed 2> errors &
            listens 5354
            for word in one two; do sockctl udp send --wait 10s --replies 1 127.0.0.1:5354 $word && echo; done
            """,
            "one\ntwo\n"),
        CookbookRun(
            "Receive a multicast group",
            """
            ip link set lo multicast on && ip route add 224.0.0.0/4 dev lo
            line 1 > heard 2> log &
            listens 5000
            until grep -qi 030201EF /proc/net/igmp; do sleep 0.02; done
            echo hi | nc -uq0 239.1.2.3 5000
            seen hi heard && cat heard
            """,
            "hi\n"),
        CookbookRun(
            "Broadcast a datagram",
            """
            ip link add v0 type veth peer name v1
            ip link set v0 up && ip link set v1 up && ip addr add 10.7.7.1/24 brd + dev v0
            sockctl udp recv -c 1 '*:9000' > heard 2> log &
            listens 9000
            line 1 &
            seen hi heard && tr -d '\\n' < heard && echo
            """,
            "hi\n"),
    ]
}
