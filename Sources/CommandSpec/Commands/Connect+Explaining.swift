// What the manual says of `connect --explain`: the steps, and each verdict with its word.

extension CommandSpec {
    static let explaining: [Prose] = [
        .text(
            """
            With `--explain` the command makes one connection and reports each step: the name, the route, the neighbour on the \
            link, the handshake, what the peer sends by itself within 100 ms, the path MTU and, for an address of this host, which \
            sockets have the port. Anything uncertain is marked `not sure`. The last lines are the verdict and what to do \
            about it. With `--json` each step is an object, and the verdict is one of these words:
            """),
        .list([
            Prose.Item("connected", "it accepts connections, even if it closes them at once"),
            Prose.Item(
                "name-unknown, no-address, service-unknown, name-service",
                "the name has no such address, or could not be looked up"),
            Prose.Item(
                "source-not-local, source-in-use, port-not-permitted, local-setting, local-filter",
                "this host does not allow it: the source address, an option, or a rule for output"),
            Prose.Item(
                "descriptors, ports-exhausted, family-missing",
                "this host has no descriptor, no port or no address left for a connection"),
            Prose.Item(
                "no-route, blackhole, unreachable-route, prohibited, not-unicast, needs-interface",
                "the routes of this host do not lead to the address"),
            Prose.Item(
                "interface-down, loopback-down, no-carrier, neighbour-silent",
                "the link is down, or the next hop does not answer ARP or neighbour discovery"),
            Prose.Item(
                "icmp-prohibited, icmp-unreachable, icmp-refused, hop-limit",
                "another host reported an error by ICMP; the sentence names it"),
            Prose.Item(
                "nothing-listens, not-listening, other-address, other-family, other-interface, other-namespace",
                "the address belongs to this host, and nothing listens at it; what has the port is named"),
            Prose.Item("backlog-full, listener-silent", "something listens there and does not answer"),
            Prose.Item(
                "refused, no-answer, reset, unreachable, other",
                "the connection failed, and what was seen does not say why: never sure"),
            Prose.Item("path-mtu", "long packets may be lost on the path: only suspected"),
            Prose.Item("tls, tls-expected", "TLS failed, or the peer expects it"),
            Prose.Item(
                "no-such-path, dangling-link, not-permitted, not-a-socket, stale-socket, wrong-type",
                "what is wrong with the file of a Unix socket"),
        ]),
    ]
}
