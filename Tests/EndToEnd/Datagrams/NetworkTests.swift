// Broadcast, multicast, loss and delay, in networks that the tests make for themselves.

import Foundation
import Glibc
import Testing

@Suite("datagrams on a network", .serialized)
struct NetworkTests {
    /// What one host received: the payload and destination of each datagram.
    private func received(_ scene: Scene, _ name: String) throws -> [String] {
        try String(decoding: try scene.contents(name), as: UTF8.self).split(separator: "\n")
            .map { try Event(String($0)) }.filter { $0.name == "datagram" }
            .map {
                "\($0["text"] ?? "") \($0["local.host"] ?? "") \($0["interface"] ?? "") \($0["peer.host"] ?? "")"
            }
    }

    @Test("each host of the subnet gets each broadcast once, one in another subnet none")
    func broadcast() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    for h in a b c d; do on $h $SOCKCTL broadcast recv -j 7000 --deadline 3s > $h 2> /dev/null & done
                    on b $SOCKCTL broadcast recv -j 7000 --deadline 3s > b2 2> /dev/null &
                    ready a b b2 c d
                    on a $SOCKCTL broadcast send 7000 every
                    on a $SOCKCTL broadcast send --limited 7000 limited
                    on a $SOCKCTL broadcast send --to 10.77.1.0/24 7000 network
                    on a $SOCKCTL broadcast send --to 10.77.1.255 7000 address
                    on a $SOCKCTL broadcast send --interface eth0 7000 interface
                    on a $SOCKCTL udp send 10.77.1.2:7000 unicast
                    wait
                    """
            try scene.expectSuccess(try Network.run(scene, script))
            let expected = [
                "every 10.77.1.255", "limited 255.255.255.255", "network 10.77.1.255", "address 10.77.1.255",
                "interface 10.77.1.255",
            ].map { "\($0) eth0 10.77.1.1" }
            // b has two receivers on the port: each gets every one.
            for host in ["a", "b", "b2", "c"] { #expect(try received(scene, host) == expected, "\(host)") }
            #expect(try received(scene, "d") == [])
        }
    }

    @Test("answers of many hosts are collected and listed")
    func answers() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    for h in b c d; do on $h $SOCKCTL broadcast recv --reply $h -v 7000 --deadline 3s 2> $h > /dev/null & done
                    ready b c d
                    on a $SOCKCTL broadcast send -j --wait 10s --replies 2 7000 'who is there?'
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let events = try program.output.events().filter { $0.name == "datagram" }
            let answers = events.map { "\($0["text"] ?? "") \($0["peer.host"] ?? "")" }
            #expect(answers.sorted() == ["b 10.77.1.2", "c 10.77.1.3"])
            #expect(events.allSatisfy { $0["answer_to"] == 1 })
        }
    }

    @Test("a group reaches who joined it, on the interface, from the source; --loop off spares this host")
    func multicast() throws {
        try scene { scene in
            let group = "udp recv -j --group 239.1.2.3 7001 --deadline 3s"
            let script =
                Network.hosts + """
                    for h in a b d; do on $h $SOCKCTL \(group) > $h 2> /dev/null & done
                    on b $SOCKCTL \(group) -I eth0 > b2 2> /dev/null &
                    on c $SOCKCTL \(group) --from 10.77.1.2 > c 2> /dev/null &
                    on c $SOCKCTL udp recv -j --group 239.9.9.9 7001 --deadline 3s > other 2> /dev/null &
                    on c $SOCKCTL udp recv -j --group ff02::77 -I eth0 7002 --deadline 3s > six 2> /dev/null &
                    ready a b b2 c d other six
                    on a $SOCKCTL udp send 239.1.2.3:7001 all
                    on a $SOCKCTL udp send --loop off 239.1.2.3:7001 others
                    on b $SOCKCTL udp send 239.1.2.3:7001 from-b
                    on a $SOCKCTL udp send -I eth0 '[ff02::77]:7002' six
                    wait
                    """
            try scene.expectSuccess(try Network.run(scene, script))
            let payloads = { (host: String) in
                try received(scene, host).map { String($0.split(separator: " ")[0]) }
            }
            #expect(try payloads("a") == ["all", "from-b"])
            for host in ["b", "b2"] { #expect(try payloads(host) == ["all", "others", "from-b"]) }
            #expect(try payloads("c") == ["from-b"])
            #expect(try payloads("d") == [] && payloads("other") == [])
            #expect(try payloads("six") == ["six"])
        }
    }

    @Test("with 5 % loss and 20 ms each way: sent, answered, lost and times agree with the kernel's counters")
    func loss() throws {
        try scene { scene in
            let script =
                try Network.link(scene, "delay=0.02", "mark=1") + """
                    filter b 'udp dport 7000 counter' \
                        'udp dport 7000 numgen random mod 100 < 5 drop' \
                        'udp dport 7000 counter'
                    on b $SOCKCTL udp recv --echo 10.77.1.2:7000 --deadline 30s 2> b > /dev/null &
                    ready b
                    on a $SOCKCTL udp send --repeat 200 --delay 5ms --wait 2s --json 10.77.1.2:7000 ping
                    on b nft list ruleset > counters
                    on a $SOCKCTL udp send --delay 5ms --wait 2s --json 10.77.1.2:7000 $(seq 1000 1199) > times
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let counters = String(decoding: try scene.contents("counters"), as: UTF8.self)
                .matches(of: /counter packets (\d+)/).compactMap { Int($0.1) }
            try #require(counters.count == 2, "\(counters)")
            let summary = try program.output.event("summary")
            #expect(summary["sent.messages"] == 200 && counters[0] == 200, "\(summary)")
            #expect(summary["answered"] == counters[1] && summary["lost"] == 200 - counters[1], "\(summary)")

