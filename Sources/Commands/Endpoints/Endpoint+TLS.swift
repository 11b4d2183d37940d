// `tls:HOST:PORT`: TLS to another endpoint.

import CommandSpec
import Sockets

extension Failure {
    /// TLS makes records of its own.
    static func noRecords(_ endpoint: String) -> Failure {
        .endpoint(endpoint, "TLS is for streams: over a socket that keeps boundaries it is not supported")
    }

    /// There is no DTLS.
    static func noDatagrams(_ endpoint: String) -> Failure {
        .endpoint(endpoint, "TLS is for streams: datagrams over it (DTLS) are not supported")
    }
}

extension Endpoint {
    static func tls(_ rest: [UInt8], of text: String) throws(Failure) -> Endpoint {
        guard !rest.isEmpty else { throw .endpoint(text, "no host: write tls:HOST:PORT") }
        let word = Word(bytes: rest)
        if word.text.contains("."), !word.text.contains(":"), !word.text.contains("/") {
            throw .endpoint(text, "no port: write tls:\(word.text):443")
        }
        let inner = try Endpoint([word])
        guard !inner.isTLS else { throw .endpoint(text, "TLS in TLS is not supported") }
        guard !inner.connectionType.keepsBoundaries else { throw .noRecords(text) }
        return .tls(inner)
    }

    /// Whether it says that TLS is spoken.
    var isTLS: Bool { if case .tls = self { true } else { false } }

    /// Where the socket goes.
    var transport: Endpoint { if case .tls(let inner, _) = self { inner } else { self } }

    /// The host; nil where none is named.
    var hostName: String? {
        if case .tls(_, for: let name?) = self { return name }
        return switch transport {
        case .port: "localhost"
        case .host(let host, _): host
        case .everyInterface, .unix, .seqpacket, .vsock, .inherited, .tls: nil
        }
    }

    /// What a certificate for whoever listens there is made for.
    var namesToSign: [String] {
        let common = ["localhost", "127.0.0.1", "::1"]
        guard let host = hostName.map({ String($0.prefix { $0 != "%" }) }), !common.contains(host),
            InternationalName.ascii(host) == nil
        else { return common }
        return [host] + common
    }
}
