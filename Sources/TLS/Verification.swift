// What is found when a chain of certificates is verified, all of it and not only the first, in words that name what is
// wrong and what would be right.

import CLinux
import Glibc

/// One thing that is wrong with a certificate.
package struct Finding: Sendable, Equatable {
    /// The symbol of OpenSSL without `X509_V_ERR_`: `CERT_HAS_EXPIRED`.
    package let code: String
    /// 0 for the peer's own certificate, 1 for its issuer's.
    package let depth: Int
    package let message: String
}

/// What came of verifying a peer.
package struct Verification: Sendable {
    /// Empty if nothing is wrong.
    package internal(set) var findings: [Finding] = []
    /// As it was verified: the peer's certificate first.
    package internal(set) var chain: [Certificate] = []

    package var isGood: Bool { findings.isEmpty }

    /// All of it, in words; nil if nothing is wrong.
    package var reason: String? {
        isGood ? nil : findings.map(\.message).joined(separator: "; ")
    }

    /// What it means for a handshake that it is to end.
    func error(_ role: TLSRole) -> TLSError {
        TLSError(reason ?? "", code: findings.first?.code, hint: hint(role))
    }

    private func hint(_ role: TLSRole) -> String? {
        guard role == .client else { return nil }
        return switch findings.first?.code {
        case "DEPTH_ZERO_SELF_SIGNED_CERT":
            "--ca FILE trusts this certificate; --insecure goes on all the same, and with --pin HASH for its key alone"
        case "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_GET_ISSUER_CERT":
            "--ca FILE trusts the CA in FILE; --insecure goes on all the same"
        case "HOSTNAME_MISMATCH", "IP_ADDRESS_MISMATCH":
            "--sni NAME verifies another name; --insecure goes on all the same"
        case "PIN_MISMATCH": nil
        default: "--insecure goes on all the same"
        }
    }
}

/// What a chain is held against.
struct Expectations {
    /// The name or address that the certificate has to be for; nil for a client's.
    var name: String?
    /// SHA-256 of public keys, of which the peer's has to be one.
    var pins: [[UInt8]] = []
    /// Whether the handshake goes on whatever is found.
    var isLenient = false

    /// Whether it goes on after these.
    func accept(_ verification: Verification) -> Bool {
        if !pins.isEmpty, isLenient {
            return !verification.findings.contains { $0.code == Finding.pinMismatch }
        }
        return isLenient || verification.isGood
    }
}

extension Finding {
    static let pinMismatch = "PIN_MISMATCH"

