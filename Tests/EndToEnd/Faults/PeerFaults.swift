// A bad peer: killed, stopped, resetting, deaf, mute, slow, gone at once. What it sent is written; what became of
// it is said; one that only takes its time is waited for, unless a time limit says otherwise.

import Foundation
import Glibc
import Testing

@Suite("Faults of the peer")
struct PeerFaults {
    private let sent = 200_000

    @Test("killed after it has sent: what came is written", arguments: Subject.allCases)
    func killed(_ subject: Subject) throws {
        try scene { scene in
            let (program, python) = try subject.meet(
                scene, python: "s.sendall(b'x' * \(sent)); time.sleep(100)")
            #expect(program.output.wait(forCount: sent), "\(scene)")
            python.signal(SIGKILL)
            if subject.keepsOpen {
                // It goes on for others.
                let next = try Peer(connectingTo: try program.listening())
                try next.send("next")
                #expect(program.output.wait(forCount: sent + 4), "\(scene)")
            } else {
                // The kernel has closed the connection in order: nothing tells that more was to come.
                try scene.expectSuccess(program)
                #expect(program.output.count == sent)
            }
        }
    }

    @Test(
        "killed with something unread, which resets: 7, and what came is written", arguments: Subject.senders)
    func killedUnread(_ subject: Subject) throws {
        try scene { scene in
            let (program, python) = try subject.meet(
                scene,
                python: """
                    s.sendall(b'x' * \(sent)); s.recv(1, socket.MSG_PEEK)
                    print("unread", flush=True); time.sleep(100)
                    """, stdin: .pipe)
            try program.write("unread")
            if subject == .send { program.closeInput() }
            #expect(program.output.wait(forCount: sent), "\(scene)")
            #expect(python.output.wait { data, _ in data.contains(117) }, "\(scene)")
            python.signal(SIGKILL)
            try scene.expect(program, ends: .status(7))
            #expect(program.output.count == sent)
            #expect(program.errors.text.contains("(ECONNRESET)"), "\(scene)")
        }
    }

    @Test("killed while we send: 7", arguments: Subject.senders)
    func killedReading(_ subject: Subject) throws {
        try scene { scene in
            let (program, python) = try subject.meet(
                scene, python: "s.recv(100000); print('some', flush=True); time.sleep(100)",
                stdin: .file("/dev/zero"))
            #expect(python.output.wait { data, _ in data.contains(101) }, "\(scene)")
            python.signal(SIGKILL)
            try scene.expect(program, ends: .status(7))
            #expect(program.complaints.first?.hasPrefix("sockctl: ") == true, "\(scene)")
        }
    }

    @Test("stopped for 5 s and continued: all arrives, nothing spins", arguments: Subject.senders)
    func stopped(_ subject: Subject) throws {
        try scene { scene in
            let (program, python) = try subject.meet(
                scene,
                python: """
                    h, n = hashlib.sha256(), 0
                    while True:
                        part = s.recv(65536)
                        if not part: break
                        if not n: print("some", flush=True)
                        h.update(part); n += len(part)
                    print(n, h.hexdigest(), flush=True)
                    """, stdin: .file(try Fixture.big.path))
            #expect(python.output.wait { data, _ in data.contains(101) }, "\(scene)")
            python.signal(SIGSTOP)
            #expect(try program.processorShare(during: 5) < 0.1, "\(scene)")
            python.signal(SIGCONT)
            try scene.expectSuccess(program)
            try scene.expectSuccess(python)
            let oracle = try scene.shell("sha256sum < '\(try Fixture.big.path)'")
            try scene.expectSuccess(oracle)
            let hash = try #require(oracle.output.text.split(separator: " ").first)
            #expect(python.output.lines.last == "\(50 << 20) \(hash)", "\(scene)")
        }
    }

