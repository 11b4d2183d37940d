// Sending a header of the PROXY protocol, `--proxy-protocol`: after a proxy's answer, before TLS.

import CommandSpec
import Sockets

extension ProxyHeader {
    /// As a step of a dialer.
    /// - Parameters:
    ///   - client: whose connection is passed on; nil for our own.
    ///   - proxied: where a proxy between connects to; nil where none is between.
    static func step(
        _ version: Version, _ context: Context, for client: ConnectionIdentity?, beyond proxied: ProxyTarget?
    ) -> EstablishStep {
        EstablishStep(
            "the PROXY header to be taken",
            lateness: "the PROXY header could not be sent in time", advice: "the peer takes nothing"
        ) {
            stream, address, completion in
            let header = ProxyHeader(
                version: version,
                ends: client.map { ends($0.peer, $0.local) }
                    ?? ends(stream.localAddress, proxied.map(\.address) ?? address))
            context.reporter.note("sends \(header.text)")
            let exchange = PreambleExchange(ProxyHeaderWriter(header: header), over: stream, context.loop) {
                completion($0.map { _ in stream })
            }
            exchange.start()
            return exchange
        }
    }

    private static func ends(_ source: SocketAddress?, _ destination: SocketAddress?) -> Ends? {
        guard let source, let destination else { return nil }
        return Ends(source: source, destination: destination)
    }
}

/// Says a header, and waits for nothing.
private struct ProxyHeaderWriter: Preamble {
    let header: ProxyHeader

    var opening: [UInt8] { header.bytes }
    var wanted: Int { 0 }

    mutating func take(_ bytes: [UInt8]) -> PreambleStep { .done }

    func failure(_ trouble: PreambleTrouble) -> Failure {
        switch trouble {
        case .unsent(let error), .broke(let error):
            Failure("connect", words: "the PROXY header could not be sent: \(error.message)", error)
        case .ended, .followed, .foreign:
            Failure("connect", words: "the PROXY header could not be sent", status: .connectionLost)
        }
    }
}
