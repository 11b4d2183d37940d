// What filters choose is what `ss -a` chooses with the same filter: every kind, state, port and address, in a network
// namespace, where nobody else's sockets come and go.

import Foundation
import Testing

@Suite("info: filters")
struct InfoFilterTests {
    /// Sockets in most states, of both families and of every kind that can be made here.
    private static let sockets = """
        python3 -c '
        import socket as S, sys
        keep = []
        def make(*kind): keep.append(S.socket(*kind)); return keep[-1]
        def server(family, host, port, *rest):
            l = make(family, *rest); l.setsockopt(S.SOL_SOCKET, S.SO_REUSEADDR, 1); l.bind((host, port)); l.listen(4)
            c = make(family, *rest); c.connect((host, port))
            s, _ = l.accept(); keep.append(s)
            return l, c, s
        server(S.AF_INET, "127.0.0.1", 5001)
        _, c, s = server(S.AF_INET, "127.0.0.2", 5002)
        s.shutdown(S.SHUT_WR); c.recv(1)
        _, c, s = server(S.AF_INET, "127.0.0.1", 5003)
        c.close(); s.recv(1); s.close()
        server(S.AF_INET6, "::1", 5001)
        waiting = make(S.AF_INET6, S.SOCK_STREAM); waiting.bind(("::", 5004)); waiting.listen(7)
        make(S.AF_INET6, S.SOCK_STREAM).connect(("::1", 5004))
        full = make(); full.setblocking(False)
        try: full.connect(("192.0.2.1", 5005))
        except OSError: pass
        u = make(S.AF_INET, S.SOCK_DGRAM); u.bind(("127.0.0.1", 53))
        make(S.AF_INET, S.SOCK_DGRAM).connect(("127.0.0.1", 53))
        make(S.AF_INET6, S.SOCK_DGRAM).bind(("::1", 5001))
        make(S.AF_UNIX).bind("\\0here"); keep[-1].listen(2)
        make(S.AF_UNIX).connect("\\0here")
        keep.extend(S.socketpair(S.AF_UNIX, S.SOCK_SEQPACKET)); keep.extend(S.socketpair(S.AF_UNIX, S.SOCK_DGRAM))
        make(S.AF_INET, S.SOCK_RAW, 1); make(S.AF_PACKET, S.SOCK_RAW, S.htons(3)); make(S.AF_NETLINK, S.SOCK_RAW, 0)
        try: server(S.AF_INET, "127.0.0.1", 5006, S.SOCK_STREAM, 262)
        except OSError: pass
        print("listening", flush=True)
        sys.stdin.read()' > sockets < /dev/zero & ready sockets
        ip address add 192.0.2.2/24 dev lo 2> /dev/null || :

        """

    /// Options of `info`, and what `ss` is to be told for the same.
    private static let rows: [(ours: String, theirs: String)] = [
        ("-t", "-ta"), ("-u", "-ua"), ("-x", "-xa"), ("", "-tuxa"), ("-tl", "-tl"), ("--mptcp", "-Ma"),
        ("-t -4", "-ta -4"), ("-tu -6", "-tua -6"), ("-t -n", "-tan"),
        ("--port 5001", "-tua ( sport = :5001 or dport = :5001 )"),
        (
            "-t --port 5001-5003,53",
            "-ta ( ( sport >= :5001 and sport <= :5003 ) or ( dport >= :5001 and dport <= :5003 ) )"
        ),
        ("--port domain,5002", "-tua ( sport = :53 or dport = :53 or sport = :5002 or dport = :5002 )"),
        ("--local :5001", "-tua sport = :5001"), ("-t --peer :5001", "-ta dport = :5001"),
        ("-u --peer 127.0.0.1:53", "-ua dst 127.0.0.1:53"),
        ("--local 127.0.0.0/31", "-tua -4 src 127.0.0.0/31"), ("--peer 127.0.0.2", "-tua -4 dst 127.0.0.2"),
        ("-t --local ::1 --local 127.0.0.2", "-ta ( src [::1] or src 127.0.0.2 )"),
        ("-t --peer [::1]:5001", "-ta dst [::1]:5001"),
        (
            "-t --local 127.0.0.0/8 --peer :5001-5002 ",
            "-ta -4 src 127.0.0.0/8 and dport >= :5001 and dport <= :5002"
        ),
        ("-t --address ::1", "-ta ( src [::1] or dst [::1] )"),
        ("-t --state established,listen", "-t state established state listening"),
        ("-t --state connected", "-t state connected"),
        ("-t --state synchronized", "-t state synchronized"), ("-t --state bucket", "-t state bucket"),
        ("-t --state big", "-ta state big"), ("-t --state all", "-ta state all"),
        ("-t --state listen,time-wait", "-t state listening state time-wait"),
        ("-t --state connected --local :5001", "-t state connected sport = :5001"),
        ("-x --state listen,estab", "-x state listening state established"),
        ("-x --state connected", "-x state connected"),
        ("--mptcp --local :5006", "-Ma sport = :5006"),
        ("--mptcp --peer 127.0.0.1:5006", "-Ma dst 127.0.0.1:5006"),
    ]

