// Recipes that ask a server: whether it is there, what it says, what its certificate is.

extension Cookbook {
    static let testingAServer = Chapter(
        title: "Test a server",
        recipes: [
            Recipe(
                "Is this port open?",
                "sockctl connect --check localhost 22",
                "sockctl connect --check localhost 22,80,8000-8100",
                """
                sockctl connect --check --json 127.0.0.1 1-65535 |
                    jq 'select(.state == "open") | .port'
                """,
                "sockctl connect --check --udp 127.0.0.1:53",
                note: """
                    0 is open, 4 refused, 5 no answer, 6 unreachable. Over UDP, silence is reported as no answer, not as open.
                    """),
            Recipe(
                "Which of these hosts have SSH, and what does it say?",
                "sockctl connect --check --any --banner 192.0.2.0/28:22"),
            Recipe(
                "Why can I not connect?",
                "sockctl connect --explain localhost 8000",
                """
                sockctl connect --explain --json localhost 8000 |
                    jq -r 'select(.event == "verdict") | .verdict, .sure, .message'
                """,
                note: """
                    Each step is shown as observed: name, route, neighbour, handshake, and which program has the port if the \
                    host is this one. Then one verdict, and what to do. If the observations do not tell why, it says \
                    `not sure`. The exit status is that of connecting.
                    """),
            Recipe(
                "How long does connecting take, and does it always work?",
                #"""
                sockctl connect --check --repeat 50 --interval 20ms \
                    --max-loss 0 --max-rtt 50ms localhost 22
                """#,
                #"""
                sockctl connect --check --repeat forever --interval 200ms \
                    localhost 22 localhost:80
                """#,
                note: "Ctrl-C ends the second line and sums up."),
            Recipe(
                "An HTTP request, and only the body of its response",
                #"""
                sockctl send --http GET http://127.0.0.1:8080/path \
                    -H 'Accept: text/html' --body
                """#,
                #"""
                sockctl send --http POST http://127.0.0.1:8080/path \
                    --data @photo.jpg --json | jq '.http.status // empty'
                """#),
            Recipe(
                "Ask a server on a Unix socket, such as Docker",
                #"""
                sockctl send --http GET /v1.43/info --unix-socket /var/run/docker.sock \
                    --body | jq -r .ServerVersion
                """#
            ),
            Recipe(
                "An HTTP request by hand",
                #"""
                printf 'GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n' |
                    sockctl connect --crlf --no-half-close localhost 8000
                """#,
                note: """
                    Without `--no-half-close` the end of the input half-closes the connection, and some servers, \
                    nginx among them, then stop in the middle of a long answer.
                    """),
            Recipe(
                "Talk to a server step by step: expect this, send that",
                #"""
                sockctl send localhost:25 --expect '220 ' --send 'EHLO me\r\n' \
                    --expect '250 ' --send 'QUIT\r\n' --expect '221 '
                """#,
                "sockctl send localhost:6379 --frame crlf --send 'INCR visits' --expect :",
                #"sockctl connect localhost telnet --expect 'login: ' --send 'guest\r\n'"#,
                note: """
                    If the text does not come within `--expect-timeout`, the exit status is 11, and the message has the step, the \
                    expected text and what came instead. After its last step `connect` continues by hand.
                    """),
        ])

    static let waitingInAScript = Chapter(
        title: "Wait in a script",
        recipes: [
            Recipe(
                "Until a server accepts connections",
                "sockctl connect -zq --wait 30s localhost 5432 && psql"),
            Recipe(
                "Until it is healthy",
                #"""
                sockctl connect -z --wait 30s --expect-http 200:/health \
                    localhost 8080 && echo 'it is up'
                """#),
            Recipe(
                "Until it is gone",
                "sockctl connect -z --wait-closed 30s localhost 8080 && echo 'it is down'"),
            Recipe(
                "Start a server on a free port, use it, and end it",
                #"""
                sockctl listen -4 -k --echo 0 2> log &
                until grep -q 'listening on' log; do sleep 0.1; done
                port=$(sed -n 's/^listening on 127.0.0.1:\([0-9]*\)$/\1/p' log)
                sockctl send "$port" hello
                kill $!
                """#),
        ])

    static let lookingAtACertificate = Chapter(
        title: "Look at a certificate, and use TLS",
        recipes: [
            Recipe(
                "What certificate does this server have, and for how long?",
                "sockctl connect --check --tls -v example.com:443",
                #"""
                sockctl connect --check --tls --min-days 14 \
                    example.com:443 mail.example.com:993 || echo 'renew it'
                """#,
                note: "If anything is wrong with the chain, all of it is reported, and the exit status is 12."
            ),
            Recipe(
                "And that of a mail server, which asks for TLS in its own words?",
                "sockctl connect --starttls smtp -v mail.example.com:25 < /dev/null"),
            Recipe(
                "An HTTPS server, and the same by hand",
                "sockctl send --http GET https://example.com/",
                #"""
                printf 'GET / HTTP/1.0\nHost: example.com\n\n' |
                    sockctl connect --tls --crlf --no-half-close example.com 443
                """#),
            Recipe(
                "A client that knows no TLS, and a server that knows nothing else",
                "sockctl listen -k 8080 --to tls:example.com:443"),
            Recipe(
                "TLS in front of a plain server",
                "sockctl listen -k '*:8443' --tls --cert server.pem --to localhost:80"),
            Recipe(
                "Only clients with a certificate",
                "sockctl listen -k --tls --cert server.pem --client-ca ca.pem --echo 9000",
                "sockctl connect --tls --ca ca.pem --cert me.pem localhost 9000",
                note: "Each PEM file has the certificate and its key; `--key` names a file of its own."),
        ])
}
