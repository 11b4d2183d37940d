// The handshake of TLS is done: what both agreed on, and the certificates of the peer.

import CommandSpec
import Sockets
import TLS

struct TLSReport: Event {
    let connection: ConnectionIdentity
    let facts: Facts

    /// What a session is, once for all who tell it.
    struct Facts {
        let version: String
        let cipher: String
        let group: String?
        let applicationProtocol: String?
        let serverName: String?
        let isResumed: Bool
        let handshakeTime: Duration
        let verification: Verification
        /// Whether the peer was verified at all: a client that shows no certificate is not.
        let isVerified: Bool
        /// For how long certificates are valid, seen from here.
        let now = Timestamp.now.seconds
    }

    static let isRecorded = true

    static let shape = Shape(
        event: "tls", when: "The TLS handshake of a connection is done, and no payload has passed yet.")

    static func list(_ fields: inout some Fields<TLSReport>) {
        fields.connection { $0.connection }
        Facts.list(&fields, of: { $0.facts })
    }

    func say(in text: TextReporter) {
        if let reason = facts.verification.reason {
            text.notice(
                "\(connection.title): the certificate is not valid: \(TerminalEscaper.joined(reason))")
        }
        for line in facts.lines { text.say("tls", .good, " " + TerminalEscaper.joined(line), from: .verbose) }
    }
}

extension TLSReport.Facts: Shaped {
    static let shape = Shape(
        "tls-session", "What both sides of a TLS session agreed on, and the peer's certificates.")

    static func list(_ fields: inout some Fields<TLSReport.Facts>) { list(&fields, of: { $0 }) }
}

extension TLSReport.Facts {
    init(_ stream: TLSStream) {
        let session = stream.session
        version = session.version
        cipher = session.cipher
        group = session.group
        applicationProtocol = session.applicationProtocol
        serverName = session.serverName
        isResumed = session.isResumed
        handshakeTime = stream.handshakeTime
        verification = session.verification
        isVerified = !session.verification.chain.isEmpty
    }

    static func list<Value>(
        _ fields: inout some Fields<Value>, of facts: (Value) -> TLSReport.Facts
    ) {
        fields.add("version", "The version of the protocol, such as `TLSv1.3`.") { facts($0).version }
        fields.add("cipher", "The cipher, as OpenSSL names it.") { facts($0).cipher }
        fields.add("group", optional: "The group of the key exchange, such as `x25519`.") { facts($0).group }
        fields.add("alpn", optional: "The application protocol that both agreed on (ALPN).") {
            facts($0).applicationProtocol
        }
        fields.add("sni", optional: "The name that the client asked for.") { facts($0).serverName }
        fields.add("resumed", "Whether an earlier session was resumed.") { facts($0).isResumed }
        fields.add("handshake_us", "How long the handshake took.") { facts($0).handshakeTime }
        fields.add(
            "verify", optional: "What verifying the peer's certificate found; absent if it showed none."
        ) {
            facts($0).isVerified ? VerifyReport(verification: facts($0).verification) : nil
        }
        fields.add("chain", optional: "The certificates as they were verified, the peer's own first.") {
            value in
            facts(value).verification.chain.map { CertificateReport(certificate: $0, now: facts(value).now) }
                .nonEmpty
        }
    }

    /// For `--verbose`.
    var lines: [String] {
        var first = "\(version) \(cipher)"
        if let group { first += " \(group)" }
        if let applicationProtocol { first += ", ALPN \(applicationProtocol)" }
        first += ", handshake \(Statistics.text(handshakeTime))"
        var lines = [first]
        guard let leaf = verification.chain.first else { return lines }
        let names =
            leaf.names.isEmpty
            ? ""
            : " (\(leaf.names.prefix(4).joined(separator: ", "))"
                + (leaf.names.count > 4 ? " and \(leaf.names.count - 4) more)" : ")")
        lines.append("certificate of \(leaf.subject.isEmpty ? "nobody" : leaf.subject)\(names)")
        let path = verification.chain.dropFirst().map {
            $0.subject + ($0.origin == .store ? " (trusted here)" : "")
        }
        lines.append("issued by \(path.isEmpty ? leaf.issuer : path.joined(separator: ", by "))")
        let days = leaf.daysLeft(at: now)
        lines.append(
            "valid until \(Certificate.date(leaf.notAfter)) (\(days) day\(abs(days) == 1 ? "" : "s")), "
                + "\(leaf.key), \(leaf.signature), pin \(leaf.pin)")
        lines.append(verification.isGood ? "verified" : "NOT valid: \(verification.reason ?? "")")
        return lines
    }
}

