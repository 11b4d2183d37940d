// `connect --check` in networks that the tests make for themselves: every port of a host, silence, dead ends, names
// with several addresses.

import Foundation
import Glibc
import Testing

@Suite("connect --check on a network", .serialized)
struct CheckNetworkTests {
    private func text(_ scene: Scene, _ name: String) throws -> String {
        String(decoding: try scene.contents(name), as: UTF8.self)
    }

    private func events(_ scene: Scene, _ name: String) throws -> [Event] {
        try text(scene, name).split(separator: "\n").map { try Event(String($0)) }
    }

    /// The first two columns of a table: endpoint and state.
    private func table(_ scene: Scene, _ name: String) throws -> [String] {
        try text(scene, name).split(separator: "\n")
            .map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }

    @Test("of 65,535 ports the open ones are listed and the others counted; JSON has each once")
    func everyPort() throws {
        try scene { scene in
            let script = """
                for port in 1 22 40000 65535; do
                    $SOCKCTL listen -k --discard 127.0.0.1:$port 2> listening$port &
                done
                for port in 1 22 40000 65535; do until grep -qs listening listening$port; do sleep 0.05; done; done
                check() { status=0; $SOCKCTL connect --check "$@" || status=$?; echo $status >> statuses; }
                check 127.0.0.1 1-65535 > table
                check --verbose 127.0.0.1 1-500 > verbose
                check --json 127.0.0.1 1-10000,39000-41000,65535 > json
                sed -n 's/.*"transport":"tcp","port":\\([0-9]*\\),.*/\\1/p' json | sort -n > ports
                { seq 10000; seq 39000 41000; echo 65535; } | cmp - ports
                grep -v '"code":"ECONNREFUSED"' json > others
                """
            let program = try Network.run(scene, script)
            #expect(try program.exit(within: 4 * patience) == .status(0), "\(scene)")
            #expect(try text(scene, "statuses") == "4\n4\n4\n")
            #expect(program.errors.lines == ["not shown of 127.0.0.1: 65531 refused (--verbose shows all)"])

            let open = [1, 22, 40000, 65535]
            // Each is written as soon as it is decided.
            let rows = try table(scene, "table")
            #expect(rows.first == "endpoint state")
            #expect(rows.dropFirst().sorted() == open.map { "127.0.0.1:\($0) open" }.sorted())
            let all = (1...500).map { "127.0.0.1:\($0) \(open.contains($0) ? "open" : "refused")" }
            #expect(try table(scene, "verbose").dropFirst().sorted() == all.sorted())
            let others = try events(scene, "others").map { "\($0["state"] ?? "") \($0["port"] ?? 0)" }
            #expect(others.sorted() == open.map { "open \($0)" })
        }
    }

