// `--netns` and `--all-netns`: every command works in another network namespace, and `info` lists those of all.

import Foundation
import Glibc
import Testing

@Suite("network namespaces")
struct NamespaceTests {
    /// `inside NAME` starts a process in the namespace and waits for it; its number in /proc is in NAME.pid.
    private static let inside = """
        inside() {
            on $1 sh -c 'read pid rest < /proc/self/stat; echo $pid > $0.pid; exec sleep 1000' $1 &
            until [ -s $1.pid ]; do sleep 0.02; done
        }

        """

    @Test(
        "listen, connect, udp, broadcast and info work in the namespace that a name, a process or a path names"
    )
    func everyCommand() throws {
        try scene { scene in
            let script =
                Network.hosts + Self.inside + """
                    inside b
                    $SOCKCTL listen --netns b -k --echo '*:7000' 2> tcp & ready tcp
                    for n in b $(cat b.pid) /run/netns/b; do echo by $n; echo hi | $SOCKCTL connect --netns $n 127.0.0.1:7000; done
                    echo across | $SOCKCTL send --netns a 10.77.1.2:7000 -f -
                    $SOCKCTL send 127.0.0.1:7000 outside 2> /dev/null || echo outside $?
                    $SOCKCTL udp recv --netns $(cat b.pid) --echo '*:7001' 2> udp > /dev/null & ready udp
                    $SOCKCTL udp send --netns a --wait 10s --replies 1 10.77.1.2:7001 datagram; echo
                    $SOCKCTL broadcast recv --netns b --count 1 7002 2> broadcast > got & last=$!; ready broadcast
                    $SOCKCTL broadcast send --netns a 7002 everyone; wait $last; cat got; echo
                    $SOCKCTL broadcast addresses --netns a | grep -c 10.77.1.255
                    $SOCKCTL broadcast addresses | grep -c 10.77.1.255 || :
                    $SOCKCTL info getsockname --netns a --udp 10.77.1.2:9 | sed 's/:.*//'
                    $SOCKCTL listen --netns b -k --echo unix:@name 2> abstract & ready abstract
                    $SOCKCTL send --netns b unix:@name abstract; echo
                    $SOCKCTL send unix:@name outside 2> /dev/null || echo abstract $?
                    $SOCKCTL recv --netns b unix:file -O out 2> path & last=$!; ready path
                    $SOCKCTL send unix:file path; wait $last; cat out; echo
                    $SOCKCTL connect --check --netns b 127.0.0.1 7000 > /dev/null; echo check $?
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let pid = String(decoding: try scene.contents("b.pid"), as: UTF8.self).dropLast()
            let expected = [
                "by b", "hi", "by \(pid)", "hi", "by /run/netns/b", "hi", "across", "outside 4", "datagram",
                "everyone", "1", "0", "10.77.1.1", "abstract", "abstract 4", "path", "check 0",
            ]
            #expect(program.output.lines == expected, "\(scene)")
        }
    }

    @Test("info --netns lists what info lists there, and outside there is nothing of it")
    func information() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    for h in a b; do $SOCKCTL listen --netns $h 7000 2> $h & ready $h; done
                    $SOCKCTL info -j --netns b -tl | cat
                    on b $SOCKCTL info -j -tl | cat
                    $SOCKCTL info -j -tl | cat
                    """
            let program = try Network.run(scene, script)
            _ = try program.exit()
            let inodes = try program.output.events().compactMap { $0["inode"] as String? }
            try #require(inodes.count == 4, "\(scene)")
            #expect(inodes[0...1] == inodes[2...3] && inodes[0] != inodes[1], "\(scene)")
        }
    }

    /// What is given, the status, and what is said.
    private static let wrong: [(String, Int, String)] = [
        ("nowhere", 3, "no network namespace has this name (ENOENT)\n  these have names: 77, blue"),
        ("4194305", 3, "no such process (ENOENT)"), ("99999999999999999999", 3, "no such process"),
        ("77", 3, "digits are a process ID; for the namespace with this name: --netns /run/netns/77"),
        ("/no/such/file", 3, "no such file (ENOENT)"), ("/etc/passwd/x", 3, "no such file (ENOTDIR)"),
        ("/dev/null", 2, "it is not a network namespace (EINVAL)"), ("/", 2, "it is not a network namespace"),
        ("/proc/self/ns/mnt", 2, "it is not a network namespace (EINVAL)"), ("./fifo", 2, "is not a network"),
        ("left", 2, "the file is left over: 'ip netns delete left' removes it"),
        ("''", 2, "'' is not the name, a process or the path of a network namespace"),
        ("blue --fd 0", 2, "--netns and --fd cannot be combined"),
        ("blue --pid 1", 2, "--netns and --pid cannot be combined"),
        ("blue --all-netns", 2, "--all-netns and --netns cannot be combined"),
    ]

