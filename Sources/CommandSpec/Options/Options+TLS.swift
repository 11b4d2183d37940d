// The options of TLS: how a peer is verified, what this side shows, and what both agree on.

extension Options {
    package static let tls = Option(
        flag: "tls", group: .tls,
        help: "speak TLS, and verify the peer",
        manual: """
            Speak TLS, 1.2 or newer, over the connection. The server's certificate is verified before any payload is \
            sent or shown. An endpoint written `tls:HOST:PORT` means the same.
            """)

    static let serverTLS = tls.described(
        help: "speak TLS with each peer",
        manual: """
            Speak TLS, 1.2 or newer, with each peer, with the certificate of `--cert` and `--key`, or \
            `--self-signed`. A peer whose handshake fails, or takes longer than `--setup-timeout`, is reported and \
            closed, and holds up no other.
            """)

    static let eitherTLS = tls.described(
        help: "speak TLS, and verify the server",
        manual: """
            Speak TLS, 1.2 or newer, over the connection. When connecting, the server's certificate is verified before any \
            payload is sent or shown. When listening, a certificate is needed: `--cert` and `--key`, or \
            `--self-signed`; a peer whose handshake fails, or takes longer than `--setup-timeout`, is reported and \
            closed. An endpoint written `tls:HOST:PORT` means the same.
            """)

    package static let ca = Option(
        "ca", .file, "FILE", group: .tls,
        help: "trust the CAs of FILE, not the system's",
        manual: """
            Verify the server with the CA certificates in FILE (PEM), or in a directory with hashed names, instead of those of the system. A \
            self-signed certificate in FILE is trusted as such.
            """)

    package static let sni = Option(
        "sni", .text(.host, "the name of a server"), "NAME", group: .tls,
        help: "ask for NAME, and verify that name",
        manual: """
            Ask the server for the certificate of NAME (SNI), and verify that it is for NAME, instead of the host of \
            the endpoint. NAME may be an address: then only the certificate is verified, nothing is asked for.
            """)

    package static let alpn = Option(
        "alpn", .text(.usualList(["h2", "http/1.1"]), "protocols such as h2,http/1.1"), "LIST", group: .tls,
        repeats: true,
        help: "agree on a protocol of LIST, such as h2",
        manual: """
            Agree on one of the application protocols of LIST (ALPN, RFC 7301), the preferred one first, as in `h2,http/1.1`. If \
            there is none in common the handshake fails, or the server goes on without one.
            """)

    package static let tlsVersion = Option(
        "tls-version", .legged(["1.2", "1.3"]), "VERSION", group: .tls, repeats: true,
        help: "this version of TLS only",
        manual: "Use TLS 1.2 only, or TLS 1.3 only. The default is 1.2 or newer.")

    package static let ciphers = Option(
        "ciphers", .text(.text, "ciphers such as ECDHE-RSA-AES128-GCM-SHA256"), "LIST", group: .tls,
        repeats: true,
        help: "allow only these ciphers",
        manual: """
            Allow only the ciphers of LIST, named as OpenSSL does and separated by colons. Names that begin with `TLS_` \
            are for TLS 1.3, all others for TLS 1.2; a version of which none is named keeps its defaults.
            """)

    package static let cert = Option(
        "cert", .file, "FILE", group: .tls, repeats: true,
        help: "show this certificate (PEM, with its chain)",
        manual: """
            Show the certificate in FILE (PEM), followed by those of its issuers. Its key is in the file of `--key`, or in \
            FILE too. Connecting, it is shown to a server that asks for one. Listening, it may be given several times: \
            the name that a client asks for (SNI) picks one, or the first.
            """)

    package static let key = Option(
        "key", .file, "FILE", group: .tls, repeats: true,
        help: "the private key of --cert (PEM)",
        manual: """
            The private key of `--cert` (PEM); of several, in the same order. The passphrase of an encrypted key is asked \
            for on the terminal, and nowhere else. A file that other users may read is reported.
            """)

    package static let pin = Option(
        "pin", .text(.text, "the hash of a public key, sha256//BASE64"), "HASH", group: .tls, repeats: true,
        help: "require this public key (sha256//BASE64)",
        manual: """
            Require that the server's public key has this SHA-256, written `sha256//` and base64, as `curl --pinnedpubkey` \
            has it; of several, one of them. That is checked in addition to the chain of certificates; with `--insecure` it decides alone.
            """)

