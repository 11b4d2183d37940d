// What may follow on a command line, held against a machine that has just what the table needs.

import Testing

@testable import CommandSpec

/// A machine of two hosts, two listeners and a connection.
private struct Machine: LiveValues {
    let hosts = [Candidate("localhost", "this machine"), Candidate("web.example"), Candidate("Gate.example")]
    func isLocal(_ host: String) -> Bool { ["", "localhost", "127.0.0.1", "::1"].contains(host) }
    let localAddresses = [Candidate("127.0.0.1", "lo"), Candidate("::1", "lo")]
    let interfaces = [Candidate("lo"), Candidate("eth0")]
    let users = [Candidate("root", "0")]
    let processIDs = [Candidate("17", "sshd"), Candidate("171", "nginx")]
    let processNames = [Candidate("nginx", "171"), Candidate("sshd", "17")]
    let networkNamespaces = [Candidate("blue")]
    func services(isDatagram: Bool) -> [Candidate] {
        isDatagram
            ? [Candidate("domain", "53/udp")] : [Candidate("ssh", "22/tcp"), Candidate("https", "443/tcp")]
    }
    let protocols = [Candidate("tcp", "6"), Candidate("udp", "17")]
    func listeningPorts(isDatagram: Bool) -> [Candidate] {
        isDatagram ? [Candidate("53")] : [Candidate("22", "ssh, sshd"), Candidate("8080", "nginx")]
    }
    func ports(of side: SocketSide) -> [Candidate] {
        side == .peer ? [Candidate("50000")] : [Candidate("22"), Candidate("8080"), Candidate("50000")]
    }
    func addresses(of side: SocketSide) -> [Candidate] { [Candidate("127.0.0.1"), Candidate("192.0.2.7")] }
    func unixSockets(keepingBoundaries: Bool) -> [Candidate] {
        keepingBoundaries ? [Candidate("@seq")] : [Candidate("@bus"), Candidate("/run/app.sock")]
    }
    func descriptors(ofProcess pid: String) -> [Candidate] { pid == "17" ? [Candidate("3")] : [] }
    func socketOptions(_ access: SocketOptionAccess) -> [Candidate] {
        ["SO_KEEPALIVE", "SO_RCVBUF", "TCP_KEEPIDLE", "TCP_CONGESTION"].map { Candidate($0) }
            + (access == .reading ? [Candidate("SO_ERROR")] : [])
    }
    func values(ofSocketOption name: String) -> [Candidate] {
        switch name.uppercased() {
        case "SO_KEEPALIVE": [Candidate("on"), Candidate("off")]
        case "TCP_CONGESTION": [Candidate("cubic"), Candidate("bbr")]
        default: []
        }
    }
    let optionLevels = [Candidate("IPPROTO_TCP")]
    let socketStates = [
        Candidate("ESTABLISHED"), Candidate("LISTEN"), Candidate("TIME_WAIT"), Candidate("all"),
    ]
    let addressFlags = [Candidate("AI_CANONNAME"), Candidate("AI_ALL")]
    let nameFlags = [Candidate("NI_DGRAM")]
}

