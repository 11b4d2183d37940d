// The options that say where messages begin and end.

package import Framing

extension Options {
    package static let frame = Option(
        "frame", .framing, "FRAMING", group: .payload,
        help: "how messages are cut and joined, such as line",
        manual: """
            Cut what is received into messages, and join those that are sent: a byte stream has no boundaries \
            of its own. FRAMING is one of those in `sockctl(1)`, or `IN:OUT` where messages are cut \
            differently on our side (standard input and output) and on the socket: with `line:u32be` lines \
            are read, and sent with their length before them.
            """)

    package static let maxMessage = Option(
        "max-message", .size, "SIZE", group: .payload, default: "16M",
        help: "the longest message that is taken",
        manual: """
            Take no message longer than SIZE: it bounds what a peer can make this program hold. A longer one \
            ends the connection with status 11. The default is 16M.
            """)
}
