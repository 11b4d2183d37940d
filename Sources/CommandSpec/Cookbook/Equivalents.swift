// The same task with another program and with this one, side by side: for who has the other's line in the fingers.
// `EquivalentTests` runs both and compares what they do.

package struct Equivalent: Sendable {
    package let task: String
    /// What is typed with the other program.
    package let theirs: String
    package let ours: String

    init(_ task: String, _ theirs: String, _ ours: String) {
        self.task = task
        self.theirs = theirs
        self.ours = ours
    }

    /// Rows for those who come from one program.
    package struct Table: Sendable {
        let origin: String
        package let rows: [Equivalent]
    }

    package static let tables = [netcat, ncat, socat, socketStatistics, others]

    package static let all = tables.flatMap(\.rows)

    private static let netcat = Table(
        origin: "nc",
        rows: [
            Equivalent("Wait for one peer", "nc -l 9000", "sockctl listen '*:9000'"),
            Equivalent("Connect", "nc localhost 9000", "sockctl connect localhost 9000"),
            Equivalent("Serve one peer after the other", "nc -lk 9000", "sockctl listen -k '*:9000'"),
            Equivalent("Receive a file", "nc -dl 9000 > copy.jpg", "sockctl recv '*:9000' > copy.jpg"),
            Equivalent(
                "Send a file", "nc -N localhost 9000 < photo.jpg", "sockctl send -f photo.jpg localhost 9000"),
            Equivalent(
                "Read only", "nc -d localhost 9000 > copy.jpg",
                "sockctl recv --connect localhost 9000 > copy.jpg"),
            Equivalent("Is it open?", "nc -z localhost 9000", "sockctl connect -z localhost 9000"),
            Equivalent(
                "Which ports are open?", "nc -zv 127.0.0.1 8998-9002",
                "sockctl connect --check 127.0.0.1 8998-9002"),
            Equivalent(
                "Give up after a second", "nc -z -w 1 192.0.2.1 9000",
                "sockctl connect -z -w 1s 192.0.2.1 9000"),
            Equivalent(
                "Wait until it is open", "until nc -z localhost 9000; do sleep 0.1; done",
                "sockctl connect -z --wait 30s localhost 9000"),
            Equivalent(
                "Send lines with CR LF", "nc -CN localhost 9000 < request",
                "sockctl connect --crlf localhost 9000 < request"),
            Equivalent(
                "Leave the connection open after the input", "nc localhost 9000 < request",
                "sockctl connect --no-half-close localhost 9000 < request"),
            Equivalent(
                "From this address and port", "nc -s 127.0.0.2 -p 4000 localhost 9000",
                "sockctl connect -s 127.0.0.2:4000 localhost 9000"),
            Equivalent("Receive datagrams", "nc -lu 9000", "sockctl udp listen '*:9000'"),
            Equivalent(
                "Send a datagram", "echo hi | nc -uq0 127.0.0.1 9000",
                "echo hi | sockctl udp send 127.0.0.1:9000"),
            Equivalent("Listen at a Unix socket", "nc -lU app.sock", "sockctl listen unix:app.sock"),
            Equivalent("Connect to a Unix socket", "nc -NU app.sock", "sockctl connect unix:app.sock"),
            Equivalent(
                "Through a SOCKS5 proxy", "nc -x localhost:1080 db.internal 5432",
                "sockctl connect --via socks5://localhost:1080 db.internal:5432"),
        ])

    private static let ncat = Table(
        origin: "ncat",
        rows: [
            Equivalent(
                "A program for each peer", "ncat -lk 9000 --exec /usr/bin/id",
                "sockctl listen -k '*:9000' --exec id"),
            Equivalent(
                "A shell command line for each peer", "ncat -lk 9000 --sh-exec 'read x; echo \"hello $x\"'",
                "sockctl listen -k '*:9000' --shell 'read x; echo \"hello $x\"'"),
            Equivalent(
                "Pass what one says to all others", "ncat -lk --broker 9000",
                "sockctl listen -k --chat '*:9000'"),
            Equivalent(
                "Serve only one network", "ncat -lk --allow 127.0.0.2/32 9000",
                "sockctl listen -k --allow 127.0.0.2/32 '*:9000'"),
            Equivalent(
                "TLS to a server, which is verified", "ncat --ssl-verify example.com 443",
                "sockctl connect --tls example.com 443"),
            Equivalent(
                "A server with TLS", "ncat -lk --ssl --ssl-cert server.pem --ssl-key server.pem 8443",
                "sockctl listen -k --tls --cert server.pem '*:8443'"),
            Equivalent(
                "Through an HTTP proxy", "ncat --proxy localhost:3128 --proxy-type http localhost 9000",
                "sockctl connect --via http://localhost:3128 localhost:9000"),
            Equivalent(
                "End after a time without traffic", "ncat -i 200ms localhost 9000",
                "sockctl connect -i 200ms localhost 9000"),
            Equivalent(
                "A hex dump of the traffic", "ncat --hex-dump dump localhost 9000",
                "sockctl connect --hex localhost 9000 2> dump"),
        ])

    private static let socat = Table(
        origin: "socat",
        rows: [
            Equivalent(
                "Relay a port", "socat TCP-LISTEN:8080,fork,reuseaddr TCP:localhost:9000",
                "sockctl listen -k '*:8080' --to localhost:9000"),
            Equivalent(
                "A port for a Unix socket", "socat TCP-LISTEN:8080,fork UNIX-CONNECT:app.sock",
                "sockctl listen -k '*:8080' --to unix:app.sock"),
            Equivalent(
                "A Unix socket for a port", "socat UNIX-LISTEN:app.sock,fork TCP:localhost:9000",
                "sockctl listen -k unix:app.sock --to localhost:9000"),
            Equivalent(
                "TLS for a client that has none", "socat TCP-LISTEN:8080,fork OPENSSL:example.com:443",
                "sockctl listen -k '*:8080' --to tls:example.com:443"),
            Equivalent(
                "TLS in front of a plain server",
                "socat OPENSSL-LISTEN:8443,fork,cert=server.pem,verify=0 TCP:localhost:9000",
                "sockctl listen -k --tls --cert server.pem '*:8443' --to localhost:9000"),
            Equivalent(
                "An echo server", "socat TCP-LISTEN:9000,fork PIPE", "sockctl listen -k --echo '*:9000'"),
            Equivalent(
                "A file for everyone who asks", "socat -U TCP-LISTEN:9000,fork OPEN:photo.jpg,rdonly",
                "sockctl listen -k -f photo.jpg '*:9000'"),
            Equivalent(
                "Set socket options", "socat - TCP:127.0.0.1:9000,keepalive,keepidle=60",
                "sockctl connect -o SO_KEEPALIVE -o TCP_KEEPIDLE=60 127.0.0.1 9000"),
            Equivalent(
                "A socket with an abstract name", "socat - ABSTRACT-CONNECT:app", "sockctl connect unix:@app"),
            Equivalent(
                "A Unix socket that keeps boundaries", "socat - UNIX-CONNECT:app.sock,type=5",
                "sockctl connect unix-seqpacket:app.sock"),
            Equivalent(
                "Relay datagrams", "socat UDP-LISTEN:5354,fork UDP:127.0.0.1:9000",
                "sockctl udp recv '*:5354' --to 127.0.0.1:9000"),
            Equivalent(
                "Receive a multicast group", "socat -u UDP-RECV:5000,ip-add-membership=239.1.2.3:lo -",
                "sockctl udp recv --group 239.1.2.3 -I lo 5000"),
            Equivalent(
                "Broadcast a datagram", "echo hi | socat - UDP-DATAGRAM:10.7.7.255:9000,broadcast",
                "sockctl broadcast send --to 10.7.7.255 9000 hi"),
        ])

    private static let socketStatistics = Table(
        origin: "ss and lsof",
        rows: [
            Equivalent("Who listens?", "ss -tulpn", "sockctl info -tulpn"),
            Equivalent("Who has this port?", "ss -tlnp 'sport = :9000'", "sockctl info -tl --port 9000"),
            Equivalent("Who uses this port, at either end?", "lsof -nPi :9000", "sockctl info --port 9000"),
            Equivalent(
                "Connections to one network", "ss -tn state established dst 127.0.0.2/32",
                "sockctl info -t --state established --peer 127.0.0.2/32"),
            Equivalent("Windows, round trip, congestion control", "ss -tin", "sockctl info -tv"),
            Equivalent("Who listens at Unix sockets?", "ss -xl", "sockctl info -xl"),
            Equivalent("How many are there?", "ss -s", "sockctl info --summary"),
            Equivalent(
                "Connections in one state", "ss -tan state time-wait", "sockctl info -t --state time-wait"),
            Equivalent(
                "Close connections to a port", "ss -K dport = :9000",
                "sockctl info destroy --yes --peer :9000"),
            Equivalent(
                "In another network namespace", "ss -tln -N blue", "sockctl info -tl --netns blue"),
        ])

    private static let others = Table(
        origin: "curl, openssl and getent",
        rows: [
            Equivalent(
                "A web page", "curl http://localhost:8080/",
                "sockctl send --http GET http://localhost:8080/ --body"),
            Equivalent(
                "With its header fields", "curl -i http://localhost:8080/",
                "sockctl send --http GET http://localhost:8080/"),
            Equivalent(
                "Post a file", "curl --data-binary @photo.jpg http://localhost:8080/",
                "sockctl send --http POST http://localhost:8080/ --data @photo.jpg --body"),
            Equivalent(
                "Over a Unix socket", "curl --unix-socket app.sock http://localhost/",
                "sockctl send --http GET / --unix-socket app.sock --body"),
            Equivalent(
                "Until when is the certificate valid?",
                "openssl s_client -connect example.com:443 < /dev/null | openssl x509 -noout -enddate",
                "sockctl connect --check --tls -v example.com:443"),
            Equivalent("The addresses of a name", "getent ahosts db.internal", "sockctl resolve db.internal"),
        ])
}
