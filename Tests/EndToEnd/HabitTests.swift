// What people type who come from nc, ncat, socat, ss, curl and telnet, or with a slip, and the line that they are told to
// type instead.

import Foundation
import Testing

@Suite("Habits are answered with the line to type: 2")
struct HabitTests {
    /// What is typed after `sockctl`, and what is told to be typed after it; nil where nothing is sure.
    static let rows: [(typed: String, meant: String?)] = [
        ("9000", "connect 9000"),
        ("host 80", "connect host 80"),
        ("host:80", "connect host:80"),
        ("192.0.2.1 80", "connect 192.0.2.1 80"),
        ("example.com", "connect example.com PORT"),
        ("-l 9000", "listen 9000"),
        ("-lvp 9000", "listen -v 9000"),
        ("-lk 9000", "listen -k 9000"),
        ("-lkp 9000", "listen -k 9000"),
        ("-lv 127.0.0.1 9000", "listen -v 127.0.0.1 9000"),
        ("-l -p 9000 -s 127.0.0.1", "listen 127.0.0.1 9000"),
        ("-z host 22", "connect -z host 22"),
        ("-zv host 1-100", "connect -zv host 1-100"),
        ("-zvw 3 host 22", "connect -zv -w 3 host 22"),
        ("-z host 22 80 443", "connect -z host 22,80,443"),
        ("-zu host 53", "connect -z --udp host 53"),
        ("-vz -w1 host 22", "connect -vz -w1 host 22"),
        ("-u host 53", "udp connect host 53"),
        ("-lu 9000", "udp listen 9000"),
        ("-ul -p 9000", "udp listen 9000"),
        ("-U /tmp/x", "connect unix:/tmp/x"),
        ("-lU /tmp/x", "listen unix:/tmp/x"),
        ("-e /bin/sh host 80", "connect host 80 --exec /bin/sh"),
        ("-lp 9000 -e /bin/cat", "listen 9000 --exec /bin/cat"),
        ("-c date host 80", "connect host 80 --shell date"),
        ("-N host 80", "connect host 80"),
        ("-q 1 host 80", "connect host 80"),
        ("-q host 80", "connect -q host 80"),
        ("-w 3 host 80", "connect -w 3 host 80"),
        ("-w3 host 80", "connect -w3 host 80"),
        ("-C host 25", "connect --crlf host 25"),
        ("-t host 23", "connect host 23"),
        ("-X 5 -x proxy host 80", "connect --via socks5://proxy:1080 host 80"),
        ("-X connect -x proxy:8080 host 80", "connect --via http://proxy:8080 host 80"),
        ("-x proxy:1080 host 80", "connect --via socks5://proxy:1080 host 80"),
        ("-d host 80", "connect --recv-only host 80"),
        ("-n 192.0.2.1 80", "connect -n 192.0.2.1 80"),
        ("-4 host 80", "connect -4 host 80"),
        ("-p 5000 host 80", "connect -p 5000 host 80"),
        ("-s 192.0.2.9 host 80", "connect -s 192.0.2.9 host 80"),
        ("-k -l 9000", "listen -k 9000"),
        ("-I 65536 host 80", "connect -o SO_RCVBUF=65536 host 80"),
        ("--listen 9000", "listen 9000"),
        ("--ssl host 443", "connect --tls host 443"),
        ("--listen --keep-open --exec /bin/cat 9000", "listen --keep-open 9000 --exec /bin/cat"),
        ("--sh-exec date -l 9000", "listen 9000 --shell date"),
        ("--proxy proxy:3128 --proxy-type http host 80", "connect --via http://proxy:3128 host 80"),
        ("--broker -lk 9000", "listen --chat -k 9000"),
        ("nc -lvp 9000", "listen -v 9000"),
        ("nc host 80", "connect host 80"),
        ("ncat --ssl host 443", "connect --tls host 443"),
        ("telnet host 23", "connect host 23"),
        ("telnet host", "connect host PORT"),
        ("-tulpn", "info -tulpn"),
        ("-tan", "info -tan"),
        ("ss -tulpn", "info -tulpn"),
        ("ss -tan state established", "info -tan --state established"),
        ("netstat -tulpn", "info -tulpn"),
        ("lsof -i :8080", "info --port 8080"),
        ("info -p 80", "info --port 80"),
        ("info -t 8000", "info -t --port 8000"),
        ("info -tan sport = :80", "info -tan --local :80"),
        ("info -tn dst 10.0.0.0/8", "info -tn --peer 10.0.0.0/8"),
        ("TCP:host:80", "connect host 80"),
        ("TCP4:host:80", "connect -4 host 80"),
        ("TCP-LISTEN:80,fork", "listen -k 80"),
        ("TCP-LISTEN:80,fork,reuseaddr TCP:host:8080", "listen -k 80 --to host:8080"),
        ("TCP-LISTEN:9000 EXEC:/bin/cat", "listen 9000 --exec /bin/cat"),
        ("- TCP:host:80", "connect host 80"),
        ("socat - UNIX-CONNECT:/run/x.sock", "connect unix:/run/x.sock"),
        ("UNIX-LISTEN:/tmp/x,fork", "listen -k unix:/tmp/x"),
        ("OPENSSL:host:443", "connect --tls host 443"),
        ("OPENSSL:host:443,verify=0", "connect --tls --insecure host 443"),
        ("UDP:host:53", "udp connect host 53"),
        ("UDP-RECV:9000", "udp recv 9000"),
        ("http://host/", "send --http GET http://host/"),
        ("https://host/path", "send --http GET https://host/path"),
        ("curl http://host/", "send --http GET http://host/"),
        ("curl -X POST -d a=1 http://host/", "send --http POST http://host/ --data a=1"),
        ("curl -sS http://host/ -o file", "send --http GET http://host/ -O file"),
        ("connect host", "connect host PORT"),
        ("connect 127.0.0.1", "connect 127.0.0.1 PORT"),
        ("connect ::1", "connect ::1 PORT"),
        ("listen host", "listen host PORT"),
        ("listen *", "listen '*:PORT'"),
        ("connect /tmp/x.sock", "connect unix:/tmp/x.sock"),
        ("listen ./x.sock", "listen unix:./x.sock"),
        ("connect 127.0.0.1 7007-7008", "connect -z 127.0.0.1 7007-7008"),
        ("connect 127.0.0.1:7007-7008", "connect -z 127.0.0.1:7007-7008"),
        ("connect tcp:host:80", "connect host 80"),
        ("connect TCP:host:80", "connect host 80"),
        ("connect tcp://host:80", "connect host 80"),
        ("connect http://host/", "send --http GET http://host/"),
        ("connect /dev/tcp/host/80", "connect host 80"),
        ("connect unix-connect:/x", "connect unix:/x"),
        ("send http://host/ x", "send --http POST http://host/ --data x"),
        ("listen -p 9000", "listen 9000"),
        ("listen -lp 9000", "listen 9000"),
        ("listen -u 9000", "udp listen 9000"),
        ("listen -lvu 9000", "udp listen -v 9000"),
        ("connect -u host 53", "udp connect host 53"),
        ("connect -zu host 53", "connect -z --udp host 53"),
        ("connect -l 9000", "listen 9000"),
        ("connect -N host 80", "connect host 80"),
        ("connect -C host 25", "connect --crlf host 25"),
        ("connect -U /run/x", "connect unix:/run/x"),
        ("connect -e /bin/sh host 80", "connect host 80 --exec /bin/sh"),
        ("send -d x h 80", "send h 80 x"),
        ("send -u h 53 x", "udp send h 53 x"),
        ("send -l 9000 x", "send --listen 9000 x"),
        ("send -N h 80 x", "send h 80 x"),
        ("recv -l 9000", "recv 9000"),
        ("recv -u 9000", "udp recv 9000"),
        ("udp -l 9000", "udp listen 9000"),
        ("udp host 53", "udp connect host 53"),
        ("udp send -u h 53 x", "udp send h 53 x"),
        ("udp connect -l 9000", "udp listen 9000"),
        ("getsockopt rcvbuf 127.0.0.1 7007", "info getsockopt rcvbuf 127.0.0.1:7007"),
        ("info getsockopt rcvbuf 127.0.0.1 7007", "info getsockopt rcvbuf 127.0.0.1:7007"),
        ("info getsockopt 127.0.0.1:7007 rcvbuf", "info getsockopt rcvbuf 127.0.0.1:7007"),
        ("getsockname 127.0.0.1 80", "info getsockname 127.0.0.1 80"),
        ("info sockname", "info getsockname HOST PORT"),
        ("info peername 127.0.0.1 80", "info getpeername 127.0.0.1 80"),
        ("gethostbyname localhost", "resolve gethostbyname localhost"),
        ("getservbyname http", "resolve getservbyname http"),
        ("inet_aton 127.1", "resolve inet_aton 127.1"),
        ("resolve localhost:80", "resolve getaddrinfo localhost:80"),
        ("resolve gethostbynam localhost", "resolve gethostbyname localhost"),
        ("version", "--version"),
        ("-V", "--version"),
        ("-v", "--version"),
        ("--ver", "--version"),
        ("recieve", "recv PORT"),
        ("recieve 9000", "recv 9000"),
        ("receive 9000", "recv 9000"),
        ("LISTEN", "listen PORT"),
        ("LISTEN 9000", "listen 9000"),
        ("lisen 9000", "listen 9000"),
        ("conect host 80", "connect host 80"),
        ("udp sned h 53", "udp send h 53"),
        ("listen --time-out 5 9000", "listen --timeout 5 9000"),
        ("listen --tiemout=5 9000", "listen --timeout=5 9000"),
        ("listen -timeout 5 9000", "listen --timeout 5 9000"),
        ("connect --frame lin h 80", "connect --frame line h 80"),
        ("recv --frame line:unix 9000", nil),
        ("lookup localhost", "resolve localhost"),
        ("dig localhost", "resolve localhost"),
        ("scan host 1-100", "connect --check host 1-100"),
        ("check host 22", "connect --check host 22"),
        ("chat 9000", "listen --keep-open --chat 9000"),
        ("frobnicate", nil),
        ("frobnicate foo", nil),
        ("listen -J 9000", nil),
        ("connect -N", "connect HOST PORT"),
        ("listen 80-90", nil),
        ("completions bsh", "completions bash"),
        ("help lisen", "help listen"),
        ("-v localhost 7007", "connect -v localhost 7007"),
        ("-v -l 4444", "listen -v 4444"),
        ("-v -z host 22", "connect -v -z host 22"),
        ("nc -v host 80", "connect -v host 80"),
        ("ncat -v --ssl host 443", "connect -v --tls host 443"),
        ("-vv host 80", "connect -vv host 80"),
        ("s_client localhost:8443", "connect --tls localhost:8443"),
        (
            "s_client -connect host:443 -servername name -CAfile ca.pem",
            "connect --tls --sni name --ca ca.pem host:443"
        ),
        ("openssl s_client -connect host:443", "connect --tls host:443"),
        ("openssl s_client -starttls smtp -connect mail:25", "connect --tls --starttls smtp mail:25"),
        ("connect -connect host:443", nil),
        ("connect --tls --cacert ca.pem host 443", "connect --tls --ca ca.pem host 443"),
        ("--ssl-trustfile ca.pem host 443", "connect --tls --ca ca.pem host 443"),
        ("--ssl-verify host 443", "connect --tls host 443"),
        ("connect --proxy localhost:3128 host 80", "connect --via http://localhost:3128 host 80"),
        ("--proxy localhost:3128 host 80", "connect --via http://localhost:3128 host 80"),
        ("--socks5-hostname localhost:1080 host 80", "connect --via socks5://localhost:1080 host 80"),
        ("-X 5 host 80", "connect --via socks5://HOST:PORT host 80"),
        ("info -p 13636000", "info --pid 13636000"),
        ("lsof -p 1", "info --pid 1"),
        ("connect -z localhost 0-10", nil),
        ("info setsockopt --new tcp SO_KEEPALIVE 1", "info setsockopt --new tcp SO_KEEPALIVE=1"),
        ("udp echo 9009", nil),
        ("kill 4444", "info destroy --port 4444"),
        ("list", "info"),
        ("listening", "info -l"),
        ("connect @foo", "connect unix:@foo"),
        ("send --http GET /", nil),
        ("curl host:8000", "send --http GET http://host:8000"),
        ("curl -v http://host/", "send --http GET http://host/ -v"),
        ("wget http://host/file", "send --http GET http://host/file"),
        ("get http://host/", "send --http GET http://host/"),
        ("post http://host/", "send --http POST http://host/"),
        ("UDP-LISTEN:4444 -", "udp listen 4444"),
        ("UDP-LISTEN:4444", "udp listen 4444"),
        ("TCP6-LISTEN:80", "listen -6 80"),
        ("TCP-LISTEN:80,fork OPENSSL:host:443,cafile=ca.pem", "listen -k 80 --to tls:host:443 --ca ca.pem"),
        ("socat -v TCP-LISTEN:80,fork TCP:host:8080", "listen -k 80 --to host:8080"),
        ("nc", nil),
        ("-q resolve localhost", "resolve -q localhost"),
        ("send --http POST -d @p.json http://host/", "send --http POST --data @p.json http://host/"),
        ("listen 9500 tls:localhost:8443", "listen -k 9500 --to tls:localhost:8443"),
        ("forward 9500 host:80", "listen -k 9500 --to host:80"),
        ("info :8080", "info --port 8080"),
        ("info -K", "info destroy"),
        ("ss -s", "info --summary"),
        ("wait localhost:8080", "connect --check --wait 30s localhost:8080"),
        ("-o out.txt host 80", "connect -O out.txt host 80"),
        ("-w 3 -v host 80", "connect -w 3 -v host 80"),
    ]

