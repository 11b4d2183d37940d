// `info` against live sockets: those of a Python server, of bash, and new ones; what it says of each, what it
// leaves alone, and what it says where it cannot look.

import Foundation
import Glibc
import Testing

@Suite("info: one socket")
struct InfoTests {
    private func described(_ scene: Scene, _ arguments: String...) throws -> Event {
        let program = try scene.run(.sockctl, ["info", "--json"] + arguments)
        try scene.expectSuccess(program)
        #expect(program.output.lines.count == 1 && program.errors.text.isEmpty, "\(scene)")
        let event = try Event(try #require(program.output.lines.first, "\(scene)"))
        #expect(event.isOrdered, "\(event)")
        for field in ["family", "type", "state", "listening", "inode", "owners"] {
            #expect(event.has(field), "\(field): \(event)")
        }
        return event
    }

    @Test("the options of a running server are what it set, and it goes on undisturbed")
    func options() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let socket = try described(scene, "--pid", server.pid, "--fd", try server.descriptor("server"))
            let expected: [String: Any] = try #require(server.ready["options"])
            let found: [String: Any] = try #require(socket["options"])
            #expect(expected.count >= 20)
            for (name, value) in expected {
                var found = try #require(found[name] as? NSObject, "\(name)")
                // Python has seconds.
                if name.hasSuffix("TIMEO"), let time = found as? Double { found = (time / 1e6) as NSNumber }
                #expect(found == value as? NSObject, "\(name): \(found), not \(value)")
            }
            #expect(socket["state"] == "ESTABLISHED" && socket["local.port"] == server.ready["port"] as Int?)
            #expect(socket.has("tcp_info.rtt_us") && socket.has("memory.drops"), "\(socket)")
            #expect(socket.has("withheld.SO_ERROR") && !socket.has("options.SO_ERROR"), "\(socket)")

            let failed = try described(scene, "--pid", server.pid, "--fd", try server.descriptor("failed"))
            #expect(failed["pending_error"] == true, "\(failed)")
            let card = try scene.sockctl(
                "info", "--pid", server.pid, "--fd", try server.descriptor("failed"))
            try scene.expectSuccess(card)
            #expect(
                card.output.text.contains(/pending error +yes/) && card.output.lines.count < 25, "\(scene)")
            let all = try scene.sockctl("info", "-v", "--pid", server.pid)
            try scene.expectSuccess(all)
            #expect(all.output.text.matches(of: /pending error +yes/).count == 1, "\(scene)")
            #expect(all.output.text.contains("SO_ERROR      reading it would change the socket"), "\(scene)")

