// The names of services by port, looked up once. Nobody waits long for names.

import Sockets

final class ServiceNames {
    private let context: Context
    private let protocolName: String
    /// Nil until they are known.
    private var names: [UInt16: String]?
    private var isLookingUp = false

    private static let patience = Duration.seconds(2)

    /// - Parameter type: whose services the ports are.
    init(_ context: Context, _ type: SocketType) {
        self.context = context
        protocolName = type.keepsBoundaries ? "udp" : "tcp"
        if context.settings.numeric { names = [:] }
    }

    var isKnown: Bool { names != nil }
    func name(of port: UInt16?) -> String? { port.flatMap { names?[$0] } }

    /// There are none then.
    func giveUp() { names = names ?? [:] }

    /// Calls `body` once they are known, maybe at once.
    func lookUp(_ body: @escaping () -> Void) {
        guard !isKnown else { return body() }
        guard !isLookingUp else { return }
        isLookingUp = true
        let work = { @Sendable [protocolName] in ServiceEntry.names(protocolName: protocolName) }
        let take = { [weak self] (found: [UInt16: String]?) in
            // The check may have been interrupted in the meantime.
            guard let self, names == nil else { return }
            names = found ?? [:]
            body()
        }
        do throws(Errno) {
            try context.inBackground(timeout: Self.patience, work) { take($0) }
        } catch {
            take(nil)
        }
    }
}
