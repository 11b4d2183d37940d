// `--wait`: trying again until the server is there, or the time is up. The server starts only after the first failure
// has been seen.

import Foundation
import Glibc
import Testing

@Suite("--wait tries again")
struct WaitTests {
    /// Waits until an attempt has failed.
    private func sawFailure(_ program: Program, _ reason: String = "again in") throws {
        let seen = program.errors.wait(for: reason)
        guard seen else { throw Unexpected("it does not try again after '\(reason)'") }
    }

    private func start(_ listener: Listener) { listen(listener.descriptor, 16) }

    @Test("until the server listens, then relays", arguments: [Place.inet(0), .inet6(0)])
    func connects(_ place: Place) throws {
        try scene { scene in
            let listener = try Listener(place, listening: false)
            let program = try scene.sockctl(
                "connect", "-v", "--wait", "1m", "\(listener.place)", stdin: .bytes(Data("hello".utf8)))
            try sawFailure(program)
            start(listener)
            let peer = try listener.accept()
            #expect(try peer.receiveText(5) == "hello")
            try peer.send("good bye")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "good bye")
        }
    }

    @Test("a Unix socket that is not there yet, then stale, then live")
    func unix() throws {
        try scene { scene in
            let place = Place.unix(scene.path("socket"))
            let program = try scene.sockctl("connect", "-v", "--recv-only", "--wait", "1m", "\(place)")
            try sawFailure(program, "ENOENT")
            _ = try Listener(place)
            try sawFailure(program, "ECONNREFUSED")
            unlink(scene.path("socket"))
            let listener = try Listener(place)
            let peer = try listener.accept()
            try peer.send("here")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "here")
        }
    }

    @Test("send and recv --connect wait, too", arguments: ["send", "recv"])
    func others(_ command: String) throws {
        try scene { scene in
            let listener = try Listener(listening: false)
            let operands =
                command == "send" ? ["\(listener.place)", "hi"] : ["--connect", "\(listener.place)"]
            let program = try scene.run(.sockctl, [command, "-v", "--wait", "1m"] + operands)
            try sawFailure(program)
            start(listener)
            let peer = try listener.accept()
            if command == "send" { #expect(try peer.receiveText(2) == "hi") }
            try peer.send("answer")
            peer.shutdown()
            try scene.expectSuccess(program)
            #expect(program.output.text == "answer")
        }
    }

    @Test("gives up when the time is up, with the last reason: 5", arguments: [[], ["--check"]])
    func givesUp(_ options: [String]) throws {
        try scene { scene in
            let closed = try Listener(listening: false)
            let start = DispatchTime.now().uptimeNanoseconds
            let program = try scene.run(
                .sockctl, ["connect", "--wait", "300ms", "\(closed.place)"] + options)
            try scene.expect(program, ends: .status(5))
            // The last pause is not worth making any more.
            #expect(DispatchTime.now().uptimeNanoseconds - start >= 240_000_000)
            if options.isEmpty {
                #expect(
                    program.errors.lines.first == "sockctl: connect \(closed.place): gave up after 300 ms: "
                        + "connection refused (ECONNREFUSED)", "\(scene)")
            } else {
                #expect(program.output.text.contains("refused") && program.errors.text.isEmpty, "\(scene)")
                #expect(program.output.text.contains("gave up after 300 ms"), "\(scene)")
            }
        }
    }

    @Test("a name that is unknown to the end: 5", arguments: [[], ["--check"]])
    func unknown(_ options: [String]) throws {
        try scene { scene in
            let program = try scene.run(
                .sockctl, ["connect", "-j", "--wait", "1s", "does-not-exist.invalid:80"] + options)
            try scene.expect(program, ends: .status(5))
            let event = try Event(program.errors.lines.first ?? "")
            // Where no name server answers, that is what is known of it.
            let code: String = event["error.code"] ?? ""
            #expect(["EAI_NONAME", "EAI_AGAIN"].contains(code) && event["error.status"] == 5, "\(scene)")
            let message: String = event["error.message"] ?? ""
            #expect(message.hasPrefix("gave up after 1 s: "), "\(scene)")
        }
    }

    @Test("a name that appears after a while")
    func appearing() throws {
        try scene { scene in
            let script = """
                printf '127.0.0.1 localhost\\n' > hosts
                printf 'hosts: files\\nservices: files\\n' > nsswitch
                mount --bind hosts /etc/hosts; mount --bind nsswitch /etc/nsswitch.conf
                $SOCKCTL listen -k --reply hello 127.0.0.1:7000 2> listening &
                until grep -qs listening listening; do sleep 0.05; done
                $SOCKCTL connect -v --wait 1m later:7000 < /dev/null 2> relay & relay=$!
                $SOCKCTL connect -zv --wait 1m later:7000 2> check & check=$!
                until grep -qs again relay && grep -qs again check; do sleep 0.05; done
                echo '127.0.0.1 later' >> hosts
                wait $relay
                wait $check
                grep -q 'no such name' check
                """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.text.contains("hello"), "\(scene)")
            #expect(program.output.text.contains("later:7000  open"), "\(scene)")
        }
    }

    @Test(
        "what waiting cannot help fails at once",
        arguments: [
            (["-s", "192.0.2.1", "127.0.0.1:9"], 8), (["-n", "localhost:9"], 3), (["*:9"], 2),
            (["127.0.0.1:no-such-service"], 3), (["-4", "::1", "9"], 3),
        ] as [([String], Int32)])
    func hopeless(_ arguments: [String], _ status: Int32) throws {
        try scene { scene in
            for options in [[], ["--check"]] {
                let program = try scene.run(.sockctl, ["connect", "--wait", "10m"] + arguments + options)
                try scene.expect(program, ends: .status(status))
                #expect(!program.errors.text.contains("gave up"), "\(scene)")
            }
        }
    }

    @Test("no permission is not waited for: 9")
    func forbidden() throws {
        try scene { scene in
            let folder = scene.path("closed")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            chmod(folder, 0)
            defer { chmod(folder, 0o755) }
            // Root is not root any more without its capabilities.
            let program = try scene.shell(
                """
                test "$(id -u)" = 0 && exec setpriv --bounding-set=-all --inh-caps=-all \
                    "$SOCKCTL" connect --wait 10m "unix:$1"
                exec "$SOCKCTL" connect --wait 10m "unix:$1"
                """, arguments: ["\(folder)/socket"])
            try scene.expect(program, ends: .status(9))
        }
    }

    @Test("--timeout is for each attempt")
    func eachAttempt() throws {
        try scene { scene in
            let listener = try Listener(backlog: 0)
            let first = try Peer(connectingTo: listener.place)
            let program = try scene.sockctl(
                "connect", "-v", "-w", "100ms", "--wait", "1m", "--recv-only", "\(listener.place)")
            try sawFailure(program)
            _ = try listener.accept()
            let peer = try listener.accept()
            try peer.send("at last")
            peer.close()
            try scene.expectSuccess(program)
            #expect(program.output.text == "at last")
            _ = first
        }
    }

    @Test("--check until all are open; of one that never is, the state and 5")
    func checks() throws {
        try scene { scene in
            let (late, open) = (try Listener(listening: false), try Listener())
            let program = try scene.sockctl(
                "connect", "-zjv", "--wait", "1m", "\(late.place)", "\(open.place)")
            // The one that is open is known while the other is waited for.
            #expect(program.output.wait { data, _ in data.count { $0 == 10 } == 1 })
            #expect(program.isRunning)
            start(late)
            try scene.expectSuccess(program)
            let ports: [Int?] = try program.output.events().map { $0["port"] }
            #expect(ports == [Int(open.port), Int(late.port)], "\(scene)")

            let never = try Listener(listening: false)
            let vain = try scene.sockctl(
                "connect", "-zj", "--wait", "200ms", "\(open.place)", "\(never.place)", "\(late.place)")
            try scene.expect(vain, ends: .status(5))
            let states = try vain.output.events().map { "\($0["state"] ?? "") \($0["status"] ?? -1)" }
            #expect(states == ["open 0", "open 0", "refused 5"], "\(scene)")
        }
    }

    @Test("interrupted between two attempts", arguments: [[], ["--check"]])
    func interrupted(_ options: [String]) throws {
        try scene { scene in
            let closed = try Listener(listening: false)
            let program = try scene.run(
                .sockctl, ["connect", "-v", "--wait", "10m", "\(closed.place)"] + options)
            try sawFailure(program)
            program.signal(SIGINT)
            try scene.expect(program, ends: .signal(SIGINT))
        }
    }
}
