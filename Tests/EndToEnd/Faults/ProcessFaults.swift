// What can happen to the process itself: too few descriptors, too little memory, stopped and continued,
// interrupted twice, its terminal gone, its clock set back.

import Foundation
import Glibc
import Testing

@Suite("Faults of the process", .serialized)
struct ProcessFaults {
    // MARK: limits

    @Test("16 descriptors and 40 peers: those that find no place wait, and are served when others leave")
    func descriptors() throws {
        try scene { scene in
            let program = try scene.shell(#"ulimit -n 16; exec "$SOCKCTL" listen -kv --echo 127.0.0.1:0"#)
            let place = try program.listening()
            let peers = try (0..<40).map { _ in try Peer(connectingTo: place) }
            #expect(
                program.errors.wait { data, _ in
                    String(decoding: data, as: UTF8.self).contains(
                        "not accepting for now: too many open files")
                }, "\(scene)")
            for (number, peer) in peers.enumerated() {
                try peer.send("peer \(number)")
                #expect(try peer.receiveText("peer \(number)".count) == "peer \(number)")
                peer.close()
            }
            #expect(program.isRunning, "\(scene)")
        }
    }

    @Test("too few descriptors to begin with: said, with what to do", arguments: 4...6)
    func noDescriptors(_ limit: Int) throws {
        try scene { scene in
            let program = try scene.shell(#"ulimit -n \#(limit); exec "$SOCKCTL" listen 127.0.0.1:0"#)
            try scene.expect(program, ends: .status(1))
            #expect(program.errors.text.contains("too many open files (EMFILE)"), "\(scene)")
            #expect(program.errors.text.contains("ulimit -n"), "\(scene)")
        }
    }

    /// The dynamic linker needs 28 MB for the debug build, less for others; below it is the linker that speaks.
    @Test("little memory: it works or says why not, and dies of no signal", arguments: [32, 40, 64])
    func memory(_ megabytes: Int) throws {
        try scene { scene in
            for command in [
                "recv -q --frame line 127.0.0.1:0", "recv -j 127.0.0.1:0", "listen -k --echo 127.0.0.1:0",
            ] {
                let program = try scene.shell(
                    "ulimit -v \(megabytes * 1000); exec \"$SOCKCTL\" \(command) --deadline \(Int(patience))s",
                    stdout: .collected)
                let isLine = command.contains("line")
                let place = try isLine ? quietPlace(program) : try place(of: program)
                let peer = try Peer(connectingTo: place)
                // As JSON a zero takes six bytes, which are to be written within the deadline also on a busy machine.
                let amount = command.contains("-j") ? 2 << 20 : 10 << 20
                let sender = Background { try? peer.sendZeros(amount) }
                if command.contains("echo") {
                    #expect(try peer.skip(10 << 20) == 10 << 20)
                    peer.close()
                    program.end()
                    continue
                }
                try sender.value()
                peer.shutdown()
                let exit = try program.exit()
                let isOut =
                    exit == .status(1) && program.errors.lines.last == "sockctl: out of memory (ENOMEM)"
                // 10 MiB without a line feed are cut off by the end.
                #expect(isOut || exit == .status(isLine ? 11 : 0), "\(scene)")
            }
        }
    }

    private func place(of program: Program) throws -> Place {
        try program.command.contains("-j") ? program.output.listeningPlace() : program.listening()
    }

    private func quietPlace(_ program: Program) throws -> Place { try program.foundListening(.inet(0)) }

    @Test("no memory for a message: said in one line, 1")
    func exhausted() throws {
        try scene { scene in
            let program = try scene.shell(
                #"ulimit -v 60000; exec "$SOCKCTL" recv --frame line --max-message 1G 127.0.0.1:0"#)
            let peer = try Peer(connectingTo: try program.listening())
            let sender = Background { try? peer.sendZeros(200 << 20) }
            try scene.expect(program, ends: .status(1))
            #expect(program.errors.lines.last == "sockctl: out of memory (ENOMEM)", "\(scene)")
            try sender.value()
        }
    }

    // MARK: signals

    @Test("stopped and continued in mid-transfer: nothing is lost", arguments: Subject.senders)
    func stoppedSending(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, stdin: .file(try Fixture.big.path))
            let start = try peer.receive(1 << 20)
            program.signal(SIGSTOP)
            // What the kernel had taken before still comes.
            let rest = Background { try peer.receiveToEnd() }
            usleep(500_000)
            program.signal(SIGCONT)
            scene.expect(start + (try rest.value()), is: try Fixture.big.bytes)
            peer.shutdown()
            try scene.expectSuccess(program)
        }
    }