extension TLSReport.Facts {
    /// For `info`.
    var card: Card {
        var card = Card()
        card.add("TLS", [version, cipher, group].compactMap(\.self).joined(separator: " "))
        card.add("ALPN", applicationProtocol)
        guard let leaf = verification.chain.first else { return card }
        card.add("certificate", leaf.subject)
        card.add("names", leaf.names.joined(separator: ", "))
        card.add("issuer", leaf.issuer)
        let days = leaf.daysLeft(at: now)
        card.add(
            "valid until", "\(Certificate.date(leaf.notAfter)) (\(days) days)",
            days < 0 ? .bad : days < 14 ? .warning : nil)
        card.add("key", "\(leaf.key), signed with \(leaf.signature)")
        card.add("pin", leaf.pin)
        card.add(
            "verified", verification.reason.map { "no: \($0)" } ?? "yes", verification.isGood ? .good : .bad)
        return card
    }
}

/// Whether the peer's certificate is valid.
struct VerifyReport: Shaped {
    let verification: Verification

    static let shape = Shape("verify", "What verifying a certificate found. Revocation is not checked.")

    static func list(_ fields: inout some Fields<VerifyReport>) {
        fields.add("ok", "Whether nothing is wrong.") { $0.verification.isGood }
        fields.add("reason", optional: "All that is wrong, in words.") { $0.verification.reason }
        fields.add("problems", optional: "Each thing that is wrong.") {
            $0.verification.findings.map { ProblemReport(finding: $0) }.nonEmpty
        }
    }
}

/// One thing that is wrong.
struct ProblemReport: Shaped {
    let finding: TLS.Finding

    static let shape = Shape("certificate-problem", "One thing that is wrong with a certificate.")

    static func list(_ fields: inout some Fields<ProblemReport>) {
        fields.add("code", "Its symbol, such as `CERT_HAS_EXPIRED`: `X509_V_ERR_…` of OpenSSL.") {
            $0.finding.code
        }
        fields.add("depth", "Of which certificate: 0 is the peer's own.") { $0.finding.depth }
        fields.add("message", "The same in words.") { $0.finding.message }
    }
}

/// One certificate of a chain.
struct CertificateReport: Shaped {
    let certificate: Certificate
    let now: Int

    static let shape = Shape("certificate", "An X.509 certificate.")

    static func list(_ fields: inout some Fields<CertificateReport>) {
        fields.add("subject", "Whose it is: a distinguished name.") { $0.certificate.subject }
        fields.add("issuer", "Who signed it.") { $0.certificate.issuer }
        fields.add(
            "names", optional: "The names and addresses that it is for (SAN): `DNS:a.test`, `IP:192.0.2.1`."
        ) {
            $0.certificate.names.nonEmpty
        }
        fields.add("serial", "Its number, in hexadecimal digits.") { $0.certificate.serial }
        fields.add("not_before", "From when on it is valid, in UTC.") {
            Certificate.date($0.certificate.notBefore)
        }
        fields.add("not_after", "Until when.") { Certificate.date($0.certificate.notAfter) }
        fields.add("days_left", "How many whole days that is from now; negative once it has expired.") {
            $0.certificate.daysLeft(at: $0.now)
        }
        fields.add("key", "The kind of its key, such as `EC P-256` or `RSA 2048`.") { $0.certificate.key }
        fields.add("signature", "The algorithm that it is signed with.") { $0.certificate.signature }
        fields.add("sha256", "The SHA-256 of the whole certificate, in hexadecimal digits.") {
            $0.certificate.sha256
        }
        fields.add("pin", "The SHA-256 of its public key, as `--pin` takes it.") { $0.certificate.pin }
        fields.add("from", "Where it is from: sent by the `peer`, or from the `store` of trusted ones.") {
            $0.certificate.origin
        }
    }
}

extension Certificate.Origin: JSONWord {}

/// A certificate was made for this run.
struct SelfSigned: Event {
    let certificate: Certificate

    static let shape = Shape(
        event: "self-signed", when: "`--self-signed` has made a certificate, before any peer is accepted.")

    static func list(_ fields: inout some Fields<SelfSigned>) {
        fields.add("certificate", "What clients are shown.") {
            CertificateReport(certificate: $0.certificate, now: Timestamp.now.seconds)
        }
    }

    func say(in text: TextReporter) {
        text.notice(
            "self-signed certificate: SHA-256 \(certificate.sha256), for clients: --insecure --pin \(certificate.pin)"
        )
    }
}
