// How the recipes of sockctl-cookbook(7) about streams are run, and what is seen then. `line N` is the N-th command of
// the recipe, as it stands in the page; the rest of the vocabulary is in `CookbookShell`.

extension RecipeRuns {
    static let movingFiles = [
        CookbookRun(
            "A file from one shell to another",
            """
            photo
            serve 1 9000
            line 2
            wait
            cmp photo.jpg copy.jpg && echo same
            """,
            "same\n"),
        CookbookRun(
            "A directory, and status 0 once the other machine has received every byte",
            """
            mkdir -p directory/sub there && photo && mv photo.jpg directory/sub
            sed -i 's/tar xf/tar -C there -xf/' lines/1
            serve 1 9000
            line 2 && echo sent
            wait $! && diff -r directory there/directory && echo same
            """,
            "sent\nsame\n"),
        CookbookRun(
            "A file for everyone who asks",
            """
            photo
            serve 1 9000
            line 2 && cmp photo.jpg copy.jpg && rm copy.jpg
            line 2 && cmp photo.jpg copy.jpg && echo twice
            """,
            "twice\n"),
        CookbookRun(
            "A file over TLS, without a CA",
            """
            photo
            serve 1 9000
            pin=$(grep -o 'sha256//[A-Za-z0-9+/=]*' err.1 | head -n 1)
            sed -i "s,sha256//…,$pin," lines/2
            line 2 2> errors
            cmp photo.jpg copy.jpg && echo same
            """,
            "same\n"),
        CookbookRun(
            "How did the transfer go?",
            """
            photo
            sockctl listen -k --discard 9000 2> log &
            listens 9000
            line 1 2>&1 | grep -o 'sent 293 KiB\\|round trip'
            line 2 | jq '.rtt_us > 0'
            """,
            "sent 293 KiB\nround trip\ntrue\n"),
        CookbookRun(
            "How fast is this connection?",
            """
            serve 1 9000
            sed -i 's/10s/100ms/; s/1s/50ms/' lines/2
            line 2 > speed 2>&1
            grep -c limit speed > /dev/null && grep -o '4 connections' speed | head -n 1
            """,
            "4 connections\n"),
    ]

    static let seeingWhatAClientSends = [
        CookbookRun(
            "Every HTTP request, with an answer for it",
            """
            photo
            serve 1 8080
            line 2 2> progress && echo
            jq -r 'select(.event == "message" and .direction == "received") | .http.method, .http.target' out.1
            """,
            "hello\nPOST\n/path\n"),
        CookbookRun(
            "The same over TLS",
            """
            serve 1 8443
            line 2 2> progress && echo
            grep -a '^GET /path' out.1 | tr -d '\\r'
            """,
            "hello\nGET /path HTTP/1.1\n"),
        CookbookRun(
            "Every byte of any protocol, with its time",
            """
            serve 1 9000
            printf '\\001hi' | sockctl send --no-reply 9000
            seen '0168 69' err.1
            grep -o '0168 69  *.hi' err.1 | tr -s ' '
            """,
            "0168 69 .hi\n"),
        CookbookRun(
            "Who sends which datagrams to this port?",
            """
            serve 1 9000
            sockctl udp send 127.0.0.1:9000 one
            stop 9000 && wait $! || true
            cut -f 2- out.1
            """,
            "127.0.0.1\t3\tone\n"),
        CookbookRun(
            "Record the clients of a server, and play one of them again",
            """
            sockctl listen -k --echo 8080 2> log &
            listens 8080
            serve 1 8081
            for name in one two three four; do sockctl send 8081 $name; done > /dev/null
            stop 8081
            until tail -n 1 clients.json | grep -q '"closed"'; do sleep 0.02; done
            line 2
            """,
            "three"),
    ]

