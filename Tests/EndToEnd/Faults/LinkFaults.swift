// A bad link under a transfer: slow, lossy, out of order, doubled, narrow, cut for a while and cut for ever. What
// TCP can mend is not noticed; what it cannot ends with a message and a status. What UDP makes of it is reported
// as it was.

import Foundation
import Testing

@Suite("Faults of the link", .serialized)
struct LinkFaults {
    /// `b` receives a file that `a` sends, within a network with these faults; `during` is the shell's, while
    /// it happens. Prints the status of each side.
    private func transfer(
        _ scene: Scene, _ size: Int, _ faults: String, before: String = "", during: String = "",
        sending: String = "", receiving: String = "", relayed: Bool = false
    ) throws -> (Program, Data) {
        let payload = Payload.bytes(size)
        _ = try scene.file("payload", payload)
        let script =
            try Network.link(scene, faults) + before + """

                status() { s=0; wait $2 || s=$?; echo $1 $s; }
                on b $SOCKCTL recv \(receiving) -O got 10.77.1.2:7000 2> receiver & receiver=$!
                ready receiver
                \(relayed ? "on b $SOCKCTL listen 10.77.1.2:7001 --to 10.77.1.2:7000 2> relay & ready relay" : "")
                on a $SOCKCTL send \(sending) -f payload 10.77.1.2:\(relayed ? 7001 : 7000) 2> sender & sender=$!
                \(during)
                status sent $sender
                status received $receiver
                account
                """
        return (try Network.run(scene, script), payload)
    }

    /// What both sides said, for a failing expectation.
    private func said(_ scene: Scene) -> String {
        ["sender", "receiver"].map { name in
            "\(name): " + String(decoding: (try? scene.contents(name)) ?? Data(), as: UTF8.self)
        }.joined() + "\n\(scene)"
    }

    private func expectWhole(_ scene: Scene, _ program: Program, _ payload: Data) throws {
        try scene.expectSuccess(program)
        #expect(program.output.lines == ["sent 0", "received 0"], "\(said(scene))")
        scene.expect(try scene.contents("got"), is: payload)
    }

    @Test(
        "a transfer arrives whole",
        arguments: [
            ("delay=0.1", "packets"), ("delay=0.005 loss=5", "lost"),
            ("delay=0.005 reorder=20", "overtaken"), ("delay=0.002 double=20", "doubled"),
        ], [false, true])
    func whole(_ fault: (faults: String, count: String), _ relayed: Bool) throws {
        try scene { scene in
            let (faults, count) = fault
            let (program, payload) = try transfer(scene, 300_000, faults, relayed: relayed)
            try expectWhole(scene, program, payload)
            // The fault was there, and not just asked for.
            #expect(try #require(try Network.Account(scene).counts[count]) > 5)
        }
    }

    @Test("64 kbit/s")
    func narrow() throws {
        try scene { scene in
            let limit = "on a tc qdisc add dev tun0 root tbf rate 64kbit burst 2000 limit 8000"
            let (program, payload) = try transfer(scene, 30_000, "delay=0.01", before: limit)
            try expectWhole(scene, program, payload)
        }
    }

    @Test("an MTU of 576")
    func small() throws {
        try scene { scene in
            let mtu = "for h in a b; do ip -n $h link set tun0 mtu 576; done"
            let (program, payload) = try transfer(scene, 300_000, "delay=0.005", before: mtu)
            try expectWhole(scene, program, payload)
            // Whoever got more than that into a packet would have needed fewer.
            #expect(try #require(try Network.Account(scene).counts["packets"]) > 300_000 / 576)
        }
    }

    // MARK: a cut link

    /// A rate at which the transfer is still under way when it is cut.
    private let slow = "on a tc qdisc add dev tun0 root tbf rate 1mbit burst 4000 limit 60000"
    /// Cuts the link when a part has arrived.
    private let cut = """
        until [ "$(stat -c %s got 2> /dev/null || echo 0)" -gt 50000 ]; do sleep 0.02; done
        touch cut

        """

