// The options of `info --peek`, what a process has received and not read, and of `info --summary`.

extension Options {
    package static let peek = Option(
        flag: "peek", group: .target,
        help: "what the socket has received and not read",
        manual: """
            Print what the socket of `--pid` and `--fd` has received and its process has not read, without taking \
            it: of a stream its first bytes, of datagrams the first, at most 64 KiB or `--bytes`. See below.
            """)

    /// How much of it. (`recv` has an option of this name that ends it.)
    package static let peekBytes = bytes.described(
        default: "64k", group: .target, help: "with --peek: at most SIZE bytes",
        manual: "With `--peek`, print no more than SIZE bytes.")

    /// Without the letter: `-x` is something else to those who know `ss`.
    package static let peekHex = Option(
        flag: "hex", group: .reporting,
        help: "with --peek: as a hex dump",
        manual: "With `--peek`, print a hex dump in place of the bytes, as `xxd` writes it.")

    package static let summary = Option(
        flag: "summary", group: .filter,
        help: "count them, and show what is worth a look",
        manual: """
            Print how many sockets there are, instead of a list, and what is worth a look: full accept queues, \
            connections in `CLOSE_WAIT`, drops, retransmissions, ports that `TIME_WAIT` holds. See below.
            """)

    /// What is peeked at is one socket that somebody has, and nothing is filtered.
    static let peeking: [Rule] = [
        .that(peek, needs: pid, descriptor),
        .that(peekBytes, needs: peek),
        .that(peekHex, needs: peek),
        .none(
            of: [peek],
            with: kinds + [ipv4, ipv6, allKinds] + filters),
    ]
}