    /// A finding of `X509_verify_cert(3)`.
    /// - Parameters:
    ///   - leaf: the peer's certificate, for the names that it is for.
    ///   - certificate: the one that is wrong.
    init(
        _ number: Int32, depth: Int, _ certificate: Certificate?, leaf: Certificate?, expecting name: String?,
        sentIssuers: Bool, words: String, now: Int
    ) {
        self.depth = depth
        let whose =
            depth == 0 ? "the certificate" : "the certificate of the CA '\(certificate?.subject ?? "?")'"
        let issuer = certificate?.issuer ?? "?"
        let (code, message): (String, String) =
            switch number {
            case 2, 20:
                (
                    number == 2 ? "UNABLE_TO_GET_ISSUER_CERT" : "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                    depth == 0 && !sentIssuers
                        ? "the issuer of the certificate, '\(issuer)', is not trusted here, and was not sent along"
                        : "the chain ends at the CA '\(issuer)', which is not trusted"
                )
            case 9:
                (
                    "CERT_NOT_YET_VALID",
                    "\(whose) is not valid before \(Certificate.date(certificate?.notBefore ?? 0))"
                )
            case 10:
                (
                    "CERT_HAS_EXPIRED",
                    "\(whose) expired \(Self.ago(certificate?.notAfter ?? now, now)), on "
                        + Certificate.date(certificate?.notAfter ?? 0)
                )
            case 18: ("DEPTH_ZERO_SELF_SIGNED_CERT", "the certificate is self-signed, and not trusted")
            case 19:
                (
                    "SELF_SIGNED_CERT_IN_CHAIN",
                    "the chain ends at the root CA '\(certificate?.subject ?? "?")', which is not trusted"
                )
            case 7: ("CERT_SIGNATURE_FAILURE", "the signature of \(whose) is wrong")
            case 22: ("CERT_CHAIN_TOO_LONG", "the chain is too long")
            case 24, 79: ("INVALID_CA", "\(whose) is not that of a CA, yet it signs another")
            case 25: ("PATH_LENGTH_EXCEEDED", "\(whose) may not have so many CAs below it (path length)")
            case 26:
                (
                    "INVALID_PURPOSE",
                    depth == 0
                        ? name == nil
                            ? "the certificate is not for a client (extended key usage)"
                            : "the certificate is not for a server (extended key usage)"
                        : "\(whose) may not be used for this (extended key usage)"
                )
            case 32: ("KEYUSAGE_NO_CERTSIGN", "\(whose) may not sign certificates (key usage)")
            case 34:
                ("UNHANDLED_CRITICAL_EXTENSION", "\(whose) has a critical extension that is not known here")
            case 47: ("PERMITTED_VIOLATION", "a CA above it may not issue for that name (name constraints)")
            case 48: ("EXCLUDED_VIOLATION", "a CA above it is excluded from that name (name constraints)")
            case 62:
                (
                    "HOSTNAME_MISMATCH",
                    "the certificate is not for the name '\(name ?? "?")'" + Self.names(leaf)
                )
            case 64:
                (
                    "IP_ADDRESS_MISMATCH",
                    "the certificate is not for the address \(name ?? "?")" + Self.names(leaf)
                )
            case 66:
                ("EE_KEY_TOO_SMALL", "the key of the certificate is too weak: \(certificate?.key ?? "?")")
            case 67:
                (
                    "CA_KEY_TOO_SMALL",
                    "the key of the CA '\(certificate?.subject ?? "?")' is too weak: \(certificate?.key ?? "?")"
                )
            case 68:
                (
                    "CA_MD_TOO_WEAK",
                    "\(whose) is signed with a weak algorithm: \(certificate?.signature ?? "?")"
                )
            default: ("X509_V_ERR_\(number)", depth == 0 ? words : "\(whose): \(words)")
            }
        self.code = code
        self.message = message
    }

    init(code: String, message: String) {
        self.code = code
        depth = 0
        self.message = message
    }

    /// The names that a certificate is for.
    private static func names(_ leaf: Certificate?) -> String {
        guard let leaf else { return "" }
        let names = leaf.names.filter { $0.hasPrefix("DNS:") || $0.hasPrefix("IP:") }
            .map { String($0.drop { $0 != ":" }.dropFirst()) }
        guard !names.isEmpty else { return ": it names only its subject, '\(leaf.subject)'" }
        let more = names.count > 6 ? " and \(names.count - 6) more" : ""
        return ", but for " + names.prefix(6).joined(separator: ", ") + more
    }

    private static func ago(_ date: Int, _ now: Int) -> String {
        let passed = max(0, now - date)
        let (count, unit) =
            passed < 7200
            ? (passed / 60, "minute") : passed < 172_800 ? (passed / 3600, "hour") : (passed / 86400, "day")
        return "\(count) \(unit)\(count == 1 ? "" : "s") ago"
    }
}

extension TLSSession {
    /// Takes the place of the library's own verification: it goes on after what it finds, so that all is found, and then
    /// judges by the list. `SSL_CTX_set_cert_verify_callback(3)`.
    static let verifyChain:
        @convention(c) (UnsafeMutablePointer<X509_STORE_CTX>, UnsafeMutableRawPointer?) -> Int32 = {
            store, _ in
            guard let session = unsafe TLSSession.verifying(store) else { return 0 }
            return unsafe session.verify(store) ? 1 : 0
        }