    @Test("silence, a dead end, a prohibition and a refusal are told apart, each with its status")
    func states() throws {
        try scene { scene in
            // What ICMP reports while connect(2) still holds the socket does not end the attempt, but is known.
            let script =
                Network.hosts + """
                    filter b 'tcp dport 7001 drop' \
                        'tcp dport 7002 reject with tcp reset' \
                        'tcp dport 7003 reject with icmp type host-unreachable'
                    ip -n a route add unreachable 10.98.0.0/16
                    ip -n a route add prohibit 10.99.0.0/16
                    on b $SOCKCTL listen -k --discard '*:7000' 2> b & ready b
                    for target in 10.77.1.2:7000 10.77.1.2:7001 10.77.1.2:7002 10.77.1.2:7003 10.98.0.1:7000 \
                        10.99.0.1:7000 10.96.0.1:7000; do
                        status=0
                        on a $SOCKCTL connect -zj -w 1s $target >> json || status=$?
                        echo $target $status
                    done
                    status=0
                    on a $SOCKCTL connect -z 10.77.1.2 7000-7003 10.98.0.1 7000 > table || status=$?
                    echo all $status
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(
                program.output.lines == [
                    "10.77.1.2:7000 0", "10.77.1.2:7001 5", "10.77.1.2:7002 4", "10.77.1.2:7003 6",
                    "10.98.0.1:7000 6", "10.99.0.1:7000 9", "10.96.0.1:7000 6", "all 5",
                ], "\(scene)")
            let events = try events(scene, "json")
            #expect(
                events.map { "\($0["state"] ?? "") \($0["code"] ?? "")" } == [
                    "open ", "no-answer ETIMEDOUT", "refused ECONNREFUSED", "unreachable EHOSTUNREACH",
                    "unreachable EHOSTUNREACH", "failed EACCES", "unreachable ENETUNREACH",
                ], "\(events)")
            let silent: Int = events[1]["connect_us"] ?? 0
            // The second is for all of it: what went before the attempt is not in its time.
            #expect(silent > 900_000 && silent < 10_000_000)
            let table = try table(scene, "table")
            #expect(table.first == "endpoint state")
            #expect(
                table.dropFirst().sorted() == [
                    "10.77.1.2:7000 open", "10.77.1.2:7001 no-answer", "10.77.1.2:7002 refused",
                    "10.77.1.2:7003 unreachable", "10.98.0.1:7000 unreachable",
                ], "\(table)")
        }
    }

    @Test("a name is open if one of its addresses is; a silent address does not hold up the other")
    func addresses() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    ip -n a addr add fd77::1/64 dev eth0; ip -n b addr add fd77::2/64 dev eth0
                    printf '10.77.1.2 both\\nfd77::2 both\\n' > hosts
                    printf 'hosts: files\\nservices: files\\n' > nsswitch
                    mount --bind hosts /etc/hosts; mount --bind nsswitch /etc/nsswitch.conf
                    on b nft 'table ip6 t { chain c { type filter hook input priority 0; tcp dport 7001 drop; }; }'
                    on b $SOCKCTL listen -k --discard 10.77.1.2:7000 2> four &
                    on b $SOCKCTL listen -k --discard 10.77.1.2:7001 2> slow &
                    on b $SOCKCTL listen -k --discard '[fd77::2]:7002' 2> six &
                    ready four slow six
                    status=0; on a $SOCKCTL connect -zj -w 20s both:7000-7003 > json || status=$?; echo $status
                    for family in -4 -6; do
                        status=0; on a $SOCKCTL connect -zq $family both:7002 || status=$?; echo $status
                    done
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            #expect(program.output.lines == ["4", "4", "0"], "\(scene)")
            let events = try events(scene, "json")
            let found = Dictionary(uniqueKeysWithValues: events.map { ($0["port"] ?? 0, $0) })
            for (port, host) in [(7000, "10.77.1.2"), (7001, "10.77.1.2"), (7002, "fd77::2")] {
                #expect(found[port]?["address.host"] == host && found[port]?["state"] == "open", "\(events)")
            }
            let attempts: [[String: Any]] = found[7003]?["attempts"] ?? []
            #expect(found[7003]?["state"] == "refused" && attempts.count == 2, "\(events)")
        }
    }

    @Test("a filter and a host without the port are told apart over UDP, too")
    func datagrams() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    filter b 'udp dport 7001 drop' \
                        'udp dport 7002 reject with icmp type admin-prohibited'
                    on b $SOCKCTL udp recv --echo '*:7003' 2> b > /dev/null & ready b
                    for port in 7000 7001 7002 7003; do
                        status=0; on a $SOCKCTL connect -z --udp -w 2s 10.77.1.2 $port || status=$?
                        echo $status
                    done
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let lines = program.output.lines
            try #require(lines.count == 8, "\(scene)")
            #expect([lines[1], lines[3], lines[5], lines[7]] == ["4", "5", "6", "0"], "\(scene)")
            #expect(lines[0].contains("refused") && lines[0].contains("reported by 10.77.1.2"), "\(scene)")
            #expect(lines[2].contains("no-answer"), "\(scene)")
            #expect(
                lines[4].contains("unreachable") && lines[4].contains("prohibited by a filter"), "\(scene)")
            #expect(lines[6].contains("open "), "\(scene)")
        }
    }

    @Test("a host 40 ms away: many at a time, and the time of each")
    func distance() throws {
        try scene { scene in
            let script =
                try Network.link(scene, "delay=0.02") + """
                    on b $SOCKCTL listen -k --discard '*:1500' 2> b & ready b
                    before=$(date +%s%3N); status=0
                    on a $SOCKCTL connect -zj 10.77.1.2 1001-2000 > json || status=$?
                    echo $status $(($(date +%s%3N) - before))
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let events = try events(scene, "json")
            #expect(events.compactMap { $0["port"] as Int? }.sorted() == Array(1001...2000))
            #expect(events.allSatisfy { ($0["state"] == "open") == ($0["port"] == 1500) }, "\(scene)")
            #expect(events.allSatisfy { $0["state"] != "no-answer" && ($0["connect_us"] ?? 0) >= 40_000 })
            // One after the other it would be 40 s.
            let line = try #require(program.output.lines.first).split(separator: " ")
            #expect(line[0] == "4" && Int(line[1]) ?? .max < 20_000, "\(scene)")
        }
    }
}
