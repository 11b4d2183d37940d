// What the options of TLS ask for, for one side of it.

import CommandSpec
import Glibc
import Sockets
import TLS

extension Context {
    /// What `--tls`, or an endpoint that begins with `tls:`, asks for when connecting; nil for no TLS.
    /// - Parameter leg: of a relay, whose server is connected to.
    func tlsClient(
        to endpoint: Endpoint, _ arguments: Arguments, _ leg: Leg? = nil, lenient: Bool = false
    ) throws(Failure) -> TLSClient? {
        let startTLS = arguments[Options.startTLS].flatMap { StartTLS(rawValue: $0) }
        let isAsked = endpoint.isTLS || startTLS != nil || leg == nil && arguments[Options.tls]
        guard isAsked else {
            try refuse(Options.verifyingServers + (leg == nil ? Options.agreeing : []), arguments, leg)
            return nil
        }
        guard !endpoint.connectionType.keepsBoundaries else { throw .noRecords(endpoint.text) }
        if leg == nil, let option = Options.servingTLS.first(where: { arguments.has($0) }) {
            throw Failure(
                "option", option.label, words: "it is about clients, and this connects to a server",
                status: .usage)
        }
        // What it trusts takes long to read, and much room: once is enough for all connections of a run.
        let tls = if let clientTLS { clientTLS } else { try clientContext(arguments, leg, lenient: lenient) }
        clientTLS = tls
        return try TLSClient(
            self, tls, for: endpoint, name: arguments[Options.sni], after: startTLS,
            ignoringUnexpectedEOF: arguments[Options.ignoreUnexpectedEOF])
    }

    private func clientContext(
        _ arguments: Arguments, _ leg: Leg?, lenient: Bool
    ) throws(Failure) -> TLSContext {
        var configuration = try tlsConfiguration(arguments, leg)
        configuration.isLenient = lenient || arguments[Options.insecure]
        if let ca = arguments[Options.ca] { configuration.trust = .path(ca.path) }
        for pin in arguments.all(Options.pin) { configuration.pins.append(try TLSPin.read(pin)) }
        let own = try credentials(arguments, leg)
        if own.count > 1 {
            throw Failure(
                "option", "--cert", words: "a client shows one certificate, and \(own.count) are given",
                status: .usage)
        }
        if let (certificate, key) = own.first {
            configuration.credentials = (certificate, key)
        }
        return try tlsContext(.client, configuration)
    }

    /// The same for a side that listens.
    func tlsServer(
        at endpoint: Endpoint, _ arguments: Arguments, _ leg: Leg? = nil
    ) throws(Failure) -> TLSServer? {
        guard endpoint.isTLS || arguments[Options.tls] else {
            try refuse(Options.servingTLS + (leg == nil ? Options.agreeing : []), arguments, leg)
            if leg == nil, arguments.has(Options.setupTimeout), !arguments.has(Options.acceptProxy) {
                throw Failure(
                    "option", "--setup-timeout", words: "it needs --tls or --accept-proxy", status: .usage)
            }
            return nil
        }
        guard !endpoint.connectionType.keepsBoundaries else { throw .noRecords(endpoint.text) }
        if leg == nil,
            let option = (Options.verifyingServers + [Options.startTLS]).first(where: { arguments.has($0) })
        {
            throw Failure(
                "option", option.label, words: "it is about a server that is connected to", status: .usage,
                hint: "--client-ca verifies clients")
        }
        var configuration = try tlsConfiguration(arguments, leg)
        if let ca = arguments[Options.clientCA] {
            configuration.trust = .path(ca.path)
            configuration.clientCertificates = arguments[Options.clientOptional] ? .optional : .required
        }
        var contexts: [TLSContext] = []
        for (certificate, key) in try credentials(arguments, leg) {
            configuration.credentials = (certificate, key)
            contexts.append(try tlsContext(.server, configuration))
        }
        let isSelfSigned = arguments[Options.selfSigned]
        if isSelfSigned {
            configuration.selfSignedNames = endpoint.namesToSign
            contexts.append(try tlsContext(.server, configuration))
        }
        guard let first = contexts.first else {
            throw Failure(
                "option", "--tls", words: "a server needs a certificate", status: .usage,
                hint: "--cert FILE --key FILE, or --self-signed for one of this run only")
        }
        for other in contexts.dropFirst() { first.add(other) }
        if isSelfSigned, let certificate = first.certificate {
            reporter.report(SelfSigned(certificate: certificate))
        }
        return TLSServer(
            self, first, ignoringUnexpectedEOF: arguments[Options.ignoreUnexpectedEOF])
    }

    /// Of a relay: what would do nothing, because the leg that it is for has no TLS.
    func refuseUnusedTLS(_ arguments: Arguments, client: Bool, server: Bool) throws(Failure) {
        func isUnused(_ leg: Leg?, _ usual: Leg?) -> Bool {
            switch leg ?? usual {
            case .client: !client
            case .server: !server
            case nil: !client && !server
            }
        }
        let texts = [Options.alpn, Options.tlsVersion, Options.ciphers].filter { option in
            arguments.all(option).contains { isUnused(Leg.split($0).leg, nil) }
        }
        let files = [Options.cert, Options.key].filter { option in
            arguments.all(option).contains { isUnused($0.split().leg, .client) }
        }
        let flags = [Options.ignoreUnexpectedEOF].filter { arguments[$0] && isUnused(nil, nil) }
        guard let label = (texts.map(\.label) + files.map(\.label) + flags.map(\.label)).first else { return }
        throw Failure(
            "option", label, words: "the connection that it is for has no TLS", status: .usage,
            hint:
                "--tls is for the client's, --to tls:… for the server's; 'server:' before the value means that one"
        )
    }

