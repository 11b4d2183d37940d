// The table of chains: what a server shows, what its client asks for and trusts, and what has to come of it. The oracles
// are OpenSSL's own verifier and curl; where they differ the stricter one holds, and the row says which it is.

import Foundation
import Testing

/// What is to come of a handshake.
enum Verdict: Sendable, Equatable {
    case accepted
    /// The code that a failure names, the name of OpenSSL's X509_V_ERR_…; and words of which one is in the message.
    case refused(_ code: String, _ words: [String])

    var isAccepted: Bool { self == .accepted }

    static func == (one: Verdict, other: Verdict) -> Bool {
        switch (one, other) {
        case (.accepted, .accepted): true
        case (.refused(let code, _), .refused(let second, _)): code == second
        default: false
        }
    }
}

struct ChainRow: Sendable, CustomTestStringConvertible {
    let certificate: Certificate
    /// What the server sends after its certificate.
    var sends = ["intermediate"]
    /// What the client trusts.
    var trusts = "root"
    /// The name that is asked for; nil for the address of the endpoint.
    var asked: String? = "good.test"
    var host = "127.0.0.1"
    let verdict: Verdict
    /// Where an oracle says otherwise, what it says.
    var curlAccepts: Bool?
    var opensslAccepts: Bool?

    var name: String { certificate.name }
    var testDescription: String { name }

    /// Makes the file that the server sends.
    var chainCommand: String {
        "cat \(([name] + sends).map { "\($0).pem" }.joined(separator: " ")) > \(name).chain"
    }

    init(
        _ name: String, _ verdict: Verdict, subject: String = "/CN=good.test",
        names: String? = "DNS:good.test",
        asked: String? = "good.test", by issuer: String = "intermediate", sends: [String]? = nil,
        trusts: String = "root", host: String = "127.0.0.1", from: String = Certificate.past,
        to: String = Certificate.future, key: String = "leaf", digest: String = "sha256",
        purpose: String? = "serverAuth", curl: Bool? = nil, openssl: Bool? = nil
    ) {
        certificate = Certificate(
            name: name, subject: subject, names: names, issuer: issuer, from: from, to: to, key: key,
            digest: digest, purpose: purpose)
        self.sends = sends ?? (issuer == name || issuer == "root" ? [] : [issuer])
        (self.trusts, self.asked, self.host, self.verdict) = (trusts, asked, host, verdict)
        (curlAccepts, opensslAccepts) = (curl, openssl)
    }
}

extension Verdict {
    fileprivate static let expired = refused("CERT_HAS_EXPIRED", ["expired"])
    fileprivate static let early = refused("CERT_NOT_YET_VALID", ["not yet valid", "not valid before"])
    fileprivate static let otherName = refused("HOSTNAME_MISMATCH", ["name"])
    fileprivate static let otherAddress = refused("IP_ADDRESS_MISMATCH", ["address", "127.0.0.1", "::1"])
    fileprivate static let selfSigned = refused(
        "DEPTH_ZERO_SELF_SIGNED_CERT", ["self-signed", "self signed"])
    fileprivate static let selfSignedRoot = refused(
        "SELF_SIGNED_CERT_IN_CHAIN", ["self-signed", "not trusted"])
    fileprivate static let noIssuer = refused(
        "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", ["issuer", "intermediate", "authority"])
    fileprivate static let noAuthority = refused("INVALID_CA", ["authority", "CA"])
    fileprivate static let weakDigest = refused("CA_MD_TOO_WEAK", ["digest", "SHA-1", "SHA1", "weak"])
    fileprivate static let purpose = refused("INVALID_PURPOSE", ["purpose", "not for"])
}

