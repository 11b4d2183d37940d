// Reading the options of a socket without disturbing those who use it.

import CommandSpec
import Sockets

/// An option with its value.
struct OptionReading {
    let option: SocketOption
    let value: OptionValue
}

/// An option that the socket has and that was not read.
struct WithheldOption {
    let option: SocketOption
    let reason: String

    /// Reading changes the socket, and it is not ours.
    static let disturbs = "reading it would change the socket for its owner"
}

extension HeldSocket {
    /// Whether reading it is felt by nobody.
    func mayRead(_ option: SocketOption) -> Bool { option.isReadable && (isOurs || !option.disturbs) }

    /// The value of an option that was asked for by name.
    func value(of option: SocketOption) throws(Failure) -> OptionValue {
        let operation = "getsockopt \(option.symbol)"
        guard option.isReadable else {
            throw Failure(operation, words: "it can be set but not read", status: .usage)
        }
        guard mayRead(option) else {
            throw Failure(operation, words: "not done: " + WithheldOption.disturbs, status: .failure)
        }
        return try attempt(operation) { () throws(Errno) in try descriptor.get(option) }
    }

    /// Every option of the catalog that the socket has, and those of them that were left alone.
    func readOptions(_ kind: SocketKind) -> (values: [OptionReading], withheld: [WithheldOption]) {
        var values: [OptionReading] = []
        var withheld: [WithheldOption] = []
        for option in SocketOption.catalog where option.isReadable {
            guard mayRead(option) else {
                if option.applies(to: kind) {
                    withheld.append(WithheldOption(option: option, reason: WithheldOption.disturbs))
                }
                continue
            }
            do throws(Errno) {
                let value = try descriptor.get(option)
                // Nobody's credentials are those of a socket that has no such peer.
                if case .credentials(let peer) = value, peer.uid == .max { continue }
                values.append(OptionReading(option: option, value: value))
            } catch .notPermitted where option == .repairWindow {
                // So the kernel says that the connection is not being repaired.
                continue
            } catch .notPermitted {
                withheld.append(WithheldOption(option: option, reason: Self.reason(.notPermitted)))
            } catch .accessDenied {
                withheld.append(WithheldOption(option: option, reason: Self.reason(.accessDenied)))
            } catch {
                // It does not apply: to this kind of socket, or in this state.
                continue
            }
        }
        return (values, withheld)
    }

    private static func reason(_ error: Errno) -> String { "\(error.message) (\(error.name))" }
}

extension SocketOption {
    /// Whether a socket of this kind has the option, where that must be known without reading it.
    fileprivate func applies(to kind: SocketKind) -> Bool {
        switch self {
        case .peerPidfd: kind.transport == .unix
        default: level == .socket || kind.transport == .tcp && level == .tcp
        }
    }
}
