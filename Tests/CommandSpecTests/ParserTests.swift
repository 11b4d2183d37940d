// The parser: every form in which a command line may be written, and every way in which it may be wrong.

import Testing

@testable import CommandSpec

private func parse(_ line: String) throws -> Invocation {
    try Program.sockctl.parse(line.split(separator: " ").map { Word(String($0)) })
}

private func arguments(_ line: String) throws -> Arguments {
    guard case .run(_, let arguments) = try parse(line) else { throw UsageError("'\(line)' runs nothing") }
    return arguments
}

private func failure(_ line: String) -> UsageError? {
    do {
        _ = try parse(line)
        return nil
    } catch let error as UsageError {
        return error
    } catch {
        return nil
    }
}

@Suite struct ParserTests {
    @Test(arguments: [
        "listen -w 5 9000", "listen -w5 9000", "listen --timeout 5s 9000", "listen --timeout=5 9000",
        "listen 9000 -w 5000ms", "listen -4vw5 9000", "listen -w 1h -w5 9000", "listen -w 5 -- 9000",
    ])
    func formsOfAValue(line: String) throws {
        let arguments = try arguments(line)
        #expect(arguments[Options.timeout] == .seconds(5))
        #expect(arguments.operands == ["9000"])
    }

    @Test func cluster() throws {
        let arguments = try arguments("listen -4vk 9000")
        #expect(arguments[Options.ipv4] && arguments[Options.verbose] && arguments[Options.keepOpen])
        #expect(!arguments[Options.json] && arguments[Options.timeout] == nil)
    }

    @Test func repeatedOptionsKeepTheirOrder() throws {
        let arguments = try arguments("connect -o A=1 9000 --option=B -oC=x=y")
        #expect(arguments.all(Options.option) == ["A=1", "B", "C=x=y"])
        #expect(arguments[Options.option] == "C=x=y")
    }

    @Test func valuesKeepTheirBytes() throws {
        let name: [UInt8] = [0x2f, 0xff, 0x3d, 0x80]
        let attached = Word(bytes: Array("--file=".utf8) + name)
        guard case .run(.send, let arguments) = try Program.sockctl.parse(["send", attached, "h:1"]) else {
            Issue.record("send does not run")
            return
        }
        #expect(arguments[Options.file] == Word(bytes: name))
    }

    @Test func anEmptyValueIsAValue() throws {
        #expect(try arguments("listen --reply= 9000")[Options.reply] == "")
    }

    @Test func dashIsAnOperandAndDoubleDashEndsTheOptions() throws {
        #expect(try arguments("send h:1 - -- -4 --json --")[Operands.data] == ["-", "-4", "--json", "--"])
    }

    @Test(arguments: [
        ("send 9000 a b", ["9000"], ["a", "b"]), ("send h 9000 a", ["h", "9000"], ["a"]),
        ("send h:9000 80", ["h:9000"], ["80"]), ("send ::1 80 a", ["::1", "80"], ["a"]),
        ("send [::1]:80 a", ["[::1]:80"], ["a"]), ("send [::1] 80 a", ["[::1]", "80"], ["a"]),
        ("send unix:/x a", ["unix:/x"], ["a"]), ("send unix:@x:y a", ["unix:@x:y"], ["a"]),
        ("send fe80::1%eth0 80", ["fe80::1%eth0", "80"], []), ("send http", ["http"], []),
        ("send --listen *:80 a", ["*:80"], ["a"]), ("send --listen :80 a", [":80"], ["a"]),
    ])
    func endpointAndData(line: String, endpoint: [Word], data: [Word]) throws {
        let arguments = try arguments(line)
        #expect(arguments[Operands.connectTo] == endpoint)
        #expect(arguments[Operands.data] == data)
    }

    @Test func commandsAndBuiltins() throws {
        for name in CommandName.allCases {
            let operands =
                Program.sockctl.spec(of: name)?.operands.filter(\.required).map { _ in "9000" } ?? []
            let line = ([name.rawValue] + operands).joined(separator: " ")
            guard case .run(name, _) = try parse(line) else {
                Issue.record("\(name) does not run")
                continue
            }
        }
        for line in ["--version", "--version listen"] {
            guard case .version = try parse(line) else { Issue.record("\(line)"); continue }
        }
        guard case .nothing = try parse("") else {
            Issue.record("nothing is something")
            return
        }
        for (line, wanted) in [("--help", HelpForm.full), ("help", .full), ("-h", .summary)] {
            guard case .help(nil, let form) = try parse(line) else { Issue.record("\(line)"); continue }
            #expect(form == wanted, "\(line)")
        }
        for (line, wanted) in [
            ("help listen", HelpForm.full), ("listen --help", .full), ("listen 1 2 3 4 --help", .full),
            ("listen -h", .summary), ("listen -vh", .summary),
        ] {
            guard case .help(let command?, let form) = try parse(line) else {
                Issue.record("\(line)")
                continue
            }
            #expect(command.name == "listen" && form == wanted, "\(line)")
        }
        for shell in Shell.allCases {
            guard case .completions(shell) = try parse("completions \(shell.rawValue)") else {
                Issue.record("\(shell)")
                continue
            }
        }
    }