    @Test("what is no network namespace, and what to write instead")
    func errors() throws {
        try scene { scene in
            let words = Self.wrong.map { $0.0 }
            let script =
                "ip netns add blue; ip netns add 77; : > /run/netns/left; mkfifo fifo; set +e\n"
                + words.map { "$SOCKCTL info --netns \($0) 2>&1; echo \"= $?\"" }.joined(separator: "\n")
            let program = try Network.run(scene, script)
            _ = try program.exit()
            let answers = program.output.text.split(separator: /= \d+\n/, omittingEmptySubsequences: false)
            let statuses = program.output.text.matches(of: /= (\d+)\n/).compactMap { Int($0.1) }
            try #require(statuses.count == words.count, "\(scene)")
            for (index, row) in Self.wrong.enumerated() {
                // There may be a process 77 on this machine, in which case it is that.
                if row.0 == "77", access("/proc/77", F_OK) == 0 { continue }
                #expect(
                    statuses[index] == row.1 && answers[index].contains(row.2), "\(row): \(answers[index])")
            }
        }
    }

    @Test("names are looked up with the files of /etc/netns, and nothing else sees them")
    func lookUps() throws {
        try scene { scene in
            let script =
                Network.hosts + """
                    mkdir -p etc/netns/b
                    echo 'hosts: files' > etc/nsswitch.conf
                    echo '127.0.0.1 localhost' > etc/hosts
                    echo '10.77.1.2 me.test' > etc/netns/b/hosts
                    mount --bind etc /etc
                    $SOCKCTL listen --netns b -k --echo me.test:7000 2> tcp & ready tcp
                    $SOCKCTL resolve gethostbyname --netns b me.test
                    $SOCKCTL resolve gethostbyname --netns /run/netns/b me.test 2> /dev/null || echo path $?
                    $SOCKCTL resolve gethostbyname me.test 2> /dev/null || echo outside $?
                    $SOCKCTL resolve gethostbyname --netns a me.test 2> /dev/null || echo a $?
                    $SOCKCTL send --netns b me.test:7000 hello; echo
                    $SOCKCTL info getpeername --netns b me.test:7000
                    cat /etc/hosts
                    : > etc/netns/b/other.conf
                    $SOCKCTL resolve gethostbyname -v --netns b me.test 2>&1 | grep without
                    """
            let program = try Network.run(scene, script)
            try scene.expectSuccess(program)
            let expected = [
                "10.77.1.2", "path 3", "outside 3", "a 3", "hello", "10.77.1.2:7000", "127.0.0.1 localhost",
                "names are looked up without all of /etc/netns/b: no such file or directory (ENOENT)",
            ]
            #expect(program.output.lines == expected, "\(scene)")
        }
    }

    @Test("an ordinary user enters what belongs to it, and is told what keeps it from the rest")
    func ordinaryUser() throws {
        try Need.namespaces.require()
        let asNobody = getuid() == 0
        if asNobody { try Need.root.require() }
        try scene { scene in
            let script = """
                set -u; PATH=$PATH:/usr/sbin:/sbin
                unshare -Urn sh -c 'ip link set lo up; exec "$SOCKCTL" listen -k --echo 7000' 2> /dev/null & pid=$!
                until $SOCKCTL info -jtl --netns $pid --port 7000 2> /dev/null | grep -q 7000; do sleep 0.02; done
                $SOCKCTL send --netns $pid 127.0.0.1:7000 hello; echo
                echo $pid
                $SOCKCTL info -jtl --netns $pid --local 127.0.0.1:7000
                $SOCKCTL info -jtl --all-netns --local 127.0.0.1:7000 --process sockctl | grep "\\"netns\\":\\"$pid\\""
                $SOCKCTL info --netns 1; echo $?
                kill $pid
                """
            let program =
                asNobody
                ? try scene.run(
                    .setpriv,
                    ["--reuid=65534", "--regid=65534", "--clear-groups", "env"]
                        + ["SOCKCTL=\(try Tool.sockctl.require())", "sh", "-c", script])
                : try scene.shell(script)
            _ = try program.exit()
            let lines = program.output.lines
            try #require(lines.count == 5 && lines[0] == "hello" && lines[4] == "9", "\(scene)")
            #expect(program.errors.text.contains("CAP_SYS_"), "\(scene)")
            for line in lines[2...3] {
                let event = try Event(line)
                let owners: [[String: Any]] = try #require(event["owners"], "\(event)")
                #expect(owners.map { "\($0["pid"] ?? "")" } == [lines[1]], "\(event)")
            }
            #expect(try Event(lines[3])["uid"] == (asNobody ? 65534 : Int(getuid())), "\(scene)")
        }
    }

    @Test(
        "--all-netns lists the sockets of every namespace, each once, with where it is, owner and container")
    func all() throws {
        try scene { scene in
            let id = String(repeating: "0123456789abcdef", count: 4)
            let script =
                Network.hosts + """
                    for h in a b; do
                        $SOCKCTL listen --netns $h -I eth0 '*:7000' -4 2> $h & ready $h
                    done
                    ip netns add 77; ip netns add empty
                    $SOCKCTL listen --netns /run/netns/77 unix:@seven 2> seven & ready seven
                    unshare -n sh -c 'read pid rest < /proc/self/stat; echo $pid > pid; ip link set lo up
                        exec $SOCKCTL listen 127.0.0.1:7000' 2> nameless & ready nameless
                    $SOCKCTL listen 127.0.0.1:7000 2> here & ready here
                    echo 0::/system.slice/docker-\(id).scope > cgroup
                    mount --bind cgroup /proc/$(cat pid)/cgroup 2> /dev/null || :
                    $SOCKCTL info -jl --all-netns --process sockctl
                    echo
                    for f in a b /run/netns/77; do stat -Lc %i /run/netns/${f##*/}; done; stat -Lc %i /proc/$(cat pid)/ns/net
                    stat -Lc %i /proc/self/ns/net; echo
                    $SOCKCTL info -tl --all-netns --local :7000
                    $SOCKCTL info -tl --all-netns --local :7001; echo $?
                    """
            let program = try Network.run(scene, "set +e\n" + script)
            _ = try program.exit()
            let parts = program.output.text.split(separator: "\n\n")
            try #require(parts.count == 3, "\(scene)")
            let pid = String(decoding: try scene.contents("pid"), as: UTF8.self).dropLast()
            let numbers = parts[1].split(separator: "\n").map(String.init)
            try #require(numbers.count == 5, "\(scene)")
            let sockets = try parts[0].split(separator: "\n").map { try Event(String($0)) }
                // Other tests run beside this one.
                .filter { numbers.contains($0["netns_inode"] ?? "") }
            func one(_ number: String) throws -> Event {
                let found = sockets.filter { $0["netns_inode"] == number }
                try #require(found.count == 1, "\(number): \(scene)")
                let owners: [[String: Any]] = try #require(found[0]["owners"], "\(scene)")
                #expect(owners.first?["name"] as? String == "sockctl", "\(scene)")
                return found[0]
            }
            for (host, number) in zip(["a", "b"], numbers) {
                let socket = try one(number)
                #expect(socket["netns"] == host && socket["interface"] == "eth0", "\(socket)")
            }
            let seven = try one(numbers[2])
            #expect(seven["netns"] == "/run/netns/77" && seven["local.path"] == "seven", "\(seven)")
            let nameless = try one(numbers[3])
            #expect(nameless["netns"] == String(pid), "\(nameless)")
            #expect(try one(numbers[4])["local.port"] == 7000, "\(scene)")
            // Our own comes first.
            #expect(sockets.first?["netns_inode"] == numbers[4], "\(scene)")
            let table = parts[2].split(separator: "\n").map(String.init)
            #expect(table.first?.hasPrefix("netns ") == true && table.last == "1", "\(scene)")
            #expect(table.contains { $0.hasPrefix("a ") && $0.contains("%eth0:7000") }, "\(scene)")
            if nameless["container"] == nil as String? {
                try Need.kernel("nothing can be mounted over a file of /proc/PID").require()
            }
            #expect(nameless["container"] == id && seven["container"] == nil as String?, "\(nameless)")
            #expect(
                table.contains { $0.hasPrefix(pid) && $0.contains(" 0123456789ab  sockctl ") }, "\(scene)")
        }
    }
}