    private static let collect: @convention(c) (Int32, UnsafeMutablePointer<X509_STORE_CTX>) -> Int32 = {
        isGood, store in
        if isGood == 0 { unsafe TLSSession.verifying(store)?.find(store) }
        return 1
    }

    @unsafe private static func verifying(_ store: UnsafeMutablePointer<X509_STORE_CTX>) -> TLSSession? {
        guard let library = try? OpenSSL.shared() else { return nil }
        let index = unsafe library.c.pointee.SSL_get_ex_data_X509_STORE_CTX_idx()
        guard let ssl = unsafe library.c.pointee.X509_STORE_CTX_get_ex_data(store, index) else { return nil }
        return unsafe TLSSession.of(ssl.assumingMemoryBound(to: SSL.self), library)
    }

    @unsafe private func verify(_ store: UnsafeMutablePointer<X509_STORE_CTX>) -> Bool {
        verification = Verification()
        unsafe library.c.pointee.X509_STORE_CTX_set_verify_cb(store, Self.collect)
        let isDone = unsafe library.c.pointee.X509_verify_cert(store) > 0
        let sent = unsafe library.certificates(library.c.pointee.X509_STORE_CTX_get0_untrusted(store))
        var chain: [Certificate] = []
        let found = unsafe library.certificates(library.c.pointee.X509_STORE_CTX_get0_chain(store))
        for index in unsafe found.indices {
            let certificate = unsafe found[index]
            var facts = unsafe Certificate(certificate, of: library)
            let wasSent =
                unsafe chain.isEmpty
                || sent.contains { unsafe library.c.pointee.X509_cmp($0, certificate) == 0 }
            facts.origin = wasSent ? .peer : .store
            chain.append(facts)
        }
        verification.chain = chain
        if !isDone, verification.findings.isEmpty {
            let code = unsafe library.c.pointee.X509_STORE_CTX_get_error(store)
            let words =
                unsafe library.string(library.c.pointee.X509_verify_cert_error_string(Int(code))) ?? ""
            verification.findings.append(Finding(code: "X509_V_ERR_\(code)", message: words))
        }
        if let leaf = chain.first, !expectations.pins.isEmpty,
            !expectations.pins.contains(leaf.keyFingerprint)
        {
            verification.findings.insert(
                Finding(
                    code: Finding.pinMismatch,
                    message: "the public key is \(leaf.pin), which is not that of --pin"), at: 0)
        }
        library.forgetErrors()
        guard !expectations.accept(verification) else { return true }
        if unsafe library.c.pointee.X509_STORE_CTX_get_error(store) == 0 {
            // X509_V_ERR_APPLICATION_VERIFICATION.
            unsafe library.c.pointee.X509_STORE_CTX_set_error(store, 50)
        }
        return false
    }

    @unsafe private func find(_ store: UnsafeMutablePointer<X509_STORE_CTX>) {
        let code = unsafe library.c.pointee.X509_STORE_CTX_get_error(store)
        let depth = unsafe Int(library.c.pointee.X509_STORE_CTX_get_error_depth(store))
        // That the signature cannot be checked follows from the missing issuer.
        let known = verification.findings.map(\.code)
        if code == 21, known.contains(where: { $0.hasPrefix("UNABLE_TO_GET_ISSUER") }) { return }
        let certificate = unsafe library.c.pointee.X509_STORE_CTX_get_current_cert(store).map {
            unsafe Certificate($0, of: library)
        }
        let leaf = unsafe library.c.pointee.X509_STORE_CTX_get0_cert(store).map {
            unsafe Certificate($0, of: library)
        }
        let sent = unsafe library.certificates(library.c.pointee.X509_STORE_CTX_get0_untrusted(store))
        let words = unsafe library.string(library.c.pointee.X509_verify_cert_error_string(Int(code))) ?? ""
        let finding = Finding(
            code, depth: depth, certificate, leaf: leaf, expecting: expectations.name,
            sentIssuers: unsafe sent.count > 1, words: words, now: Int(time(nil)))
        if !verification.findings.contains(finding) { verification.findings.append(finding) }
    }
}
