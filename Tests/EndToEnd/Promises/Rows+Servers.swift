// Servers that keep open: descriptors that run out, requests without end, a recording that is slow, events of
// thousands of peers.

import Foundation
import Glibc

extension PromiseRow {
    static let servers: [PromiseRow] = [
        PromiseRow("3 nothing a peer does/80 lines with ulimit -n 64 and a silent stdin") { scene, patience in
            let program = try scene.shell(
                #"ulimit -n 64; exec "$SOCKCTL" listen -k 127.0.0.1:0"#, stdin: .pipe)
            let place = try program.listening()
            for number in 0..<80 {
                let peer = try Peer(connectingTo: place)
                try peer.send("peer \(number)\n")
                peer.close()
            }
            let came = program.output.wait(within: patience) { data, _ in Lines.count(data) == 80 }
            try demand(came, "\(program.output.lines.count) of 80 lines arrived")
        },
        PromiseRow("5 gone/listen -k: Unix peers that close wholly, with a silent stdin") { scene, patience in
            let place = Place.unix(scene.path("socket"))
            let program = try scene.run(.sockctl, ["listen", "-k", "\(place)"], stdin: .pipe)
            _ = try program.listening(place)
            let before = try program.openDescriptors()
            let peers = try (0..<3).map { _ in try Peer(connectingTo: place) }
            for (number, peer) in peers.enumerated() { try peer.send("peer \(number)\n") }
            try demand(
                program.output.wait(within: patience) { data, _ in Lines.count(data) == 3 }, "not all came")
            peers.forEach { $0.close() }
            do {
                try poll(for: "gone", within: patience) { try program.openDescriptors() == before }
            } catch {
                throw Breach(
                    description: "\(try program.openDescriptors()) descriptors where there were \(before)")
            }
        },
        outOfDescriptors("text", []),
        outOfDescriptors("-v", ["-v"]),
        outOfDescriptors("JSON", ["--json"]),
        PromiseRow("3 nothing a peer does/out of descriptors: it goes on, whatever number has waited") {
            scene, patience in
            // Some number is just what there is room for, once the first ones are gone.
            for number in 11...17 {
                let program = try scene.shell(
                    #"ulimit -n 16; exec "$SOCKCTL" listen -k --echo 127.0.0.1:0"#, stdin: .pipe)
                let place = try program.errors.listeningPlace()
                let first = try Peer(connectingTo: place)
                let more = try (0..<number).map { _ in try Peer(connectingTo: place) }
                try poll(for: "a notice", within: patience) { program.errors.text.contains("EMFILE") }
                more.forEach { $0.close() }
                let goesOn = program.errors.wait(within: patience) { data, _ in
                    // Where it listens, that accepting has stopped, and that it goes on.
                    Lines.count(data) == 3
                }
                try demand(goesOn, "with \(number) peers it does not say that it goes on")
                program.signal(SIGTERM)
                first.close()
            }
        },
        PromiseRow("3 nothing a peer does/pipelined HTTP requests, replies of 100 KB, nothing is read") {
            scene, patience in
            let reply = try scene.file("reply", Payload.bytes(100_000))
            let program = try scene.server("--frame", "http", "--reply", "@\(reply)", "--max-message", "32k")
            let place = try program.listening()
            let before = try program.memory()
            let request = Data("GET / HTTP/1.1\r\nHost: there\r\n\r\n".utf8)
            let peer = try Peer(connectingTo: place)
            let many = Data((0..<1500).map { _ in request }.joined())
            _ = try peer.say(many, upTo: many.count)
            // Another one is answered meanwhile.
            let other = try Peer(connectingTo: place)
            try other.send(request)
            _ = try other.receive(100_000, within: patience)
            try program.demandGrown(atMost: 33 << 20, since: before)
        },
        unreadRecord("fifo"), unreadRecord("fifo.pcapng"),
        PromiseRow("3 nothing a peer does/--discard --json: accepting stops while nobody reads the events") {
            scene, patience in
            let program = try scene.server("--discard", "--json", "--backlog", "128", stdout: .held)
            let line = try Event(try program.takeOutputLine())
            guard let port: Int = line["address.port"] else { throw Unexpected("\(line)") }
            // Each is told of by about 1 KB. A connection that is not made within four seconds, in
            // which the kernel has tried three times, is not made because nobody accepts.
            var count = 0
            while count < 6000, try Peer.connects(to: UInt16(port), within: 4) { count += 1 }
            try demand(count < 6000, "\(count) peers were accepted that nobody was told of")
            program.release(keeping: false)
            try program.demandAccepts(UInt16(port), within: patience)
        },
        PromiseRow("3 nothing a peer does/listen -k -f: each peer gets the file from its beginning") {
            scene, patience in
            let file = Lines.bytes(200_000)
            let program = try scene.server("-f", scene.file("file", file))
            let place = try program.listening()
            for number in 1...3 {
                let peer = try Peer(connectingTo: place)
                let got = try peer.receive(.max, within: patience)
                if let difference = difference(got, from: file) {
                    throw Breach(description: "peer \(number): \(difference)")
                }
            }
        },
        PromiseRow(
            "1 written/listen --to tls: the client speaks and resets before the server has shaken hands",
            needs: .openssl
        ) {
            scene, patience in
            let listener = try Listener()
            let program = try scene.run(
                .sockctl,
                [
                    "listen", "127.0.0.1:0", "--to", "tls:\(listener.place)", "--ca",
                    try Certificates.file("root"), "--sni", "good.test",
                ])
            let client = try Peer(connectingTo: try program.listening())
            let said = Lines.bytes(40_000)
            try client.send(said)
            try client.waitUntilAcknowledged(within: patience)
            let server = try listener.accept()
            client.reset()
            try program.waitUntilIdle(within: patience)
            try demand(try server.secure(as: .server, within: patience), "no handshake with the server")
            let got = try server.receive(said.count, within: patience)
            if let difference = difference(got, from: said) {
                throw Breach(description: "at the server: \(difference)")
            }
            let end = try server.waitForEnd()
            try demand(
                end == ECONNRESET, "the server was not told that it broke, but \(String(describing: end))")
            try program.demandEnd(.status(7), within: patience)
        },
        PromiseRow("3 nothing a peer does/listen -k -f -: a file that cannot be read again is status 2") {
            scene, patience in
            let program = try scene.server("-f", "/dev/stdin")
            try program.demandEnd(.status(2), within: patience)
        },
    ]

    /// - Parameter name: of the file, which says whether it is one of events or of packets.
    private static func unreadRecord(_ name: String) -> PromiseRow {
        PromiseRow("3 nothing a peer does/a record that nobody reads while a peer talks: \(name)") {
            scene, patience in
            let fifo = try Drain(fifo: scene.path(name))
            let program = try scene.server("--discard", "--record", scene.path(name))
            let place = try program.listening()
            let before = try program.memory()
            try fifo.stuff()
            let peer = try Peer(connectingTo: place)
            _ = try peer.say(Payload.bytes(1 << 20), upTo: 64 << 20, quiet: 1)
            try program.waitUntilIdle(within: patience)
            try demand(program.isRunning, "it has ended")
            try program.demandGrown(atMost: 33 << 20, since: before)
            fifo.open()
            peer.close()
            let last = try Peer(connectingTo: place)
            last.shutdown()
            _ = try last.receive(.max, within: patience)
            try demand(program.isRunning, "it has ended")
        }
    }

    private static func outOfDescriptors(_ name: String, _ options: [String]) -> PromiseRow {
        PromiseRow(
            "3 nothing a peer does/out of descriptors, \(name): one notice when accepting stops, one when it goes on"
        ) {
            scene, patience in
            let program = try scene.shell(
                #"ulimit -n 16; exec "$SOCKCTL" listen -k --echo 127.0.0.1:0 "$@""#, arguments: options,
                stdin: .pipe)
            let isJSON = options.contains("--json")
            let place = try (isJSON ? program.output : program.errors).listeningPlace()
            let first = try Peer(connectingTo: place)
            // More than there are descriptors for; the kernel makes their connections.
            let more = try (0..<20).map { _ in try Peer(connectingTo: place) }
            func notices() -> [String] {
                (program.output.lines + program.errors.lines).filter {
                    $0.contains("EMFILE") || $0.contains("accepting")
                }
            }
            try poll(for: "a notice", within: patience) { !notices().isEmpty }
            // Long enough to see whether it is said again and again.
            usleep(500_000)
            try demand(notices().count == 1, "said \(notices().count) times: \(notices().last ?? "")")
            more.forEach { $0.close() }
            do {
                try poll(for: "a second notice", within: patience) { notices().count == 2 }
            } catch { throw Breach(description: "that it goes on is not said") }
            try program.demandEcho(at: place, within: patience)
            first.close()
            try demand(notices().count == 2, "said \(notices().count) times")
        }
    }
}

extension Peer {
    /// Whether a connection is made within this time; it is left at once.
    static func connects(to port: UInt16, within seconds: TimeInterval) throws -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Unexpected.call("socket") }
        defer { closeForAll(descriptor) }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let status = Place.inet(port).withAddress { connect(descriptor, $0, $1) }
        if status == 0 { return true }
        guard errno == EINPROGRESS else { throw Unexpected.call("connect") }
        return try waitReady(descriptor, POLLOUT, Deadline(in: seconds))
    }
}

extension Program {
    fileprivate func demandAccepts(_ port: UInt16, within seconds: TimeInterval) throws {
        try demand(try Peer.connects(to: port, within: seconds), "it does not go on accepting")
    }
}