    @Test(arguments: [
        ("lisen 9000", "unknown command 'lisen'"),
        ("frobnicate", "unknown command 'frobnicate'"),
        ("help lisen", "unknown command 'lisen'"),
        ("help listen x", "unknown command 'x'"),
        ("--json listen 9000", "--json stands after the command, which is missing"),
        ("-w5 listen 9000", "unknown option '-w5'"),
        ("--halp", "unknown option '--halp'"),
        ("completions", "SHELL is missing; the form is: sockctl completions SHELL [WORD...]"),
        ("completions bsh", "SHELL: 'bsh' is not one of bash, zsh, fish"),
        ("listen", "ENDPOINT is missing; the form is: sockctl listen [OPTION...] ENDPOINT"),
        ("listen h 1 2", "unexpected operand '2'; the form is: sockctl listen [OPTION...] ENDPOINT"),
        (
            "connect h:1 2",
            "unexpected operand '2' without --check; the form is: sockctl connect [OPTION...] ENDPOINT [MORE...]"
        ),
        ("listen --time-out 5 1", "unknown option '--time-out'"),
        ("listen --time=5 1", "unknown option '--time'"),
        ("listen --tiemout=5 1", "unknown option '--tiemout'"),
        ("listen --xyzzy 1", "unknown option '--xyzzy'"),
        ("listen --=5 1", "unknown option '--'"),
        ("listen -timeout 5 1", "unknown option '-t'"),
        ("listen -J 1", "unknown option '-J'"),
        ("listen -vZ 1", "unknown option '-Z'"),
        ("send h:1 -5", "unknown option '-5'; an operand that begins with '-' goes after '--'"),
        ("connect --keep-open 1", "'connect' has no option --keep-open, but 'listen' has it"),
        (
            "recv --chat --keep-open 1", "'recv' has no option --chat, but 'listen' has it"
        ),
        (
            "send --idle 1 1", "unknown option '--idle'"
        ),
        (
            "listen --count 1 1",
            "'listen' has no option --count, but 'recv', 'udp recv', 'udp listen', 'broadcast recv' and 'info' have it"
        ),
        // Letters: of another command, and of nc.
        ("connect -k 1", "'connect' has no option -k, but 'listen' has it"),
        (
            "listen -s ::1 1",
            "--source needs --to"
        ),
        (
            "connect -N 9000",
            "unknown option '-N': the end of the input half-closes the connection without it"
        ),
        (
            "send -X 9000",
            "unknown option '-X': the method is the value of --http"
        ),
        (
            "listen -p 9000",
            "--source-port is where --to connects from; the port to listen on is the operand"
        ),
        ("listen -lp 9000", "unknown option '-l': 'listen' listens without it"),
        ("connect -l 9000", "unknown option '-l': waiting for peers is a command of its own"),
        ("listen -u 9000", "unknown option '-u': UDP has commands of its own"),
        ("connect -u 9000", "unknown option '-u': UDP has commands of its own"),
        ("send -u 9000 x", "unknown option '-u': UDP has commands of its own"),
        ("udp send -lu 9000 x", "unknown option '-l': waiting for peers is a command of its own"),
        ("udp recv -u 9000", "unknown option '-u': 'udp recv' is UDP without it"),
        ("connect -U /x", "unknown option '-U': a Unix socket is written unix:PATH"),
        ("listen -e /bin/sh 1", "unknown option '-e': --exec runs a program for each connection"),
        ("connect -C h 1", "unknown option '-C': CR LF at the end of lines goes by another name"),
        (
            "info -p 80",
            "-p takes no value, and does not stand beside ENDPOINT; a port is named by --port"
        ),
        (
            "info -e h 80",
            "-e takes no value, and does not stand beside ENDPOINT; a port is named by --port"
        ),
        ("info -t 8000", "ENDPOINT and --tcp cannot be combined"),
        ("info -tl http", "ENDPOINT and --tcp cannot be combined"),
        ("info -M", "unknown option '-M': Multipath TCP is listed by --mptcp"),
        ("info getsockname -l", "unknown option '-l': that letter is one of the list: sockctl info"),
        ("info -tn state established", "filters are options here: --state, --local, --peer, --port"),
        ("info sport = :80", "filters are options here: --state, --local, --peer, --port"),
        ("info -t dport = 443", "filters are options here: --state, --local, --peer, --port"),
        ("info -t dst 10.0.0.0/8", "filters are options here: --state, --local, --peer, --port"),
        ("-tulpn", "'-tulpn' lists sockets after the command"),
        (
            "info --listening 9000",
            "ENDPOINT and --listening cannot be combined"
        ),
        (
            "info --tcp h:1", "ENDPOINT and --tcp cannot be combined"
        ),
        // A function's name with a slip is not looked up where there is something to be asked.
        ("resolve gethostbynam localhost", "unknown command 'gethostbynam'"),
        (
            "recv --frame fixed:0 1",
            "--frame: 'fixed:0': fixed:SIZE needs a size of at least one byte, such as fixed:512"
        ),
        (
            "recv --frame fixed 1",
            "--frame: 'fixed': fixed:SIZE needs a size of at least one byte, such as fixed:512"
        ),
        (
            "recv --frame line:fixed: 1",
            "--frame: 'line:fixed:': fixed:SIZE needs a size of at least one byte, such as fixed:512"
        ),
        (
            "recv --frame delim: 1",
            "--frame: 'delim:': delim:STRING needs a delimiter of at least one byte, with the escapes of printf(1)"
        ),
        ("listen --timeout", "--timeout expects a duration longer than zero, such as 250ms, 5s, 1.5m or 2h"),
        ("listen 1 -vw", "-w expects a duration longer than zero, such as 250ms, 5s, 1.5m or 2h"),
        (
            "listen --timeout= 1",
            "--timeout: '' is not a duration longer than zero, such as 250ms, 5s, 1.5m or 2h"
        ),
        ("listen -w=5 1", "-w: '=5' is not a duration longer than zero, such as 250ms, 5s, 1.5m or 2h"),
        ("listen --json=yes 1", "--json takes no value, but was given 'yes'"),
        ("listen --backlog 0 1", "--backlog: '0' is not a number from 1 to 2147483647"),
        (
            "recv --bytes 1kb 1",
            "--bytes: '1kb' is not a size of at least one byte, such as 512, 64k, 10M or 1G"
        ),
        ("connect -p 65536 1", "-p: '65536' is not a port from 0 to 65535"),
    ])
    func wrong(line: String, expected: String) throws {
        let error = try #require(failure(line))
        let help = error.command.map { "sockctl \($0) --help" } ?? "sockctl --help"
        let advice = error.line.map { "type: \($0)" } ?? "try '\(help)'"
        #expect(error.description == "sockctl: \(expected)\n\(advice)")
    }