    @Test("resets: 7, after what came was written", arguments: Subject.allCases)
    func resets(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(
                scene, stdin: subject == .send ? .bytes(Data("x".utf8)) : .pipe)
            try peer.send(Data(count: sent))
            try peer.waitUntilAcknowledged()
            peer.reset()
            if subject.keepsOpen {
                let next = try Peer(connectingTo: try program.listening())
                try next.send("next")
                #expect(program.output.wait(forCount: sent + 4), "\(scene)")
            } else {
                try scene.expect(program, ends: .status(7))
                #expect(program.output.count == sent)
            }
            #expect(program.errors.wait(for: "(ECONNRESET)"), "\(scene)")
        }
    }

    @Test(
        "sends after our half-close: all is written",
        arguments: [Subject.connect, .send, .listen, .listenKeepOpen])
    func sendsLate(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene)
            #expect(try peer.receiveToEnd().isEmpty)
            let payload = Payload.bytes(sent)
            try peer.send(payload)
            peer.shutdown()
            #expect(program.output.wait(forCount: sent), "\(scene)")
            if !subject.keepsOpen { try scene.expectSuccess(program) }
            scene.expect(program.output.bytes, is: payload)
        }
    }

    @Test("never reads: --idle-timeout ends it, 5", arguments: Subject.senders)
    func deaf(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, "-i", "500ms", stdin: .file("/dev/zero"))
            try scene.expect(program, ends: .status(5))
            #expect(program.complaints.last?.contains("no byte in either direction") == true, "\(scene)")
            peer.close()
        }
    }

    @Test("never reads, among others: --idle-timeout ends its connection, not theirs")
    func deafAmongOthers() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "listen", "-k", "127.0.0.1:0", "--echo", "--json", "-i", "2s")
            let place = try program.output.listeningPlace()
            let deaf = try Peer(connectingTo: place)
            _ = try deaf.flood()
            let other = try Peer(connectingTo: place)
            // The other one speaks until the deaf one is gone.
            try poll(for: "the end of the deaf one") {
                try other.send("hello")
                guard try other.receiveText(5) == "hello" else { return false }
                // Among megabytes, which are not to be taken apart again and again.
                return program.output.bytes.range(of: Data(#""event":"closed""#.utf8)) != nil
            }
            let closed = try program.output.event("closed")
            #expect(closed["connection"] == 1 && closed["how"] == "timeout", "\(closed)")
            #expect(program.isRunning, "\(scene)")
        }
    }

    @Test("sends one byte a second: each is written when it comes", arguments: Subject.allCases)
    func slow(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, "-i", "10s")
            for count in 1...3 {
                if count > 1 { sleep(1) }
                try peer.send(".")
                #expect(program.output.wait(forCount: count), "\(scene)")
            }
            peer.shutdown()
            if !subject.keepsOpen { try scene.expectSuccess(program) }
        }
    }

    @Test("closes at once: an end like any other", arguments: Subject.allCases)
    func closesAtOnce(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene)
            peer.close()
            if subject.keepsOpen {
                let next = try Peer(connectingTo: try program.listening())
                try next.send("next")
                #expect(program.output.wait(forCount: 4), "\(scene)")
            } else {
                try scene.expectSuccess(program)
                #expect(program.output.count == 0 && program.complaints.isEmpty, "\(scene)")
            }
        }
    }

    @Test("closes at once, and what we send is not taken: 7", arguments: Subject.senders)
    func closesOnData(_ subject: Subject) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, stdin: .file("/dev/zero"))
            peer.close()
            try scene.expect(program, ends: .status(7))
            #expect(program.complaints.first?.hasPrefix("sockctl: ") == true, "\(scene)")
        }
    }

    @Test(
        "connects and says nothing: a time limit ends it, 5", arguments: Subject.single,
        [["-i", "300ms"], ["--deadline", "1s"]])
    func mute(_ subject: Subject, _ limit: [String]) throws {
        try scene { scene in
            let (program, peer) = try subject.meet(scene, limit[0], limit[1], stdin: .pipe)
            try scene.expect(program, ends: .status(5))
            #expect(program.complaints.last?.hasPrefix("sockctl: ") == true, "\(scene)")
            #expect(try peer.waitForEnd() == 0)
        }
    }

    @Test("connects and says nothing, to one that serves many: only its connection ends")
    func muteAmongOthers() throws {
        try scene { scene in
            let program = try scene.sockctl(
                "listen", "-k", "127.0.0.1:0", "--json", "-i", "300ms", stdin: .pipe)
            let peer = try Peer(connectingTo: try program.output.listeningPlace())
            #expect(try peer.waitForEnd() == 0)
            #expect(try program.output.event("closed")["how"] == "timeout", "\(scene)")
            let next = try Peer(connectingTo: try program.output.listeningPlace())
            try next.send("next")
            #expect(try program.output.event("data")["text"] == "next", "\(scene)")
        }
    }
}