extension ChainRow {
    static let all: [ChainRow] = [
        ChainRow("good", .accepted),
        ChainRow("direct", .accepted, by: "root"),

        // Dates.
        ChainRow("past", .expired, from: Certificate.longAgo, to: Certificate.notLongAgo),
        ChainRow("early", .early, from: Certificate.late),
        ChainRow("staleIntermediate", .expired, by: "stale"),
        ChainRow("staleRoot", .expired, by: "old", sends: [], trusts: "old"),

        // Names.
        ChainRow("otherName", .otherName, subject: "/CN=other.test", names: "DNS:other.test"),
        ChainRow("secondName", .accepted, names: "DNS:other.test,DNS:good.test"),
        ChainRow("starBelow", .accepted, names: "DNS:*.good.test", asked: "a.good.test"),
        ChainRow("starTwoBelow", .otherName, names: "DNS:*.good.test", asked: "a.b.good.test"),
        ChainRow("starItself", .otherName, names: "DNS:*.good.test"),
        ChainRow("starOfAll", .otherName, names: "DNS:*.test"),
        // RFC 9525 has no partial wildcards; OpenSSL's verifier takes them unless told otherwise.
        ChainRow("starWithin", .otherName, names: "DNS:w*.good.test", asked: "www.good.test", openssl: true),
        ChainRow("starInside", .otherName, names: "DNS:a.*.test", asked: "a.good.test"),
        ChainRow("starAlone", .otherName, names: "DNS:*", asked: "good.test"),
        // RFC 9525 would not look at the subject; both oracles still do, if there are no other names.
        ChainRow("nameInSubject", .accepted, names: nil),
        ChainRow("subjectBesideNames", .otherName, names: "DNS:other.test"),
        ChainRow("addressBesideName", .otherName, subject: "/CN=other.test", names: "IP:127.0.0.1"),
        ChainRow("upperCase", .accepted, names: "DNS:GOOD.Test"),
        ChainRow("upperCaseAsked", .accepted, asked: "GOOD.test"),
        // The dot of the root is no part of the name that a certificate has. curl takes it away, as we do; OpenSSL does not.
        ChainRow("dotAsked", .accepted, asked: "good.test.", openssl: false),
        ChainRow("dotInName", .otherName, names: "DNS:good.test.", curl: true),
        ChainRow("international", .accepted, names: "DNS:xn--bcher-kva.test", asked: "xn--bcher-kva.test"),
        ChainRow("internationalStar", .accepted, names: "DNS:*.good.test", asked: "xn--bcher-kva.good.test"),
        ChainRow("noSubject", .accepted, subject: "/", names: "critical,DNS:good.test"),
        // "good.test", a NUL and ".evil.test".
        ChainRow(
            "nulInName", .otherName, subject: "/CN=evil.test",
            names: "DER:30:16:82:14:67:6f:6f:64:2e:74:65:73:74:00:2e:65:76:69:6c:2e:74:65:73:74"),

        // Addresses.
        ChainRow("address", .accepted, names: "IP:127.0.0.1", asked: nil),
        ChainRow("address6", .accepted, names: "IP:::1", asked: nil, host: "::1"),
        ChainRow("otherAddress", .otherAddress, names: "IP:192.0.2.1", asked: nil),
        ChainRow("otherAddress6", .otherAddress, names: "IP:2001:db8::1", asked: nil, host: "::1"),
        // curl takes an address from the subject, OpenSSL does not.
        ChainRow(
            "addressInSubject", .otherAddress, subject: "/CN=127.0.0.1", names: nil, asked: nil, curl: true),
        ChainRow("addressAsName", .otherAddress, names: "DNS:127.0.0.1", asked: nil),

        // Chains.
        ChainRow("selfSigned", .selfSigned, by: "selfSigned"),
        ChainRow("rootSent", .selfSignedRoot, by: "other"),
        ChainRow("rootNotSent", .noIssuer, by: "other", sends: []),
        ChainRow("trustedRootSent", .accepted, sends: ["intermediate", "root"]),
        ChainRow("missingIntermediate", .noIssuer, sends: []),
        ChainRow("wrongIntermediate", .noIssuer, sends: ["short"]),
        ChainRow("wrongOrder", .accepted, by: "intermediate", sends: ["root", "intermediate"]),
        ChainRow("superfluous", .accepted, sends: ["other", "short", "intermediate"]),

        // What authorities may do.
        ChainRow(
            "tooLong", .refused("PATH_LENGTH_EXCEEDED", ["path", "too long"]), by: "below",
            sends: ["below", "short"]),
        ChainRow("longEnough", .accepted, by: "short"),
        ChainRow("noAuthority", .noAuthority, by: "none"),
        ChainRow("mayNotSign", .noAuthority, by: "unsigning"),
        ChainRow("permitted", .accepted, by: "constrained"),
        ChainRow(
            "notPermitted", .refused("PERMITTED_VIOLATION", ["name", "permitted", "constraint"]),
            subject: "/O=Tests", names: "DNS:other.test", asked: "other.test", by: "constrained"),
        ChainRow(
            "excluded", .refused("EXCLUDED_VIOLATION", ["name", "excluded", "constraint"]),
            subject: "/O=Tests",
            names: "DNS:bad.good.test", asked: "bad.good.test", by: "constrained"),

        // Keys, digests and uses.
        ChainRow("weakKey", .refused("EE_KEY_TOO_SMALL", ["key", "weak"]), key: "weak"),
        ChainRow("weakDigest", .weakDigest, digest: "sha1"),
        ChainRow("weakIntermediate", .weakDigest, by: "sha1"),
        ChainRow("forClients", .purpose, purpose: "clientAuth"),
        ChainRow("forMail", .purpose, purpose: "emailProtection"),
        ChainRow("forAnything", .accepted, purpose: nil),
    ]
}
