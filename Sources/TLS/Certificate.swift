// What stands in a certificate: RFC 5280. Its words are bytes from the network: whoever prints them escapes them.

import CLinux
import Glibc
import Sockets

/// The facts of an X.509 certificate.
package struct Certificate: Sendable, Equatable {
    /// Where a certificate of a chain came from.
    package enum Origin: String, CaseIterable, Sendable {
        case peer
        /// The trusted ones of this system, or of `--ca`.
        case store
    }

    /// The distinguished name as one line (RFC 2253, in the order of the certificate).
    package let subject: String
    package let issuer: String
    /// The subject alternative names, as `DNS:a.test`, `IP:192.0.2.1`.
    package let names: [String]
    /// In hexadecimal digits.
    package let serial: String
    /// In seconds since 1970.
    package let notBefore: Int
    package let notAfter: Int
    /// The kind of key and its size or curve: `RSA 2048`, `EC P-256`.
    package let key: String
    /// The algorithm that it is signed with.
    package let signature: String
    /// SHA-256 of the whole certificate, 32 bytes.
    package let fingerprint: [UInt8]
    /// SHA-256 of the public key (SubjectPublicKeyInfo), 32 bytes: what `--pin` compares.
    package let keyFingerprint: [UInt8]
    package var origin = Origin.peer

    /// Whether issuer and subject are one.
    package var isSelfIssued: Bool { subject == issuer }

    /// Whole days from `now` until it expires; negative once it has.
    /// - Parameter now: in seconds since 1970.
    package func daysLeft(at now: Int) -> Int {
        let left = notAfter - now
        return left >= 0 ? left / 86400 : min(-1, left / 86400)
    }

    /// In hexadecimal digits.
    package var sha256: String { fingerprint.hex }

    /// The same as it is given to `--pin`.
    package let pin: String

    /// `2026-11-29T10:00:00Z`.
    package static func date(_ seconds: Int) -> String {
        String(Timestamp(seconds: seconds, nanoseconds: 0).description.prefix(19)) + "Z"
    }
}

extension Certificate {
    /// Reads what stands in it.
    @unsafe init(_ certificate: UnsafeMutablePointer<X509>, of library: OpenSSL) {
        let c = unsafe library.c
        unsafe subject = Self.text(c.pointee.X509_get_subject_name(certificate), library)
        unsafe issuer = Self.text(c.pointee.X509_get_issuer_name(certificate), library)
        unsafe names = Self.names(of: certificate, library)
        unsafe serial = library.bytes(c.pointee.X509_get0_serialNumber(certificate)).hex
        unsafe notBefore = library.seconds(c.pointee.X509_get0_notBefore(certificate))
        unsafe notAfter = library.seconds(c.pointee.X509_get0_notAfter(certificate))
        unsafe key = Self.key(of: certificate, library)
        let signatureNumber = unsafe c.pointee.X509_get_signature_nid(certificate)
        unsafe signature = library.string(c.pointee.OBJ_nid2ln(signatureNumber)) ?? "unknown"
        unsafe fingerprint = library.sha256 { unsafe c.pointee.i2d_X509(certificate, $0) }
        unsafe keyFingerprint = library.sha256 { pointer in
            unsafe c.pointee.X509_get_X509_PUBKEY(certificate).map {
                unsafe c.pointee.i2d_X509_PUBKEY($0, pointer)
            } ?? 0
        }
        pin = "sha256//" + library.base64(keyFingerprint)
    }

    /// `XN_FLAG_SEP_CPLUS_SPC`, spaces around `=`, and bytes beyond ASCII left as they are (UTF-8).
    private static let nameFlags: UInt = 2 << 16 | 1 << 23 | 1 | 2 | 0x10 | 0x100 | 0x200

