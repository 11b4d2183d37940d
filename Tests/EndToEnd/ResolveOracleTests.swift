// What `resolve` answers by the names of the API is what Python's socket module answers on the same machine: for
// every service, protocol and host of this machine, and for spellings of addresses, good and bad.

import Foundation
import Testing

/// A question, and the lines of the answer; nil where there is none.
private typealias Answer = (query: String, lines: [String]?)

@Suite("resolve answers as Python's socket module does")
struct ResolveOracleTests {
    /// Runs a script that calls `ask(query, function, arguments...)`; a function may return one value or several.
    private func python(_ scene: Scene, _ script: String, input: String = "") throws -> [Answer] {
        for need in Need.databases(of: script) { try need.require() }
        let prelude = """
            import socket, sys
            def entries(path):
                for line in open(path):
                    words = line.split("#")[0].split()
                    if len(words) > 1: yield words
            def ask(query, function, *arguments):
                try: answer = function(*arguments)
                except (OSError, ValueError): return print(query, "none", sep="|")
                if not isinstance(answer, list): answer = [answer]
                print(query, "some", *answer, sep="|")

            """
        let program = try scene.run(
            .python3, ["-c", prelude + script], stdin: .bytes(Data(input.utf8)))
        try scene.expectSuccess(program)
        return program.output.lines.map { line in
            let words = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            return (words[0], words[1] == "none" ? nil : Array(words[2...]))
        }
    }

    /// Asks sockctl all of it at once, and compares what is printed with what Python said.
    private func compare(
        _ scene: Scene, _ arguments: [String], with answers: [Answer], atLeast count: Int
    ) throws {
        #expect(answers.count >= count)
        let queries = answers.map { $0.query + "\n" }.joined()
        let program = try scene.run(
            .sockctl, ["resolve"] + arguments + ["-"], stdin: .bytes(Data(queries.utf8)))
        let failures = answers.filter { $0.lines == nil }.map(\.query)
        #expect(try program.exit(within: 4 * patience) == .status(failures.isEmpty ? 0 : 3))
        let expected = answers.flatMap { $0.lines ?? [] }
        #expect(program.output.lines == expected)
        let said = program.errors.lines.filter { $0.hasPrefix("sockctl: ") }
        #expect(said.count == failures.count)
        for (line, query) in zip(said, failures) {
            let shown = query.replacing("\t", with: "^I")
            #expect(line.hasPrefix("sockctl: \(arguments[0]) \(shown): "), "\(line)")
        }
    }

    @Test("every service by name, with and without its protocol")
    func servicesByName() throws {
        try scene { scene in
            let answers = try python(
                scene,
                """
                for name, port, *aliases in entries("/etc/services"):
                    proto = port.split("/")[1]
                    for name in [name] + aliases:
                        ask(name, socket.getservbyname, name)
                        for proto in {proto, "tcp", "udp"}:
                            ask(f"{name}/{proto}", socket.getservbyname, name, proto)
                """)
            try compare(scene, ["getservbyname"], with: answers, atLeast: 500)
        }
    }

    @Test("every service by port, with and without its protocol")
    func servicesByPort() throws {
        try scene { scene in
            let answers = try python(
                scene,
                """
                for name, port, *aliases in entries("/etc/services"):
                    number, proto = port.split("/")
                    ask(number, socket.getservbyport, int(number))
                    ask(f"{number} {proto}", socket.getservbyport, int(number), proto)
                """)
            try compare(scene, ["getservbyport"], with: answers, atLeast: 500)
        }
    }

    @Test("every protocol")
    func protocols() throws {
        try scene { scene in
            let answers = try python(
                scene,
                """
                for name, number, *aliases in entries("/etc/protocols"):
                    for name in [name] + aliases: ask(name, socket.getprotobyname, name)
                ask("nope", socket.getprotobyname, "nope")
                """)
            try compare(scene, ["getprotobyname"], with: answers, atLeast: 50)
        }
    }

    @Test("every host by name and by address")
    func hosts() throws {
        let questions = [
            (["gethostbyname"], "name", "lambda x: socket.gethostbyname_ex(x)[2]"),
            (["gethostbyaddr"], "address", "lambda x: socket.gethostbyaddr(x)[0]"),
            (["getnameinfo"], "address", "lambda x: socket.getnameinfo((x, 0), 0)[0]"),
            (
                ["getaddrinfo", "--type", "SOCK_STREAM"], "name",
                "lambda x: [a[4][0] for a in socket.getaddrinfo(x, None, 0, socket.SOCK_STREAM)]"
            ),
        ]
        try scene { scene in
            for (arguments, operand, function) in questions {
                let answers = try python(
                    scene,
                    """
                    for address, *names in entries("/etc/hosts"):
                        if ":" in address: continue
                        for name in names: ask(\(operand), \(function), \(operand))
                    """)
                try compare(scene, arguments, with: answers, atLeast: 1)
            }
        }
    }

