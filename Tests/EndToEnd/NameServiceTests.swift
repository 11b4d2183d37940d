// `resolve` against a name service that the test plays itself, in a network and a mount namespace of its own: it
// answers, knows no such name, has no address of the family, fails, or is silent.

import Foundation
import Glibc
import Testing

@Suite("resolve and the name service")
struct NameServiceTests {
    /// A name server on 127.0.0.53 that becomes the program it is given. The server itself is a child that ends
    /// with its parent.
    static let server = #"""
        import os, socket, struct, sys, time
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.53", 53))
        parent = os.getpid()
        if os.fork():
            server.close()
            os.execv(sys.argv[1], sys.argv[1:])
        for descriptor in range(3): os.close(descriptor)
        server.settimeout(0.1)
        A, CNAME, PTR, AAAA = 1, 5, 12, 28
        def name(text): return b"".join(bytes([len(p)]) + p.encode() for p in text.split(".")) + b"\0"
        records = {
            ("four.test", A): [(A, bytes([192, 0, 2, 4]))], ("four.test", AAAA): [],
            ("alias.test", A): [(CNAME, name("four.test")), (A, bytes([192, 0, 2, 4]))],
            ("4.2.0.192.in-addr.arpa", PTR): [(PTR, name("four.test"))],
            ("slow.test", A): [(A, bytes([192, 0, 2, 4]))], ("slow.test", AAAA): [],
            ("xn--bcher-kva.test", A): [(A, bytes([192, 0, 2, 4]))], ("xn--bcher-kva.test", AAAA): [],
        }
        while os.getppid() == parent:
            try: query, peer = server.recvfrom(512)
            except TimeoutError: continue
            labels, at = [], 12
            while query[at]:
                labels.append(query[at + 1:at + 1 + query[at]].decode())
                at += 1 + query[at]
            asked, (kind,) = ".".join(labels), struct.unpack("!H", query[at + 1:at + 3])
            if asked.startswith("silent") or asked == "9.2.0.192.in-addr.arpa": continue
            if asked.startswith("slow"): time.sleep(0.3)
            found = records.get((asked, kind))
            code = 2 if asked == "broken.test" else 3 if found is None else 0
            answers, owner = b"", b"\xc0\x0c"
            for type, data in found or []:
                answers += owner + struct.pack("!HHIH", type, 1, 60, len(data)) + data
                if type == CNAME: owner = data
            header = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(found or []), 0, 0)
            server.sendto(header + query[12:at + 5] + answers, peer)
        """#

    /// `resolve` in the namespace; its resolver takes `options`, as in resolv.conf(5).
    private func resolve(
        _ scene: Scene, _ arguments: String, options: String = "timeout:30 attempts:1"
    ) throws -> Program {
        try sockctl(scene, "resolve " + arguments, options: options)
    }

    /// Any command in the namespace. What it sends to 192.0.2.0/24 is lost.
    private func sockctl(
        _ scene: Scene, _ line: String, options: String = "timeout:30 attempts:1", locale: String = "C.UTF-8"
    ) throws -> Program {
        let python = try Tool.python3.require()
        try Need.namespaces.require()
        let files = try [
            ("resolv.conf", "nameserver 127.0.0.53\noptions \(options)\n"),
            ("nsswitch.conf", "hosts: files dns\nservices: files\nprotocols: files\n"),
            ("hosts", "127.0.0.1 localhost\n"),
        ].map { name, text in (name, try scene.file(name, Data(text.utf8))) }
        let mounts = files.map { name, path in "mount --bind '\(path)' /etc/\(name)" }
        let script =
            (["set -e", "ip link set lo up", "ip route add 192.0.2.0/24 dev lo", "export LC_ALL=\(locale)"]
            + mounts + [#"exec "$1" -c "$2" "$SOCKCTL" $3"#])
            .joined(separator: "\n")
        return try scene.shell(
            #"exec unshare -rmn sh -c "$1" sh "$2" "$3" "$4""#,
            arguments: [script, python, Self.server, line])
    }

    @Test(
        "what the name service answers",
        arguments: [
            ("gethostbyname four.test", "192.0.2.4\n"), ("gethostbyaddr 192.0.2.4", "four.test\n"),
            ("getaddrinfo -4 four.test:http", "192.0.2.4:80\n"),
            ("getnameinfo 192.0.2.4:22", "four.test\nssh\n"),
            (
                "alias.test 192.0.2.4",
                "alias.test  192.0.2.4        documentation\n192.0.2.4   four.test        documentation\n"
            ),
            (
                "gethostbyname -v alias.test",
                """
                192.0.2.4  documentation (192.0.2.0/24, RFC 5737)
                  name     four.test
                  aliases  alias.test

                """
            ),
        ])
    func answers(arguments: String, output: String) throws {
        try scene { scene in
            let program = try resolve(scene, arguments)
            try scene.expectSuccess(program)
            #expect(program.output.text == output, "\(scene)")
        }
    }

    @Test(
        "who gave an address is not told to give one",
        arguments: [
            "resolve 192.0.2.9", "resolve gethostbyaddr 192.0.2.9", "resolve getnameinfo 192.0.2.9:53",
            "resolve getnameinfo -v 192.0.2.9 --flags NI_NAMEREQD",
        ])
    func silentForAnAddress(line: String) throws {
        try scene { scene in
            let program = try sockctl(scene, line, options: "timeout:1 attempts:1")
            try scene.expect(program, ends: .status(3))
            #expect(
                program.errors.lines.last
                    == "  the name of an address comes from DNS: check /etc/resolv.conf",
                "\(scene)")
        }
    }

    @Test(
        "no such name, no such address, no answer: three messages, and the next one is answered",
        arguments: [
            ("nope.test", "no such name"), ("-6 four.test", "there is no address of that family"),
            ("silent.test", "the name service did not answer"),
            ("broken.test", "the name service did not answer"),
        ], ["gethostbyname", "getaddrinfo", ""])
    func failures(operands: (String, String), function: String) throws {
        let (operand, message) = operands
        try scene { scene in
            let program = try resolve(
                scene, "\(function) \(operand) localhost", options: "timeout:1 attempts:1")
            try scene.expect(program, ends: .status(3))
            let name = function.isEmpty ? "resolve" : function
            let host = operand.split(separator: " ").last ?? ""
            #expect(program.errors.text.hasPrefix("sockctl: \(name) \(host): \(message) ("), "\(scene)")
            if !operand.hasPrefix("-6") { #expect(program.output.text.contains("127.0.0.1"), "\(scene)") }
        }
    }

    @Test("an address without a name is still said to be what it is")
    func nameless() throws {
        try scene { scene in
            let program = try resolve(scene, "192.0.2.7")
            try scene.expect(program, ends: .status(3))
            #expect(
                program.errors.text == """
                    sockctl: resolve 192.0.2.7: no such name (HOST_NOT_FOUND)
                      as an address it is documentation (192.0.2.0/24, RFC 5737)

                    """)
        }
    }

    @Test(
        "--timeout holds although libc blocks: 5, and the next one is answered",
        arguments: [
            "gethostbyname -w 300ms silent.test 127.0.0.1", "getaddrinfo -w 300ms silent.test 127.0.0.1",
            "gethostbyaddr -w 300ms 192.0.2.9 127.0.0.1", "getnameinfo -w 300ms 192.0.2.9 127.0.0.1",
            "-w 300ms silent.test 192.0.2.9 127.0.0.1",
        ])
    func timeout(arguments: String) throws {
        try scene { scene in
            let start = Date()
            let program = try resolve(scene, arguments)
            try scene.expect(program, ends: .status(5))
            // libc itself would wait for half a minute.
            #expect(Date().timeIntervalSince(start) < 15)
            #expect(program.errors.text.contains("the name service gave no answer within 300 ms"), "\(scene)")
            #expect(program.output.lines.count == 1, "\(scene)")
        }
    }

    @Test(
        "--timeout is one clock for the look-up and the peer, and says that the look-up ran out",
        arguments: [
            "connect -w 300ms silent.test 80", "send -w 300ms silent.test 80 x",
            "recv --connect -w 300ms silent.test 80",
            "connect --check -w 300ms silent.test 80", "info -w 300ms silent.test 80",
            "listen -w 300ms silent.test 0",
            "recv -w 300ms silent.test 0", "send --listen -w 300ms silent.test 0 x",
            "udp recv -w 300ms silent.test 0",
            "udp send -w 300ms silent.test 9 x", "udp connect -w 300ms silent.test 9",
        ])
    func lookUpRunsOut(line: String) throws {
        try scene { scene in
            let start = Date()
            let program = try sockctl(scene, line)
            try scene.expect(program, ends: .status(5))
            #expect(Date().timeIntervalSince(start) < 9)
            #expect(program.errors.text.contains("the name service gave no answer within 300 ms"), "\(scene)")
            #expect(program.errors.text.contains("resolve silent.test"), "\(scene)")
            #expect(!program.errors.text.contains("firewall"), "\(scene)")
        }
    }

    @Test(
        "what a slow look-up took is told where a silent peer is then given up, and is missing for its ports")
    func lookUpTakesTime() throws {
        try scene { scene in
            let program = try sockctl(scene, "connect -w 2 slow.test 9")
            let check = try sockctl(scene, "connect --check -j -w 2 slow.test 9")
            try scene.expect(program, ends: .status(5))
            #expect(
                program.errors.text.contains("no answer within 2 s, of which the look-up took "), "\(scene)")
            #expect(program.errors.text.contains("a firewall may drop the packets"), "\(scene)")
            try scene.expect(check, ends: .status(5))
            let result = try Event(try #require(check.output.lines.first, "\(scene)"))
            let time: Int = try #require(result["connect_us"])
            #expect(time < 1_900_000, "\(scene)")
        }
    }

    @Test("a name with letters beyond ASCII is looked up as getent does, or its xn-- form is told")
    func international() throws {
        try scene { scene in
            for line in ["resolve getaddrinfo bücher.test", "resolve getaddrinfo BÜCHER.test"] {
                let found = try sockctl(scene, line)
                if try found.exit() != .status(0), found.errors.text.contains("EAI_IDN_ENCODE") {
                    try Test.cancel("libidn2 is not installed")
                }
                #expect(found.output.text == "192.0.2.4\n", "\(scene)")
            }
            let connecting = try sockctl(scene, "connect --check -w 300ms bücher.test 9")
            try scene.expect(connecting, ends: .status(5))
            #expect(connecting.output.text.contains("192.0.2.4"), "\(scene)")
            for line in [
                "resolve bücher.test", "resolve gethostbyname bücher.test", "connect bücher.test 80",
            ] {
                let refused = try sockctl(scene, line, locale: "C")
                try scene.expect(refused, ends: .status(3))
                #expect(
                    refused.errors.text.contains("type the name as it is in the DNS: xn--bcher-kva.test"),
                    "\(scene)")
            }
        }
    }

    @Test("a look-up that hangs is ended by a signal")
    func signal() throws {
        try scene { scene in
            let program = try resolve(scene, "-w 1h localhost silent.test")
            #expect(program.output.wait { $1 > 0 }, "\(scene)")
            program.signal(SIGTERM)
            try scene.expect(program, ends: .signal(SIGTERM))
        }
    }
}
