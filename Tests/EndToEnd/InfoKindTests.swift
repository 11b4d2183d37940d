// Kinds of sockets that the list leaves out unless it is asked, what is only bound, and interfaces: in a network
// namespace, where all of them may be made and nobody else has any.

import Foundation
import Glibc
import Testing

@Suite("info: kinds of sockets")
struct InfoKindTests {
    /// Sockets of every kind that can be made here, and of each its descriptor, and its inode.
    private static let sockets = """
        python3 -c '
        import os, socket as S, sys
        k = {}
        k["bound"] = S.socket(); k["bound"].bind(("127.0.0.1", 5001))
        k["bound6"] = S.socket(S.AF_INET6); k["bound6"].bind(("::1", 5002))
        k["device"] = S.socket(); k["device"].setsockopt(1, 25, b"lo")
        k["device"].bind(("127.0.0.53", 53)); k["device"].listen()
        k["device6"] = S.socket(S.AF_INET6, S.SOCK_DGRAM); k["device6"].setsockopt(1, 25, b"lo")
        k["device6"].bind(("::", 54))
        k["raw"] = S.socket(S.AF_INET, S.SOCK_RAW, 1)
        k["netlink"] = S.socket(S.AF_NETLINK, S.SOCK_RAW, 0); k["netlink"].bind((4711, 1))
        k["packet"] = S.socket(S.AF_PACKET, S.SOCK_RAW, S.htons(3)); k["packet"].bind(("lo", 0))
        k["lldp"] = S.socket(S.AF_PACKET, S.SOCK_DGRAM, S.htons(0x88cc))
        try: k["vsock"] = S.socket(S.AF_VSOCK); k["vsock"].bind((0xffffffff, 0xffffffff)); k["vsock"].listen()
        except OSError: pass
        try: k["xdp"] = S.socket(44, S.SOCK_RAW)
        except OSError: pass
        for key, s in k.items(): print(key, s.fileno(), os.fstat(s.fileno()).st_ino)
        print("listening", flush=True)
        sys.stdin.read()' > sockets < /dev/zero & ready sockets
        """

    /// Runs a script beside these sockets, and hands `body` what it wrote and the sockets' inodes.
    private func beside(
        _ script: String,
        _ body: (Scene, Collector, [String: (descriptor: String, inode: String)]) throws -> Void
    ) throws {
        try scene { scene in
            let setUp = Self.sockets.replacing("< /dev/zero", with: "< \(scene.path("pipe"))")
            // Opened for both directions it does not wait, and never ends.
            let program = try Network.run(
                scene, "mkfifo pipe; exec 9<>pipe\n\(setUp)\n\(script)\nkill $! 2> /dev/null; wait")
            _ = try program.exit()
            var known: [String: (String, String)] = [:]
            for line in String(decoding: try scene.contents("sockets"), as: UTF8.self).split(separator: "\n")
            {
                let words = line.split(separator: " ").map(String.init)
                if words.count == 3 { known[words[0]] = (words[1], words[2]) }
            }
            #expect(known.count >= 8, "\(scene)")
            try body(scene, program.output, known)
        }
    }

    @Test("each kind by its name, and all of them together")
    func kinds() throws {
        try beside("$SOCKCTL info -j --all-kinds 2> /dev/null") { scene, output, known in
            let events = try output.events()
            func socket(_ name: String) throws -> Event {
                let inode = try #require(known[name]).inode
                let found = events.filter { $0["inode"] == inode }
                #expect(found.count == 1, "\(name): \(scene)")
                return try #require(found.first, "\(name): \(scene)")
            }
            let netlink = try socket("netlink")
            #expect(netlink["family"] == "netlink" && netlink["protocol"] == "NETLINK_ROUTE", "\(netlink)")
            #expect(netlink["local.family"] == "netlink" && netlink["local.port"] == 4711, "\(netlink)")
            let packet = try socket("packet")
            #expect(packet["protocol"] == "ETH_P_ALL" && packet["interface"] == "lo", "\(packet)")
            #expect(packet["local.protocol"] == "ETH_P_ALL" && packet["local.interface"] == "lo", "\(packet)")
            let lldp = try socket("lldp")
            #expect(lldp["protocol"] == "ETH_P_LLDP" && lldp["type"] == "SOCK_DGRAM", "\(lldp)")
            for one in [netlink, packet, lldp] {
                // It has no state, and none is made up; nor is there a peer.
                #expect(!one.has("state") && one["listening"] == false && !one.has("peer"), "\(one)")
                let owners: [[String: Any]] = try #require(one["owners"], "\(one)")
                #expect(owners.count == 1, "\(one)")
            }
            // Nobody holds those of the kernel, also where processes are out of sight.
            let kernels = events.filter { $0["family"] == "netlink" && $0["local.port"] == 0 }
            #expect(!kernels.isEmpty && kernels.allSatisfy { $0.line.contains(#""owners":[]"#) }, "\(scene)")
            #expect(try socket("raw")["protocol"] == "IPPROTO_ICMP", "\(scene)")
            #expect(try socket("bound")["state"] == "BOUND_INACTIVE", "\(scene)")
        }
        try beside(
            """
            for kind in --packet --netlink --raw-ip "--packet --tcp" "--netlink -4" "--netlink --state listen" ""; do
                echo "[$kind]"; $SOCKCTL info $kind | sed 1d | cut -d' ' -f1 | sort -u
            done
            echo "[table]"; $SOCKCTL info --packet --netlink
            """
        ) { scene, output, _ in
            let text = output.text
            for part in [
                "[--packet]\np_dgr\np_raw\n[", "[--netlink]\nnl\n[", "[--raw-ip]\nraw\n[",
                "[--packet --tcp]\np_dgr\np_raw\ntcp\n[", "[--netlink -4]\n[",
                "[--netlink --state listen]\n[",
                "[]\ntcp\nudp\n[",
            ] {
                #expect(text.contains(part), "\(part): \(scene)")
            }
            for line in [/p_raw +0 +0 +all:lo +python3 pid=/, /p_dgr +0 +0 +lldp:\* +python3/] {
                #expect(text.contains(line), "\(scene)")
            }
            #expect(text.contains(/nl +0 +0 +route:4711 +python3/), "\(scene)")
            #expect(text.contains(/nl +[0-9]+ +0 +route:kernel\n/), "\(scene)")
        }
    }

