// `resolve` as a command: several operands and failures, stdin, JSON of every function.

import Foundation
import Glibc
import Testing

@Suite("resolve")
struct ResolveTests {
    init() throws {
        for path in ["/etc/hosts", "/etc/services", "/etc/protocols"] { try Need.file(path).require() }
    }

    private func resolve(
        _ scene: Scene, _ arguments: String, stdin: Input = .null
    ) throws -> Program {
        try scene.run(.sockctl, ["resolve"] + arguments.split(separator: " ").map(String.init), stdin: stdin)
    }

    @Test(
        "bare results, one value a line",
        arguments: [
            ("getservbyname http", "80\n"), ("getservbyname syslog udp", "514\n"),
            ("getservbyname http tcp domain/udp ssh", "80\n53\n22\n"), ("getservbyport 22", "ssh\n"),
            ("getservbyport 514 udp", "syslog\n"), ("getprotobyname tcp udp", "6\n17\n"),
            ("gethostbyaddr 127.0.0.1", "localhost\n"), ("getnameinfo 127.0.0.1:80", "localhost\nhttp\n"),
            ("getnameinfo -n 127.0.0.1:80 [::1]:53", "127.0.0.1\n80\n::1\n53\n"),
            ("getnameinfo --flags NI_NUMERICHOST 127.0.0.1:80", "127.0.0.1\nhttp\n"),
            ("getaddrinfo -4 127.1", "127.0.0.1\n"), ("getaddrinfo --family inet6 ::1", "::1\n"),
            ("getaddrinfo --flags PASSIVE -4 :http", "0.0.0.0:80\n"),
            ("getaddrinfo --type SOCK_DGRAM 127.0.0.1:syslog [::1]:53", "127.0.0.1:514\n[::1]:53\n"),
            ("inet_aton 192.168.2.1", "c0a80201\n"),
            ("inet_aton 127.1 0x7f.1 017700000001", "7f000001\n7f000001\n7f000001\n"),
            ("inet_aton --strict 1.2.3.4", "01020304\n"), ("inet_ntoa c0a80201", "192.168.2.1\n"),
            ("inet_ntoa 192 168 2 1", "192.168.2.1\n"),
            ("inet_ntoa 0xc0a80201 3232236033", "192.168.2.1\n192.168.2.1\n"),
            ("inet_pton ::1", "00000000000000000000000000000001\n"), ("inet_ntop 7f000001", "127.0.0.1\n"),
            (
                "-n 10.1.2.3 224.0.0.1",
                "10.1.2.3   10.1.2.3         private\n224.0.0.1  224.0.0.1        multicast\n"
            ),
            ("127.0.0.1", "127.0.0.1  localhost  loopback\n"), ("127.1", "127.1  127.0.0.1  loopback\n"),
            ("-j gethostname --help", nil),
        ])
    func bare(arguments: String, output: String?) throws {
        try scene { scene in
            let program = try resolve(scene, arguments)
            try scene.expectSuccess(program)
            if let output { #expect(program.output.text == output, "\(scene)") }
            #expect(program.errors.text.isEmpty, "\(scene)")
        }
    }

    @Test("-v adds what is known")
    func verbose() throws {
        try scene { scene in
            let service = try resolve(scene, "getservbyname -v http tcp")
            try scene.expectSuccess(service)
            #expect(service.output.lines.first == "80" && service.output.text.contains("  protocol  tcp\n"))
            let address = try resolve(scene, "-v inet_aton 127.1")
            try scene.expectSuccess(address)
            #expect(
                address.output.text == """
                    7f000001
                      address  127.0.0.1
                      bytes    127 0 0 1
                      number   2130706433
                      class    loopback (127.0.0.0/8, RFC 1122)

                    """)
        }
    }