/// A line as it is typed in bash, and what its last word may become, without order: whole words, open ones with `…` after
/// them, FILES for the names of files, PROGRAM(N) for another program. Where only some of it matters, `+` begins the
/// list, and what `!` stands before is not offered.
private let rows: [(line: String, expected: String)] = [
    // Commands.
    ("", "listen connect send recv udp broadcast resolve info help completions schema"),
    ("li", "listen"), ("LI", "listen"), ("c", "connect completions"), ("x", ""), ("--v", "--version"),
    ("-", "--help --version"), ("-h ", ""), ("lisen ", ""),
    ("udp ", "send recv listen connect"), ("udp x ", ""), ("udp s", "send"),
    ("broadcast a", "addresses"),
    ("help c", "connect completions"), ("help udp ", "send recv listen connect"), ("help listen ", ""),
    ("help --", "--help"), ("help resolve getprot", "getprotobyname"),
    ("completions ", "bash zsh fish"), ("completions bash ", ""),
    // Options.
    ("listen --ti", "--timeout"), ("listen --keep-open --no-h", "--no-half-close"),
    ("listen -k --no-h", "--no-half-close"), ("send --no-r", "--no-reply"),
    ("listen --json --j", ""), ("listen -j --j", ""), ("listen --option x --opt", "--option"),
    ("listen -4 --ipv", ""), ("listen -q --verb", ""), ("listen --echo --disc", ""),
    ("listen --echo --ch", ""),
    ("listen --to x:1 --rep", ""), ("connect --check --recv", ""), ("connect --frame line --cr", ""),
    ("info --n", "--numeric --new --netlink --netns --no-owners"), ("info localhost 22 --ne", "--netns"),
    ("info --new tcp --fd", ""), ("info --pid 17 --proc", ""), ("udp recv --net", "--netns"),
    ("connect --sen", "--send --send-only"), ("connect --send-only --recv-o", ""), ("listen --=", ""),
    ("schema ", ""), ("info --new tcp ", "+ getsockopt localhost! fileno"),
    ("info fileno --new tcp ", "+ --fd! --json --verbose"), ("connect localhost 22 ", "+ --json --crlf"),
    ("listen -4", "-4"), ("listen -kj", "-kj"), ("listen -kX", ""), ("listen --json=", ""),
    // After -- there are operands.
    ("connect -- -", ""), ("connect --json -- --", ""), ("connect -- lo", "localhost"),
    ("send -- localhost 22 -", ""),
    // Values.
    ("listen --color ", "auto always never"), ("listen --color=a", "auto always"),
    ("info --new ud", "udp udp6"),
    ("listen --timeout ", ""), ("listen -w5", ""), ("listen --timeout=", ""), ("listen -w ", ""),
    ("resolve getaddrinfo --family ", "AF_INET AF_INET6"),
    ("resolve getaddrinfo --flags AI_C", "AI_CANONNAME"),
    ("resolve getaddrinfo --flags canon", "AI_CANONNAME"),
    ("resolve getaddrinfo --flags AI_ALL,", "AI_CANONNAME"), ("resolve getnameinfo --flags dg", "NI_DGRAM"),
    ("send --http P", "PATCH POST PUT"), ("send --http p", "PATCH POST PUT"), ("send --http=G", "GET"),
    ("connect --check --expect-http ", "200 2xx"), ("connect --alpn h2,", "http/1.1"),
    ("listen --max-connections ", ""), ("listen -m", "-m"),
    // Socket options.
    ("listen -o SO_R", "SO_RCVBUF=…"), ("listen --option=TCP_C", "TCP_CONGESTION=…"),
    ("listen -o rcv", "SO_RCVBUF=…"), ("listen -o keep", "SO_KEEPALIVE=… TCP_KEEPIDLE=…"),
    ("listen -o so_k", "SO_KEEPALIVE=…"), ("listen -o EEPI", "TCP_KEEPIDLE=…"),
    ("listen -oTCP_K", "TCP_KEEPIDLE=…"),
    ("listen -4voTCP_K", "TCP_KEEPIDLE=…"), ("listen -o TCP_CONGESTION=", "cubic bbr"),
    ("listen -o tcp_congestion=c", "cubic"), ("listen --option=SO_KEEPALIVE=", "on off"),
    ("listen -oSO_KEEPALIVE=o", "on off"), ("listen -o SO_RCVBUF=", ""),
    ("info setsockopt TCP_CONGESTION=b", "bbr"), ("info setsockopt so_err", ""),
    ("info getsockopt so_err", "SO_ERROR"),
    ("info options IPP", "IPPROTO_TCP"), ("info getsockopt SO_ERROR ", "+ SO_RCVBUF localhost:… unix:…"),
    ("info getsockopt SO_ERROR --new tcp ", "+ SO_RCVBUF localhost:…! unix:…!"),
    ("listen 9 --to h:1 -o s", "server:… SO_KEEPALIVE=… SO_RCVBUF=…"),
    ("listen 9 --to h:1 -o server:tcp_c", "TCP_CONGESTION=…"),
    ("listen 9 --to h:1 -I server:e", "eth0"), ("listen 9 -I s", ""), ("listen 9 -o server:tcp_c", ""),
    ("listen 9 --to h:1 --tls-version server:", "1.2 1.3"),
    // Framings.
    ("listen --frame de", "delim:…"), ("recv --frame fi", "fixed:…"), ("udp send --frame u1", "u16be u16le"),
    ("listen --frame u16", "u16be u16le"), ("listen --frame line:u16", "u16be u16le"),
    ("listen --frame=line:u16", "u16be u16le"), ("listen --frame line:", "+ none line http delim:… fixed:…"),
    ("listen --frame delim:x", ""), ("listen --frame 'delim:\\n:va'", "varint"), ("listen --frame xx:u", ""),
    // Faults.
    ("listen 9 --to h:1 --fault la", "latency=…"), ("listen 9 --to h:1 --fault latency=5ms,j", "jitter=…"),
    ("listen 9 --to h:1 --fault latency=5ms,la", ""), ("listen 9 --to h:1 --fault se", "server:…"),
    ("listen 9 --to h:1 --fault server:ra", "rate=…"),
    // Files and programs.
    ("send --file ", "FILES"), ("send -f", "-f"), ("send -fx", "FILES"), ("listen --output=x", "FILES"),
    ("listen --reply ", ""), ("listen --reply x", ""), ("listen --reply @", "FILES"),
    ("listen --reply @x", "FILES"),
    ("send --http PUT --data=@x", "FILES"), ("listen 9 --exec ", "PROGRAM(1)"),
    ("listen 9 --exec gr", "PROGRAM(1)"),
    ("listen 9 --exec grep --", "PROGRAM(2)"), ("listen 9 --exec=grep -", "PROGRAM(2)"),
    ("listen 9 --exec=gr", "PROGRAM(1)"), ("listen 9 --exec env -- ", "PROGRAM(3)"),
    // Endpoints to connect to.
    ("connect ", "localhost web.example Gate.example unix:… unix-seqpacket:… tls:… fd:… vsock:… 22 8080"),
    ("connect w", "web.example"), ("connect gate", "Gate.example"), ("connect 2", "22"),
    ("connect u", "unix:… unix-seqpacket:…"),
    ("connect localhost ", "22 8080"), ("connect localhost s", "ssh"), ("connect localhost:", "22 8080"),
    ("connect localhost:8", "8080"), ("connect [::1]:2", "22"), ("connect ::1 2", "22"),
    ("connect :8", "8080"),
    ("connect web.example ", "ssh https"), ("connect web.example h", "https"),
    ("connect web.example:h", "https"),
    ("connect web.example 2", ""), ("connect localhost:22 ", "+ --json --netns"),
    ("connect localhost 22 x", ""),
    ("connect tls:", "+ localhost:… 22 8080 unix:… tls:…!"), ("connect tls:web.example:", "ssh https"),
    ("connect tls:web", "web.example:…"), ("connect tls:unix:/r", "/run/app.sock FILES"),
    ("connect unix:", "@bus /run/app.sock FILES"), ("connect unix:@", "@bus"),
    ("connect unix-seqpacket:", "@seq FILES"),
    ("listen unix:", "FILES"), ("connect vsock:", "1:… 2:…"), ("connect vsock:2:", ""), ("connect fd:", ""),
    ("connect --check localhost 22,", "8080"), ("connect -z localhost:22,8080,s", "ssh"),
    ("connect --check localhost 22 ", "+ localhost web.example"),
    ("connect --check localhost 22 web.example ", "ssh https"),
    ("udp send localhost ", "53"), ("connect --check --udp localhost d", "domain"),
    ("udp send web.example d", "domain"),
    ("udp send --f", "--file --frame"), ("udp connect t", ""),
    ("info lo", "localhost"), ("info localhost ", "22 8080"), ("info gets", "getsockname getsockopt"),
    ("info --pid 17 gets", "getsockname getsockopt"), ("info getsockname un", "unix:… unix-seqpacket:…"),
    ("send --http GET ", "http://… https://…"), ("send --http GET http://w", "web.example"),
    ("send --http GET http://web.example:h", "https"), ("send --http GET http://web.example/h", ""),
    ("send localhost 22 da", ""), ("connect --via ", "socks5://… http://…"),
    ("connect --via socks5://loc", "localhost:…"),
    ("connect --via socks5://localhost:8", "8080"), ("listen 9 --to loc", "localhost:…"),
    ("listen 9 --to localhost:8", "8080"),
    ("connect --sni web", "web.example"),
    // And to listen at.
    ("listen ", "*:… 127.0.0.1:… [::1]:… unix:… unix-seqpacket:… fd:… vsock:…"),
    ("listen 127", "127.0.0.1:…"),
    ("listen 127.0.0.1:", ""), ("listen 127.0.0.1 ", ""), ("recv --connect lo", "localhost"),
    ("send --listen 1", "127.0.0.1:…"), ("connect -s ", "127.0.0.1 ::1"), ("connect -s1", "127.0.0.1"),
    ("connect -I l", "lo"), ("connect --interface=e", "eth0"), ("udp recv --interface l", "lo"),
    // What is looked up.
    ("resolve ", "+ getaddrinfo inet_pton localhost web.example"),
    ("resolve getaddrinfo ", "localhost web.example Gate.example"),
    ("resolve getaddrinfo w", "web.example"), ("resolve localhost w", "web.example"),
    ("resolve gethostbyaddr 1", "127.0.0.1"),
    ("resolve getservbyname s", "ssh"), ("resolve getservbyname ssh t", "tcp"),
    ("resolve getservbyname ssh/u", "udp udplite"),
    ("resolve getprotobyname u", "udp"), ("resolve inet_aton --s", "--strict"),
    ("broadcast send d", "domain"),
    // The sockets that there are.
    ("info --port ", "22 8080 50000"), ("info --port=8", "8080"), ("info --port 22,8", "8080"),
    ("info --port 22,", "8080 50000"),
    ("info --local :", "22 8080 50000"), ("info --local ", "127.0.0.1 192.0.2.7 :…"),
    ("info --peer 192.0.2.7:", "50000"),
    ("info --peer 192", "192.0.2.7"), ("info --address 19", "192.0.2.7"),
    ("info --state li", "LISTEN"), ("info --state wait", "TIME_WAIT"),
    ("info --state LISTEN,", "ESTABLISHED TIME_WAIT all"),
    ("info --pid ", "17 171"), ("info --pid 171", "171"), ("info --process ng", "nginx"),
    ("info --process inx", "nginx"),
    ("info --pid 17 --fd ", "3"), ("info --fd ", ""), ("info --user r", "root"), ("info --netns b", "blue"),
    ("info --netns /run/", "FILES"), ("info --watch ", ""), ("info -tul --po", "--port"),
    // As it is typed.
    ("listen --frame 'line:u1", "u16be u16le"), ("listen --frame \"line:u1", "u16be u16le"),
    ("listen 2>err --ti", "--timeout"),
    ("listen > out --ti", "--timeout"), ("info --process 'ngi", "nginx"), ("listen --fra\\me li", "line"),
]