    @Test("where netlink is refused, /proc/net tells of packet and netlink sockets too")
    func tables() throws {
        try scene { scene in
            let names = ["info", "-j", "--netlink", "--packet"]
            let list = try scene.run(.sockctl, names, refusing: [.sockets(AF_NETLINK, EPERM)])
            try scene.expectSuccess(list)
            let ports = try list.output.events().filter { $0["family"] == "netlink" }
                .compactMap { $0["local.port"] as Int? }
            #expect(ports.contains(0) && !list.output.text.contains("cookie"), "\(scene)")
        }
    }

    @Test("what is bound and does not listen is found by its state, and as CLOSE by nobody")
    func boundInactive() throws {
        try beside(
            """
            $SOCKCTL info -j --state BOUND_INACTIVE
            $SOCKCTL info -j --tcp --state close --state listen
            $SOCKCTL info -j --pid $! --tcp --state bound-inactive
            """
        ) { scene, output, known in
            let events = try output.events()
            try Kernel.require(6, 8, "no state bit for sockets that are only bound")
            #expect(
                events.compactMap { $0["local.port"] as Int? } == [5001, 5002, 53, 5001, 5002], "\(scene)")
        }
    }

    @Test("an interface that a socket is bound to stands behind its address")
    func interface() throws {
        try beside(
            """
            $SOCKCTL info --port 53; $SOCKCTL info --port 54
            for port in 53 54; do $SOCKCTL info -j --pid $! --port $port; done
            $SOCKCTL info -v --pid $! --port 53
            """
        ) { scene, output, _ in
            let lines = output.lines
            try #require(lines.count > 6, "\(scene)")
            #expect(lines[1].contains("  127.0.0.53%lo:53  "), "\(scene)")
            #expect(lines[3].contains("  [::%lo]:54  "), "\(scene)")
            for line in lines[4...5] {
                let socket = try Event(line)
                #expect(socket["interface"] == "lo", "\(scene)")
            }
            #expect(output.text.contains(/local address +127\.0\.0\.53%lo:53\n/), "\(scene)")
        }
    }

    @Test("addresses and states of families that are not known are absent, not invented")
    func otherFamilies() throws {
        try beside(
            """
            while read name fd inode; do
                test $name = listening && break
                $SOCKCTL info -j --pid $! --fd $fd
                printf '%s ' "$name" >> names
                $SOCKCTL info getsockname --pid $! --fd $fd >> names 2>> errors || echo "status $?" >> names
            done < sockets
            """
        ) { scene, output, known in
            let events = try output.events()
            #expect(events.count == known.count, "\(scene)")
            for event in events {
                let family: String = try #require(event["family"], "\(event)")
                let hasState = ["inet", "inet6", "unix", "vsock"].contains(family)
                #expect(event.has("state") == hasState, "\(event)")
                #expect(event.has("local") == (family != "xdp"), "\(event)")
            }
            let names = String(decoding: try scene.contents("names"), as: UTF8.self)
            for line in [
                "netlink netlink:4711\n", "packet packet:ETH_P_ALL:lo\n", "lldp packet:ETH_P_LLDP:*\n",
                "bound 127.0.0.1:5001\n",
            ] {
                #expect(names.contains(line), "\(names)")
            }
            if known["vsock"] != nil {
                // Its ports are those of the machine, whatever the network namespace.
                #expect(names.contains(/vsock vsock:\*:[0-9]+\n/), "\(names)")
                #expect(events.contains { $0["family"] == "vsock" && $0["state"] == "LISTEN" }, "\(scene)")
            }
            if known["xdp"] != nil { #expect(names.contains("xdp status 1\n"), "\(names)") }
            #expect(!names.contains(" \n"), "\(names)")
        }
    }
}
