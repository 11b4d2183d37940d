// TLS on a connection that was just made: the handshake is what has to happen before it counts as made.

import CommandSpec
import Sockets
import TLS

final class TLSClient {
    private let context: Context
    private let tls: TLSContext
    /// What the certificate has to be for.
    private let name: String
    /// What is asked for; nil for an address.
    private let serverName: String?
    /// What is said in plain before.
    private let startTLS: StartTLS?
    private let ignoresUnexpectedEOF: Bool

    init(
        _ context: Context, _ tls: TLSContext, for endpoint: Endpoint, name: String?,
        after startTLS: StartTLS?,
        ignoringUnexpectedEOF: Bool
    ) throws(Failure) {
        guard let written = name ?? endpoint.hostName else {
            throw Failure(
                "endpoint", endpoint.text, words: "it names no host whose certificate could be verified",
                status: .usage, hint: "--sni NAME says for which name it has to be")
        }
        // A trailing dot is of the DNS, and in no certificate.
        let name =
            written.hasPrefix("[") && written.hasSuffix("]")
            ? String(written.dropFirst().dropLast()) : written
        let bare = name.hasSuffix(".") ? String(name.dropLast()) : name
        let ascii = InternationalName.ascii(bare) ?? bare
        let unscoped = String(ascii.prefix { $0 != "%" })
        let isAddress = IPv4Address(unscoped) != nil || IPv6Address(unscoped) != nil
        self.name = isAddress ? unscoped : ascii
        serverName = isAddress ? nil : ascii
        guard isAddress || ascii.utf8.allSatisfy(Self.isOfName) else {
            throw Failure(
                "option", "--sni", words: "'\(TerminalEscaper.joined(written))' is not the name of a host",
                status: .usage)
        }
        self.context = context
        self.tls = tls
        self.startTLS = startTLS
        ignoresUnexpectedEOF = ignoringUnexpectedEOF
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// As steps of a dialer.
    var steps: [EstablishStep] {
        (startTLS.map { [$0.step(context)] } ?? [])
            + [
                EstablishStep(
                    "the TLS handshake",
                    lateness: TLSHandshake.lateness,
                    advice: startTLS == nil
                        ? "it may speak no TLS, or wait for plain words first (--starttls)"
                        : "it agreed to TLS, and does not shake hands"
                ) { [self] below, _, completion in begin(below) { completion($0.map { $0 }) } }
            ]
    }

    /// Begins the handshake. The completion is called once, later and not from here.
    /// - Returns: what is to be kept until then.
    func begin(
        _ below: any Stream, _ completion: @escaping (Result<TLSStream, Failure>) -> Void
    ) -> AnyObject {
        do throws(TLSError) {
            let session = try TLSSession(
                tls, name: name, serverName: serverName, buffers: context.pumping.pool)
            let handshake = TLSHandshake(
                session, over: below, context.pumping, ignoringUnexpectedEOF: ignoresUnexpectedEOF, completion
            )
            handshake.start()
            return handshake
        } catch {
            context.loop.schedule(after: .zero) { completion(.failure(Failure("tls", nil, .tls(error)))) }
            return self
        }
    }
}

/// TLS on connections that peers make.
final class TLSServer {
    private let context: Context
    private let tls: TLSContext
    private let ignoresUnexpectedEOF: Bool

    init(_ context: Context, _ tls: TLSContext, ignoringUnexpectedEOF: Bool) {
        self.context = context
        self.tls = tls
        ignoresUnexpectedEOF = ignoringUnexpectedEOF
    }

    /// Begins the handshake with a peer; nil if there is no memory for it. The completion is called later.
    /// - Returns: what is to be kept until then.
    func begin(
        _ below: any Stream, _ completion: @escaping (Result<TLSStream, Failure>) -> Void
    ) -> AnyObject? {
        guard let session = try? TLSSession(tls, buffers: context.pumping.pool) else { return nil }
        let handshake = TLSHandshake(
            session, over: below, context.pumping, ignoringUnexpectedEOF: ignoresUnexpectedEOF, completion)
        handshake.start()
        return handshake
    }
}