    @Test("this machine's own name")
    func hostName() throws {
        try scene { scene in
            let expected = try scene.run(.python3, ["-c", "import socket; print(socket.gethostname())"])
            try scene.expectSuccess(expected)
            let program = try scene.sockctl("resolve", "gethostname")
            try scene.expectSuccess(program)
            #expect(program.output.text == expected.output.text)
        }
    }

    // MARK: Addresses

    @Test(
        "spellings of addresses, good and bad",
        arguments: [
            (["inet_aton"], "lambda x: socket.inet_aton(x).hex()"),
            (["inet_pton", "-4"], "lambda x: socket.inet_pton(socket.AF_INET, x).hex()"),
            (["inet_pton", "-6"], "lambda x: socket.inet_pton(socket.AF_INET6, x).hex()"),
            (["getaddrinfo", "-n4"], "lambda x: numeric(x, socket.AF_INET)"),
        ])
    func spellings(arguments: [String], function: String) throws {
        try scene { scene in
            #expect(Set(Self.spellings).count == Self.spellings.count)
            // A colon in an operand of getaddrinfo stands before a service.
            let spellings = Self.spellings.filter { arguments[0] != "getaddrinfo" || !$0.contains(":") }
            let answers = try python(
                scene,
                """
                def numeric(x, family):
                    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
                    # As bytes: from text Python would make an internationalized name.
                    return [socket.getaddrinfo(x.encode(), None, family, 1, 0, flags)[0][4][0]]
                for line in sys.stdin.buffer.read().decode().split("\\n")[:-1]: ask(line, \(function), line)
                """, input: spellings.map { $0 + "\n" }.joined())
            #expect(answers.contains { $0.lines == nil } && answers.contains { $0.lines != nil })
            try compare(scene, arguments, with: answers, atLeast: 60)
        }
    }

    @Test("bytes into text and back")
    func bytes() throws {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<200).map { index in
            (0..<(index.isMultiple(of: 2) ? 4 : 16)).map { _ in
                let byte = index.isMultiple(of: 3) ? 0 : UInt8.random(in: 0...255, using: &generator)
                return (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined()
        }
        try scene { scene in
            let answers = try python(
                scene,
                """
                for line in sys.stdin:
                    digits = bytes.fromhex(line)
                    ask(line.strip(), socket.inet_ntop, 2 if len(digits) == 4 else 10, digits)
                """, input: digits.map { $0 + "\n" }.joined())
            try compare(scene, ["inet_ntop"], with: answers, atLeast: 200)
            let inet = answers.filter { $0.query.count == 8 }
            try compare(scene, ["inet_ntoa"], with: inet, atLeast: 100)
            let back = answers.compactMap { answer in answer.lines.map { ($0[0], [answer.query]) } }
            try compare(scene, ["inet_pton"], with: back, atLeast: 200)
        }
    }

    /// Good for one function and bad for another, or bad for all.
    static let spellings = [
        "0.0.0.0", "127.0.0.1", "192.168.2.1", "255.255.255.255", "1.2.3.4", "10.0.0.1", "224.0.0.1",
        "127.1", "127.0.1", "1", "0", "4294967295", "4294967296", "2130706433", "99999999999999999999",
        "0x7f.1", "0x7f000001", "0X7F.0.0.1", "0xc0a80201", "0x", "0x.1", "0xg", "7f000001", "c0a80201",
        "017700000001", "0177.0.0.1", "010.010.010.010", "08.1", "0300.0250.2.1", "00000000001", "001.2.3.4",
        "192.168.002.001", "192.168.2.01", "256.1.1.1", "1.256.1.1", "1.2.3.256", "1.2.65536", "1.2.65535",
        "1.16777215", "1.16777216", "1.2.3", "1.2.3.4.5", "1.2.3.", "1.2..4", ".1.2.3.4", "1.2.3.4.", ".",
        "..",
        "-1", "+1", "1.2.3.-4", "1.2.3.+4", "1.2.3.4a", "a.b.c.d", "1,2,3,4", "1.2.3.4 ", " 1.2.3.4",
        "1.2.3.4 x", "1 2", "1.2.3.4\t", "1.2.3.4/24", "1.2.3.4%lo", "localhost", "٣.1.1.1", "１.2.3.4",
        "1e3", "0x1p3", "0b1", "1_0.1",
        "::", "::1", "1::", "::ffff:1.2.3.4", "::1.2.3.4", "::ffff:0x7f.1", "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8::", "1::2::3", ":",
        ":::", ":1", "1:", "2001:db8::1", "2001:DB8::A", "2001:0db8:0000:0000:0000:0000:0000:0001",
        "02001::1",
        "12345::", "g::", "[::1]", "fe80::1", "fe80::1%lo", "fe80::1%1", "ff02::1", "::1/128", "::127.0.0.1",
        "::127.1", "::256.1.1.1", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", " ::1", "::1 ",
    ]
}
