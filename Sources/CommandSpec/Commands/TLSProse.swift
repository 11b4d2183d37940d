// What the manual says of TLS: what is checked, what is not, and how a stream ends.

extension CommandSpec {
    /// Of a command that connects.
    static let verifiedTLS: [Prose] = [
        .text(
            """
            With `--tls` the chain of certificates is verified up to a CA that the system trusts (or `--ca`): signatures, \
            dates, names and addresses (SAN; of a certificate without any, its common name), key usage, path lengths, name constraints, and keys that are too weak. \
            Revocation is not checked. If anything is wrong, all of it is reported, nothing is sent, and the exit status is \
            12. TLS before 1.2, renegotiation and compression are refused.
            """),
        endOfTLS,
    ]

    /// Of a command that listens.
    static let servingTLS: [Prose] = [
        .text(
            """
            With `--tls` each peer is served over TLS, 1.2 or newer. Session tickets are not issued, because resumed \
            sessions can lose the last data sent. A peer that speaks no TLS, or does not accept the certificate, is reported with \
            the reason.
            """),
        endOfTLS,
    ]

    private static let endOfTLS = Prose.text(
        """
        A peer that ends its stream without the close_notify of TLS may have been cut short by someone in between: what \
        came is written, and the exit status is 7, unless framing shows that every message was complete, or \
        `--ignore-unexpected-eof` accepts it. OpenSSL 3 of the system is opened when TLS is asked for; if it is not \
        installed, the error says so. `SSLKEYLOGFILE` is obeyed, and reported.
        """)
}