    static let testingAServer = [
        CookbookRun(
            "Is this port open?",
            """
            for port in 22 80 8000 8001; do sockctl listen -k --discard $port 2> log & done
            sockctl udp recv --echo 53 2> udp.log > /dev/null &
            listens 22 80 8000 8001 53
            line 1 | grep -o ' open'
            line 2 > many || echo $?
            grep -c ' open' many
            # The rest of the ports takes a debug build ten seconds.
            sed -i s/1-65535/1-8100/ lines/3
            line 3 | sort -n
            line 4 | grep -o ' open'
            """,
            " open\n4\n4\n22\n80\n8000\n8001\n open\n"),
        CookbookRun(
            "Which of these hosts have SSH, and what does it say?",
            """
            ip addr add 192.0.2.5/28 dev lo
            sockctl listen -k 192.0.2.5:22 --shell 'printf "SSH-2.0-Test\\r\\n"; cat > /dev/null' 2> log &
            listens 22
            line 1 | grep ' open' | grep -o 'SSH-2.0-Test'
            """,
            "SSH-2.0-Test\n"),
        CookbookRun(
            "Why can I not connect?",
            """
            line 1 > explained || echo $?
            grep 'verdict' explained
            line 2 || echo $?
            """,
            """
            4
            verdict    nothing listens on port 8000 of this host
            nothing-listens
            true
            nothing listens on port 8000 of this host

            """),
        CookbookRun(
            "How long does connecting take, and does it always work?",
            """
            for port in 22 80; do sockctl listen -k --discard $port 2> log & done
            listens 22 80
            sed -i 's/20ms/3ms/; s/50ms/5s/' lines/1
            line 1 > series 2>&1 && echo $?
            grep -c '^ *[0-9]* *localhost:22 *open' series
            line 2 > forever 2>&1 &
            seen ' 3 .*:22' forever
            seen ' 3 .*:80' forever
            grep -c refused forever || true
            """,
            "0\n50\n0\n"),
        CookbookRun(
            "An HTTP request, and only the body of its response",
            """
            photo
            sockctl listen -k 8080 --frame http --reply hello > requests 2> log &
            listens 8080
            line 1 && echo
            line 2
            grep -a '^GET\\|^Accept: text\\|^POST' requests | tr -d '\\r'
            """,
            "hello\n200\nGET /path HTTP/1.1\nAccept: text/html\nPOST /path HTTP/1.1\n"),
        CookbookRun(
            "Ask a server on a Unix socket, such as Docker",
            #"""
            sockctl listen -k unix:/var/run/docker.sock --frame http --reply '{"ServerVersion":"29.0"}' > requests 2> log &
            there /var/run/docker.sock
            line 1
            grep -a '^GET' requests | tr -d '\r'
            """#,
            "29.0\nGET /v1.43/info HTTP/1.1\n"),
        CookbookRun(
            "An HTTP request by hand",
            """
            sockctl listen -k 8000 --frame http --reply hello > requests 2> log &
            listens 8000
            line 1 | tail -n 1 && echo
            tr -d '\\r' < requests
            """,
            "hello\nGET / HTTP/1.1\nHost: localhost\nConnection: close\n\n"),
        CookbookRun(
            "Talk to a server step by step: expect this, send that",
            #"""
            sockctl listen -k 25 --shell 'printf "220 me\r\n"; read a; printf "250 hello\r\n"; read b; printf "221 bye\r\n"' 2> log &
            sockctl listen -k 6379 --shell 'read a; printf ":7\r\n"' 2> log &
            sockctl listen -k 23 --shell 'printf "login: "; read a; printf "hello $a"' 2> log &
            listens 25 6379 23
            line 1 && line 2 && line 3 && echo
            """#,
            "220 me\r\n250 hello\r\n221 bye\r\n:7\r\nlogin: hello guest\r\n"),
    ]

    static let waitingInAScript = [
        CookbookRun(
            "Until a server accepts connections",
            """
            psql() { echo 'psql is run'; }
            line 1 &
            sockctl listen -k --discard 5432 2> log &
            wait %1
            """,
            "psql is run\n"),
        CookbookRun(
            "Until it is healthy",
            """
            line 1 > waited &
            sockctl listen -k 8080 --frame http --reply ok > requests 2> log &
            wait %1
            tail -n 1 waited
            head -n 1 requests | tr -d '\\r'
            """,
            "it is up\nGET /health HTTP/1.1\n"),
        CookbookRun(
            "Until it is gone",
            """
            sockctl listen -k --discard 8080 2> log &
            listens 8080
            line 1 > waited &
            seen 8080 log
            stop 8080
            wait %2
            tail -n 1 waited
            """,
            "it is down\n"),
        CookbookRun(
            "Start a server on a free port, use it, and end it",
            """
            line 1
            wait $! || true
            ss -Htln | wc -l
            """,
            "hello0\n"),
    ]
}
