// What is written wrongly on the command line: status 2, and the nearest thing that would have been right.

import Foundation
import Glibc
import Testing

@Suite("A usage error names the nearest match: 2")
struct UsageTests {
    @Test(
        "what stands in the wrong place is told with what to type, and nothing is looked up for it in vain",
        arguments: [
            ("connect no-such-host", 2, "type: sockctl connect no-such-host PORT"),
            ("listen no-such-host", 2, "type: sockctl listen no-such-host PORT"),
            ("udp recv no-such-host", 2, "type: sockctl udp recv no-such-host PORT"),
            ("connect -z no-such-host", 2, "type: sockctl connect -z no-such-host PORT"),
            ("connect -z 127.0.0.1:no-such", 3, "services are listed in /etc/services"),
            ("connect -n no-such-host", 2, "type: sockctl connect -n no-such-host PORT"),
            ("connect -zn 127.0.0.1:no-such", 3, "--numeric allows addresses and port numbers only"),
            ("udp recv *", 2, "type: sockctl udp recv '*:PORT'"),
            ("send http://localhost:1/ x", 2, "type: sockctl send --http POST http://localhost:1/ --data x"),
            ("broadcast send --limited -I nosuch 9000 x", 1, "(ENODEV)"),
            ("broadcast recv -I nosuch 9000", 1, "(ENODEV)"),
            ("broadcast send -I lo 9000 x", 6, "send lo: it is down, or has no broadcast address"),
            ("info getsockopt 22 SO_RCVBUF", 2, "type: sockctl info getsockopt SO_RCVBUF 22"),
            (
                "info setsockopt localhost:22 SO_RCVBUF=1", 2,
                "type: sockctl info setsockopt SO_RCVBUF=1 localhost:22"
            ),
            ("resolve localhost:80", 2, "type: sockctl resolve getaddrinfo localhost:80"),
            ("resolve gethostbyname localhost:80", 2, "type: sockctl resolve getaddrinfo localhost:80"),
            ("resolve https", 3, "https is a service: sockctl resolve getservbyname https"),
            ("resolve gethostbynam", 3, "did you mean 'sockctl resolve gethostbyname'?"),
        ] as [(String, Int32, String)])
    func misplaced(_ line: String, status: Int32, hint: String) throws {
        try scene { scene in
            let words = line.split(separator: " ").map(String.init)
            // Some are looked up, in a network where nobody answers.
            let program = try Network.run(
                scene, "exec \"$SOCKCTL\" \(words.map { "'\($0)'" }.joined(separator: " "))")
            try scene.expect(program, ends: .status(status))
            #expect(program.errors.text.contains(hint), "\(scene)")
        }
    }

    struct Mistake: CustomTestStringConvertible, Sendable {
        var arguments: [String]
        var hint: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "mistakes",
        arguments: [
            Mistake(arguments: ["connect", "--time-out", "3", "127.0.0.1:9"], hint: "--timeout"),
            Mistake(arguments: ["listen", "--keepopen", "0"], hint: "--keep-open"),
            Mistake(arguments: ["lisen", "0"], hint: "listen"),
            Mistake(arguments: ["connect"], hint: "ENDPOINT"),
            Mistake(arguments: ["connect", "127.0.0.1:9", "--timeout", "soon"], hint: "soon"),
            Mistake(arguments: ["recv", "127.0.0.1:0", "--bytes", "many"], hint: "many"),
            Mistake(arguments: ["send", "127.0.0.1:9", "--timeout"], hint: "--timeout"),
            Mistake(arguments: ["connect", "127.0.0.1:9", "-4", "-6"], hint: "--ipv6"),
            Mistake(arguments: ["listen", "-4", "unix:s"], hint: "and unix:s has none"),
            Mistake(arguments: ["recv", "-6", "unix-seqpacket:s"], hint: "addresses of the Internet"),
            Mistake(arguments: ["udp", "recv", "-6", "unix:s"], hint: "option -6: "),
            Mistake(arguments: ["connect", "--explain", "-4", "unix:s"], hint: "option -4: "),
        ])
    func mistaken(_ mistake: Mistake) throws {
        try scene { scene in
            let program = try scene.run(.sockctl, mistake.arguments)
            try scene.expect(program, ends: .status(2))
            #expect(program.errors.text.hasPrefix("sockctl: "), "\(scene)")
            #expect(program.errors.text.contains(mistake.hint), "\(scene)")
            #expect(program.output.text.isEmpty, "\(scene)")
        }
    }

    @Test("a Unix path that is too long is not cut")
    func longPath() throws {
        try scene { scene in
            let path = scene.path(String(repeating: "x", count: 110))
            let program = try scene.sockctl("listen", "unix:\(path)", "-w", "200ms")
            try scene.expect(program, ends: .status(2))
            #expect(try FileManager.default.contentsOfDirectory(atPath: scene.directory).isEmpty)
        }
    }

    @Test("help and version go to stdout")
    func help() throws {
        try scene { scene in
            for arguments in [["--help"], ["--version"], ["help", "listen"], ["listen", "--help"]] {
                let program = try scene.run(.sockctl, arguments)
                try scene.expectSuccess(program)
                #expect(!program.output.text.isEmpty && program.errors.text.isEmpty, "\(scene)")
            }
        }
    }

    @Test("options may stand anywhere before --, and short ones in a cluster")
    func anywhere() throws {
        try scene { scene in
            let listener = try Listener()
            let program = try scene.sockctl(
                "send", "--timeout=5", "127.0.0.1", "-4q", "\(listener.port)", "--no-reply", "--", "--version"
            )
            let peer = try listener.accept()
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "--version")
            peer.close()
            try scene.expectSuccess(program)
        }
    }
}
