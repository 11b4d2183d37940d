// What the sessions of one side have in common: what they trust, what they show, what they agree to. `SSL_CTX`.

import CLinux
import Glibc

/// What a side of TLS is asked to do.
package struct TLSConfiguration: Sendable {
    /// What certificates are verified with.
    package enum Trust: Sendable {
        /// The CAs of this system, or of `SSL_CERT_FILE` and `SSL_CERT_DIR`.
        case system
        /// Those of a file or of a folder of hashed names.
        case path(String)
    }

    package enum Version: String, Sendable {
        case tls12 = "1.2"
        case tls13 = "1.3"

        var number: Int { self == .tls12 ? 0x0303 : 0x0304 }
    }

    /// Whether a server asks for a client's certificate.
    package enum ClientCertificates: Sendable {
        case none
        case optional
        case required
    }

    package var trust = Trust.system
    /// SHA-256 of public keys, of which the peer's has to be one.
    package var pins: [[UInt8]] = []
    /// Whether the handshake goes on whatever is found.
    package var isLenient = false
    /// The only one; nil for 1.2 or newer.
    package var version: Version?
    /// In OpenSSL's notation, those of TLS 1.3 among them.
    package var ciphers: String?
    /// ALPN, the preferred one first.
    package var protocols: [String] = []
    /// PEM files: a certificate, with its chain, and its key.
    package var credentials: (certificate: String, key: String)?
    /// Whether the certificate is one made now, for these names and addresses.
    package var selfSignedNames: [String]?
    package var clientCertificates = ClientCertificates.none
    /// Asks for the passphrase of a key; nil where there is nobody to ask.
    package var passphrase: (@Sendable (_ file: String) -> [UInt8]?)?
    /// Gets each line for `SSLKEYLOGFILE`.
    package var keyLog: (@Sendable (String) -> Void)?

    package init() {}
}