    @Test("each line is refused, and answered with one that runs", arguments: rows)
    func answered(_ row: (typed: String, meant: String?)) throws {
        try scene { scene in
            let words = row.typed.split(separator: " ").map(String.init)
            let program = try scene.run(.sockctl, words)
            try scene.expect(program, ends: .status(2))
            let last = program.errors.text.split(separator: "\n").last.map { $0.drop { $0 == " " } }
            if let meant = row.meant {
                #expect(last == "type: sockctl \(meant)", "\(scene)")
            } else {
                #expect(!program.errors.text.contains("type: "), "\(scene)")
            }
            #expect(program.output.text.isEmpty, "\(scene)")
        }
    }

    @Test(
        "a line that is shown can be pasted",
        arguments: [
            (["-z", "a b", "22"], "connect -z 'a b' 22"),
            (["-e", "/bin/cat", "it's", "80"], #"connect 'it'\''s' 80 --exec /bin/cat"#),
            (["-l", "*", "80"], "listen '*' 80"), (["send", "-N", "h", "80", "--", "-x"], "send -- h 80 -x"),
            (["-z", "$HOST", "22"], "connect -z '$HOST' 22"),
            (
                ["connect", "-N", "--via", "http://me:secret@p:1", "h", "1"],
                "connect --via http://USER@p:1 h 1"
            ),
        ] as [([String], String)])
    func pasted(_ words: [String], _ meant: String) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, words)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.hasSuffix("\ntype: sockctl \(meant)\n"), "\(scene)")
        }
    }

    @Test("who reads JSON is told the same")
    func json() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["listen", "--json", "-N", "9000"])
            try scene.expect(program, ends: .status(2))
            #expect(
                program.errors.text.contains(#""hint":"type: sockctl listen --json 9000""#), "\(scene)")
        }
    }

    @Test("what is long is not typed again, and costs nothing")
    func long() throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["send", "-N", "host", "80", String(repeating: "x", count: 100_000)])
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.utf8.count < 300, "\(scene)")
        }
    }

    @Test("where nobody listens on a port of this host, the list is what was meant")
    func nobody() throws {
        try scene { scene in
            let program = try scene.run(.sockctl, ["info", "1"])
            try scene.expect(program, ends: .status(4))
            #expect(program.errors.text.contains("type: sockctl info --port "), "\(scene)")
        }
    }
}
