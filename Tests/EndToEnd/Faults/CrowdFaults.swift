// Too many peers at once: more than may be served, unwelcome ones, silent ones, ones that never finish their
// handshake. Those who may be served are, and nothing of the others stays behind.

import Foundation
import Glibc
import Testing

@Suite("Faults of the crowd", .serialized)
struct CrowdFaults {
    private func server(_ scene: Scene, _ options: String...) throws -> (Program, Place) {
        let program = try scene.run(.sockctl, ["listen", "-k", "--json", "--echo", "127.0.0.1:0"] + options)
        return (program, try program.output.listeningPlace())
    }

    /// Each is served, in any order, and then leaves.
    private func exchange(_ peers: [Peer]) throws {
        for (number, peer) in peers.enumerated() { try peer.send("peer \(number)") }
        peers.forEach { $0.shutdown() }
        for (number, peer) in peers.enumerated() {
            #expect(String(decoding: try peer.receiveToEnd(), as: UTF8.self) == "peer \(number)")
        }
    }

    @Test("200 at once with --max-connections 4: four at a time, all in the end, no descriptor left")
    func storm() throws {
        try scene { scene in
            let (program, place) = try server(scene, "-m", "4")
            let before = try program.openDescriptors()
            let peers = try (0..<200).map { _ in try Peer(connectingTo: place) }
            try exchange(peers)
            try poll(for: "every connection is closed") {
                program.output.lines.count { $0.contains(#""event":"closed""#) } == 200
            }
            var (now, most) = (0, 0)
            for event in try program.output.events() {
                if event.name == "accepted" { now += 1 }
                if event.name == "closed" { now -= 1 }
                most = max(most, now)
            }
            #expect(most == 4 && now == 0)
            #expect(try program.openDescriptors() == before)
        }
    }

    @Test("300 of a denied network among 50 others: a reset and an event each; the others are served")
    func denied() throws {
        try scene { scene in
            let (program, place) = try server(scene, "--deny", "127.0.0.2")
            let before = try program.openDescriptors()
            var (denied, allowed): ([Peer], [Peer]) = ([], [])
            for number in 0..<350 {
                if number % 7 == 0 {
                    allowed.append(try Peer(connectingTo: place))
                } else {
                    denied.append(try Peer(connectingTo: place, from: "127.0.0.2"))
                }
            }
            for peer in denied { #expect(try peer.waitForEnd() == ECONNRESET) }
            try exchange(allowed)
            try poll(for: "every connection is closed") {
                program.output.lines.count { $0.contains(#""event":"closed""#) } == 50
            }
            let refused = try program.output.events().filter { $0.name == "refused" }
            #expect(refused.count == 300)
            #expect(refused.allSatisfy { $0["peer.host"] == "127.0.0.2" })
            #expect(try program.openDescriptors() == before)
        }
    }

    @Test("silent peers take every place: the next is served after their --idle-timeout")
    func silent() throws {
        try scene { scene in
            let (program, place) = try server(scene, "-m", "4", "-i", "500ms")
            let silent = try (0..<12).map { _ in try Peer(connectingTo: place) }
            let late = try Peer(connectingTo: place)
            try late.send("late")
            #expect(try late.receiveText(4) == "late", "\(scene)")
            for peer in silent { #expect(try peer.waitForEnd() == 0) }
            try poll(for: "every end is told") {
                program.output.lines.count { $0.contains(#""event":"closed""#) } >= 12
            }
            // Three rounds of four came before it, each ended by its own time limit and not sooner.
            let waited = try program.output.events().filter { $0.name == "closed" && $0["how"] == "timeout" }
            #expect(waited.count >= 12)
            #expect(waited.allSatisfy { ($0["duration_us"] ?? 0) >= 500_000 })
        }
    }

    @Test("300 handshakes that are never finished keep nobody out")
    func halfOpen() throws {
        try scene { scene in
            let script = """
                # What answers them is lost, so that their connections stay half open.
                nft 'table ip t {
                    chain c {
                        type filter hook output priority 0;
                        ip daddr 127.0.0.2 tcp flags syn,ack / syn,ack drop
                    }
                }'
                $SOCKCTL listen -k --echo 127.0.0.1:7000 2> server > /dev/null & server=$!
                until grep -qs listening server; do sleep 0.02; done
                before=$(ls /proc/$server/fd | wc -l)
                \(try Tool.python3.require()) -c '
                import socket, sys, time
                flood = [socket.socket() for _ in range(300)]
                for s in flood: s.setblocking(False); s.bind(("127.0.0.2", 0)); s.connect_ex(("127.0.0.1", 7000))
                print("flood", flush=True); time.sleep(100)' > flood & flood=$!
                until grep -qs flood flood; do sleep 0.02; done
                echo half open: $(ss -tHn state syn-recv | wc -l)
                $SOCKCTL send 127.0.0.1:7000 hello; echo
                timeout 20 sh -c "until [ \\$(ls /proc/$server/fd | wc -l) = $before ]; do sleep 0.02; done" || exit
                echo none left
                kill $flood $server; wait || true
                """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let lines = program.output.lines
            let count = try #require(lines.first?.split(separator: " ").last.flatMap { Int($0) })
            #expect(count > 0, "\(scene)")
            #expect(lines.dropFirst() == ["hello", "none left"], "\(scene)")
        }
    }
}