@safe package final class TLSContext {
    let library: OpenSSL
    let handle: UnsafeMutablePointer<SSL_CTX>
    package let role: TLSRole
    let pins: [[UInt8]]
    let isLenient: Bool
    private let protocols: [String]
    private let keyLog: ((String) -> Void)?
    private let passphrase: ((String) -> [UInt8]?)?
    private var keyFile = ""
    private var wasAsked = false
    /// What was answered: the library may want to know it more than once.
    private var answer: [UInt8]?
    /// Those with the certificates for other names, from which the name that a client asks for picks.
    private var others: [TLSContext] = []

    /// Opens the library and prepares what `configuration` says.
    package init(_ role: TLSRole, _ configuration: TLSConfiguration) throws(TLSError) {
        do { library = try OpenSSL.shared() } catch { throw TLSError(error.message, hint: error.hint) }
        self.role = role
        pins = configuration.pins
        isLenient = configuration.isLenient
        protocols = configuration.protocols
        keyLog = configuration.keyLog
        passphrase = configuration.passphrase
        let c = unsafe library.c
        library.forgetErrors()
        let method = unsafe role == .client ? c.pointee.TLS_client_method() : c.pointee.TLS_server_method()
        guard let handle = unsafe c.pointee.SSL_CTX_new(method) else {
            let words = library.takeErrors().first?.words ?? "out of memory"
            throw TLSError(
                "OpenSSL does not start: \(words)", hint: "OPENSSL_CONF may name a broken configuration")
        }
        unsafe self.handle = unsafe handle
        _ = unsafe c.pointee.SSL_CTX_set_options(handle, Self.options)
        // SSL_MODE_ENABLE_PARTIAL_WRITE, ACCEPT_MOVING_WRITE_BUFFER, NO_AUTO_CHAIN, RELEASE_BUFFERS.
        _ = unsafe c.pointee.SSL_CTX_ctrl(handle, 33, 0x1 | 0x2 | 0x8 | 0x10, nil)
        // Keys of less than 112 bits, and SHA-1, are not enough, whatever the default of this OpenSSL.
        if unsafe c.pointee.SSL_CTX_get_security_level(handle) < 2 {
            unsafe c.pointee.SSL_CTX_set_security_level(handle, 2)
        }
        try setVersions(configuration.version)
        if let ciphers = configuration.ciphers { try setCiphers(ciphers) }
        try setProtocols()
        try setVerification(configuration)
        if let (certificate, key) = configuration.credentials { try useCertificate(certificate, key) }
        if let names = configuration.selfSignedNames { try unsafe useSelfSigned(for: names) }
        if keyLog != nil {
            unsafe c.pointee.SSL_CTX_set_keylog_callback(handle) { ssl, line in
                guard let library = try? OpenSSL.shared() else { return }
                unsafe TLSSession.of(ssl, library)?.logKey(unsafe String(cString: line))
            }
        }
        if role == .server {
            // A session that is resumed, and a ticket to one, can lose what was sent last: there are none.
            // SSL_CTRL_SET_SESS_CACHE_MODE.
            _ = unsafe c.pointee.SSL_CTX_ctrl(handle, 44, 0, nil)
            _ = unsafe c.pointee.SSL_CTX_set_num_tickets(handle, 0)
        }
    }

    deinit { unsafe library.c.pointee.SSL_CTX_free(handle) }

    /// `SSL_OP_NO_RENEGOTIATION`, `NO_COMPRESSION`, `NO_TICKET`.
    private static let options: UInt64 = 1 << 30 | 1 << 17 | 1 << 14

    private func setVersions(_ only: TLSConfiguration.Version?) throws(TLSError) {
        // SSL_CTRL_SET_MIN_PROTO_VERSION, SSL_CTRL_SET_MAX_PROTO_VERSION.
        let least = only?.number ?? TLSConfiguration.Version.tls12.number
        let most = only?.number ?? 0
        guard unsafe library.c.pointee.SSL_CTX_ctrl(handle, 123, least, nil) == 1,
            unsafe library.c.pointee.SSL_CTX_ctrl(handle, 124, most, nil) == 1
        else { throw TLSError("this OpenSSL does not support TLS \(only?.rawValue ?? "1.2")") }
    }

    private static func names(_ list: String) -> [String] {
        list.split { $0 == ":" || $0 == "," || $0 == " " }.map(String.init)
    }

    /// Whether a list names ciphers of a version.
    package static func names(ciphersOf version: TLSConfiguration.Version, in list: String) -> Bool {
        names(list).contains { $0.hasPrefix("TLS_") == (version == .tls13) }
    }

    private func setCiphers(_ list: String) throws(TLSError) {
        let names = Self.names(list)
        let newer = names.filter { $0.hasPrefix("TLS_") }
        let older = names.filter { !$0.hasPrefix("TLS_") }
        if !newer.isEmpty,
            unsafe library.c.pointee.SSL_CTX_set_ciphersuites(handle, newer.joined(separator: ":")) != 1
        {
            throw unknownCiphers(newer)
        }
        if !older.isEmpty,
            unsafe library.c.pointee.SSL_CTX_set_cipher_list(handle, older.joined(separator: ":")) != 1
        {
            throw unknownCiphers(older)
        }
    }

    private func unknownCiphers(_ names: [String]) -> TLSError {
        library.forgetErrors()
        return TLSError(
            "no such cipher here: \(names.joined(separator: ":"))",
            hint: "'openssl ciphers -s -tls1_3' and 'openssl ciphers -s -tls1_2' list those that there are")
    }

    private func setProtocols() throws(TLSError) {
        guard !protocols.isEmpty else { return }
        switch role {
        case .client:
            let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
            // 0 means that it worked.
            guard unsafe library.c.pointee.SSL_CTX_set_alpn_protos(handle, list, UInt32(list.count)) == 0
            else {
                throw TLSError("the list of --alpn is not valid")
            }
        case .server:
            unsafe library.c.pointee.SSL_CTX_set_alpn_select_cb(handle, Self.selectProtocol, nil)
        }
    }

    private func setVerification(_ configuration: TLSConfiguration) throws(TLSError) {
        let c = unsafe library.c
        let verifies = role == .client || configuration.clientCertificates != .none
        // SSL_VERIFY_PEER, SSL_VERIFY_FAIL_IF_NO_PEER_CERT.
        let mode: Int32 = !verifies ? 0 : configuration.clientCertificates == .required ? 3 : 1
        unsafe c.pointee.SSL_CTX_set_verify(handle, mode, nil)
        guard verifies else { return }
        unsafe c.pointee.SSL_CTX_set_cert_verify_callback(handle, TLSSession.verifyChain, nil)
        switch configuration.trust {
        case .system: loadSystemTrust()
        case .path(let path):
            var status = stat()
            let isFolder = unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            let isLoaded =
                unsafe isFolder
                ? c.pointee.SSL_CTX_load_verify_dir(handle, path)
                : c.pointee.SSL_CTX_load_verify_file(handle, path)
            guard isLoaded == 1 else { throw unreadable(path, "certificate") }
            guard role == .server, !isFolder else { return }
            // The names of the CAs are told to clients, which pick a certificate by them.
            if let list = unsafe c.pointee.SSL_load_client_CA_file(path) {
                unsafe c.pointee.SSL_CTX_set_client_CA_list(handle, list)
            }
        }
    }

    /// The folder of the system, in which a CA is looked up when it is needed; the file with all of them takes tens of
    /// milliseconds to read, and is read where the folder has none.
    private func loadSystemTrust() {
        let c = unsafe library.c
        let folder =
            unsafe Self.environment(c.pointee.X509_get_default_cert_dir_env())
            ?? String(cString: c.pointee.X509_get_default_cert_dir())
        let file = unsafe Self.environment(c.pointee.X509_get_default_cert_file_env())
        _ = unsafe c.pointee.SSL_CTX_set_default_verify_dir(handle)
        if file != nil || !Self.hasHashedNames(folder) {
            _ = unsafe c.pointee.SSL_CTX_set_default_verify_file(handle)
        }
        library.forgetErrors()
    }

    @unsafe private static func environment(_ name: UnsafePointer<CChar>) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Whether a folder has a certificate under the hash of its subject: `1a2b3c4d.0`.
    private static func hasHashedNames(_ folders: String) -> Bool {
        for folder in folders.split(separator: ":") {
            guard let stream = unsafe opendir(String(folder)) else { continue }
            defer { unsafe closedir(stream) }
            while let entry = unsafe readdir(stream) {
                let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    unsafe bytes.prefix { $0 != 0 }.count == 10 && bytes[8] == UInt8(ascii: ".")
                        && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[9])
                }
                if name { return true }
            }
        }
        return false
    }

    // MARK: Certificates of our own

    private func useCertificate(_ certificate: String, _ key: String) throws(TLSError) {
        let c = unsafe library.c
        guard unsafe c.pointee.SSL_CTX_use_certificate_chain_file(handle, certificate) == 1 else {
            throw unreadable(certificate, "certificate")
        }
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe c.pointee.SSL_CTX_set_default_passwd_cb_userdata(handle, this)
        unsafe c.pointee.SSL_CTX_set_default_passwd_cb(handle, Self.askPassphrase)
        keyFile = key
        // SSL_FILETYPE_PEM.
        guard unsafe c.pointee.SSL_CTX_use_PrivateKey_file(handle, key, 1) == 1 else {
            let isMismatch = unsafe c.pointee.ERR_peek_last_error() & 0x7f_ffff == 116
            if isMismatch { throw mismatch(certificate, key) }
            if wasAsked {
                library.forgetErrors()
                throw TLSError(
                    passphrase == nil
                        ? "the key in '\(key)' is encrypted, and there is no terminal to ask for its passphrase"
                        : "the passphrase of the key in '\(key)' is not right")
            }
            throw unreadable(key, "private key")
        }
        answer = nil
        guard unsafe c.pointee.SSL_CTX_check_private_key(handle) == 1 else {
            throw mismatch(certificate, key)
        }
    }

    private func mismatch(_ certificate: String, _ key: String) -> TLSError {
        library.forgetErrors()
        return TLSError("the key in '\(key)' is not that of the certificate in '\(certificate)'")
    }

    /// A file that is not there, or has none of what is looked for in it.
    private func unreadable(_ path: String, _ what: String) -> TLSError {
        let errors = library.takeErrors()
        if let system = errors.first(where: { $0.library == 2 }) {
            let words = unsafe strerror(Int32(truncatingIfNeeded: system.reason)).map {
                unsafe String(cString: $0)
            }
            return TLSError("'\(path)' cannot be read: \(words?.lowercased() ?? "unknown error")")
        }
        // PEM_R_NO_START_LINE, X509_R_NO_CERTIFICATE_OR_CRL_FOUND.
        let isAbsent =
            errors.isEmpty || errors.contains { [108, 136].contains($0.reason) }
            || errors.contains { $0.words == "unsupported" }
        return TLSError(
            isAbsent
                ? "there is no \(what) in '\(path)': a PEM file is needed"
                    + (what == "private key" ? " (--key FILE names the one with the key)" : "")
                : "the \(what) in '\(path)' is not usable: \(errors.first?.words ?? "unknown error")",
            code: errors.first?.name)
    }

    private static let askPassphrase:
        @convention(c) (UnsafeMutablePointer<CChar>, Int32, Int32, UnsafeMutableRawPointer?) -> Int32 = {
            buffer, size, _, data in
            guard let data = unsafe data else { return -1 }
            let context = unsafe Unmanaged<TLSContext>.fromOpaque(data).takeUnretainedValue()
            if !context.wasAsked {
                context.wasAsked = true
                context.answer = context.passphrase?(context.keyFile)
            }
            guard let passphrase = context.answer, passphrase.count <= Int(size) else {
                return -1
            }
            for (index, byte) in passphrase.enumerated() { unsafe buffer[index] = CChar(bitPattern: byte) }
            return Int32(passphrase.count)
        }

    /// The certificate that is shown; nil if there is none.
    package var certificate: Certificate? {
        unsafe library.c.pointee.SSL_CTX_get0_certificate(handle).map { unsafe Certificate($0, of: library) }
    }

    // MARK: Names that clients ask for

    /// Has the name that a client asks for pick the certificate: this one's where no other is for that name.
    package func add(_ other: TLSContext) {
        if others.isEmpty {
            // SSL_CTRL_SET_TLSEXT_SERVERNAME_CB.
            _ = unsafe library.c.pointee.SSL_CTX_callback_ctrl(handle, 53, Self.pickCertificate)
        }
        others.append(other)
    }

    private static let pickCertificate:
        @convention(c) (UnsafeMutablePointer<SSL>, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?) ->
            Int32 = {
                ssl, _, _ in
                guard let library = try? OpenSSL.shared(), let session = unsafe TLSSession.of(ssl, library),
                    let name = session.serverName
                else { return 0 }
                if let context = session.contextForName(name) {
                    _ = unsafe library.c.pointee.SSL_set_SSL_CTX(ssl, context.handle)
                }
                return 0
            }

    /// The one with a certificate for a name; nil if that is this one, or none is.
    func context(for name: String) -> TLSContext? {
        isFor(name) ? nil : others.first { $0.isFor(name) }
    }

    private func isFor(_ name: String) -> Bool {
        guard let certificate = unsafe library.c.pointee.SSL_CTX_get0_certificate(handle) else {
            return false
        }
        return unsafe library.c.pointee.X509_check_host(certificate, name, name.utf8.count, 0, nil) == 1
    }

    private static let selectProtocol:
        @convention(c) (
            UnsafeMutablePointer<SSL>, UnsafeMutablePointer<UnsafePointer<UInt8>?>,
            UnsafeMutablePointer<UInt8>,
            UnsafePointer<UInt8>, UInt32, UnsafeMutableRawPointer?
        ) -> Int32 = { ssl, chosen, length, offered, count, _ in
            guard let library = try? OpenSSL.shared(), let session = unsafe TLSSession.of(ssl, library) else {
                return 2
            }
            for name in session.acceptedProtocols {
                let wanted = Array(name.utf8)
                var place = 0
                while place < Int(count) {
                    let size = unsafe Int(offered[place])
                    guard place + 1 + size <= Int(count) else { break }
                    let entry = unsafe UnsafeBufferPointer(start: offered + place + 1, count: size)
                    if unsafe entry.elementsEqual(wanted) {
                        unsafe chosen.pointee = unsafe offered + place + 1
                        unsafe length.pointee = UInt8(size)
                        return 0
                    }
                    place += 1 + size
                }
            }
            // SSL_TLSEXT_ERR_ALERT_FATAL.
            return 2
        }

    var acceptedProtocols: [String] { protocols }
    func logKey(_ line: String) { keyLog?(line) }
}
