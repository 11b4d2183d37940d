// The names of services by port, looked up once. Nobody waits long for names.

import Sockets

struct ServiceNames {
    private final class Table {
        /// Nil until they are known.
        var names: [UInt16: String]?
        var isLookingUp = false
    }

    private let context: Context
    private let protocolName: String
    private let table = Table()

    private static let patience = Duration.seconds(2)

    /// - Parameter type: whose services the ports are.
    init(_ context: Context, _ type: SocketType) {
        self.context = context
        protocolName = type.keepsBoundaries ? "udp" : "tcp"
        if context.settings.numeric { table.names = [:] }
    }

    var isKnown: Bool { table.names != nil }
    func name(of port: UInt16?) -> String? { port.flatMap { table.names?[$0] } }

    /// There are none then.
    func giveUp() { table.names = table.names ?? [:] }

    /// Calls `body` once they are known, maybe at once.
    func lookUp(_ body: @escaping () -> Void) {
        guard !isKnown else { return body() }
        guard !table.isLookingUp else { return }
        table.isLookingUp = true
        let work = { @Sendable [protocolName] in ServiceEntry.names(protocolName: protocolName) }
        let take = { [table] (names: [UInt16: String]?) in
            // The check may have been interrupted in the meantime.
            guard table.names == nil else { return }
            table.names = names ?? [:]
            body()
        }
        do throws(Errno) {
            try context.inBackground(timeout: Self.patience, work) { take($0) }
        } catch {
            take(nil)
        }
    }
}
