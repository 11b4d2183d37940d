// A certificate made in memory for a server that was given none: whoever connects pins it, or is told its fingerprint.

import CLinux
import Sockets

extension TLSContext {
    /// How long it is valid.
    private static let days = 30

    /// Makes a key (P-256) and a certificate that it signs itself.
    /// - Parameter names: what it is for, names and addresses.
    @unsafe func useSelfSigned(for names: [String]) throws(TLSError) {
        let c = unsafe library.c
        var key: UnsafeMutablePointer<EVP_PKEY>?
        if let maker = unsafe c.pointee.EVP_PKEY_CTX_new_from_name(nil, "EC", nil) {
            if unsafe c.pointee.EVP_PKEY_keygen_init(maker) == 1,
                unsafe c.pointee.EVP_PKEY_CTX_set_group_name(maker, "P-256") == 1
            {
                _ = unsafe c.pointee.EVP_PKEY_generate(maker, &key)
            }
            unsafe c.pointee.EVP_PKEY_CTX_free(maker)
        }
        guard let key = unsafe key, let certificate = unsafe c.pointee.X509_new() else { throw notMade() }
        defer {
            unsafe c.pointee.EVP_PKEY_free(key)
            unsafe c.pointee.X509_free(certificate)
        }
        // Version 3.
        _ = unsafe c.pointee.X509_set_version(certificate, 2)
        let number = UInt64.random(in: 1...(1 << 62))
        _ = unsafe c.pointee.ASN1_INTEGER_set_uint64(c.pointee.X509_get_serialNumber(certificate), number)
        // A clock that is an hour behind accepts it, too.
        _ = unsafe c.pointee.X509_gmtime_adj(c.pointee.X509_getm_notBefore(certificate), -3600)
        _ = unsafe c.pointee.X509_gmtime_adj(c.pointee.X509_getm_notAfter(certificate), Self.days * 86400)
        _ = unsafe c.pointee.X509_set_pubkey(certificate, key)
        let subject = unsafe c.pointee.X509_get_subject_name(certificate)
        let name = Array((names.first ?? "localhost").utf8.prefix(64))
        // MBSTRING_UTF8.
        _ = unsafe c.pointee.X509_NAME_add_entry_by_txt(subject, "CN", 0x1000, name, Int32(name.count), -1, 0)
        _ = unsafe c.pointee.X509_set_issuer_name(certificate, subject)
        let alternatives = names.map { (isAddress($0) ? "IP:" : "DNS:") + $0 }.joined(separator: ",")
        // NID_subject_alt_name, NID_basic_constraints, NID_key_usage, NID_ext_key_usage.
        let extensions: [(Int32, String)] = [
            (85, alternatives), (87, "critical,CA:FALSE"), (83, "critical,digitalSignature"),
            (126, "serverAuth"),
        ]
        for (number, value) in extensions {
            guard let made = unsafe c.pointee.X509V3_EXT_conf_nid(nil, nil, number, value) else {
                throw notMade()
            }
            _ = unsafe c.pointee.X509_add_ext(certificate, made, -1)
            unsafe c.pointee.X509_EXTENSION_free(made)
        }
        guard unsafe c.pointee.X509_sign(certificate, key, c.pointee.EVP_sha256()) > 0,
            unsafe c.pointee.SSL_CTX_use_certificate(handle, certificate) == 1,
            unsafe c.pointee.SSL_CTX_use_PrivateKey(handle, key) == 1
        else { throw notMade() }
    }

    private func notMade() -> TLSError {
        let words = library.takeErrors().first?.words ?? "unknown error"
        return TLSError("a self-signed certificate could not be made: \(words)")
    }

    private func isAddress(_ name: String) -> Bool {
        IPv4Address(name) != nil || IPv6Address(name) != nil
    }
}
