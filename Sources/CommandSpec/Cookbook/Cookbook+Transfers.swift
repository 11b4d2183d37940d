// Recipes that move data from one machine to another, and say how it went.

extension Cookbook {
    static let movingFiles = Chapter(
        title: "Move a file",
        recipes: [
            Recipe(
                "A file from one shell to another",
                "sockctl recv 9000 > copy.jpg",
                "sockctl send -f photo.jpg 9000",
                note: """
                    A bare port is loopback. To let other machines in, write '*:9000' when listening and \
                    host.example:9000 when connecting. `send` ends with 0 once the other system has acknowledged \
                    every byte.
                    """),
            Recipe(
                "A directory, and status 0 once the other machine has received every byte",
                "sockctl recv 9000 | tar xf -",
                "(set -o pipefail; tar cf - directory | sockctl send --no-reply 9000)",
                note: "The first line has the status of its `tar`: 0 once everything is unpacked."),
            Recipe(
                "A file for everyone who asks",
                "sockctl listen -k -f photo.jpg '*:9000'",
                "sockctl recv --connect host.example:9000 > copy.jpg"),
            Recipe(
                "A file over TLS, without a CA",
                "sockctl listen -k --tls --self-signed -f photo.jpg 9000",
                "sockctl recv --connect --tls --insecure --pin sha256//… 9000 > copy.jpg",
                note: """
                    The first line prints the pin for the second. `--insecure` skips the chain of CAs; the key must match the pin.
                    """),
            Recipe(
                "How did the transfer go?",
                "sockctl send --stats -f photo.jpg 9000",
                """
                sockctl send --json -f photo.jpg 9000 |
                    jq 'select(.event == "closed") | .tcp'
                """,
                note: "`kill -USR1` makes a running transfer print its progress once."),
            Recipe(
                "How fast is this connection?",
                "sockctl listen -k --discard --stats '*:9000'",
                "sockctl send --for 10s --interval 1s --parallel 4 host.example 9000",
                note: "Each line says what limits the speed, and the summary has the processor time."),
        ])

    static let seeingWhatAClientSends = Chapter(
        title: "See what a client sends",
        recipes: [
            Recipe(
                "Every HTTP request, with an answer for it",
                "sockctl listen 8080 -k --frame http --json --reply hello",
                "curl -F file=@photo.jpg http://127.0.0.1:8080/path",
                note: """
                    Each request appears in the first shell with its header fields in order, and its body without \
                    chunks. A malformed request is answered and reported as such, with the section of the RFC.
                    """),
            Recipe(
                "The same over TLS",
                "sockctl listen 8443 -k --tls --self-signed --frame http --reply hello",
                "curl --insecure https://127.0.0.1:8443/path"),
            Recipe(
                "Every byte of any protocol, with its time",
                "sockctl listen 9000 -k --hex"),
            Recipe(
                "Who sends which datagrams to this port?",
                """
                sockctl udp recv --json '*:9000' | jq -r 'select(.event == "datagram") |
                    [.timestamp, .peer.host, .size, .text] | @tsv'
                """),
            Recipe(
                "Record the clients of a server, and play one of them again",
                "sockctl listen -k 8081 --to localhost:8080 --record clients.json",
                "sockctl send --replay clients.json --replay-connection 3 localhost:8080",
                note: """
                    Clients that connect to port 8081 reach the server as before. The second line sends the server \
                    what the third of them sent.
                    """),
        ])
}
