// Networks of their own for a test: hosts in namespaces, made by a script that runs in a fresh user, network,
// mount and process namespace, so that no privilege is needed and all of it is gone when the script ends.

import Foundation
import Glibc
import Testing

enum Network {
    /// Runs a shell script as the root of new namespaces, with `$SOCKCTL` as the binary, `on HOST COMMAND`,
    /// `ready FILE...` to wait for those that say there that they listen, and `filter HOST RULE...`.
    static func run(_ scene: Scene, _ script: String) throws -> Program {
        try Need.namespaces.require()
        if script.contains("nft") || script.contains("filter ") { try Need.program("nft").require() }
        let setUp = """
            PATH=$PATH:/usr/sbin:/sbin
            mount -t tmpfs tmpfs /run && ip link set lo up || exit 1
            on() { h=$1; shift; ip netns exec $h "$@"; }
            # Waits until every receiver has said that it is there.
            ready() { for f in "$@"; do until grep -q listening $f 2> /dev/null; do sleep 0.02; done; done; }
            # Rules for what comes to a host.
            filter() {
                h=$1; shift
                { echo 'table ip t { chain c { type filter hook input priority 0;'; printf '%s\\n' "$@" '}; }'; } |
                    on $h nft -f -
            }

            """
        let file = try scene.file("script", Data((setUp + script).utf8))
        return try scene.shell("exec unshare -Urnm --fork --pid --kill-child /bin/sh -eu \(file)")
    }

    /// Hosts a, b and c on one bridge, 10.77.1.0/24, and d on another, 10.77.2.0/24.
    static let hosts = """
        for bridge in br1 br2; do ip link add $bridge type bridge; ip link set $bridge up; done
        host() {
            ip netns add $1
            ip link add v$1 type veth peer name eth0 netns $1
            ip link set v$1 master $2 up
            ip -n $1 link set lo up
            # No wait until an IPv6 address is known to be nobody else's.
            ip netns exec $1 sh -c 'echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad'
            ip -n $1 link set eth0 up
            ip -n $1 addr add $3 brd + dev eth0
            ip -n $1 route add 224.0.0.0/4 dev eth0
        }
        host a br1 10.77.1.1/24
        host b br1 10.77.1.2/24
        host c br1 10.77.1.3/24
        host d br2 10.77.2.4/24

        """
}