    @unsafe private static func text(_ name: UnsafePointer<X509_NAME>, _ library: OpenSSL) -> String {
        guard let memory = unsafe library.c.pointee.BIO_new(library.c.pointee.BIO_s_mem()) else { return "" }
        defer { _ = unsafe library.c.pointee.BIO_free(memory) }
        _ = unsafe library.c.pointee.X509_NAME_print_ex(memory, name, 0, nameFlags)
        var start: UnsafeMutablePointer<UInt8>?
        // BIO_CTRL_INFO: BIO_get_mem_data.
        let count = unsafe withUnsafeMutablePointer(to: &start) {
            unsafe library.c.pointee.BIO_ctrl(memory, 3, 0, $0)
        }
        guard let start = unsafe start, count > 0 else { return "" }
        return unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    @unsafe private static func names(
        of certificate: UnsafeMutablePointer<X509>, _ library: OpenSSL
    ) -> [String] {
        // NID_subject_alt_name.
        guard let found = unsafe library.c.pointee.X509_get_ext_d2i(certificate, 85, nil, nil) else {
            return []
        }
        let stack = unsafe found.assumingMemoryBound(to: OPENSSL_STACK.self)
        defer { unsafe library.c.pointee.GENERAL_NAMES_free(stack) }
        var names: [String] = []
        for index in 0..<(unsafe library.c.pointee.OPENSSL_sk_num(stack)) {
            guard let entry = unsafe library.c.pointee.OPENSSL_sk_value(stack, index) else { continue }
            var type: Int32 = 0
            let value = unsafe library.c.pointee.GENERAL_NAME_get0_value(
                entry.assumingMemoryBound(to: GENERAL_NAME.self), &type)
            guard let value = unsafe value else { continue }
            // GEN_EMAIL, GEN_DNS, GEN_URI, GEN_IPADD; the others have no words of their own.
            switch type {
            case 1, 2, 6:
                let bytes = unsafe library.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
                let kind = type == 1 ? "email" : type == 2 ? "DNS" : "URI"
                names.append("\(kind):" + String(decoding: bytes, as: UTF8.self))
            case 7:
                let bytes = unsafe library.bytes(value.assumingMemoryBound(to: ASN1_STRING.self))
                names.append("IP:" + (Self.address(bytes) ?? bytes.hex))
            default: continue
            }
        }
        return names
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: 64)
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @unsafe private static func key(of certificate: UnsafeMutablePointer<X509>, _ library: OpenSSL) -> String
    {
        guard let key = unsafe library.c.pointee.X509_get0_pubkey(certificate) else { return "unknown" }
        let type = unsafe library.string(library.c.pointee.EVP_PKEY_get0_type_name(key)) ?? "unknown"
        if type == "EC" {
            var name = [CChar](repeating: 0, count: 64)
            var length = 0
            if unsafe library.c.pointee.EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 {
                let curve = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                return "EC "
                    + (["prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"][curve] ?? curve)
            }
        }
        // The size says nothing of a curve that has just one.
        return type.uppercased().hasPrefix("ED")
            ? type.capitalized : "\(type) \(unsafe library.c.pointee.EVP_PKEY_get_bits(key))"
    }
}

extension String {
    /// `ED25519` as it is written.
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst().lowercased() }
}

extension OpenSSL {
    @unsafe func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        let count = unsafe Int(c.pointee.ASN1_STRING_length(string))
        guard let start = unsafe c.pointee.ASN1_STRING_get0_data(string), count > 0 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: count))
    }

    @unsafe func seconds(_ time: UnsafePointer<ASN1_TIME>) -> Int {
        var parts = unsafe tm()
        guard unsafe c.pointee.ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return unsafe timegm(&parts)
    }

    /// SHA-256 of what `encode` writes: `i2d_…`.
    @unsafe func sha256(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        let count = Int(encode(nil))
        guard count > 0 else { return [] }
        var encoded = [UInt8](repeating: 0, count: count)
        var digest = [UInt8](repeating: 0, count: 32)
        unsafe encoded.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            _ = unsafe encode(&place)
        }
        _ = unsafe c.pointee.EVP_Digest(encoded, count, &digest, nil, c.pointee.EVP_sha256(), nil)
        return digest
    }

    /// `EVP_EncodeBlock(3)`.
    func base64(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe c.pointee.EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    /// The certificates of a chain.
    @unsafe func certificates(_ stack: UnsafePointer<OPENSSL_STACK>?) -> [UnsafeMutablePointer<X509>] {
        guard let stack = unsafe stack else { return unsafe [] }
        var found: [UnsafeMutablePointer<X509>] = unsafe []
        for index in 0..<(unsafe c.pointee.OPENSSL_sk_num(stack)) {
            guard let entry = unsafe c.pointee.OPENSSL_sk_value(stack, index) else { continue }
            unsafe found.append(entry.assumingMemoryBound(to: X509.self))
        }
        return unsafe found
    }
}

extension [UInt8] {
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
