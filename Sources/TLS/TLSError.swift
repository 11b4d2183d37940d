// Why TLS failed, in words for one who has never seen a handshake, and the symbol to look it up by.

/// A failure of the handshake, or of the protocol after it.
package struct TLSError: Error, Sendable {
    /// What went wrong.
    package let message: String
    /// The symbol of OpenSSL's reason, of the alert, or of the finding about a certificate, without its prefix.
    package let code: String?
    /// What would help.
    package let hint: String?

    package init(_ message: String, code: String? = nil, hint: String? = nil) {
        self.message = message
        self.code = code
        self.hint = hint
    }
}

/// Which side of a handshake this is.
package enum TLSRole: Sendable {
    case client
    case server

    /// The other side, in a message.
    var peer: String { self == .client ? "the server" : "the client" }
}

extension TLSError {
    /// From what OpenSSL left in its queue.
    /// - Parameters:
    ///   - began: the first bytes that came, for a peer that speaks no TLS.
    init(_ errors: [OpenSSL.ErrorCode], _ role: TLSRole, began: [UInt8]) {
        guard let error = errors.first(where: \.isOfTLS) ?? errors.first else {
            self = .endedEarly(role, after: began)
            return
        }
        if let alert = TLSAlert(reason: error.reason), error.isOfTLS {
            self = alert.error(role)
            return
        }
        if !began.isEmpty, !began.beginsLikeTLS {
            self = .plain(began, role)
            return
        }
        // A ClientHello, in answer to ours.
        if role == .client, began.count > 5, began[0] == 0x16, began[5] == 1 {
            self.init(
                "this port speaks no TLS: it sends back what it gets", code: error.name,
                hint: "leave --tls out")
            return
        }
        let words = error.words ?? "unknown error"
        let explained: (message: String, hint: String?)? =
            switch error.reason {
            case 258, 252:
                (
                    "no TLS version in common: \(role.peer) offers one that is not accepted here",
                    "--tls-version picks one; older than 1.2 is not supported"
                )
            case 193: ("no cipher in common with the client", "it may need --ciphers, or another kind of key")
            case 199: ("the client sent no certificate", "--client-optional lets clients without one in")
            case 235: ("no protocol of --alpn in common with the client", nil)
            case 281, 120: ("a record was altered on the way, or encrypted with other keys", nil)
            case 338:
                ("\(role.peer) is too old: it does not support secure renegotiation (RFC 5746)", nil)
            default: nil
            }
        self.init(
            explained?.message ?? "\(role.peer) does not keep to the protocol: \(words)", code: error.name,
            hint: explained?.hint)
    }

    /// The connection ended in the middle of the handshake.
    /// - Parameter began: the first bytes that came.
    static func endedEarly(_ role: TLSRole, after began: [UInt8]) -> TLSError {
        if !began.isEmpty, !began.beginsLikeTLS { return .plain(began, role) }
        return TLSError(
            "\(role.peer) closed the connection during the TLS handshake", code: "UNEXPECTED_EOF",
            hint: role == .client && began.isEmpty ? "it said nothing: this port may speak no TLS" : nil)
    }

    /// A peer that speaks something else.
    static func plain(_ bytes: [UInt8], _ role: TLSRole) -> TLSError {
        let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
        // Bytes from the network: whoever prints them escapes them.
        let said = String(decoding: line.prefix(60), as: UTF8.self)
        return TLSError(
            role == .client
                ? "this port speaks no TLS: it said '\(said)'"
                : "the client speaks no TLS: it said '\(said)'",
            code: "WRONG_VERSION_NUMBER",
            hint: role == .client ? plainHint(line) : nil)
    }

    private static func plainHint(_ line: ArraySlice<UInt8>) -> String {
        if line.starts(with: "220 ".utf8) || line.starts(with: "220-".utf8) {
            return "for mail: --starttls smtp; without TLS: leave --tls out"
        }
        if line.starts(with: "* OK".utf8) { return "for mail: --starttls imap; without TLS: leave --tls out" }
        return "leave --tls out"
    }
}

extension [UInt8] {
    /// Whether these may be the first bytes of a TLS record: RFC 8446, section 5.1.
    var beginsLikeTLS: Bool {
        guard let first else { return false }
        return (0x14...0x17).contains(first) && (count < 2 || self[1] == 3)
    }
}

/// An alert from the peer: RFC 8446, section 6.
struct TLSAlert {
    let number: Int

    /// `SSL_AD_REASON_OFFSET` and those of SSL 3.
    init?(reason: Int) {
        guard (1000..<1256).contains(reason) else { return nil }
        number = reason - 1000
    }

    func error(_ role: TLSRole) -> TLSError {
        let peer = role.peer
        let (name, words, hint): (String, String?, String?) =
            switch number {
            case 10: ("unexpected_message", nil, nil)
            case 20: ("bad_record_mac", "a record reached it altered, or encrypted with other keys", nil)
            case 22: ("record_overflow", nil, nil)
            case 40:
                (
                    "handshake_failure", "it found nothing in common: a cipher, a group or a kind of key",
                    role == .client
                        ? "it may want a client certificate (--cert), a name (--sni) or other --ciphers" : nil
                )
            case 42: ("bad_certificate", "it does not accept our certificate", nil)
            case 43: ("unsupported_certificate", "it does not support our kind of certificate", nil)
            case 44: ("certificate_revoked", "our certificate was revoked", nil)
            case 45: ("certificate_expired", "it says that our certificate has expired", nil)
            case 46: ("certificate_unknown", "it does not accept our certificate", nil)
            case 47: ("illegal_parameter", nil, nil)
            case 48: ("unknown_ca", "it does not trust the CA of our certificate", nil)
            case 49: ("access_denied", "it accepts our certificate, but does not let us in", nil)
            case 50: ("decode_error", nil, nil)
            case 51: ("decrypt_error", "it could not verify a signature", nil)
            case 70:
                (
                    "protocol_version", "no TLS version in common",
                    "--tls-version picks one; older than 1.2 is not supported"
                )
            case 71: ("insufficient_security", "it wants stronger ciphers or keys", nil)
            case 80: ("internal_error", "it has a problem of its own", nil)
            case 86: ("inappropriate_fallback", nil, nil)
            case 90: ("user_canceled", "it was interrupted", nil)
            case 109: ("missing_extension", nil, nil)
            case 112:
                (
                    "unrecognized_name", "it has no certificate for that name",
                    "--sni NAME asks for another name"
                )
            case 116:
                (
                    "certificate_required", "it requires a client certificate",
                    "--cert FILE --key FILE gives one"
                )
            case 120:
                ("no_application_protocol", "no application protocol in common", "--alpn LIST names others")
            default: ("number \(number)", nil, nil)
            }
        return TLSError(
            "\(peer) refused: \(words.map { "\($0) (alert \(name))" } ?? "alert \(name)")",
            code: "ALERT_" + name.uppercased().replacing(" ", with: "_"), hint: hint)
    }
}