    package static let insecure = Option(
        flag: "insecure", group: .tls,
        help: "go on whatever is wrong with the certificate",
        manual: """
            Go on with a server whose certificate is not valid. What is wrong with it is still said. Whoever is in between can then read and change \
            everything, unless `--pin` names the key.
            """)

    package static let startTLS = Option(
        "starttls", .choice(["smtp", "imap", "postgres"]), "PROTOCOL", group: .tls,
        help: "ask for TLS in the words of PROTOCOL",
        manual: """
            Begin in plain, ask the server for TLS in the words of PROTOCOL, `smtp`, `imap` or `postgres`, and then speak TLS as \
            with `--tls`. If the server refuses, nothing more is sent and the exit status is 12; what comes in plain after its \
            consent is never payload.
            """)

    package static let clientCA = Option(
        "client-ca", .file, "FILE", group: .tls,
        help: "require client certificates of these CAs",
        manual: """
            Require a certificate of each client, issued by one of the CAs in FILE (PEM) or in a directory with hashed names.
            """)

    package static let clientOptional = Option(
        flag: "client-optional", group: .tls,
        help: "let in clients without a certificate, too",
        manual:
            "With `--client-ca`: let in clients without a certificate, too. One that is not valid is refused."
    )

    package static let selfSigned = Option(
        flag: "self-signed", group: .tls,
        help: "make a certificate for this run",
        manual: """
            Make a key and a certificate for this run, for `localhost` and the addresses that are listened at. Its fingerprint and its `--pin` are written to \
            standard error.
            """)

    package static let ignoreUnexpectedEOF = Option(
        flag: "ignore-unexpected-eof", group: .tls,
        help: "accept a stream that ends without goodbye",
        manual: """
            Accept the end of a peer's stream without its close_notify. Otherwise that is an error (status 7) after everything \
            was written, because whoever is in between can cut a stream short; `ncat` as a sender, and some servers, never send it.
            """)

    /// Of a command that connects.
    static let tlsClient: [any OptionDefinition] = [
        tls, startTLS, ca, sni, alpn, tlsVersion, ciphers, cert, key, pin, insecure, ignoreUnexpectedEOF,
    ]

    /// Of a command that does either.
    static let tlsEither: [any OptionDefinition] = [
        eitherTLS, startTLS, ca, sni, alpn, tlsVersion, ciphers, cert, key, pin, insecure, clientCA,
        clientOptional,
        selfSigned, ignoreUnexpectedEOF,
    ]

    /// Of a command that listens.
    static let tlsServer: [any OptionDefinition] = [
        serverTLS, cert, key, selfSigned, clientCA, clientOptional, alpn, tlsVersion, ciphers,
        ignoreUnexpectedEOF,
    ]

    /// Of a command that listens, and with `--to` connects.
    static let tlsRelay: [any OptionDefinition] = [
        serverTLS, cert, key, selfSigned, clientCA, clientOptional, alpn, tlsVersion, ciphers,
        ca.described(
            help: "with --to: trust these CAs", manual: "With `--to tls:…`: \(lowercasing(ca.spec.manual))"),
        sni.described(
            help: "with --to: ask for NAME, and verify it",
            manual: "With `--to tls:…`: \(lowercasing(sni.spec.manual))"),
        pin.described(
            help: "with --to: require this key",
            manual: "With `--to tls:…`: \(lowercasing(pin.spec.manual))"),
        startTLS.described(
            help: "with --to: ask the server for TLS",
            manual: "With `--to`: \(lowercasing(startTLS.spec.manual))"),
        insecure.described(
            help: "with --to: go on whatever is wrong",
            manual: "With `--to tls:…`: \(lowercasing(insecure.spec.manual))"),
        ignoreUnexpectedEOF,
    ]

    private static func lowercasing(_ sentence: String) -> String {
        sentence.prefix(1).lowercased() + sentence.dropFirst()
    }

    /// Those that say how a server is verified, and mean nothing to a side that listens.
    package static let verifyingServers: [any OptionDefinition] = [ca, sni, pin, insecure]
    /// What both sides agree on, and what this one shows.
    package static let agreeing: [any OptionDefinition] = [
        alpn, tlsVersion, ciphers, cert, ignoreUnexpectedEOF,
    ]
    /// Those of a side that listens.
    package static let servingTLS: [any OptionDefinition] = [clientCA, clientOptional, selfSigned]

    static let tlsRules: [Rule] = [
        .that(key, needs: cert)
    ]
    static let tlsServingRules: [Rule] = [
        .atMostOne(of: selfSigned, cert),
        .that(clientOptional, needs: clientCA),
    ]
}
