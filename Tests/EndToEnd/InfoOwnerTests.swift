// Who holds a socket, where that is hard to tell: a process whose first thread has ended, names that are no text,
// a /proc that hides processes, and no descriptors left to look with.

import Foundation
import Glibc
import Testing

@Suite("info: owners")
struct InfoOwnerTests {
    /// What `info --json` lists of one port, with the programs that hold it running.
    private func listed(_ scene: Scene, port: Int, _ options: [String] = []) throws -> [Event] {
        let program = try scene.run(.sockctl, ["info", "--json", "--port", "\(port)"] + options)
        try scene.expectSuccess(program)
        return try program.output.events()
    }

    /// A program that binds sockets and says the port, after which it waits for the end of its stdin.
    private func holder(_ scene: Scene, _ script: String) throws -> (program: Program, port: Int) {
        let text = """
            import ctypes, os, socket, sys, threading
            listener = socket.create_server(("127.0.0.1", 0))
            libc = ctypes.CDLL(None)
            def ready(): print("listening", listener.getsockname()[1], flush=True)
            \(script)
            """
        let program = try scene.run(.python3, ["-c", text], stdin: .pipe)
        #expect(program.output.wait(until: { data, _ in data.contains(10) }), "\(scene)")
        let words = program.output.lines[0].split(separator: " ")
        return (program, try #require(words.dropFirst().first.flatMap { Int($0) }, "\(scene)"))
    }

    @Test("the sockets of a process whose first thread has ended are its own")
    func threadGoesOn() throws {
        try scene { scene in
            // SYS_exit ends the calling thread alone; the other one sees it gone in /proc before it says so.
            let (program, port) = try holder(
                scene,
                """
                def go_on():
                    while open(f"/proc/{os.getpid()}/stat").read().rsplit(") ", 1)[1][0] != "Z": pass
                    ready()
                    sys.stdin.read()
                    os._exit(0)
                threading.Thread(target=go_on).start()
                import platform
                libc.syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)
                """)
            let sockets = try listed(scene, port: port)
            let owners: [[String: Any]] = try #require(sockets.first?["owners"], "\(scene)")
            #expect(owners.first?["pid"] as? Int == Int(program.pid), "\(scene)")
            let one = try scene.sockctl("info", "-j", "--pid", "\(program.pid)")
            try scene.expectSuccess(one)
            #expect(try one.output.events().first?["local.port"] == port, "\(scene)")
            let taken = try scene.sockctl("listen", "127.0.0.1:\(port)")
            try scene.expect(taken, ends: .status(8))
            #expect(taken.errors.text.contains("(pid \(program.pid)) listens there"), "\(scene)")
        }
    }

    @Test("all that share a socket own it: forked, handed over, behind very many descriptors")
    func shared() throws {
        try scene { scene in
            // Of each process the rest is skipped when all are found, but not the number that others have it by.
            let (program, port) = try holder(
                scene,
                """
                import resource
                hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
                far = min(3000, hard - 1)
                keep = [os.dup(0) for _ in range(min(2500, hard - 100))]
                os.dup2(listener.fileno(), far)
                os.close(listener.detach())
                listener = socket.socket(fileno=far)
                workers = []
                for number in (far, 5):
                    pid = os.fork()
                    if pid == 0:
                        if number != far: os.dup2(far, number); os.close(far)
                        os.write(1, b""); sys.stdin.read(); os._exit(0)
                    workers.append((pid, number))
                    while True:
                        try:
                            if number == far or not os.path.exists(f"/proc/{pid}/fd/{far}"): break
                        except OSError: pass
                print("listening", listener.getsockname()[1], *[x for w in workers for x in w], far, flush=True)
                sys.stdin.read()
                """)
            let numbers = program.output.lines[0].split(separator: " ").dropFirst().compactMap { Int($0) }
            try #require(numbers.count == 6, "\(scene)")
            let owners: [[String: Any]] = try #require(try listed(scene, port: numbers[0]).first?["owners"])
            let found = Set(owners.map { "\($0["pid"] ?? 0) \($0["fd"] ?? 0)" })
            let expected = [
                "\(program.pid) \(numbers[5])", "\(numbers[1]) \(numbers[2])", "\(numbers[3]) \(numbers[4])",
            ]
            #expect(found == Set(expected), "\(port): \(scene)")
        }
    }

    @Test("names of processes and sockets may be any bytes")
    func names() throws {
        try scene { scene in
            let (first, port) = try holder(
                scene, "libc.prctl(15, b'one\\ntwo'); ready(); sys.stdin.read()")
            let named: [[String: Any]] = try #require(try listed(scene, port: port).first?["owners"])
            #expect(named.first?["name"] as? String == "one\ntwo", "\(scene)")
            let found = try listed(scene, port: port, ["--process", "one\ntwo"])
            #expect(found.count == 1, "\(scene)")
            let text = try scene.sockctl("info", "--port", "\(port)")
            try scene.expectSuccess(text)
            #expect(text.output.lines.count == 2 && text.output.text.contains("one^Jtwo pid="), "\(scene)")

            // Two names that differ in what is no UTF-8 alone.
            for (byte, base64) in [("fe", "bf4="), ("ff", "bf8=")] {
                let (program, port) = try holder(
                    scene,
                    """
                    libc.prctl(15, b"m\\x\(byte)")
                    other = socket.socket(socket.AF_UNIX)
                    other.bind(b"\\0%d-\\x\(byte)" % os.getpid())
                    ready(); sys.stdin.read()
                    """)
                let socket = try #require(try listed(scene, port: port).first)
                let owners: [[String: Any]] = try #require(socket["owners"], "\(socket)")
                #expect(owners.first?["name_base64"] as? String == base64, "\(socket)")
                #expect(owners.first?["name"] == nil, "\(socket)")
                let all = try scene.sockctl("info", "-j", "--unix", "--pid", "\(program.pid)")
                try scene.expectSuccess(all)
                let unix = try #require(try all.output.events().first, "\(scene)")
                let bytes = try #require(
                    (unix["local.path_base64"] as String?).flatMap { Data(base64Encoded: $0) })
                #expect(bytes == Data("\(program.pid)-".utf8) + [UInt8(byte, radix: 16)!], "\(unix)")
                #expect(!unix.has("local.path") && unix["local.abstract"] == true, "\(unix)")
            }
            _ = first
        }
    }