            // Nobody can be faster than the network. A wrong guess is wrong by the 5 ms between two datagrams.
            let passed = try passed(scene)
            let truth = passed.filter { $0.number <= 200 }.map { $0.nanoseconds / 1000 }
            try #require(truth.count == counters[1] && truth.allSatisfy { $0 >= 40_000 })
            let mean = truth.reduce(0, +) / truth.count
            #expect((summary["rtt.min_us"] ?? 0) >= truth.min()!, "\(summary), in truth \(truth)")
            #expect(
                // What a busy machine adds stays below that.
                (mean...mean + 4500).contains(summary["rtt.mean_us"] ?? 0), "\(summary), in truth \(truth)")

            // Of different datagrams it is certain which one is answered.
            let events = try String(decoding: try scene.contents("times"), as: UTF8.self)
                .split(separator: "\n").map { try Event(String($0)) }.filter { $0.name == "datagram" }
            let others = passed.filter { $0.number > 200 }
            #expect(events.map { $0["answer_to"] } == others.map { $0.number - 200 })
            for (event, other) in zip(events, others) {
                #expect((event["rtt_us"] ?? 0) >= other.nanoseconds / 1000)
            }
        }
    }

    /// What the network let pass to a: which datagram it answers, and how long that took there.
    private func passed(_ scene: Scene) throws -> [(number: Int, nanoseconds: Int)] {
        String(decoding: try scene.contents("passed"), as: UTF8.self).matches(of: /(\d+) (\d+)\n/).map {
            (Int($0.1)!, Int($0.2)!)
        }
    }

    @Test(
        "where one address of a name refuses the next is tried, and nobody gets anything twice",
        arguments: ["connect --wait 200ms", "send --wait 30s --replies 1"])
    func nextAddress(_ command: String) throws {
        try scene { scene in
            _ = try scene.file("hosts", Data("127.0.0.1 both\n::1 both\n".utf8))
            let script = """
                mount --bind hosts /etc/hosts
                for host in 127.0.0.1 ::1; do
                    rm -f told
                    $SOCKCTL udp recv -v --echo $host 7000 > received 2> told & server=$!
                    until grep -qs listening told; do sleep 0.05; done
                    echo one | $SOCKCTL udp \(command) both:7000
                    kill $server
                    wait $server || true
                    cat received
                done
                rm told
                $SOCKCTL udp recv -v 127.0.0.1 7000 --count 1 2> told & server=$!
                until grep -qs listening told; do sleep 0.05; done
                echo two | $SOCKCTL udp connect --exit-on-eof both:7000
                wait $server
                echo one | $SOCKCTL udp \(command) both:7000 || echo $?
                """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["one", "one", "one", "one", "two", "4"], "\(scene)")
            for host in ["127.0.0.1", "[::1]"] {
                #expect(program.errors.text.contains("  \(host):7000: connection refused"), "\(scene)")
            }
        }
    }

    @Test("a filter, a missing route and a dead end are told apart: 6, and 5 where nothing is said")
    func unreachable() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    filter b 'udp dport 7001 reject with icmp type admin-prohibited' \
                        'udp dport 7002 drop'
                    ip -n a route add unreachable 10.99.0.0/16
                    for target in 10.77.1.2:7000 10.77.1.2:7001 10.77.1.2:7002 10.99.0.1:7000; do
                        status=0
                        on a $SOCKCTL udp send --wait 500ms $target x || status=$?
                        echo $target $status
                    done
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(
                program.output.lines == [
                    "10.77.1.2:7000 4", "10.77.1.2:7001 6", "10.77.1.2:7002 5", "10.99.0.1:7000 6",
                ], "\(scene)")
            #expect(program.errors.text.contains("port unreachable, reported by 10.77.1.2"), "\(scene)")
            #expect(program.errors.text.contains("prohibited by a filter, reported by 10.77.1.2"), "\(scene)")
        }
    }

    @Test("an address that was added without a broadcast address: the highest of the subnet is it")
    func withoutBroadcastAddress() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    ip -n a addr add 10.77.3.1/24 dev eth0
                    ip -n b addr add 10.77.3.2/24 dev eth0
                    ip -n c addr add 10.77.3.3/24 brd 10.77.3.0 dev eth0
                    on b $SOCKCTL broadcast recv -j 7000 --count 2 > b 2> /dev/null &
                    ready b
                    on a $SOCKCTL broadcast send 7000 x
                    wait
                    on a $SOCKCTL broadcast addresses
                    on a $SOCKCTL broadcast addresses --json > addresses
                    on c $SOCKCTL broadcast send -v 7000 x 2>&1
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let expected = ["x 10.77.1.255", "x 10.77.3.255"]
            let came = try received(scene, "b")
            #expect(came.count == 2 && zip(came, expected).allSatisfy { $0.hasPrefix($1) }, "\(came)")
            let text = program.output.text
            #expect(
                text.contains(/10\.77\.3\.1\/24 +10\.77\.3\.255 +UP/), "the kernel has none: \(scene)")
            #expect(
                text.contains("to 10.77.3.0:7000") && !text.contains("to 10.77.3.255:7000"), "\(scene)")
        }
    }

    @Test(
        "a datagram with our own address as its sender is not answered: the answer would come back for ever",
        arguments: ["10.77.9.1 --echo", "* --echo", "* --reply=x"])
    func ownAddress(_ arguments: String) throws {
        try scene { scene in
            _ = try scene.file(
                "forge",
                Data(
                    """
                    import socket, struct, sys
                    source, destination = sys.argv[1:]
                    udp = struct.pack("!HHHH", 7000, 7000, 12, 0) + b"loop"
                    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 32, 1, 0, 64, 17, 0,
                        socket.inet_aton(source), socket.inet_aton(destination))
                    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
                    raw.sendto(ip + udp, (destination, 0))
                    """.utf8))
            let words = arguments.split(separator: " ")
            let (host, option) = (words[0], words[1])
            let script = """
                ip addr add 10.77.9.1/24 dev lo
                $SOCKCTL udp recv -j '\(host):7000' \(option) > received 2> told & server=$!
                ready received
                python3=\(try Tool.python3.require())
                $python3 forge 10.77.9.1 10.77.9.1
                # What comes after it is answered.
                $SOCKCTL udp send --wait 10s --replies 1 10.77.9.1:7000 x > /dev/null
                kill $server
                wait $server || true
                """
            try scene.expectSuccess(try Network.run(scene, script))
            let events = try String(decoding: try scene.contents("received"), as: UTF8.self)
                .split(separator: "\n").map { try Event(String($0)) }
            let summary = try #require(events.last { $0.name == "summary" })
            #expect(summary["received.messages"] == 2 && summary["sent.messages"] == 1, "\(summary)")
        }
    }

    @Test("-w is one clock: a name service that does not answer is part of it")
    func silentNameService() throws {
        try scene { scene in
            _ = try scene.file("resolv", Data("nameserver 127.0.0.53\noptions timeout:30 attempts:1\n".utf8))
            _ = try scene.file("nsswitch", Data("hosts: files dns\nservices: files\n".utf8))
            let script = """
                mount --bind resolv /etc/resolv.conf
                mount --bind nsswitch /etc/nsswitch.conf
                $SOCKCTL udp recv 127.0.0.53:53 > queries 2> told &
                ready told
                status=0
                $SOCKCTL udp recv -w 300ms silent.test:7000 || status=$?
                echo $status
                # The look-up takes none of the time that is for the first datagram.
                $SOCKCTL udp recv -w 300ms 127.0.0.1:7000 || echo $?
                """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["5", "5"], "\(scene)")
            #expect(program.errors.text.contains("name service gave no answer within 300 ms"), "\(scene)")
            #expect(program.errors.text.contains("no datagram has come within 300 ms"), "\(scene)")
        }
    }
}