    @Test(arguments: [
        ("listen -46 1", "--ipv4 and --ipv6 cannot be combined"),
        ("listen -vq 1", "--verbose and --quiet cannot be combined"),
        ("listen --echo --reply x --discard 1", "--echo, --discard and --reply cannot be combined"),
        ("listen --chat 1", "--chat needs --keep-open"),
        ("listen -m 5 1", "--max-connections needs --keep-open"),
        ("listen --echo -f x 1", "--echo and --file cannot be combined"),
        ("listen --echo --recv-only 1", "--echo and --recv-only cannot be combined"),
        ("listen --discard -O x 1", "--discard and --output cannot be combined"),
        ("connect --send-only --recv-only 1", "--send-only and --recv-only cannot be combined"),
        ("connect --parallel 5 1", "--parallel needs --check"),
        ("connect --udp 1", "--udp needs --check"),
        ("connect -z --crlf 1", "--check and --crlf cannot be combined"),
        ("connect -z --stats 1", "--check and --stats cannot be combined"),
        ("connect -z -i 5 1", "--check and --idle-timeout cannot be combined"),
        ("send --listen --wait 5 1", "--listen and --wait cannot be combined"),
        ("recv --wait 5 1", "--wait needs --connect"),
        ("connect --recv-only -f x 1", "--recv-only and --file cannot be combined"),
        ("connect --send-only -O x 1", "--send-only and --output cannot be combined"),
        ("send -f x 9000 data", "--file and DATA cannot be combined"),
        ("send --repeat 2 9000", "--repeat needs --file or DATA"),
        ("send --delay 1s -f x 9000", "--delay needs --repeat, --frame or DATA"),
        ("send --no-reply -O x 9000", "--no-reply and --output cannot be combined"),
        ("send --listen -s ::1 9000", "--listen and --source cannot be combined"),
        ("send --allow ::1 9000", "--allow needs --listen"),
        ("send --deny ::1 9000", "--deny needs --listen"),
        ("recv -s ::1 9000", "--source needs --connect"),
        ("recv -p 1 9000", "--source-port needs --connect"),
        ("recv --connect --deny ::1 9000", "--connect and --deny cannot be combined"),
    ])
    func combinations(line: String, expected: String) {
        #expect(failure(line)?.message == expected)
    }

    @Test(arguments: [
        "listen -k --chat -m 5 1", "listen --reply hi -O x 1", "send -f x h 9000", "send --repeat 2 h 9000 x",
        "send --listen --allow ::1 9000 x", "recv --connect -s ::1 -p 1 9000", "connect -j -O x 1",
        "send -q --stats 1", "connect -z 1 2 3", "connect -zq a 22,80 b:1-5 unix:/x",
        "connect -z --udp --parallel 9 1",
        "resolve -- gethostbynam localhost", "resolve gethostbynam", "resolve localhost gethostbynam",
        "connect --wait 5s 1", "recv --connect --wait 5s 1", "send --wait 5s h:1 x",
    ])
    func allowedCombinations(line: String) {
        #expect(failure(line) == nil)
    }
}