@Suite struct CompletionTests {
    private func completion(_ line: String) -> Completion {
        Completer.completion(of: ShellWords.split("sockctl " + line), in: .sockctl) { _ in Machine() }
    }

    private func offers(_ completion: Completion) -> [String] {
        completion.candidates.map { $0.value + ($0.isOpen ? "…" : "") }
            + (completion.takesFiles ? ["FILES"] : [])
            + (completion.programWords > 0 ? ["PROGRAM(\(completion.programWords))"] : [])
    }

    @Test(arguments: rows.indices) func offered(_ index: Int) {
        let (line, expected) = rows[index]
        let offered = offers(completion(line))
        var wanted = expected.split(separator: " ").map(String.init)
        if wanted.first == "+" {
            wanted.removeFirst()
            for word in wanted {
                let name = word.filter { $0 != "!" }
                #expect(offered.contains(name) == (name == word), "\(line): \(name)")
            }
        } else {
            #expect(offered.sorted() == wanted.sorted(), "\(line)")
        }
        #expect(Set(offered).count == offered.count, "\(line)")
    }

    @Test(
        "what stays of the word",
        arguments: [
            ("listen --option=TCP_C", "--option="), ("listen -4voTCP_K", "-4vo"),
            ("listen --frame line:u", "line:"),
            ("listen --reply @x", "@"), ("connect tls:unix:/r", "tls:unix:"), ("connect [::1]:2", "[::1]:"),
            ("connect -z localhost:22,8080,s", "localhost:22,8080,"), ("listen --output=x", "--output="),
            ("connect w", ""), ("listen 9 --to h:1 --fault server:latency=1s,j", "server:latency=1s,"),
            ("send --http GET http://web.example:h", "http://web.example:"), ("info --local :", ":"),
        ])
    func prefix(line: String, expected: String) { #expect(completion(line).prefix == expected) }

    /// Whatever is offered, the parser takes it: an option is one of the command's, a whole value is a value.
    @Test(arguments: Program.sockctl.allCommands) func offersAreUnderstood(command: CommandSpec) throws {
        for option in command.options where !option.isFlag {
            for separator in [" ", "="] {
                let completion = completion("\(command.fullName) \(option.label)\(separator)")
                for candidate in completion.candidates where !candidate.isOpen {
                    #expect(option.read(Word(candidate.value)) != nil, "\(option.label) \(candidate.value)")
                }
            }
        }
    }

    @Test("the lines that scripts read")
    func lines() {
        var completion = Completion(
            [Candidate("SO_A=", "one", isOpen: true), Candidate("TCP_A", "two")], for: "")
        completion.takesFiles = true
        #expect(
            completion.behind("-o").lines(typed: "-o")
                == "typed\t-o\nprefix\t-o\nopen\tSO_A=\tone\nword\tTCP_A\ttwo\nfiles\n")
        // What they have in common is less than what was typed.
        #expect(completion.lines(typed: "a").contains("\napart\n"))
        #expect(Completion(programWords: 2).lines(typed: "") == "typed\t\nprefix\t\nprogram\t2\n")
    }