    @Test(
        "one that fails does not stop the others, and the first tells the status",
        arguments: [
            ("getservbyname no-such http", "80\n", ["getservbyname no-such: no such service"]),
            (
                "getservbyport 99999 x 22", "ssh\n",
                [
                    "getservbyport 99999: the port is not a number from 0 to 65535",
                    "getservbyport x: the port is not a number from 0 to 65535",
                ]
            ),
            ("getprotobyname no-such tcp", "6\n", ["getprotobyname no-such: no such protocol"]),
            ("inet_aton 1.2.3.4.5 127.1", "7f000001\n", ["inet_aton 1.2.3.4.5: it is not an IPv4 address"]),
            (
                "inet_aton --strict 127.1 127.0.0.1", "7f000001\n",
                ["inet_aton 127.1: it is not an IPv4 address", "without --strict it stands for 127.0.0.1"]
            ),
            ("inet_pton -4 ::1 1.2.3.4", "01020304\n", ["inet_pton ::1: it is not an IPv4 address"]),
            ("gethostbyaddr nope 127.0.0.1", "localhost\n", ["gethostbyaddr nope: it is not an address"]),
            (
                "getaddrinfo -n nope 127.0.0.1", "127.0.0.1\n",
                ["getaddrinfo nope: no such name (EAI_NONAME)"]
            ),
            (
                "getaddrinfo --family AF_INET6 127.0.0.1 ::1", "::1\n",
                ["getaddrinfo 127.0.0.1: there is no address of that family (EAI_ADDRFAMILY)"]
            ),
            (
                "getaddrinfo 127.0.0.1:no-such 127.0.0.1", "127.0.0.1\n",
                ["getaddrinfo 127.0.0.1:no-such: no such service (EAI_SERVICE)"]
            ),
            (
                "getaddrinfo localhost:99999 127.0.0.1:+80 127.0.0.1:-1 127.0.0.1:65616 127.0.0.1",
                "127.0.0.1\n",
                [
                    "getaddrinfo localhost:99999: the port is neither", "getaddrinfo 127.0.0.1:+80: the port",
                    "getaddrinfo 127.0.0.1:-1: the port", "getaddrinfo 127.0.0.1:65616: the port",
                ]
            ),
            (
                "getnameinfo -n 127.0.0.1:+80 127.0.0.1:99999 127.0.0.1", "127.0.0.1\n",
                [
                    "getnameinfo 127.0.0.1:+80: the port is not",
                    "getnameinfo 127.0.0.1:99999: the port is not",
                ]
            ),
            (
                "-4 ::1 127.0.0.1", "127.0.0.1  localhost        loopback\n",
                ["resolve ::1: it is not an address of that family"]
            ),
        ])
    func failures(arguments: String, output: String, errors: [String]) throws {
        try scene { scene in
            let program = try resolve(scene, arguments)
            try scene.expect(program, ends: .status(3))
            #expect(program.output.text == output, "\(scene)")
            for error in errors { #expect(program.errors.text.contains(error), "\(scene)") }

            let json = try resolve(scene, arguments + " -j")
            try scene.expect(json, ends: .status(3))
            #expect(json.output.lines.count == 1, "\(scene)")
            for line in json.errors.lines {
                let error = try Event(line)
                #expect(error.has("error.operation") && error["error.status"] == 3, "\(scene)")
            }
        }
    }

    @Test(
        "what is not understood is a usage error",
        arguments: [
            "", "gethostbyname", "gethostname x", "getaddrinfo --flags NI_DGRAM a",
            "getnameinfo --flags AI_ALL a",
            "getaddrinfo -4 --family AF_INET a", "-46 a", "-qv a", "inet_aton -w 1s 1", "gethostname -n",
            "getaddrinfo --type SOCK_WRONG a", "inet_ntoa --strict 1",
        ])
    func usage(arguments: String) throws {
        try scene { scene in
            let program = try resolve(scene, arguments)
            try scene.expect(program, ends: .status(2))
            #expect(program.output.text.isEmpty && !program.errors.text.isEmpty, "\(scene)")
        }
    }

    // MARK: stdin

    @Test("the lines of stdin stand where - stands")
    func lines() throws {
        try scene { scene in
            let lines = Data("c0a80202\r\n\n192 168 2 3\n4".utf8)
            let program = try resolve(scene, "inet_ntoa 1 - 5", stdin: .bytes(lines))
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["0.0.0.1", "192.168.2.2", "192.168.2.3", "0.0.0.4", "0.0.0.5"])
        }
    }

    @Test("each line is answered at once")
    func conversation() throws {
        try scene { scene in
            let program = try resolve(scene, "getservbyname -", stdin: .pipe)
            for (line, answer) in [("http\n", "80\n"), ("ssh\n", "80\n22\n")] {
                try program.write(line)
                #expect(program.output.wait { data, _ in data == Data(answer.utf8) }, "\(scene)")
            }
            program.closeInput()
            try scene.expectSuccess(program)
        }
    }