    @Test(
        "an owner behind hidepid is null, with the reason", arguments: ["2", "4", "invisible", "ptraceable"])
    func hidden(hidepid: String) throws {
        try Need.root.require()
        try Need.program("setpriv").require()
        try Need.namespaces.require()
        try scene { scene in
            let (program, port) = try holder(scene, "ready(); sys.stdin.read()")
            // A mount namespace alone: to the system the user is nobody, in the first user and PID namespaces.
            let look = "setpriv --reuid=65534 --regid=65534 --clear-groups \"$SOCKCTL\" info"
            let looked = try scene.shell(
                """
                exec unshare -m sh -c 'mount -t proc -o hidepid=\(hidepid) proc /proc
                \(look) -j --port \(port); \(look) --pid \(program.pid) || echo "status $?"' 2>&1
                """)
            try scene.expectSuccess(looked)
            let socket = try Event(try #require(looked.output.lines.first, "\(scene)"))
            let reason: String = try #require(socket["owners_hidden"], "\(scene)")
            #expect(socket.line.contains(#""owners":null"#) && reason.contains("hidepid"), "\(scene)")
            #expect(!looked.output.text.contains("no process"), "\(scene)")
            #expect(looked.output.text.contains("(hidepid): be root, or have CAP_SYS_PTRACE"), "\(scene)")
            #expect(looked.output.text.hasSuffix("status 9\n"), "\(scene)")
        }
    }

    @Test("with the /proc of another PID namespace a process is found by the number that it has here")
    func otherNumbers() throws {
        try scene { scene in
            // No /proc is mounted in the new PID namespace, so that 2 or 3 is another process there.
            let program = try Network.run(
                scene,
                """
                $SOCKCTL listen -k 127.0.0.1:9000 2> err & ready err
                test ! -e /proc/$! || test "$(cat /proc/$!/comm)" != sockctl
                $SOCKCTL info -j --pid $!
                $SOCKCTL info fileno --pid $!
                kill $!
                """)
            try scene.expectSuccess(program)
            let socket = try Event(try #require(program.output.lines.first, "\(scene)"))
            let owners: [[String: Any]] = try #require(socket["owners"], "\(scene)")
            #expect(socket["local.port"] == 9000 && owners.first?["name"] as? String == "sockctl", "\(scene)")
            let number: Int = try #require(socket["descriptor"])
            #expect(program.output.lines.last == "\(number)", "\(scene)")
        }
    }

    @Test("without descriptors to look with, nobody is said to own nothing")
    func noDescriptors() throws {
        try scene { scene in
            let (_, port) = try holder(scene, "ready(); sys.stdin.read()")
            // Enough for the list and for /proc, but not for the descriptors of a process in it.
            for limit in 5...12 {
                let program = try scene.shell("ulimit -n \(limit); exec \"$SOCKCTL\" info -j --port \(port)")
                _ = try program.exit()
                guard let line = program.output.lines.first else {
                    #expect(program.errors.text.contains("EMFILE"), "\(limit): \(scene)")
                    continue
                }
                let socket = try Event(line)
                #expect(!line.contains(#""owners":[]"#), "\(limit): \(scene)")
                if let reason: String = socket["owners_hidden"] {
                    #expect(reason.contains("EMFILE"), "\(limit): \(scene)")
                } else {
                    #expect(line.contains(#""name":"python"#), "\(limit): \(scene)")
                }
            }
        }
    }
}
