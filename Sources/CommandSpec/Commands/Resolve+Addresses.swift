// The subcommands of `resolve` that read and write addresses, and look nothing up.

extension CommandSpec {
    private static let rest = Prose.text(
        """
        `--verbose` and `--json` add the address in every form: as text, in hexadecimal, its bytes in decimal, an \
        IPv4 address also as a number, and what it is.
        """)

    static let inetATON = function(
        .inetATON,
        summary: "the bytes of an IPv4 address, in any classic form",
        description: [
            .text(
                """
                Prints the four bytes of each ADDRESS in hexadecimal. Exactly what libc takes is taken: one to \
                four parts, each in decimal, octal (`0177`) or hexadecimal (`0x7f`), the last of which fills \
                what is left: `127.1`, `0x7f.1`, `017700000001`, `2130706433`. What follows after white space \
                is ignored.
                """),
            rest,
        ],
        operands: [Operands.classicAddress],
        options: [Options.strict],
        examples: [
            Example("sockctl resolve inet_aton 192.168.2.1", "c0a80201"),
            Example("sockctl resolve inet_aton -v 127.1 0x7f.1 017700000001", "three forms of one address"),
            Example("sockctl resolve inet_aton --strict 192.168.2.1", "only four decimal parts"),
        ],
        seeAlso: ["inet_aton(3)"]
    )

    static let inetNTOA = function(
        .inetNTOA,
        summary: "the text of an IPv4 address",
        description: [
            .text(
                """
                Prints each NUMBER as an IPv4 address. A NUMBER is eight hexadecimal digits (`c0a80201`, and \
                also `10000000`), anything up to 32 bits in hexadecimal after `0x` or in decimal, or four \
                numbers up to 255. Four operands of that sort are one address; a line of standard input may \
                hold four of them.
                """),
            rest,
        ],
        operands: [Operands.addressNumber],
        examples: [
            Example("sockctl resolve inet_ntoa c0a80201", "192.168.2.1"),
            Example("sockctl resolve inet_ntoa 3232236033", "the same"),
            Example("sockctl resolve inet_ntoa 192 168 2 1", "the same"),
        ],
        seeAlso: ["inet_ntoa(3)"]
    )

    static let inetPTON = function(
        .inetPTON,
        summary: "the bytes of an IPv4 or IPv6 address",
        description: [
            .text(
                """
                Prints the four or sixteen bytes of each ADDRESS in hexadecimal. Exactly what libc takes is \
                taken: four decimal parts, or an IPv6 address without a scope.
                """),
            rest,
        ],
        operands: [Operands.address],
        options: [Options.ipv4, Options.ipv6],
        rules: [Options.families],
        examples: [
            Example("sockctl resolve inet_pton ::1 127.0.0.1", "bytes of either family"),
            Example("sockctl resolve inet_pton -6 ::ffff:192.0.2.1", "an address that is mapped"),
            Example("sockctl resolve inet_pton -v 2001:db8::1", "in every form"),
        ],
        seeAlso: ["inet_pton(3)"]
    )

    static let inetNTOP = function(
        .inetNTOP,
        summary: "the text of an IPv4 or IPv6 address",
        description: [
            .text(
                """
                Prints the address that has these BYTES: 8 hexadecimal digits for IPv4, 32 for IPv6, with or \
                without `0x` before them.
                """),
            rest,
        ],
        operands: [Operands.addressBytes],
        examples: [
            Example("sockctl resolve inet_ntop 7f000001", "127.0.0.1"),
            Example("sockctl resolve inet_ntop 20010db8000000000000000000000001", "2001:db8::1"),
            Example("sockctl resolve inet_ntop -v ffffffff", "what sort of address is this?"),
        ],
        seeAlso: ["inet_ntop(3)"]
    )
}