    @Test("stopped and continued while it receives: nothing is lost", arguments: Subject.receivers)
    func stoppedReceiving(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene)
            let payload = try Fixture.big.bytes
            let sender = Background {
                try peer.send(payload)
                peer.shutdown()
            }
            #expect(program.output.wait(forCount: 1 << 20), "\(scene)")
            program.signal(SIGSTOP)
            usleep(500_000)
            program.signal(SIGCONT)
            try sender.value()
            try scene.expectSuccess(program)
            scene.expect(program.output.bytes, is: payload)
        }
    }

    @Test("SIGINT: the first ends it in order, the second at once")
    func interruptedTwice() throws {
        try scene { scene in
            for count in 1...2 {
                // Nobody reads the events: the first signal waits for that, but not for ever.
                let (program, peer) = try scene.session(.client, "--json", stdin: .pipe, stdout: .held)
                _ = try peer.flood()
                program.signal(SIGINT)
                try program.waitUntilTaken(SIGINT)
                if count == 2 {
                    program.signal(SIGINT)
                    try program.waitUntilTaken(SIGINT)
                }
                program.release()
                try scene.expect(program, ends: .signal(SIGINT))
                let last = try program.output.events().last
                #expect((last?["how"] == "signal") == (count == 1), "\(last?.name ?? "no event")")
            }
        }
    }

    @Test("the terminal is gone: it dies of SIGHUP, and what was received is written")
    func terminalGone() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let (program, peer) = try scene.session(.client, stdin: .terminal(terminal))
            try peer.send("hello")
            #expect(program.output.wait(forCount: 5), "\(scene)")
            try terminal.hangUp()
            try scene.expect(program, ends: .signal(SIGHUP))
            #expect(program.output.text == "hello")
        }
    }

    @Test("the terminal is gone, and SIGHUP ignored as nohup does: a server goes on")
    func terminalGoneIgnored() throws {
        try scene { scene in
            let terminal = try Terminal(controlling: true)
            let program = try scene.shell(
                #"trap '' HUP; exec "$SOCKCTL" listen -k --echo 127.0.0.1:0"#, stdin: .terminal(terminal))
            let place = try program.listening()
            try terminal.hangUp()
            let peer = try Peer(connectingTo: place)
            try peer.send("hello")
            #expect(try peer.receiveText(5) == "hello")
            #expect(try program.processorShare(during: 0.5) < 0.3, "\(scene)")
            #expect(program.isRunning, "\(scene)")
        }
    }

    // MARK: the clock

    /// Sets the calendar's clock of one program back by an hour, after the first readings.
    private func clock(_ scene: Scene) throws {
        let source = """
            #define _GNU_SOURCE
            #include <sys/syscall.h>
            #include <time.h>
            #include <unistd.h>
            int clock_gettime(clockid_t id, struct timespec *time) {
                static int readings;
                int result = syscall(SYS_clock_gettime, id, time);
                if (id == CLOCK_REALTIME && ++readings > 3) time->tv_sec -= 3600;
                return result;
            }
            """
        _ = try scene.file("clock.c", Data(source.utf8))
        // The toolchain that built this has one.
        let compiler = try scene.shell("exec clang -shared -fPIC -o clock.so clock.c")
        try scene.expectSuccess(compiler)
    }

    @Test("the clock is set back an hour: times go back, durations and time limits do not notice")
    func clockSetBack() throws {
        try scene { scene in
            try clock(scene)
            let program = try scene.shell(
                #"LD_PRELOAD=./clock.so exec "$SOCKCTL" listen -j 127.0.0.1:0 -i 500ms"#, stdin: .null)
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            for _ in 0..<3 {
                try peer.send(".")
                usleep(100_000)
            }
            try scene.expect(program, ends: .status(5))
            let events = try program.output.events()
            let hours = events.compactMap { event -> String? in
                (event["time"] as String?).map { String($0.prefix(13)) }
            }
            #expect(hours.last != hours.first && hours.last! < hours.first!, "\(scene)")
            let closed = try #require(events.last { $0.name == "closed" })
            let time: Int = try #require(closed["duration_us"])
            #expect(time > 600_000 && time < 20_000_000, "\(closed)")
        }
    }

    @Test("the clock is set back an hour: the pauses between messages and round-trip times are as they were")
    func clockSetBackWhileSending() throws {
        try scene { scene in
            try clock(scene)
            let server = try scene.sockctl("udp", "recv", "--echo", "127.0.0.1:0")
            let place = try server.listening()
            let program = try scene.shell(
                #"LD_PRELOAD=./clock.so exec "$SOCKCTL" udp send -j --wait 500ms --delay 50ms "$1" a b c d e f"#,
                arguments: ["\(place)"])
            try scene.expectSuccess(program)
            let summary = try program.output.event("summary")
            #expect(summary["answered"] == 6, "\(summary)")
            let time: Int = try #require(summary["duration_us"])
            #expect(time > 250_000 && time < 20_000_000, "\(summary)")
            let (least, most): (Int, Int) = (
                try #require(summary["rtt.min_us"]), try #require(summary["rtt.max_us"])
            )
            #expect(least >= 0 && most < 10_000_000, "\(summary)")
        }
    }
}

extension Terminal {
    /// Closes the side of the person, as closing the window does.
    func hangUp() throws {
        let null = try openFile("/dev/null", O_RDONLY)
        replaceForAll(master, with: null)
        close(null)
    }
}