    @Test("many lines through a slow reader, none lost")
    func many() throws {
        try scene { scene in
            let numbers = (0..<200_000).map(String.init)
            let program = try scene.sockctl(
                "resolve", "inet_ntoa", "-", stdin: .bytes(Data(numbers.joined(separator: "\n").utf8)),
                stdout: .held)
            program.release()
            #expect(try program.exit(within: 4 * patience) == .status(0))
            let expected = (0..<200_000).map { "0.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255)" }
            #expect(program.output.lines == expected)
        }
    }

    @Test("stdin that cannot be read: 10; a line without end: 11")
    func unreadable() throws {
        try scene { scene in
            try scene.expect(try resolve(scene, "inet_aton -", stdin: .closed), ends: .status(10))
            try scene.expect(try resolve(scene, "inet_aton -", stdin: .file("/")), ends: .status(10))
            let endless = Input.bytes(Data(repeating: 0x31, count: 1 << 20))
            try scene.expect(try resolve(scene, "inet_aton -", stdin: endless), ends: .status(11))
        }
    }

    @Test("stdout that is full: 10; one that is closed by its reader: quiet")
    func unwritable() throws {
        try scene { scene in
            let full = try scene.sockctl("resolve", "inet_aton", "1", stdout: .file("/dev/full"))
            try scene.expect(full, ends: .status(10))
            #expect(full.errors.text.contains("(ENOSPC)"), "\(scene)")

            let numbers = Data((0..<100_000).map { "\($0)\n" }.joined().utf8)
            let closed = try scene.sockctl(
                "resolve", "inet_ntoa", "-", stdin: .bytes(numbers), stdout: .held)
            closed.closeOutput()
            try scene.expectSuccess(closed)
            #expect(closed.errors.text.isEmpty, "\(scene)")
        }
    }

    // MARK: JSON

    /// Every function, with fields that its answer has to have and their values.
    private static let answers: [(String, [String: any Sendable & Equatable])] = [
        ("127.0.0.1", ["function": "resolve", "query": "127.0.0.1", "name": "localhost"]),
        ("gethostbyname 127.1", ["function": "gethostbyname", "query": "127.1", "name": "127.1"]),
        ("gethostbyaddr 127.0.0.1", ["function": "gethostbyaddr", "name": "localhost"]),
        ("getaddrinfo 127.0.0.1:80", ["function": "getaddrinfo", "query": "127.0.0.1:80"]),
        (
            "getnameinfo 127.0.0.1:80",
            ["function": "getnameinfo", "host": "localhost", "service": "http", "address.port": 80]
        ),
        (
            "getservbyname http tcp",
            ["function": "getservbyname", "port": 80, "protocol": "tcp", "name": "http"]
        ),
        (
            "getservbyport 22 tcp",
            ["function": "getservbyport", "port": 22, "protocol": "tcp", "name": "ssh"]
        ),
        ("getprotobyname TCP", ["function": "getprotobyname", "number": 6, "name": "tcp"]),
        ("gethostname", ["function": "gethostname"]),
        (
            "inet_aton 127.1",
            [
                "function": "inet_aton", "address.host": "127.0.0.1", "address.hex": "7f000001",
                "address.number": 2_130_706_433, "address.class": "loopback", "address.rfc": 1122,
                "address.block": "127.0.0.0/8", "address.octets": [127, 0, 0, 1],
            ]
        ),
        ("inet_ntoa 0", ["function": "inet_ntoa", "address.class": "unspecified"]),
        ("inet_pton 8.8.8.8", ["function": "inet_pton", "address.class": "global"]),
        ("inet_ntop fe800000000000000000000000000001", ["function": "inet_ntop", "address.host": "fe80::1"]),
    ]

    @Test("JSON of every function", arguments: answers.indices)
    func json(index: Int) throws {
        let (arguments, fields) = Self.answers[index]
        try scene { scene in
            let program = try resolve(scene, "-j " + arguments)
            try scene.expectSuccess(program)
            #expect(program.output.lines.count == 1, "\(scene)")
            let answer = try Event(try #require(program.output.lines.first))
            #expect(answer.isOrdered, "\(answer)")
            for (path, value) in fields {
                let holds = isEqual(answer, path, value)
                #expect(holds, "\(path): \(answer)")
            }
        }
    }

    private func isEqual<Value: Equatable>(_ event: Event, _ path: String, _ value: Value) -> Bool {
        event[path] == value
    }
}
