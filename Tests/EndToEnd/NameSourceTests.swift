// `resolve --sources` against a name service that the test plays itself, with files of its own in /etc: what each source
// says is what `getent -s` says, and which one libc takes is what libc takes.

import Foundation
import Glibc
import Testing

@Suite("resolve --sources")
struct NameSourceTests {
    private static let hosts = """
        127.0.0.1 localhost
        ::1 localhost six.test
        10.0.0.7 both.test four.test
        2001:db8::7 both.test
        203.0.113.9 many.test
        10.9.0.9 many.test
        127.0.0.5 many.test
        169.254.1.9 many.test
        8.8.8.8 many.test
        2001:db8::9 many.test
        2002:1::9 many.test
        2a00::1 many.test

        """

    /// A shell script in a network and a mount namespace, beside a name server, with files of /etc that it may change:
    /// they lie in the working directory.
    private func run(_ scene: Scene, options: String = "timeout:30 attempts:1", _ script: String) throws
        -> Program
    {
        let python = try Tool.python3.require()
        try Need.namespaces.require()
        let files = [
            ("resolv.conf", "nameserver 127.0.0.53\noptions \(options)\n"),
            ("nsswitch.conf", "hosts: files dns\n"), ("hosts", Self.hosts), ("gai.conf", ""),
        ]
        var lines = ["set -e", "PATH=$PATH:/usr/sbin:/sbin", "ip link set lo up"]
        for (name, text) in files {
            let path = try scene.file(name, Data(text.utf8))
            // Not each machine has all of them.
            lines.append(
                "[ -e /etc/\(name) ] && mount --bind '\(path)' /etc/\(name) || echo missing /etc/\(name) >&2")
        }
        lines.append(#"exec "$1" -c "$2" /bin/sh -e "$3""#)
        let functions = """
            hosts() { echo "hosts: $1" > nsswitch.conf; }
            # What libc itself says of a source, in one line.
            truth() { echo getent $(getent -A -s $1 ahosts $2 | sed -n 's/ *STREAM.*//p'); }
            sources() { $SOCKCTL resolve --sources "$@"; }

            """
        let file = try scene.file("script", Data((functions + script).utf8))
        return try scene.shell(
            #"exec unshare -rmn /bin/sh -c "$1" sh "$2" "$3" "$4""#,
            arguments: [lines.joined(separator: "\n"), python, NameServiceTests.server, file])
    }

    private func addresses(_ object: Any?) -> [String] {
        ((object as? [String: Any])?["addresses"] as? [[String: Any]] ?? []).compactMap {
            $0["host"] as? String
        }
    }

    /// The line for hosts, the name, what each source says, whose answer libc takes, and how many it asks.
    private static let rows: [(hosts: String, name: String, said: String, taken: String?, asked: Int)] = [
        ("files", "both.test", "success", "files", 1), ("dns", "alias.test", "success", "dns", 1),
        ("files dns", "four.test", "success success", "files", 1),
        ("dns files", "four.test", "success success", "dns", 1),
        ("files dns", "alias.test", "notfound success", "dns", 2),
        ("files [NOTFOUND=return] dns", "alias.test", "notfound success", nil, 1),
        ("files dns", "nope.test", "notfound notfound", nil, 2),
        ("files dns", "broken.test", "notfound unavail", nil, 2),
        ("dns [!UNAVAIL=return] files", "both.test", "notfound success", nil, 1),
        ("nosuch [!UNAVAIL=return] files", "both.test", "unavail success", "files", 2),
        ("files [SUCCESS=continue] dns", "four.test", "success success", "dns", 2),
        ("files dns nosuch", "nope.test", "notfound notfound unavail", nil, 3),
        ("files # dns", "alias.test", "notfound unavail success", "dns", 3),
    ]

    @Test("each source says what getent -s says, and libc takes the one that follows from the rules")
    func truth() throws {
        try Need.program("getent").require()
        try scene { scene in
            let program = try run(
                scene,
                Self.rows.map { row in
                    let words = row.hosts.replacing(/\[[^\]]*\]/, with: "").split(separator: " ")
                    let truths = words.map { "truth '\($0)' \(row.name)" }.joined(separator: "\n")
                    return """
                        hosts '\(row.hosts)'
                        sources -j \(row.name) 2> /dev/null || true
                        \(truths)
                        echo libc $(getent -A ahosts \(row.name) | sed -n 's/ *STREAM.*//p')

                        """
                }.joined())
            try scene.expectSuccess(program)
            var lines = program.output.lines[...]
            for row in Self.rows {
                let line = lines.removeFirst()
                let event = try Event(line)
                let sources: [[String: Any]] = try #require(event["sources"])
                for source in sources {
                    let words = ["getent"] + addresses(source)
                    #expect(lines.removeFirst() == words.joined(separator: " "), "\(row): \(line)")
                    #expect(source["duration_us"] is Int)
                }
                let answer: [[String: Any]] = try #require(event["addresses"])
                let words = ["libc"] + answer.compactMap { $0["host"] as? String }
                #expect(lines.removeFirst() == words.joined(separator: " "), "\(row): \(line)")
                #expect(
                    sources.map { $0["nss_status"] as? String ?? "-" }.joined(separator: " ") == row.said,
                    "\(line)")
                #expect(event["taken"] == row.taken, "\(line)")
                #expect(event["explained"] == true, "\(row): \(line)")
                #expect(sources.count { $0["asked"] as? Bool == true } == row.asked, "\(line)")
                #expect(event.has("error") == answer.isEmpty, "\(line)")
            }
        }
    }

    @Test(
        "the text says who answered, why not the others, what is not installed; the status is that of resolve"
    )
    func text() throws {
        try scene { scene in
            let program = try run(
                scene, options: "ndots:2 rotate",
                """
                hosts 'files nosuch [NOTFOUND=return] dns'
                sources four.test
                sources nope.test || echo status $?
                echo 'search test lan' >> resolv.conf
                sources four
                HOSTALIASES=none LOCALDOMAIN=x RES_OPTIONS=ndots:0 sources -j four 2> /dev/null || echo status $?
                """)
            try scene.expectSuccess(program)
            let text = program.output.text
            for words in [
                "four.test\n  answer  10.0.0.7\n  from    files, in ",
                "  hosts   files nosuch [NOTFOUND=return] dns (/etc/nsswitch.conf)\n",
                "libc takes this answer (SUCCESS=return)\n      10.0.0.7\n",
                "libnss_nosuch.so.2 is not installed; libc does not ask it: files ended the search (SUCCESS=return)\n",
                "libc does not ask it: files ended the search (SUCCESS=return)\n      192.0.2.4\n",
                "  dns servers    127.0.0.53 (/etc/resolv.conf)\n",
                "  dns options    ndots:2 timeout:5 attempts:2 rotate\n", "  dns names      four.test\n",
                "  not known      TTL, and which server answered: libc does not tell\n",
                "  answer  no such name (EAI_NONAME)\n  from    no source, in ",
                "libc asks the next source (NOTFOUND=continue)\n", "it is the last source\n", "\nstatus 3\n",
                "  dns search     test, lan\n", "  dns names      four.test, four.lan, four\n",
            ] {
                #expect(text.contains(words), "\(words)\n\(scene)")
            }
            #expect(program.errors.text.contains("sockctl: resolve nope.test: no such name (EAI_NONAME)\n"))
            let last = try Event(try #require(program.output.lines.first { $0.hasPrefix("{") }))
            #expect(last["dns.names"] == ["four", "four.x"] && last["dns.ndots"] == 0, "\(last)")
            #expect(
                last["dns.variables"] == ["LOCALDOMAIN", "RES_OPTIONS", "HOSTALIASES"]
                    && last["dns.flags"] == ["rotate"])
        }
    }

    @Test("the order is that of getaddrinfo, each pair with its rule, also by gai.conf")
    func order() throws {
        try scene { scene in
            let program = try run(
                scene,
                """
                hosts files
                for a in 10.9.0.1/24 203.0.113.1/24 169.254.1.1/16; do ip addr add $a dev lo; done
                for a in 2001:db8::1/64 2002:1::1/64; do ip -6 addr add $a dev lo nodad; done
                sources -j many.test; truth files many.test
                printf 'precedence ::ffff:0:0/96 100\\nlabel 2002::/16 9\\n' > gai.conf
                sources -j many.test; truth files many.test
                sources -v many.test | grep -e 'from 10.9.0.1) before' -e '^  name '
                sources many.test | grep -c 'higher precedence: 100, not 40 (gai.conf)'
                """)
            try scene.expectSuccess(program)
            let lines = program.output.lines
            for (index, rules) in [(0, [6, 6, 9, 8, 10, 1, 6]), (2, [9, 8, 10, 6, 10, 1, 6])] {
                let event = try Event(lines[index])
                let order: [[String: Any]] = try #require(event["order"])
                #expect(order.map { $0["rule"] as? Int } == rules, "\(lines[index])")
                let hosts: [[String: Any]] = try #require(event["addresses"])
                let words = hosts.compactMap { $0["host"] as? String }
                #expect(lines[index + 1] == (["getent"] + words).joined(separator: " "))
                let pairs = order.map { pair in
                    ["first", "second"].compactMap { (pair[$0] as? [String: Any])?["host"] as? String }
                }
                #expect(pairs == zip(words, words.dropFirst()).map { [$0, $1] })
            }
            #expect(lines[4] == "  name    many.test" && lines.count == 7, "\(scene)")
            #expect(lines.last == "2", "\(scene)")
        }
    }

    @Test("gethostbyname and AI_ADDRCONFIG: what they give otherwise")
    func differences() throws {
        try scene { scene in
            let program = try run(
                scene,
                """
                hosts files
                sources -j six.test; sources six.test | grep gethostbyname
                ip addr add 10.9.0.1/24 dev lo
                sources -j both.test; sources both.test | grep -e gethostbyname -e ADDRCONFIG
                sources localhost | grep gethostbyname
                for f in 4 6; do sources -$f localhost | grep '^  answer'; done
                """)
            try scene.expectSuccess(program)
            let lines = program.output.lines
            func hosts(_ line: String, _ name: String) throws -> [String] {
                let addresses: [[String: Any]] = try #require(try Event(line)["differences." + name])
                return addresses.compactMap { $0["host"] as? String }
            }
            // glibc takes ::1 in /etc/hosts for 127.0.0.1 as well.
            #expect(try hosts(lines[0], "gethostbyname") == ["127.0.0.1"])
            #expect(try hosts(lines[0], "only_gethostbyname") == ["127.0.0.1"])
            #expect(lines[1] == "  gethostbyname  127.0.0.1; getaddrinfo does not give 127.0.0.1")
            #expect(try hosts(lines[2], "addrconfig_omits") == ["2001:db8::7"])
            #expect(try hosts(lines[2], "only_getaddrinfo") == [])
            #expect(
                lines[3...] == [
                    "  gethostbyname  10.0.0.7",
                    "  AI_ADDRCONFIG  leaves out 2001:db8::7: no address of IPv6 but the loopback is configured",
                    "  gethostbyname  127.0.0.1 (2 times)", "  answer  127.0.0.1, 127.0.0.1", "  answer  ::1",
                ], "\(scene)")
        }
    }

    @Test("an address: each source's names")
    func reverse() throws {
        try scene { scene in
            let program = try run(
                scene,
                """
                sources -j 10.0.0.7 192.0.2.4
                sources 192.0.2.4 | grep -e 'dns names' -e '^  answer'
                sources 192.0.2.9 127.1 -w 300ms || echo status $?
                """)
            try scene.expectSuccess(program)
            let lines = program.output.lines
            let (one, other) = (try Event(lines[0]), try Event(lines[1]))
            #expect(one["taken"] == "files" && one["name"] == "both.test" && one["aliases"] == ["four.test"])
            #expect(other["taken"] == "dns" && other["name"] == "four.test" && other["explained"] == true)
            #expect(other["dns.names"] == ["4.2.0.192.in-addr.arpa"] && !other.has("differences"))
            #expect(
                lines[2] == "  answer  four.test" && lines[3].hasSuffix("4.2.0.192.in-addr.arpa"), "\(scene)")
            #expect(lines.last == "status 5", "\(scene)")
            #expect(
                program.errors.text.contains(
                    "no source is asked for an address in a classic form\n  write 127.0.0.1"))
        }
    }

    @Test("a source that does not answer: the others are told after --timeout, which ends the children")
    func slow() throws {
        try scene { scene in
            let start = Date()
            let program = try run(
                scene,
                """
                hosts 'files dns nosuch'
                sources -j -w 300ms silent.test || echo status $?
                sources -w 300ms silent.test 2> /dev/null || true
                sources -j slow.test
                """)
            try scene.expectSuccess(program)
            #expect(Date().timeIntervalSince(start) < 15)
            let event = try Event(program.output.lines[0])
            let sources: [[String: Any]] = try #require(event["sources"])
            #expect(sources.map { $0["nss_status"] as? String } == ["notfound", nil, "unavail"])
            #expect(sources.map { $0["asked"] as? Bool } == [true, true, nil])
            #expect(!event.has("explained") && !event.has("taken") && event["error.status"] == 5, "\(scene)")
            // The server waits for 300 ms before each answer.
            let late = try Event(try #require(program.output.lines.last))
            let times: [[String: Any]] = try #require(late["sources"])
            let microseconds = times.map { $0["duration_us"] as? Int ?? 0 }
            #expect(
                microseconds[0] < 300_000 && microseconds[1] >= 300_000 && late["taken"] == "dns", "\(late)")
            #expect(late["duration_us"] ?? 0 >= 300_000, "\(late)")
            #expect(program.output.text.contains("no answer within 300 ms\n"), "\(scene)")
            #expect(program.output.text.contains("asked or not: that depends on dns\n"), "\(scene)")
            #expect(program.errors.text.contains("the name service gave no answer within 300 ms"), "\(scene)")
        }
    }

    /// The server, the line for hosts, what is asked for, what DNS says, and whose answer libc takes.
    private static let dead: [(server: String, hosts: String, query: String, said: String, taken: String?)] =
        [
            ("127.0.0.9", "dns [!UNAVAIL=return] files", "both.test", "unavail", "files"),
            ("127.0.0.9", "dns [UNAVAIL=return] files", "both.test", "unavail", nil),
            ("198.51.100.1", "dns [!UNAVAIL=return] files", "both.test", "unavail", "files"),
            // Of an address, libc takes a server that is not there for one that does not know it.
            ("127.0.0.9", "dns [!UNAVAIL=return] files", "10.0.0.7", "notfound", nil),
            ("198.51.100.1", "dns [NOTFOUND=return] files", "10.0.0.7", "notfound", nil),
            ("198.51.100.1", "dns files", "10.0.0.7", "notfound", "files"),
        ]

    @Test("a server that is not there: what libc makes of it follows from what is shown")
    func deadServer() throws {
        try scene { scene in
            let program = try run(
                scene,
                Self.dead.map { row in
                    """
                    printf 'nameserver \(row.server)\\noptions attempts:1 timeout:1\\n' > resolv.conf
                    hosts '\(row.hosts)'
                    sources -j \(row.query) 2> /dev/null || true

                    """
                }.joined())
            try scene.expectSuccess(program)
            #expect(program.output.lines.count == Self.dead.count, "\(scene)")
            for (row, line) in zip(Self.dead, program.output.lines) {
                let event = try Event(line)
                let sources: [[String: Any]] = try #require(event["sources"])
                #expect(sources.first?["nss_status"] as? String == row.said, "\(row): \(line)")
                #expect(event["taken"] == row.taken && event["explained"] == true, "\(row): \(line)")
            }
        }
    }

    @Test("a signal ends it, and its children", arguments: [SIGINT, SIGTERM])
    func signal(number: Int32) throws {
        try scene { scene in
            let program = try run(scene, "exec $SOCKCTL resolve --sources -w 1h localhost silent.test")
            #expect(
                program.output.wait { data, _ in String(decoding: data, as: UTF8.self).contains("localhost") }
            )
            program.signal(number)
            // The children have the same stdout, which is at its end only when they are gone.
            try scene.expect(program, ends: .signal(number))
        }
    }

    @Test("what is wrong with nsswitch.conf is told")
    func configuration() throws {
        try scene { scene in
            let program = try run(
                scene,
                """
                hosts 'files [NOTFOUND=stop] dns'; sources localhost || echo status $?
                hosts "$(seq -s ' ' 17)"; sources localhost || echo status $?
                hosts ''; sources -j localhost || echo status $?
                echo 'passwd: files' > nsswitch.conf; sources localhost | grep hosts
                hosts files; sources localhost > /dev/full || echo status $?
                sources localhost - < /dev/null | head -n 1
                sources -n localhost || echo status $?
                """)
            try scene.expectSuccess(program)
            #expect(
                program.output.lines.filter { !$0.hasPrefix("{") } == [
                    "status 3", "status 1", "status 3", "  hosts   files dns (built into libc)", "status 10",
                    "localhost", "status 2",
                ], "\(scene)")
            for words in [
                "/etc/nsswitch.conf has a malformed line for hosts: libc looks nothing up\n",
                "/etc/nsswitch.conf names more than 16 sources\n",
                "--sources and --numeric cannot be combined",
            ] {
                #expect(program.errors.text.contains(words), "\(scene)")
            }
        }
    }

    @Test("--netns: the files of /etc/netns are read, and asked")
    func namespace() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    mkdir -p etc/netns/b
                    echo 'hosts: nosuch' > etc/nsswitch.conf
                    : > etc/hosts; : > etc/resolv.conf
                    echo 'hosts: files dns' > etc/netns/b/nsswitch.conf
                    echo '10.77.1.2 me.test' > etc/netns/b/hosts
                    echo 'nameserver 10.77.1.9' > etc/netns/b/resolv.conf
                    mount --bind etc /etc
                    $SOCKCTL resolve --sources -j --netns b -w 500ms me.test
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let event = try Event(program.output.lines[0])
            #expect(event["file"] == "/etc/netns/b/nsswitch.conf" && event["taken"] == "files", "\(scene)")
            #expect(event["dns.file"] == "/etc/netns/b/resolv.conf", "\(scene)")
            let servers: [[String: Any]] = try #require(event["dns.servers"])
            #expect(servers.first?["host"] as? String == "10.77.1.9")
        }
    }
}