            let check = try server.check()
            #expect(check["received"] == "y" && check["error"] == Int(ECONNREFUSED), "\(check)")
            #expect((check["options"] as NSDictionary?) == expected as NSDictionary)
        }
    }

    @Test("a connected datagram socket takes the name of a service as every other endpoint")
    func datagramEndpoint() throws {
        try scene { scene in
            let service = try scene.sockctl("info", "getpeername", "--udp", "127.0.0.1:tftp")
            try scene.expectSuccess(service)
            #expect(service.output.text == "127.0.0.1:69\n", "\(scene)")
        }
    }

    @Test("all sockets of a process, or those that a filter chooses")
    func process() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            func states(_ options: String...) throws -> [String] {
                let program = try scene.run(.sockctl, ["info", "-j", "--pid", server.pid] + options)
                try scene.expectSuccess(program)
                return try program.output.events().compactMap { $0["state"] }.sorted()
            }
            #expect(
                try states() == [
                    "CLOSE", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "LISTEN", "LISTEN",
                ])
            #expect(try states("--listening", "--tcp") == ["LISTEN"])
            #expect(try states("--unix") == ["LISTEN"])
            // Of so many there is a table, and also of fewer that a filter has chosen.
            for (options, count) in [([], 8), (["--listening", "--tcp"], 2)] {
                let table = try scene.run(.sockctl, ["info", "--pid", server.pid] + options)
                try scene.expectSuccess(table)
                #expect(table.output.lines.count == count, "\(scene)")
                #expect(table.output.lines.first?.hasPrefix("proto  state ") == true, "\(scene)")
            }
            let numbers = try scene.sockctl("info", "fileno", "--pid", server.pid)
            try scene.expectSuccess(numbers)
            let udp = try server.descriptor("udp")
            #expect(numbers.output.lines.count == 7 && numbers.output.lines.contains(udp), "\(scene)")

            let listener = try described(
                scene, "--pid", server.pid, "--fd", try server.descriptor("listener"))
            #expect(listener["accept_queue"] == 1 && listener["backlog"] == 7, "\(listener)")
            let unix = try described(scene, "--pid", server.pid, "--fd", try server.descriptor("unix"))
            #expect(unix["family"] == "unix" && unix["local.abstract"] == true && unix["backlog"] == 4)
        }
    }

    @Test("setsockopt changes a live socket and reads back what became of it")
    func set() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let target = ["--pid", server.pid, "--fd", try server.descriptor("server")]
            let program = try scene.run(
                .sockctl,
                ["info", "setsockopt", "KEEPALIVE=off", "TCP_KEEPIDLE=2m", "SO_RCVBUF=16k", "6:5=46"] + target
            )
            try scene.expectSuccess(program)
            let values = "SO_KEEPALIVE=0\nTCP_KEEPIDLE=120\nSO_RCVBUF=32768\nTCP_KEEPINTVL=46\n"
            #expect(program.output.text == values, "\(scene)")
            let check = try server.check()
            #expect(check["options.SO_KEEPALIVE"] == 0 && check["options.TCP_KEEPIDLE"] == 120, "\(check)")
            #expect(check["options.SO_RCVBUF"] == 32768 && check["options.TCP_KEEPINTVL"] == 46, "\(check)")
            let value = try scene.run(
                .sockctl, ["info", "getsockopt", "-j", "linger", "SO_RCVTIMEO"] + target)
            try scene.expectSuccess(value)
            let names = try scene.run(
                .sockctl, ["info", "getsockopt", "linger", "SO_RCVTIMEO", "SO_RCVBUF"] + target)
            try scene.expectSuccess(names)
            #expect(names.output.text == "SO_LINGER=42\nSO_RCVTIMEO=1.5s\nSO_RCVBUF=32768\n", "\(scene)")
            #expect(
                value.output.text.hasSuffix(
                    #","options":{"SO_LINGER":{"on":true,"seconds":42},"SO_RCVTIMEO":1500000}}"# + "\n"))
        }
    }

    @Test("a forgotten value leaves a live socket as it is; an option that is on or off needs none")
    func forgottenValue() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let target = ["--pid", server.pid, "--fd", try server.descriptor("server")]
            for name in ["SO_RCVBUF", "TCP_USER_TIMEOUT", "SO_RCVTIMEO", "SO_LINGER", "6:4"] {
                let words = ["info", "setsockopt", "SO_KEEPALIVE=off", name] + target
                try scene.expect(try scene.run(.sockctl, words), ends: .status(2))
            }
            let after = try server.check()
            for name in ["SO_KEEPALIVE", "SO_RCVBUF", "TCP_USER_TIMEOUT", "TCP_KEEPIDLE"] {
                let value: Int? = after["options.\(name)"]
                #expect(value != nil && value == server.ready["options.\(name)"], "\(name): \(after)")
            }
            #expect(after["options.SO_RCVTIMEO"] == 1.5 && after["options.SO_LINGER.seconds"] == 42)
            let program = try scene.run(.sockctl, ["info", "setsockopt", "TCP_NODELAY"] + target)
            try scene.expectSuccess(program)
            #expect(program.output.text == "1\n")
        }
    }

    @Test("a descriptor inherited from bash")
    func inherited() throws {
        try scene { scene in
            let listener = try Listener()
            for (words, expected) in [
                ("-j --fd 3", #""descriptor":3"#), ("getpeername --fd 3", "127.0.0.1:\(listener.port)\n"),
                ("fileno --fd 3", "3\n"),
            ] {
                let program = try scene.run(
                    .bash,
                    [
                        "-c", "exec 3<>/dev/tcp/127.0.0.1/\(listener.port); exec \"$0\" info \(words)",
                        Tool.sockctl.require(),
                    ])
                try scene.expectSuccess(program)
                #expect(program.output.text.contains(expected), "\(scene)")
            }
        }
    }

    @Test("an inherited socket belongs to who handed it down")
    func inheritedOwner() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.run(
                .bash,
                [
                    "-c", "exec 3<>/dev/tcp/127.0.0.1/\(listener.port); \"$0\" info -j --fd 3; true",
                    Tool.sockctl.require(),
                ])
            try scene.expectSuccess(program)
            let socket = try Event(try #require(program.output.lines.first, "\(scene)"))
            let owners: [[String: Any]] = try #require(socket["owners"], "\(scene)")
            #expect(owners.map { $0["pid"] as? Int } == [Int(program.pid)], "\(scene)")
        }
    }

    @Test("a new connection, and a fresh socket of each kind")
    func new() throws {
        try scene { scene in
            for kind in ["tcp", "tcp6", "udp", "udp6", "unix"] {
                let socket = try described(scene, "--new", kind)
                let family = kind == "unix" ? "unix" : kind.hasSuffix("6") ? "inet6" : "inet"
                #expect(socket["family"] == family && socket["state"] == "CLOSE", "\(socket)")
                #expect(socket["type"] == (kind.hasPrefix("udp") ? "SOCK_DGRAM" : "SOCK_STREAM"), "\(socket)")
                // It is nobody else's, so that all may be read.
                #expect(socket["options.SO_ERROR"] == 0, "\(socket)")
            }
            let listener = try Listener()
            let tcp = try described(scene, "\(listener.place)")
            #expect(tcp["state"] == "ESTABLISHED" && tcp["peer.port"] == Int(listener.port), "\(tcp)")
            #expect(tcp.has("tcp_info.rtt_us") && tcp["protocol"] == "IPPROTO_TCP", "\(tcp)")
            let udp = try described(scene, "--udp", "127.0.0.1", "9")
            #expect(udp["state"] == "ESTABLISHED" && udp["peer.port"] == 9, "\(udp)")
            let unix = try Listener(.unix(scene.path("socket")))
            let stream = try described(scene, "\(unix.place)")
            #expect(stream["peer.path"] == scene.path("socket") && !stream.has("tcp_info"), "\(stream)")
            let value = try scene.sockctl("info", "getsockopt", "SO_TYPE", "tcp_maxseg", "\(listener.place)")
            try scene.expectSuccess(value)
            #expect(value.output.lines.first == "SO_TYPE=1" && value.output.lines.count == 2, "\(scene)")
        }
    }

    @Test("as with grep, what matches nothing prints nothing and is 1")
    func nothingFound() throws {
        try scene { scene in
            let program = try scene.shell(
                #"""
                for words in "--port 1" "-j --port 1" "--pid $$" "-j --pid $$" "-v --pid $$" "fileno --pid $$" \
                    "--pid $$ --tcp"; do
                    "$SOCKCTL" info $words > output 2> errors < /dev/null
                    echo "$words: $? $(cat output errors | wc -l)" | sed "s/$$/PID/"
                done
                """#)
            try scene.expectSuccess(program)
            // With --verbose it is said.
            #expect(
                program.output.text == """
                    --port 1: 1 0
                    -j --port 1: 1 0
                    --pid PID: 1 0
                    -j --pid PID: 1 0
                    -v --pid PID: 1 1
                    fileno --pid PID: 1 0
                    --pid PID --tcp: 1 0

                    """, "\(scene)")
        }
    }

    @Test("a list without a filter is 0, even if it is empty")
    func emptyList() throws {
        try scene { scene in
            let script = #""$SOCKCTL" info && "$SOCKCTL" info -j && "$SOCKCTL" info -v"#
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.text.isEmpty, "\(scene)")
        }
    }

    @Test("what cannot be looked at has a message and a status of its own")
    func failures() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let udp = try server.descriptor("udp")
            let ended = try scene.sockctl("--version")
            try scene.expectSuccess(ended)
            let cases: [(arguments: [String], status: Int32, message: String)] = [
                (["--pid", "\(ended.pid)"], 1, "no process \(ended.pid) (ESRCH)"),
                (
                    ["--pid", server.pid, "--fd", "0"], 1,
                    "descriptor 0 of process \(server.pid) is not a socket (ENOTSOCK)"
                ),
                (
                    ["--pid", server.pid, "--fd", "999"], 1,
                    "process \(server.pid) has no descriptor 999 (EBADF)"
                ),
                (["--fd", "0"], 1, "descriptor 0 is not a socket (ENOTSOCK)"),
                (["--fd", "999"], 1, "descriptor 999 is not open here (not inherited) (EBADF)"),
                // Descriptors that the program opened itself are none that it was given.
                (["--fd", "4"], 1, "descriptor 4 is not open here (not inherited) (EBADF)"),
                (["getsockname", "--pid", server.pid], 1, "process \(server.pid) has 7 sockets"),
                (["getpeername", "--pid", server.pid, "--fd", udp], 1, "getpeername: "),
                (["getsockopt", "SO_ERROR", "--pid", server.pid, "--fd", udp], 1, "would change the socket"),
                (["getsockopt", "SO_RCVBUFF", "--new", "tcp"], 2, "did you mean SO_RCVBUF?"),
                (["setsockopt", "SO_TYPE=1", "--new", "tcp"], 2, "it can be read but not set"),
                (["setsockopt", "SO_RCVBUF=much", "--new", "tcp"], 2, "it takes a number (bytes)"),
                (["setsockopt", "SO_RCVBUF", "--new", "tcp"], 2, "missing: it takes a number (bytes)"),
                (["setsockopt", "SO_RCVBUF", "--new", "tcp"], 2, "as in SO_RCVBUF=64k"),
                (["setsockopt", "6:5", "--new", "tcp"], 2, "its value is missing"),
                (["setsockopt", "TCP_NODELAY=1", "--new", "udp"], 1, "setsockopt TCP_NODELAY 1: "),
                (["getsockopt", "SO_TYPE"], 2, "no socket is named"),
                (["--state", "open"], 2, "'open' is not a valid state"),
            ]
            for (arguments, status, message) in cases {
                let program = try scene.run(.sockctl, ["info"] + arguments)
                try scene.expect(program, ends: .status(status))
                #expect(program.errors.text.contains(message) && program.output.text.isEmpty, "\(program)")
            }
        }
    }

    @Test("what another user may not look into: 9, and what would help")
    func notPermitted() throws {
        try Need.root.require()
        try scene { scene in
            let server = try PythonServer(scene)
            for target in [[], ["--fd", try server.descriptor("udp")]] {
                let program = try scene.run(
                    .setpriv,
                    [
                        "--reuid=65534", "--regid=65534", "--clear-groups", Tool.sockctl.require(), "info",
                        "--pid", server.pid,
                    ]
                        + target)
                try scene.expect(program, ends: .status(9))
                #expect(
                    program.errors.text == """
                        sockctl: info: not permitted to inspect process \(server.pid) (EPERM)
                          it belongs to user 0: be root or that user, or have CAP_SYS_PTRACE

                        """, "\(scene)")
            }
        }
    }

    /// As with `kernel.yama.ptrace_scope`: descriptors may be listed and not be taken.
    @Test("where a socket cannot be taken, what the kernel lists of it, and why that is all")
    func listedOnly() throws {
        try scene { scene in
            let server = try PythonServer(scene)
            let refusing = """
                import ctypes, os, struct, sys
                # BPF: load the number of the call; pidfd_getfd (438) is EPERM, all else is allowed.
                filter = b"".join(struct.pack("HBBI", *step) for step in [
                    (0x20, 0, 0, 0), (0x15, 0, 1, 438), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7fff0000)])
                steps = ctypes.create_string_buffer(filter)
                program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(steps)))
                libc = ctypes.CDLL(None)
                assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program) == 0
                os.execv(sys.argv[1], sys.argv[1:])
                """
            let program = try scene.run(
                .python3, ["-c", refusing, Tool.sockctl.require(), "info", "-j", "--pid", server.pid])
            try scene.expectSuccess(program)
            let sockets = try program.output.events()
            #expect(sockets.count == 7, "\(scene)")
            for socket in sockets {
                let reason: String = try #require(socket["limitation"], "\(socket)")
                #expect(reason.hasPrefix("not permitted to inspect process \(server.pid); "))
                #expect(
                    socket.has("descriptor") && socket.has("memory") && !socket.has("options"), "\(socket)")
            }
            #expect(sockets.contains { $0["accept_queue"] == 1 && $0["backlog"] == 7 }, "\(scene)")
        }
    }

    @Test("an answer that cannot be written is a failure, a reader that has seen enough is none")
    func output() throws {
        try scene { scene in
            for arguments in [["--new", "tcp"], ["--json"], ["options"]] {
                let full = try scene.run(.sockctl, ["info"] + arguments, stdout: .file("/dev/full"))
                try scene.expect(full, ends: .status(10))
                #expect(full.errors.text.contains("ENOSPC"), "\(scene)")
                let head = try scene.shell(
                    "\"$SOCKCTL\" info \(arguments.joined(separator: " ")) | head -c 1")
                try scene.expectSuccess(head)
            }
        }
    }

    @Test("the catalog")
    func catalog() throws {
        try scene { scene in
            let text = try scene.sockctl("info", "options")
            let json = try scene.sockctl("info", "options", "--json")
            try scene.expectSuccess(text)
            try scene.expectSuccess(json)
            let names: [String] = try json.output.events().compactMap { $0["name"] }
            #expect(names.count > 190 && text.output.lines.count == names.count + 1)
            #expect(names.allSatisfy { text.output.text.contains(" \($0) ") })
        }
    }
}
