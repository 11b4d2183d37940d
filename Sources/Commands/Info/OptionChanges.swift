// Which options of a socket are not as they are on a fresh one of its kind: what a program, or whoever set the
// system up for it, has chosen.

import Sockets

struct OptionChanges {
    struct Change {
        let reading: OptionReading
        /// What a fresh socket has.
        let usual: OptionReading
    }

    let changes: [Change]

    /// Compares with a socket that is opened for that, in the network namespace of this process. Nil where none can be
    /// opened, or the options are not known.
    init?(of socket: SocketDescription) {
        guard let options = socket.options, let fresh = try? Socket(socket.kind) else { return nil }
        changes = options.compactMap { reading in
            let option = reading.option
            guard option.isSettable, !option.disturbs, !option.isSecondName, !option.isTheKernels(in: socket),
                let usual = try? fresh.get(option), usual != reading.value
            else { return nil }
            return Change(reading: reading, usual: OptionReading(option: option, value: usual))
        }
    }
}

extension SocketOption {
    /// Whether the kernel changes it by itself, when such a socket is bound or connected, or while it goes on.
    fileprivate func isTheKernels(in socket: SocketDescription) -> Bool {
        switch symbol {
        case "SO_SNDBUF", "SO_RCVBUF", "SO_BUF_LOCK", "SO_INCOMING_CPU", "SO_TXREHASH", "TCP_MAXSEG",
            "TCP_WINDOW_CLAMP", "TCP_QUICKACK", "TCP_TIMESTAMP", "TCP_QUEUE_SEQ", "IPV6_MTU":
            true
        // What is bound to an address of IPv6 has no IPv4.
        case "IPV6_V6ONLY": socket.local?.host?.isUnspecified == false
        // A connection that was accepted has its route's.
        case "IP_MULTICAST_TTL", "IPV6_MULTICAST_HOPS", "IPV6_MULTICAST_IF": socket.kind.transport == .tcp
        default: false
        }
    }

    /// Whether another option says the same.
    fileprivate var isSecondName: Bool {
        symbol.hasSuffix("_NEW") || symbol.hasPrefix("IPV6_2292") || symbol == "SO_BINDTOIFINDEX"
    }
}