    private func tlsContext(
        _ role: TLSRole, _ configuration: TLSConfiguration
    ) throws(Failure) -> TLSContext {
        do throws(TLSError) {
            return try TLSContext(role, configuration)
        } catch {
            // That is not the peer's fault, and no handshake has begun.
            throw Failure("tls", words: error.message, status: .failure, hint: error.hint)
        }
    }

    /// What both sides have.
    private func tlsConfiguration(
        _ arguments: Arguments, _ leg: Leg?
    ) throws(Failure) -> TLSConfiguration {
        var configuration = TLSConfiguration()
        func value(_ option: Option<String>) -> String? {
            arguments.all(option).map { leg == nil ? (nil, $0) : Leg.split($0) }
                .last { $0.leg == nil || $0.leg == leg }?.value
        }
        if let version = value(Options.tlsVersion) {
            guard let known = TLSConfiguration.Version(rawValue: version) else {
                throw Failure(
                    "option", "--tls-version", words: "'\(version)' is not 1.2 or 1.3", status: .usage)
            }
            configuration.version = known
        }
        configuration.ciphers = value(Options.ciphers)
        if let version = configuration.version, let ciphers = configuration.ciphers,
            !TLSContext.names(ciphersOf: version, in: ciphers)
        {
            throw Failure(
                "option", "--ciphers", words: "it names none of TLS \(version.rawValue)", status: .usage,
                hint: "those of TLS 1.3 begin with TLS_, those of 1.2 do not")
        }
        if let list = value(Options.alpn) {
            configuration.protocols = list.split(separator: ",", omittingEmptySubsequences: false).map(
                String.init)
            if let bad = configuration.protocols.first(where: { !(1...255).contains($0.utf8.count) }) {
                throw Failure(
                    "option", "--alpn",
                    words: bad.isEmpty ? "a protocol is missing in '\(list)'" : "'\(bad)' is too long",
                    status: .usage, hint: "protocols are separated by commas: h2,http/1.1")
            }
        }
        if configuration.protocols.isEmpty, leg == nil, arguments[Options.http] != nil {
            configuration.protocols = ["http/1.1"]
        }
        configuration.passphrase = Passphrase.asker
        configuration.keyLog = try TLSKeyLog.opened(self)
        return configuration
    }

    /// The files of `--cert` and `--key`, in pairs.
    private func credentials(
        _ arguments: Arguments, _ leg: Leg?
    ) throws(Failure) -> [(certificate: String, key: String)] {
        func files(_ option: Option<Word>) -> [String] {
            arguments.all(option).compactMap { word -> String? in
                let (of, file): (Leg?, Word) = leg == nil ? (nil, word) : word.split()
                return (of ?? .client) == (leg ?? .client) ? file.path : nil
            }
        }
        let certificates = files(Options.cert)
        let keys = files(Options.key)
        guard keys.count <= certificates.count, keys.isEmpty || keys.count == certificates.count else {
            throw Failure(
                "option", "--key", words: "each --cert has a --key of its own, or none has", status: .usage)
        }
        let pairs = certificates.enumerated().map { index, certificate in
            (certificate: certificate, key: keys.isEmpty ? certificate : keys[index])
        }
        for key in Set(pairs.map(\.key)) where KeyFile.isReadableByOthers(key) {
            reporter.notice(
                "\(key): other users may read this private key ('chmod 600' keeps it to its owner)")
        }
        return pairs
    }

    /// An option of TLS that would do nothing.
    private func refuse(
        _ options: [any OptionDefinition], _ arguments: Arguments, _ leg: Leg?
    ) throws(Failure) {
        guard let option = options.first(where: { arguments.has($0) }) else { return }
        throw Failure(
            "option", option.label, words: "it needs \(leg == .server ? "--to tls:…" : "--tls")",
            status: .usage)
    }
}

extension Word {
    /// A value with the leg that it is for.
    fileprivate func split() -> (leg: Leg?, value: Word) {
        for leg in Leg.allCases {
            let prefix = Array((leg.rawValue + ":").utf8)
            if bytes.starts(with: prefix) { return (leg, Word(bytes: Array(bytes.dropFirst(prefix.count)))) }
        }
        return (nil, self)
    }

    /// As a file that OpenSSL opens.
    fileprivate var path: String { isStandardInput ? "/dev/stdin" : text }
}

/// `--pin`: the SHA-256 of a public key.
enum TLSPin {
    static func read(_ text: String) throws(Failure) -> [UInt8] {
        let prefix = "sha256//"
        guard text.hasPrefix(prefix), let hash = Base64.decode(String(text.dropFirst(prefix.count))),
            hash.count == 32
        else {
            throw Failure(
                "option", "--pin", words: "'\(text)' is not sha256// and the base64 of 32 bytes",
                status: .usage,
                hint: "'sockctl connect -v --tls HOST:PORT' shows that of a server")
        }
        return hash
    }
}

enum KeyFile {
    /// Whether every user may read it.
    static func isReadableByOthers(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            && status.st_mode & S_IROTH != 0
    }
}