    @Test("names chosen by others do no harm")
    func hostileNames() {
        let names = ["a\tb", "a\nword\tevil", "a\u{1b}[2J", "a\u{9b}31m", "a\u{202e}b"]
        let completion = Completion(
            (names + ["fine"]).map { Candidate($0) } + [Candidate("1", "x\ny")], for: "")
        #expect(
            completion.lines(typed: "") == "typed\t\nprefix\t\napart\nword\tfine\t\nword\t1\t\n"
                || completion.lines(typed: "") == "typed\t\nprefix\t\nword\tfine\t\nword\t1\t\n")
        #expect(Completion.files.behind("a\nb").lines(typed: "a\nb") == "")
        let words: [Word] = ["send", "--file", Word(bytes: [0xff])]
        #expect(Completer.completion(of: words, in: .sockctl) { _ in Machine() }.takesFiles)
    }

    @Test("wherever the cursor is, the answer is lines that a script can read")
    func everywhere() {
        for (index, row) in rows.enumerated() {
            for length in stride(from: index % 5, to: row.line.count, by: 5) {
                let line = String(row.line.prefix(length))
                let words = ShellWords.split("sockctl " + line)
                let typed = words.last?.text ?? ""
                let completion = completion(line)
                #expect((typed).hasPrefix(completion.prefix), "\(line)")
                for line in completion.lines(typed: typed).split(separator: "\n") {
                    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(
                        String.init)
                    let count = [
                        "typed": 2, "prefix": 2, "word": 3, "open": 3, "program": 2, "files": 1, "apart": 1,
                    ]
                    #expect(count[fields[0]] == fields.count, "\(line)")
                }
            }
        }
    }

    @Test("the namespace that the line names is asked")
    func namespace() {
        var asked: Word?
        _ = Completer.completion(of: ["info", "--netns=blue", "--port", ""], in: .sockctl) {
            asked = $0
            return Machine()
        }
        #expect(asked == "blue")
    }

    @Test(
        "words as bash has them",
        arguments: [
            ("sockctl", []), ("sockctl ", [""]), ("sockctl a", ["a"]), ("sockctl a ", ["a", ""]),
            ("A=1 B= sockctl a", ["a"]), ("sockctl 'a b' c", ["a b", "c"]), (#"sockctl a\ b"#, ["a b"]),
            (#"sockctl "a\"b\c""#, [#"a"b\c"#]), ("sockctl a''", ["a"]), ("sockctl '' ", ["", ""]),
            ("sockctl a>b c", ["a", "c"]), ("sockctl 2>b c", ["c"]), ("sockctl a 2>&1 c", ["a", "c"]),
            ("sockctl A=1", ["A=1"]), ("sockctl é", ["é"]),
        ])
    func words(line: String, expected: [String]) {
        #expect(ShellWords.split(line).map(\.text) == expected)
    }

    @Test func commandsAreFound() throws {
        guard
            case .complete(let words) = try Program.sockctl.parse([
                "completions", "zsh", "--", "listen", "--", "-",
            ])
        else { throw Unexpected() }
        #expect(words == ["listen", "--", "-"])
        guard
            case .complete(let split) = try Program.sockctl.parse([
                "completions", "bash", "--", "sockctl a 'b c",
            ])
        else { throw Unexpected() }
        #expect(split == ["a", "b c"])
    }

    private struct Unexpected: Error {}
}
