// The cells that are known to be broken, and why. This file is to be deleted: when its table is empty, with the
// one line that asks it in Keeping.swift.

struct KnownBreaches {
    /// Parts of keys, all of which a cell's key has; `|` between those of which it has one.
    let parts: [String]
    let reason: String
    let isIntermittent: Bool

    init(_ parts: String..., because reason: String, intermittent: Bool = false) {
        self.parts = parts
        self.reason = reason
        isIntermittent = intermittent
    }

    private static let tcp = "/IPv4/|/IPv6/"

    static let table: [KnownBreaches] = [
        // 1
        KnownBreaches(
            "1 written/the peer says all that is taken and resets/",
            "/listen -k/|/listen -k -f FILE/|/listen --reply|/listen -k --reply",
            because: "what our kernel had acknowledged, and what waited for stdout, is lost with a reset",
            intermittent: true),
        KnownBreaches(
            "1 written/the peer resets/",
            "/listen -k|/listen --echo/|/listen --reply",
            because: "what our kernel had acknowledged is lost with a reset", intermittent: true),
        KnownBreaches(
            "1 written/the peer resets/|1 written/recv --connect",
            "/connect/|/send/|/send -f FILE/|/recv --connect",
            because: "a reset before connecting is noticed is a failure of connecting, and what came is lost",
            intermittent: true),
        // 2
        KnownBreaches(
            "2 acknowledged/the peer half-closes, reads|2 acknowledged/the peer answers", tcp,
            "/connect/|/listen|/send/|/send -f FILE/",
            because: "both directions are done, and nobody waits for the acknowledgement"),
        KnownBreaches(
            "2 acknowledged/the peer closes at once/", tcp,
            because: "both directions are done, and nobody waits for the acknowledgement", intermittent: true),
        KnownBreaches(
            "2 acknowledged/--exit-on-eof", "/listen -k/|/listen -k -f FILE/", tcp,
            because: "it closes with bytes of the peer unread, and what was not sent is thrown away",
            intermittent: true),
        // 3
        KnownBreaches(
            "3 nothing a peer does/", "/listen -k/", "/40 reset/|/40 leave|/6 say|/2 send|/4 talk",
            because: "a silent stdin keeps departed peers"),
        KnownBreaches(
            "3 nothing a peer does/", "/listen -k -f FILE/", "/40 reset/|/40 leave|/6 say|/2 send|/4 talk",
            because: "only the first peer gets the file", intermittent: true),
        KnownBreaches(
            "3 nothing a peer does/4 talk", "/listen -k --chat/|/listen -k --echo/",
            because: "events are queued without a bound", intermittent: true),
        KnownBreaches(
            "3 nothing a peer does/2 send empty lines", "/framed",
            because: "bytes are counted and not memory",
            intermittent: true),
        KnownBreaches(
            "3 nothing a peer does/80 lines with ulimit", because: "a silent stdin keeps departed peers"),
        KnownBreaches(
            "3 nothing a peer does/out of descriptors", because: "said in silence, or again and again"),
        KnownBreaches(
            "3 nothing a peer does/pipelined HTTP",
            because: "answers are cut off nowhere, and content is copied"),
        KnownBreaches(
            "3 nothing a peer does/a record that nobody reads",
            because: "a recorder's full queue ends the server"),
        KnownBreaches(
            "3 nothing a peer does/--discard --json", because: "events of peers are queued without a bound"),
        KnownBreaches(
            "3 nothing a peer does/listen -k -f: each", because: "only the first peer gets the file",
            intermittent: true),
        KnownBreaches(
            "3 nothing a peer does/listen -k -f -", because: "only the first peer gets the file",
            intermittent: true),
        // 4
        KnownBreaches(
            "4 blocked/stdout, SIGTERM", "/framed/",
            because: "what is lost when the grace is over is not said"),
        KnownBreaches(
            "4 blocked/stdout, SIGTERM", "/text/", "/listen -k|/listen --reply",
            because: "what is lost when the grace is over is not said"),
        KnownBreaches("4 blocked/stderr, ", because: "writing to stderr blocks the loop"),
        KnownBreaches(
            "4 blocked/stdout, --deadline|4 blocked/--record, --deadline|4 blocked/--output, --deadline",
            because: "only a signal has a grace", intermittent: true),
        KnownBreaches(
            "4 blocked/recv --bytes|4 blocked/recv --json --count|4 blocked/recv --json -i",
            because: "only a signal has a grace"),
        KnownBreaches("4 blocked/", " stands still while", because: "-i does not look at our own output"),
        KnownBreaches(
            "4 blocked/listen -k --echo", "300 resets", because: "writing to stderr blocks the loop"),
        // 5
        KnownBreaches(
            "5 gone/", "/listen -k/", "/the peer closes/|/the peer half-closes/|/40 come|/-m 1",
            because: "a silent stdin keeps departed peers"),
        KnownBreaches("5 gone/listen -k: Unix", because: "a silent stdin keeps departed peers"),
        // 6
        KnownBreaches(
            "6 figures/", "/JSON/", because: "without framing `messages` is the number of reads"),
        KnownBreaches(
            "6 figures/100 KB", "/listen -k|/listen --", "/framed JSON/",
            because: "no limits of what such a server receives, and its messages are calls"),
        KnownBreaches(
            "6 figures/a few lines", "/listen -k/|/listen -k -f FILE/", "/framed JSON/",
            because: "messages sent are calls"),
        KnownBreaches(
            "6 figures/listen -k: sending ends", because: "the time goes on, and the input is blamed"),
        KnownBreaches(
            "6 figures/listen -k: receiving is moderated", because: "receive moderation works only without -k"
        ),
    ]

    static func breach(of key: String) -> KnownBreaches? {
        table.first { known in
            known.parts.allSatisfy { part in part.split(separator: "|").contains { "\(key)/".contains($0) } }
        }
    }
}