    @Test("cut in the middle, and back after 3 s: nobody notices")
    func interrupted() throws {
        try scene { scene in
            let (program, payload) = try transfer(
                scene, 300_000, "delay=0.005", before: slow, during: cut + "sleep 3; rm cut")
            try expectWhole(scene, program, payload)
            #expect(try #require(try Network.Account(scene).counts["cut"]) > 0)
        }
    }

    @Test(
        "cut for ever: a time limit ends both sides, and what came is there",
        arguments: [
            ("-i 1s", "-i 1s", "no byte in either direction for 1 s"),
            (
                "-o TCP_USER_TIMEOUT=1000",
                "-o SO_KEEPALIVE=1 -o TCP_KEEPIDLE=1 -o TCP_KEEPINTVL=1 -o TCP_KEEPCNT=2", "(ETIMEDOUT)"
            ),
        ])
    func ended(_ sending: String, _ receiving: String, _ message: String) throws {
        try scene { scene in
            let (program, payload) = try transfer(
                scene, 300_000, "delay=0.005", before: slow, during: cut, sending: sending,
                receiving: receiving)
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["sent 5", "received 5"], "\(said(scene))")
            for side in ["sender", "receiver"] {
                let text = String(decoding: try scene.contents(side), as: UTF8.self)
                #expect(text.contains(message), "\(said(scene))")
            }
            let got = try scene.contents("got")
            #expect(got.count >= 50_000 && payload.starts(with: got))
        }
    }

    @Test("cut before the connection is there: --timeout, 5")
    func unconnected() throws {
        try scene { scene in
            let script =
                try Network.link(scene) + """
                    touch cut
                    for command in connect send; do
                        s=0; on a $SOCKCTL $command -w 1s 10.77.1.2:7000 < /dev/null || s=$?; echo $s
                    done
                    account
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["5", "5"], "\(scene)")
            #expect(program.errors.lines.count { $0.contains("connect 10.77.1.2:7000: ") } == 2, "\(scene)")
        }
    }

    // MARK: datagrams

    @Test(
        "datagrams are reported as they came: reordered, doubled, lost",
        arguments: ["delay=0.005 reorder=20", "delay=0.002 double=20", "delay=0.005 loss=20"])
    func datagrams(_ faults: String) throws {
        try scene { scene in
            let script =
                try Network.link(scene, faults) + """
                    on b $SOCKCTL udp recv --json --echo 10.77.1.2:7000 > receiver 2> /dev/null & receiver=$!
                    ready receiver
                    on a $SOCKCTL udp send --json --wait 1s --delay 2ms 10.77.1.2:7000 $(seq 1000 1199) > sender
                    kill -TERM $receiver; wait $receiver || true
                    account
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let account = try Network.Account(scene)
            let (toA, toB) = (try #require(account.delivered["a"]), try #require(account.delivered["b"]))
            // The link did what was asked of it.
            let sent = (1000..<1200).map(String.init)
            #expect(toB != sent)

            #expect(try received(scene, "receiver") == toB)
            #expect(try received(scene, "sender") == toA)
            let text = String(decoding: try scene.contents("sender"), as: UTF8.self)
            let events = try text.split(separator: "\n").map { try Event(String($0)) }
            let summary = try #require(events.first { $0.name == "summary" })
            #expect(summary["sent.messages"] == 200, "\(summary)")
            #expect(summary["answered"] == Set(toA).count, "\(summary)")
            #expect(summary["lost"] == 200 - Set(toA).count, "\(summary)")
            // A reply is said to answer the datagram that it repeats, and a second one nothing.
            var answered: Set<String> = []
            for event in events where event.name == "datagram" {
                let text: String = try #require(event["text"])
                let isFirst = answered.insert(text).inserted
                #expect(event["answer_to"] == (isFirst ? Int(text).map { $0 - 999 } : nil), "\(event)")
            }
        }
    }

    private func received(_ scene: Scene, _ name: String) throws -> [String] {
        try String(decoding: try scene.contents(name), as: UTF8.self).split(separator: "\n")
            .map { try Event(String($0)) }.filter { $0.name == "datagram" }.compactMap { $0["text"] }
    }
}
