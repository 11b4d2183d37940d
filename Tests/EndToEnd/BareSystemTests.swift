// Systems that lack what others have: a container's /proc, a machine without names, without IPv6, with its loopback
// interface down. Each in namespaces of its own.

import Foundation
import Glibc
import Testing

@Suite("A system that lacks something")
struct BareSystemTests {
    /// Runs a script in new namespaces and returns what it writes.
    private func output(_ scene: Scene, _ script: String) throws -> String {
        let program = try Network.run(scene, script)
        try scene.expectSuccess(program)
        return program.output.text
    }

    @Test("a bare port is one of this host without asking a resolver")
    func barePort() throws {
        try scene { scene in
            // Without hosts, and with a resolver that would be waited for.
            let text = try output(
                scene,
                """
                printf 'nameserver 127.0.0.53\\n' > resolv.conf; : > hosts; printf 'hosts: files dns\\n' > nsswitch.conf
                for f in resolv.conf hosts nsswitch.conf; do mount --bind $f /etc/$f; done
                for disabled in 0 1; do
                    echo $disabled > /proc/sys/net/ipv6/conf/lo/disable_ipv6
                    $SOCKCTL recv 9000 2> err & ready err
                    $SOCKCTL send -w 5s 9000 "hello "
                    wait $!
                    $SOCKCTL udp recv -c 1 9000 2> datagrams & ready datagrams
                    $SOCKCTL udp send -w 5s 9000 "datagram "
                    wait $!
                    $SOCKCTL send 9000 x 2> refused || echo "status $? "
                    rm err datagrams
                done
                """)
            #expect(text == "hello datagram status 4 \nhello datagram status 4 \n", "\(scene)")
        }
    }

    @Test("the loopback interface is down")
    func loopbackIsDown() throws {
        try scene { scene in
            let text = try output(
                scene,
                """
                ip link set lo down
                $SOCKCTL connect -w 200ms 127.0.0.1:9 2>&1 || echo "status $?"
                """)
            #expect(text.contains("'ip link set lo up'") && text.hasSuffix("status 5\n"), "\(scene)")
        }
    }

    @Test("an owner in another PID namespace is null, with the reason")
    func otherProcesses() throws {
        try scene { scene in
            let text = try output(
                scene,
                """
                $SOCKCTL listen -k 127.0.0.1:9000 2> err & ready err
                unshare --mount --pid --fork --mount-proc $SOCKCTL info -j --listening --port 9000
                unshare --mount --pid --fork --mount-proc $SOCKCTL info --process sockctl --port 9000 2>&1 ||
                    [ $? = 1 ]
                """)
            let lines = text.split(separator: "\n").map(String.init)
            let socket = try Event(try #require(lines.first))
            let reason: String = try #require(socket["owners_hidden"], "\(scene)")
            #expect(socket.line.contains(#""owners":null"#) && reason.contains("PID namespace"), "\(scene)")
            // Asked for by its owner's name it is not found, and that is said.
            #expect(text.contains("the owners of 1 socket are not visible"), "\(scene)")
        }
    }

    @Test("a /proc with nothing but processes: all kinds of sockets are listed")
    func onlyProcesses() throws {
        try scene { scene in
            let text = try output(
                scene,
                """
                mount -t proc -o subset=pid proc /proc
                $SOCKCTL listen -k 127.0.0.1:9000 2> err & ready err
                $SOCKCTL info 2>&1
                """)
            #expect(text.contains("127.0.0.1:9000") && text.contains("sockctl pid="), "\(scene)")
            #expect(!text.contains("not listed") && !text.contains("sockctl: "), "\(scene)")
        }
    }
}