    @Test("the same as ss with the same filter: protocol, state, addresses and inode")
    func likeSS() throws {
        try Need.program("ss").require()
        try scene { scene in
            let runs = Self.rows.enumerated().map { index, row in
                let ss = Self.command(row.theirs)
                return """
                    echo '== \(index)'; \(ss); echo '%%'
                    $SOCKCTL info -j \(row.ours) || [ $? = 1 ]; echo '%%'; \(ss)
                    """
            }
            let program = try Network.run(
                scene, Self.sockets + "set -f\n" + runs.joined(separator: "\n") + "\nkill $!")
            _ = try program.exit()
            let answers = program.output.text.split(separator: "== ", omittingEmptySubsequences: false)
                .dropFirst()
            var sizes: [Int] = []
            for answer in answers {
                let index = try #require(Int(answer.prefix { $0 != "\n" }), "\(answer)")
                let row = Self.rows[index]
                let parts = answer.split(separator: "%%\n", omittingEmptySubsequences: false)
                try #require(parts.count == 3, "\(row): \(answer)")
                let (before, after) = (Self.told(parts[0].drop { $0 != "\n" }), Self.told(parts[2]))
                let events = try parts[1].split(separator: "\n").map { try Event(String($0)) }
                // ss does not ask for those that are only bound.
                let listed = Set(try events.filter { $0["state"] != "BOUND_INACTIVE" }.map(Self.identity))
                #expect(before.intersection(after).subtracting(listed).isEmpty, "\(row) lacks: \(scene)")
                #expect(listed.subtracting(before.union(after)).isEmpty, "\(row) has more: \(scene)")
                sizes.append(listed.count)
            }
            #expect(answers.count == Self.rows.count, "\(scene)")
            // A filter that chooses nothing would be no test; MPTCP may not be there.
            for (row, size) in zip(Self.rows, sizes) where !row.ours.contains("mptcp") {
                #expect(size > 0, "\(row): \(scene)")
            }
        }
    }

    /// The command line for the shell, which names the protocol also where there is only one.
    private static func command(_ filter: String) -> String {
        var words = filter
        for character in ["(", ")", "<", ">"] {
            words = words.replacing(character, with: "\\" + character)
        }
        let kinds = filter.prefix { $0 != " " }.filter("tuxM".contains)
        let names = ["t": "tcp", "u": "udp", "M": "mptcp"]
        return "ss -neHO \(words)" + (names[kinds].map { " | sed 's/^/\($0) /'" } ?? "")
    }

    /// A socket as a line of text: with its state, and the inode that tells it from others.
    private static func identity(_ event: Event) throws -> String {
        let row = try ListedRow(event)
        return "\(row.identity) \(row.state) \(event["family"] == "unix" ? "" : event["inode"] ?? "0")"
    }

    private static func told(_ lines: Substring) -> Set<String> {
        Set(
            lines.split(separator: "\n").compactMap { line in
                guard let row = ListedRow(ss: String(line)) else { return nil }
                let inode = line.firstMatch(of: /\ ino:(\d+)/).map { String($0.1) } ?? "0"
                return "\(row.identity) \(row.state) \(row.identity.hasPrefix("u_") ? "" : inode)"
            })
    }

    @Test("the TCP connections of an MPTCP connection stand below it, and have its token")
    func subflows() throws {
        try scene { scene in
            let script = """
                $SOCKCTL info -j --all-kinds --port 5006 --state established
                $SOCKCTL info --all-kinds --port 5006 --state established; kill $!
                """
            let program = try Network.run(scene, Self.sockets + script)
            _ = try program.exit()
            let events = try program.output.lines.filter { $0.hasPrefix("{") }.map { try Event($0) }
            try Kernel.require(5, 16, "MPTCP sockets are not listed")
            let tokens = try events.map { event in try #require(event["mptcp_token"] as String?, "\(event)") }
            #expect(events.count == 4 && Set(tokens).count == 2, "\(scene)")
            #expect(!events.contains { $0.line.contains("tcp_info") }, "\(scene)")
            let kinds = program.output.lines.filter { !$0.hasPrefix("{") }.dropFirst().map { $0.prefix(6) }
            #expect(kinds == ["mptcp ", "  tcp ", "mptcp ", "  tcp "], "\(scene)")
        }
    }

    @Test("user, inode, cookie, process and owners, in the list and beside --pid")
    func numbers() throws {
        try scene { scene in
            let script = """
                set +e
                one() { $SOCKCTL info -j "$@" | sed -n 's/.*"inode":"\\([0-9]*\\)".*/\\1/p' | sort | tr '\\n' ' '; echo; }
                pid=$!
                inode=$(one -t --local :5001 -4 --state listen | tr -d ' ')
                cookie=$($SOCKCTL info -j --inode $inode | sed 's/.*"cookie":"\\([0-9]*\\)".*/\\1/')
                echo $inode
                one --inode $inode; one --cookie $cookie; one --cookie $(printf 0x%x $cookie); one --pid $pid --inode $inode
                one --pid $pid --cookie $cookie; one --process python3 --local 127.0.0.1:5001 --state listen
                one --pid $pid --user root --local 127.0.0.1:5001 --state listen
                one --no-owners --user 0 --local 127.0.0.1:5001 --state listen
                one --inode 1; one --pid $pid --user 12345; one --process nobody
                $SOCKCTL info -j --no-owners | grep -c owners
                $SOCKCTL info --no-owners | head -1
                kill $pid
                """
            let program = try Network.run(scene, Self.sockets + script)
            _ = try program.exit()
            let lines = program.output.lines.map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(lines.count == 14, "\(scene)")
            #expect(!lines[0].isEmpty && lines[1...8].allSatisfy { $0 == lines[0] }, "\(scene)")
            #expect(lines[9...11].allSatisfy(\.isEmpty) && lines[12] == "0", "\(scene)")
            #expect(!lines[13].contains("owner"), "\(scene)")
        }
    }
}
